#!/usr/bin/env python3
"""A service that asks another one through the gateway, as any language can.

    caller.py --port 5000

GET /ask?of=NAME&path=/p&delay=200 waits that many milliseconds, asks NAME.internal for the path, and answers with what it
got: {"status", "body"}. Everything else is 200.
"""

import argparse
import http.client
import http.server
import json
import os
import socket
import time
import urllib.parse


def gateway(host):
    address = os.environ["GATEWAY_INTERNAL"]
    connection = http.client.HTTPConnection(host)
    if address.startswith("unix:"):
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(address.removeprefix("unix:"))
    else:
        place = urllib.parse.urlsplit(address)
        connection.sock = socket.create_connection((place.hostname, place.port))
    return connection


class Caller(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        answer = {}
        if url.path == "/ask":
            time.sleep(int(query.get("delay", 0)) / 1000)
            connection = gateway(query["of"] + ".internal")
            connection.request("GET", query["path"])
            response = connection.getresponse()
            answer = {"status": response.status, "body": response.read().decode()}
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    http.server.ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Caller).serve_forever()
