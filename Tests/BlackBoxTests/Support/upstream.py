#!/usr/bin/env python3
"""An HTTP/1.1 upstream whose every answer is scripted by the query of the request.

    upstream.py [--name up] [--port 0]

It prints its port and serves until it is killed. Requests are read by hand, so that it can tell exactly what arrived,
and answers are written by hand, so that they can be as wrong as a test needs. Without a query the answer is what was
received, as JSON: {"upstream", "connection", "line", "fields", "framing", "length", "digest", "body", "trailers"}.

    status=503        the status
    delay=200         milliseconds before the head
    bytes=1000        a body of this many bytes, with Content-Length
    chunks=3          a chunked body of this many chunks ...
    interval=100      ... with so many milliseconds between them
    trailer=a:b       a field after a chunked body
    field=a:b         a field of the head
    close=1           no Content-Length and the end of the connection
    cut=before        the connection is reset before the head, `head`: within it, `body`: within the body
    informational=103 an interim answer first
    early=1           the answer does not wait for the request's body
    raw=BASE64        exactly these bytes, then the end of the connection
    fail=2&key=k      the first two requests with key k get what `how` says: a status, or `cut`
    keep=0            `Connection: close`

/__requests?count=k, /__health?status=n and /__status?status=n are for the test itself.
"""

import argparse
import base64
import collections
import hashlib
import itertools
import json
import socket
import ssl
import struct
import threading
import time
import urllib.parse


class State:
    """What all connections share."""

    def __init__(self, name):
        self.name = name
        self.lock = threading.Lock()
        self.requests = 0
        self.by_key = collections.Counter()
        self.health = 200
        self.status = 0


class Reset(Exception):
    """The connection is to be reset."""


class Request:
    """One request, read from the connection; the body is read when it is asked for."""

    def __init__(self, stream, connection, tls=None):
        self.stream, self.connection, self.tls = stream, connection, tls
        self.line = stream.readline().rstrip(b"\r\n").decode("latin-1")
        if not self.line:
            raise EOFError
        self.fields = []
        while (line := stream.readline().rstrip(b"\r\n")):
            name, _, value = line.decode("latin-1").partition(":")
            self.fields.append([name, value.strip()])
        self.method, self.target = self.line.split(" ")[:2]
        self.path, _, query = self.target.partition("?")
        self.query = {k: v[-1] for k, v in urllib.parse.parse_qs(query, keep_blank_values=True).items()}
        self.body, self.trailers, self.length, self.digest = b"", [], 0, hashlib.sha256()
        self.framing = "none"

    def field(self, name):
        return next((value for key, value in self.fields if key.lower() == name), None)

    def take(self, data):
        self.length += len(data)
        self.digest.update(data)
        if len(self.body) < 65536:
            self.body += data

    def read_body(self):
        if self.field("expect"):
            self.stream.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.stream.flush()
        if (self.field("transfer-encoding") or "").lower() == "chunked":
            self.framing = "chunked"
            while size := int(self.stream.readline().split(b";")[0], 16):
                self.take(self.stream.read(size))
                self.stream.readline()
            while (line := self.stream.readline().rstrip(b"\r\n")):
                name, _, value = line.decode("latin-1").partition(":")
                self.trailers.append([name, value.strip()])
        elif self.field("content-length"):
            self.framing = "length"
            left = int(self.field("content-length"))
            while left > 0 and (data := self.stream.read(min(left, 65536))):
                self.take(data)
                left -= len(data)

    def described(self, state):
        return {"upstream": state.name, "connection": self.connection, "line": self.line, "fields": self.fields,
                "framing": self.framing, "length": self.length, "digest": self.digest.hexdigest(),
                "tls": self.tls, "body": self.body[:4096].decode("utf-8", "replace"), "trailers": self.trailers}


class Connection:
    def __init__(self, sock, number, state):
        self.sock, self.number, self.state = sock, number, state
        self.stream = sock.makefile("rwb")
        self.tls = None
        if isinstance(sock, ssl.SSLSocket):
            subject = dict(part[0] for part in (sock.getpeercert() or {}).get("subject", ()))
            self.tls = {"name": getattr(sock, "asked_name", None), "protocol": sock.selected_alpn_protocol(),
                        "client": subject.get("commonName"), "version": sock.version()}

    def serve(self):
        try:
            while self.answer(Request(self.stream, self.number, self.tls)):
                pass
        except Reset:
            # A zero linger time turns the close into a reset.
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except (EOFError, OSError, ValueError):
            pass
        finally:
            try:
                self.stream.close()
            except OSError:
                pass
            self.sock.close()

    def send(self, data):
        self.stream.write(data)
        self.stream.flush()

    def send_json(self, value, status=200, more=b"", head_only=False):
        body = json.dumps(value).encode()
        self.send(b"HTTP/1.1 %d Scripted\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s"
                  % (status, len(body), more, b"" if head_only else body))
        return True

    def answer(self, request):
        """Answers one request; whether the connection goes on."""
        if request.path.startswith("/__"):
            return self.control(request)
        query, state = request.query, self.state
        if request.path == "/health":
            return self.send_json({"status": "pass"}, state.health)
        with state.lock:
            state.requests += 1
            key = query.get("key")
            state.by_key[key] += 1
            fails = key is not None and state.by_key[key] <= int(query.get("fail", 0))
        if not query.get("early"):
            request.read_body()
        time.sleep(int(query.get("delay", 0)) / 1000)
        if fails:
            how = query.get("how", "503")
            if how == "cut":
                raise Reset
            return self.send_json({"failed": True}, int(how))
        if state.status:
            return self.send_json({"failed": True}, state.status)
        return self.scripted(request, query)

    def control(self, request):
        request.read_body()
        status = int(request.query.get("status", 0))
        if request.path == "/__health":
            self.state.health = status
        elif request.path == "/__status":
            self.state.status = status
        with self.state.lock:
            key = request.query.get("count")
            return self.send_json({"requests": self.state.by_key[key] if key else self.state.requests})

    def scripted(self, request, query):
        if "raw" in query:
            self.send(base64.b64decode(query["raw"].replace(" ", "+")))
            return False
        cut = query.get("cut")
        if cut == "before":
            raise Reset
        if "informational" in query:
            self.send(b"HTTP/1.1 %d Interim\r\nLink: </style.css>; rel=preload\r\n\r\n" % int(query["informational"]))
        status = int(query.get("status", 200))
        more = b"".join(b"%s: %s\r\n" % tuple(part.encode() for part in pair.split(":", 1))
                        for pair in query.get("field", "").split("|") if pair)
        keep = query.get("keep") != "0" and not query.get("early")
        if not keep:
            more += b"Connection: close\r\n"
        if cut == "head":
            self.send(b"HTTP/1.1 200 OK\r\nContent-Le")
            raise Reset
        if cut == "body":
            self.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 1000)
            time.sleep(0.1)
            raise Reset
        if "chunks" in query:
            return self.chunked(request, query, status, more) and keep
        if "bytes" in query:
            count = int(query["bytes"])
            self.send(b"HTTP/1.1 %d Scripted\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n%s\r\n"
                      % (status, count, more))
            if request.method != "HEAD":
                for start in range(0, count, 65536):
                    self.stream.write(b"x" * min(65536, count - start))
                self.stream.flush()
            return keep
        if query.get("close"):
            self.send(b"HTTP/1.1 %d Scripted\r\nContent-Type: text/plain\r\n%s\r\nuntil the end" % (status, more))
            return False
        if status in (204, 304):
            self.send(b"HTTP/1.1 %d Scripted\r\n%s\r\n" % (status, more))
            return keep
        return self.send_json(request.described(self.state), status, more, request.method == "HEAD") and keep

    def chunked(self, request, query, status, more):
        trailer = query.get("trailer", "")
        names = b"Trailer: %s\r\n" % trailer.split(":")[0].encode() if trailer else b""
        self.send(b"HTTP/1.1 %d Scripted\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n%s%s\r\n"
                  % (status, names, more))
        if request.method == "HEAD":
            return True
        for number in range(int(query["chunks"])):
            if number:
                time.sleep(int(query.get("interval", 0)) / 1000)
            data = b"chunk %d\n" % number
            self.send(b"%x\r\n%s\r\n" % (len(data), data))
        self.send(b"0\r\n%s\r\n" % (trailer.replace(":", ": ", 1).encode() + b"\r\n" if trailer else b""))
        return True


def tls_context(options):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate)
    context.set_alpn_protocols(["http/1.1"])
    context.sni_callback = lambda sock, name, _: setattr(sock, "asked_name", name)
    if options.client_authority:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(options.client_authority)
    return context


def serve(sock, context, number, state):
    if context:
        try:
            sock = context.wrap_socket(sock, server_side=True)
        except OSError:
            return
    Connection(sock, number, state).serve()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="up")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--certificate", help="PEM file with certificate and key; without it there is no TLS")
    parser.add_argument("--client-authority", help="PEM file; only clients with a certificate of its are served")
    options = parser.parse_args()
    context = tls_context(options) if options.certificate else None
    server = socket.create_server(("127.0.0.1", options.port), backlog=1024)
    print(server.getsockname()[1], flush=True)
    state = State(options.name)
    for number in itertools.count(1):
        sock, _ = server.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(sock, context, number, state), daemon=True).start()


if __name__ == "__main__":
    main()
