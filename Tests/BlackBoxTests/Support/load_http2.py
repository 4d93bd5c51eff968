#!/usr/bin/env python3
"""HTTP/2 clients that never rest, for seeing whether any of their requests is lost.

    load_http2.py --port PORT --ca FILE [--connections 4] [--streams 20] [--seconds 3 | --requests N] [--target /]
                  [--method GET] [--body TEXT] [--token T] [--field 'Name: value']

Every connection keeps so many streams busy, each of which sends one request after the other. When GOAWAY announces the
end of a connection no stream is opened on it any more, those that it covers are waited for, and a new connection is
opened; when none can be opened any more, the client is done. Prints what `load.py` prints. Lost is a request without a
whole answer, unless RFC 9113, section 8.7 says that it may be sent again: those are `refused`, by kind.
"""

import argparse
import asyncio
import collections
import json
import ssl
import time

import h2.errors
import h2.events
import h2.exceptions

import http2


class Refused(Exception):
    """The request was certainly not processed."""


class Lost(Exception):
    """A request was sent and no whole answer came."""


class Connection:
    """One connection and the futures of its open streams."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.session = reader, writer, http2.Session()
        self.answers, self.fields, self.last_stream, self.is_over = {}, {}, None, False

    async def listen(self):
        why = "the connection ended"
        try:
            while data := await self.reader.read(1 << 16):
                for event in self.session.receive(data):
                    self.take(event)
                self.writer.write(self.session.take_output())
        except (OSError, ssl.SSLError, h2.exceptions.ProtocolError) as error:
            why = f"{type(error).__name__}: {error}"
        self.is_over = True
        for stream in list(self.answers):
            self.fail(stream, Lost(f"{why}, stream {stream}, last stream {self.last_stream}"))

    def take(self, event):
        match event:
            case h2.events.ResponseReceived():
                self.fields[event.stream_id] = dict(event.headers)
            case h2.events.DataReceived():
                self.session.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case h2.events.StreamEnded():
                self.finish(event.stream_id)
            case h2.events.StreamReset() if event.error_code == h2.errors.ErrorCodes.REFUSED_STREAM:
                self.fail(event.stream_id, Refused("REFUSED_STREAM"))
            case h2.events.StreamReset():
                self.fail(event.stream_id, Lost(f"reset with {event.error_code!r}"))
            case http2.GoAway():
                self.last_stream = event.last_stream_id
                for stream in [stream for stream in self.answers if stream > self.last_stream]:
                    self.fail(stream, Refused("GOAWAY"))

    def finish(self, stream):
        if answer := self.answers.pop(stream, None):
            answer.set_result(self.fields.pop(stream))

    def fail(self, stream, error):
        if answer := self.answers.pop(stream, None):
            answer.set_exception(error)

    @property
    def takes_more(self):
        return not self.is_over and self.last_stream is None

    async def exchange(self, fields, body):
        """Sends a request; returns the fields of the answer."""
        stream = self.session.h2.get_next_available_stream_id()
        answer = self.answers[stream] = asyncio.get_running_loop().create_future()
        self.session.h2.send_headers(stream, fields, end_stream=not body)
        if body:
            self.session.send(stream, body, True)
        self.writer.write(self.session.take_output())
        return await answer


class Client:
    def __init__(self, options, context, results):
        self.options, self.context, self.results = options, context, results
        self.deadline = time.monotonic() + options.seconds
        self.left = [options.requests] * options.streams
        self.body = options.body.encode()
        self.fields = [(":method", options.method), (":scheme", "https"), (":authority", "localhost"),
                       (":path", options.target)]
        self.fields += [tuple(part.strip() for part in field.lower().split(":", 1)) for field in options.field]
        if options.token:
            self.fields.append(("authorization", f"Bearer {options.token}"))
        if self.body:
            self.fields += [("content-type", "application/json"), ("content-length", str(len(self.body)))]

    def wants_more(self, index):
        return self.left[index] > 0 if self.options.requests else time.monotonic() < self.deadline

    async def run(self):
        while any(map(self.wants_more, range(self.options.streams))):
            try:
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", self.options.port, ssl=self.context, server_hostname="localhost", limit=1 << 20)
            except (OSError, ssl.SSLError) as error:
                self.results["refused"][type(error).__name__] += 1
                return
            connection = Connection(reader, writer)
            listening = asyncio.create_task(connection.listen())
            await asyncio.gather(*(self.work(connection, index) for index in range(self.options.streams)))
            writer.transport.abort()
            await asyncio.gather(listening, return_exceptions=True)

    async def work(self, connection, index):
        while self.wants_more(index) and connection.takes_more:
            start = time.monotonic()
            try:
                fields = await connection.exchange(self.fields, self.body)
            except Refused as refused:
                self.results["refused"][str(refused)] += 1
                continue
            except (Lost, h2.exceptions.ProtocolError) as lost:
                self.results["lost"].append(f"{type(lost).__name__}: {lost} after {time.monotonic() - start:.3f} s")
                return
            self.left[index] -= 1
            self.results["statuses"][fields[":status"]] += 1
            if reason := fields.get("x-gateway-error"):
                self.results["reasons"][reason] += 1
            self.results["slowest"] = max(self.results["slowest"], time.monotonic() - start)


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--streams", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--requests", type=int, default=0, help="for each stream, instead of a time")
    parser.add_argument("--target", default="/")
    parser.add_argument("--method", default="GET")
    parser.add_argument("--body", default="")
    parser.add_argument("--token")
    parser.add_argument("--field", action="append", default=[])
    options = parser.parse_args()
    results = {"statuses": collections.Counter(), "reasons": collections.Counter(),
               "refused": collections.Counter(), "lost": [], "slowest": 0}
    context = http2.context(options.ca)
    await asyncio.gather(*(Client(options, context, results).run() for _ in range(options.connections)))
    print(json.dumps(results))


if __name__ == "__main__":
    asyncio.run(main())
