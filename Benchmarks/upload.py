#!/usr/bin/env python3
"""Uploads in constant memory: 5 GB through the gateway, to an upstream that throws them away.

  Benchmarks/upload.py [--gigabytes 5] [--gateway .build/release/gateway]

Once with a Content-Length and once chunked. The upstream reads nothing for the first three seconds, so that back
pressure has to hold the client too.
"""

import hashlib
import socket
import threading
import time

from rig import Rig, free_ports, tls, verdict, NO_LIMIT

BLOCK = bytes(range(256)) * 4096
PAUSE = 3


class Discard:
    """An upstream that counts and hashes what it reads, body bytes only, and keeps nothing."""

    def __init__(self, port):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.received, self.digest = 0, None
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile("rb", buffering=1 << 18) as stream:
            while line := stream.readline():
                fields = {}
                while (field := stream.readline().strip()):
                    name, value = field.decode().split(":", 1)
                    fields[name.lower()] = value.strip()
                if line.startswith(b"PUT "):
                    time.sleep(PAUSE)
                    self.received, digest = 0, hashlib.blake2b()
                    for piece in self.body(stream, fields):
                        self.received += len(piece)
                        digest.update(piece)
                    self.digest = digest.hexdigest()
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    @staticmethod
    def body(stream, fields):
        def counted(left):
            while left > 0 and (piece := stream.read1(min(left, 1 << 20))):
                left -= len(piece)
                yield piece

        if "content-length" in fields:
            yield from counted(int(fields["content-length"]))
            return
        while size := int(stream.readline(), 16):
            yield from counted(size)
            stream.readline()
        while stream.readline().strip():
            pass


class Watch:
    """The most memory that the gateway has while something runs."""

    def __init__(self, gateway):
        self.gateway, self.most, self.stopped = gateway, 0, threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stopped.wait(0.05):
            self.most = max(self.most, self.gateway.resident_kib())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()


def upload(gateway, token, size, is_chunked):
    """Sends so many bytes; returns the answer's status, bytes held back while the upstream paused, and their hash."""
    digest, sent, early, start = hashlib.blake2b(), 0, 0, time.monotonic()
    framing = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {size}"
    with tls().wrap_socket(socket.create_connection(("127.0.0.1", gateway.port), 60)) as connection:
        connection.sendall(f"PUT /upload HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
                           f"{framing}\r\n\r\n".encode())
        while sent < size:
            block = BLOCK[:size - sent]
            if is_chunked:
                connection.sendall(b"%x\r\n" % len(block))
            connection.sendall(block)
            if is_chunked:
                connection.sendall(b"\r\n")
            digest.update(block)
            sent += len(block)
            if time.monotonic() - start < PAUSE * 0.9:
                early = sent
        if is_chunked:
            connection.sendall(b"0\r\n\r\n")
        return int(connection.recv(4096).split(b" ", 2)[1]), early, digest.hexdigest()


def main():
    with Rig("upload", (), __doc__, [("--gigabytes", 5, "how much is uploaded each time")]) as rig:
        [port] = free_ports(1)
        upstream = Discard(port)
        size = rig.options.gigabytes << 30
        gateway = rig.gateway(
            {"discard": {"targets": [f"http://127.0.0.1:{port}"], "health": {"path": "/"}}},
            [{"name": "all", "match": "/**", "to": "discard", "auth": {"jwt": "bench"},
              "bodyLimit": f"{rig.options.gigabytes + 1}GiB", "timeout": "1h"}],
            defaults={"rateLimit": NO_LIMIT})
        # The first request of all makes what is made once: connection, buffers, series.
        upload(gateway, rig.token, 1 << 20, False)
        promises = []
        for is_chunked in (False, True):
            before, start = gateway.settled_kib(), time.monotonic()
            with Watch(gateway) as watch:
                status, early, digest = upload(gateway, rig.token, size, is_chunked)
            seconds = time.monotonic() - start
            after, kind = gateway.settled_kib(), "chunked" if is_chunked else "with a length"
            print(f"{size >> 30} GiB {kind}: {size / seconds / (1 << 20):,.0f} MiB/s, {early >> 20} MiB taken while the "
                  f"upstream paused; resident {before:,} KiB before, {watch.most:,} at most, {after:,} after", flush=True)
            promises += [
                (f"{kind}: answered 200 ({status}), every byte arrived ({upstream.received:,})",
                 status == 200 and upstream.received == size and upstream.digest == digest),
                (f"{kind}: at most 4 MiB more while uploading: {watch.most - before:,} KiB", watch.most - before <= 4096),
                (f"{kind}: back pressure held the client: {early >> 20} MiB in {PAUSE} s", early <= 64 << 20)]
        verdict(promises)


if __name__ == "__main__":
    main()
