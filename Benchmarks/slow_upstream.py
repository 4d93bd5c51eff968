"""An upstream that answers every request after the same while, for requests that are to be in flight.

  slow_upstream.py PORT SECONDS

`GET /peak` answers at once with the most requests that were in flight at the same time; `/health` answers at once too.
"""

import asyncio
import sys

PORT, SECONDS = int(sys.argv[1]), float(sys.argv[2])


class Connection(asyncio.Protocol):
    """A connection without pipelining or bodies: one request is one read that ends with an empty line."""

    in_flight = 0
    peak = 0

    def connection_made(self, transport):
        self.transport, self.received = transport, b""

    def data_received(self, data):
        self.received += data
        if not self.received.endswith(b"\r\n\r\n"):
            return
        target = self.received.split(b" ", 2)[1]
        self.received = b""
        if target == b"/peak":
            self.answer(str(Connection.peak))
        elif target == b"/health":
            self.answer("ok")
        else:
            Connection.in_flight += 1
            Connection.peak = max(Connection.peak, Connection.in_flight)
            asyncio.get_running_loop().call_later(SECONDS, self.finish)

    def finish(self):
        Connection.in_flight -= 1
        self.answer("late")

    def answer(self, text):
        self.transport.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())


async def main():
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", PORT, backlog=4096)
    await server.serve_forever()


asyncio.run(main())
