#!/usr/bin/env python3
"""A service that knows which tokens are revoked, and answers everything else with 200.

    revocations.py [--name up] [--port 0]

It prints its port and serves until it is killed.

    GET /revocations?after=N       the revocations after the N-th, three at a time
    POST /__revoke?id=ID&for=600   one more, for as many seconds
"""

import argparse
import http.server
import json
import threading
import time
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    revoked, lock = [], threading.Lock()

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        answer = {}
        with self.lock:
            if url.path == "/revocations":
                page = self.revoked[int(query["after"]):][:3]
                answer = {"next": min(int(query["after"]), len(self.revoked)) + len(page), "revoked": page}
            elif url.path == "/__revoke":
                self.revoked.append({"id": query["id"], "expires": int(time.time()) + int(query.get("for", 600))})
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="up")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
