#!/usr/bin/env python3
"""An HTTP/1.1 upstream whose answers depend on who else is there: events, long polls, meetings; and a page for browsers.

    site.py [--name site] [--port 0]

It prints its port and serves until it is killed.

    /page             a page that tries all of this out, see page.html
    /item?n=7         {"n": 7}
    /events           server-sent events: what is published, as it is published, until the client leaves
    /events?count=3   three events, `interval` milliseconds apart, then the end
    /poll             waits for what is published next
    /publish          what its body says goes to everybody who waits; answers how many those are
    /together?n=20    answers when twenty such requests are there at once, 503 if they are not within a minute
    /endless          as many bytes as anybody takes

/__present tells how many clients are in /events, /poll, /together and /endless now, and the most that ever were in
/together, and how many bytes /endless has given.
"""

import argparse
import asyncio
import collections
import contextlib
import json
import pathlib
import resource
import urllib.parse

PATIENCE = 60


class Site:
    def __init__(self):
        self.present = collections.Counter()
        self.most = self.given = 0
        self.listeners = set()
        self.meetings = collections.defaultdict(set)

    async def serve(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            while True:
                answering = asyncio.create_task(await self.handler(head, reader, writer))
                # Whoever leaves ends what is done for him; nothing but the next request is to come meanwhile.
                following = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
                try:
                    await asyncio.wait({answering, following}, return_when=asyncio.FIRST_COMPLETED)
                    if answering.done():
                        await answering
                    head = await following
                    await answering
                finally:
                    answering.cancel()
                    following.cancel()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            pass
        finally:
            writer.transport.abort()

    async def handler(self, head, reader, writer):
        """What answers this request: something to await."""
        line, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await self.body(reader, fields)
        url = urllib.parse.urlsplit(line.split(" ")[1])
        query = dict(urllib.parse.parse_qsl(url.query))
        handler = getattr(self, "do_" + url.path.rsplit("/", 1)[1].replace("__", ""), self.do_nothing)
        return handler(writer, query, body)

    @staticmethod
    async def body(reader, fields):
        if fields.get("transfer-encoding") == "chunked":
            parts = []
            while size := int(await reader.readuntil(b"\r\n"), 16):
                parts.append(await reader.readexactly(size))
                await reader.readexactly(2)
            await reader.readuntil(b"\r\n")
            return b"".join(parts)
        return await reader.readexactly(int(fields.get("content-length", 0)))

    async def do_nothing(self, writer, query, body):
        self.answer(writer, 404, {})

    def answer(self, writer, status, value, kind="application/json"):
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        writer.write(b"HTTP/1.1 %d Site\r\nContent-Type: %s\r\nContent-Length: %d\r\nCache-Control: no-store\r\n\r\n%s"
                     % (status, kind.encode(), len(data), data))

    async def do_health(self, writer, query, body):
        self.answer(writer, 200, {})

    async def do_page(self, writer, query, body):
        page = pathlib.Path(__file__).with_name("page.html").read_bytes()
        self.answer(writer, 200, page, "text/html; charset=utf-8")

    async def do_item(self, writer, query, body):
        self.answer(writer, 200, {"n": int(query["n"])})

    async def do_present(self, writer, query, body):
        self.answer(writer, 200, {**self.present, "most": self.most, "given": self.given})

    async def do_publish(self, writer, query, body):
        listeners = list(self.listeners)
        for listener in listeners:
            listener.put_nowait(body.decode())
        self.answer(writer, 200, {"listeners": len(listeners)})

    async def do_events(self, writer, query, body):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n"
                     b"Cache-Control: no-store\r\n\r\n: welcome\n\n")
        if count := int(query.get("count", 0)):
            for number in range(count):
                await asyncio.sleep(int(query.get("interval", 0)) / 1000)
                writer.write(b"id: %d\ndata: event %d\n\n" % (number, number))
            await writer.drain()
            writer.close()
            return
        with self.presence("events"), self.subscription() as published:
            while True:
                writer.write(b"data: %s\n\n" % (await published.get()).encode())
                await writer.drain()

    async def do_poll(self, writer, query, body):
        with self.presence("poll"), self.subscription() as published:
            self.answer(writer, 200, {"published": await published.get()})

    async def do_together(self, writer, query, body):
        wanted, meeting = int(query["n"]), self.meetings[query.get("name")]
        with self.presence("together"):
            self.most = max(self.most, self.present["together"])
            here = asyncio.get_running_loop().create_future()
            meeting.add(here)
            try:
                if len(meeting) >= wanted:
                    for guest in meeting:
                        guest.set_result(None)
                    meeting.clear()
                await asyncio.wait_for(here, PATIENCE)
            except asyncio.TimeoutError:
                return self.answer(writer, 503, {"present": len(meeting)})
            finally:
                meeting.discard(here)
        self.answer(writer, 200, {"together": wanted})

    async def do_endless(self, writer, query, body):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nConnection: close\r\n\r\n")
        with self.presence("endless"):
            while True:
                writer.write(bytes(1 << 16))
                await writer.drain()
                self.given += 1 << 16

    @contextlib.contextmanager
    def presence(self, place):
        self.present[place] += 1
        try:
            yield
        finally:
            self.present[place] -= 1

    @contextlib.contextmanager
    def subscription(self):
        queue = asyncio.Queue()
        self.listeners.add(queue)
        try:
            yield queue
        finally:
            self.listeners.discard(queue)


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="site")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = await asyncio.start_server(Site().serve, "127.0.0.1", options.port, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
