#!/usr/bin/env python3
"""An HTTP/2 connection whose every stream is driven by a test, one JSON object per line in both directions.

    http2_wire.py PORT AUTHORITY [NAME]     NAME is asked for by SNI and verified, `localhost` if absent

Standard input and output are one stream socket. Commands:

    {"do": "open", "stream": 1, "fields": [[":method", "GET"], ...], "end": true}
    {"do": "data", "stream": 1, "text": "...", "end": false}
    {"do": "trailers", "stream": 1, "fields": [...]}
    {"do": "reset", "stream": 1, "code": 8}
    {"do": "hold", "stream": 1}     the windows of the stream are no longer opened as its data comes
    {"do": "release", "stream": 1}  ... and now they are
    {"do": "ping"}

Events: interim, head, trailers {fields}, data {data: Base64}, end, reset {code}, each with its stream;
goaway {last, code}, settings {values}, pong, violation {text}, closed.
"""

import asyncio
import base64
import collections
import json
import socket
import sys

import h2.events
import h2.exceptions

import http2


class Wire:
    def __init__(self, reader, writer, output):
        self.reader, self.writer, self.output, self.session = reader, writer, output, http2.Session()
        self.held, self.owed = set(), collections.Counter()
        self.corked = False

    def tell(self, event, **more):
        self.output.write(json.dumps({"event": event, **more}).encode() + b"\n")

    def flush(self):
        self.writer.write(self.session.take_output())

    async def follow(self, commands):
        while line := await commands.readline():
            command = json.loads(line)
            try:
                getattr(self, "do_" + command.pop("do"))(**command)
            except h2.exceptions.ProtocolError as error:
                self.tell("violation", text=f"own: {command}: {type(error).__name__}: {error}")
            if not self.corked:
                self.flush()

    def do_cork(self, isCorked):
        self.corked = isCorked

    def do_open(self, stream, fields, end):
        self.session.h2.send_headers(stream, [tuple(field) for field in fields], end_stream=end)

    def do_data(self, stream, text, end):
        self.session.send(stream, text.encode(), end)

    def do_trailers(self, stream, fields):
        self.session.h2.send_headers(stream, [tuple(field) for field in fields], end_stream=True)

    def do_reset(self, stream, code):
        self.session.h2.reset_stream(stream, code)

    def do_hold(self, stream):
        self.held.add(stream)

    def do_release(self, stream):
        self.held.discard(stream)
        self.acknowledge(stream, self.owed.pop(stream, 0))

    def do_ping(self):
        self.session.h2.ping(b"blackbox")

    def acknowledge(self, stream, count):
        if stream in self.held:
            self.owed[stream] += count
        elif count:
            try:
                self.session.h2.acknowledge_received_data(count, stream)
            except h2.exceptions.StreamClosedError:
                pass

    async def listen(self):
        try:
            while data := await self.reader.read(1 << 16):
                for event in self.session.receive(data):
                    self.report(event)
                self.flush()
        except h2.exceptions.ProtocolError as error:
            self.tell("violation", text=f"peer: {type(error).__name__}: {error}")
        except OSError:
            pass
        self.tell("closed")

    def report(self, event):
        match event:
            case h2.events.InformationalResponseReceived():
                self.tell("interim", stream=event.stream_id, fields=event.headers)
            case h2.events.ResponseReceived():
                self.tell("head", stream=event.stream_id, fields=event.headers)
            case h2.events.TrailersReceived():
                self.tell("trailers", stream=event.stream_id, fields=event.headers)
            case h2.events.DataReceived():
                self.tell("data", stream=event.stream_id, data=base64.b64encode(event.data).decode())
                self.acknowledge(event.stream_id, event.flow_controlled_length)
            case h2.events.StreamEnded():
                self.tell("end", stream=event.stream_id)
            case h2.events.StreamReset():
                self.tell("reset", stream=event.stream_id, code=event.error_code)
            case h2.events.RemoteSettingsChanged():
                self.tell("settings", values={int(key): setting.new_value for key, setting in event.changed_settings.items()})
            case h2.events.PingAckReceived():
                self.tell("pong")
            case http2.GoAway():
                self.tell("goaway", last=event.last_stream_id, code=event.error_code)


async def main():
    port, authority, name = int(sys.argv[1]), sys.argv[2], (sys.argv + ["localhost"])[3]
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=http2.context(authority), server_hostname=name, limit=1 << 20)
    if writer.get_extra_info("ssl_object").selected_alpn_protocol() != "h2":
        sys.exit("the server did not choose h2")
    # Standard input and output are one socket.
    commands, output = await asyncio.open_connection(sock=socket.socket(fileno=0), limit=1 << 26)
    wire = Wire(reader, writer, output)
    wire.flush()
    listening = asyncio.create_task(wire.listen())
    # The test decides how long this lives.
    await wire.follow(commands)
    listening.cancel()
    writer.transport.abort()


if __name__ == "__main__":
    asyncio.run(main())
