#!/usr/bin/env python3
"""Clients that never rest, for seeing whether any of their requests is lost.

    load.py --port PORT --ca FILE [--connections 50] [--seconds 3 | --requests N] [--target /] [--method GET]
            [--token T] [--field 'Name: value'] [--once]

Every connection sends one request after the other. When the gateway announces that it closes a connection, or closes it
while nothing is in flight, a new one is opened; when none can be opened any more, the client is done: that is how a
gateway ends that shuts down well. `--once` opens a connection per request. Prints, as JSON, how many answers came by
status and by reason, and what was lost: a request that was sent and got no whole answer.
"""

import argparse
import asyncio
import collections
import json
import ssl
import time


class Lost(Exception):
    """A request was sent and no whole answer came."""


class Client:
    def __init__(self, options, context, results):
        self.options, self.context, self.results = options, context, results
        self.deadline = time.monotonic() + options.seconds
        self.left = options.requests

    async def run(self):
        while self.wants_more():
            try:
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", self.options.port, ssl=self.context, server_hostname="localhost", limit=1 << 20)
            except (OSError, ssl.SSLError) as error:
                self.results["refused"][type(error).__name__] += 1
                return
            try:
                while self.wants_more() and await self.exchange(reader, writer) and not self.options.once:
                    pass
            except Lost as lost:
                self.results["lost"].append(str(lost))
            finally:
                writer.transport.abort()

    def wants_more(self):
        return self.left > 0 if self.options.requests else time.monotonic() < self.deadline

    async def exchange(self, reader, writer):
        """Sends a request and reads the answer; whether the connection goes on."""
        if reader.at_eof():
            return False
        self.left -= 1
        fields = "".join(field + "\r\n" for field in self.options.field)
        if self.options.token:
            fields += f"Authorization: Bearer {self.options.token}\r\n"
        if self.options.once:
            fields += "Connection: close\r\n"
        body = self.options.body.encode()
        if body:
            fields += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        start = time.monotonic()
        try:
            writer.write(f"{self.options.method} {self.options.target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode()
                         + body)
            await writer.drain()
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = 0
            fields = {}
            for line in head.split("\r\n")[1:]:
                name, _, value = line.partition(":")
                fields[name.lower()] = value.strip()
            if fields.get("transfer-encoding") == "chunked":
                while size := int(await reader.readuntil(b"\r\n"), 16):
                    await reader.readexactly(size + 2)
                await reader.readuntil(b"\r\n")
            else:
                length = int(fields.get("content-length", 0))
                await reader.readexactly(length)
        except (OSError, ssl.SSLError, asyncio.IncompleteReadError) as error:
            raise Lost(f"{type(error).__name__} after {time.monotonic() - start:.3f} s: {error}") from error
        status = head.split(" ")[1]
        self.results["statuses"][status] += 1
        if reason := fields.get("x-gateway-error"):
            self.results["reasons"][reason] += 1
        self.results["slowest"] = max(self.results["slowest"], time.monotonic() - start)
        return fields.get("connection", "").lower() != "close"


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--requests", type=int, default=0, help="for each connection, instead of a time")
    parser.add_argument("--target", default="/")
    parser.add_argument("--method", default="GET")
    parser.add_argument("--body", default="")
    parser.add_argument("--token")
    parser.add_argument("--field", action="append", default=[])
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    context = ssl.create_default_context(cafile=options.ca)
    results = {"statuses": collections.Counter(), "reasons": collections.Counter(),
               "refused": collections.Counter(), "lost": [], "slowest": 0}
    await asyncio.gather(*(Client(options, context, results).run() for _ in range(options.connections)))
    print(json.dumps(results))


if __name__ == "__main__":
    asyncio.run(main())
