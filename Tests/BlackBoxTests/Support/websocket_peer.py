#!/usr/bin/env python3
"""Both ends of WebSockets, by the `websockets` library: a server to stand behind the gateway, clients to stand in front.

    websocket_peer.py serve [--port 0]       prints its port, answers every message with the same, and serves until killed
    websocket_peer.py talk URL --ca FILE     one client that says all kinds of things and checks the answers
    websocket_peer.py hold URL --ca FILE     one client that says "hello" each 100 ms until it is closed, then prints why

What a client found goes to standard output as one JSON object.
"""

import argparse
import asyncio
import json
import os
import ssl

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, InvalidStatus


async def echo(socket):
    try:
        async for message in socket:
            await socket.send(message)
    except ConnectionClosed:
        pass


async def run_server(options):
    async with serve(echo, "127.0.0.1", options.port, subprotocols=["chat"], max_size=None, ping_interval=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().create_future()


def connection(options, **more):
    context = ssl.create_default_context(cafile=options.ca)
    fields = [tuple(field.split(":", 1)) for field in options.field]
    return connect(
        options.url, ssl=context, additional_headers=fields, origin=options.origin, max_size=None, ping_interval=None,
        proxy=None, **more)


async def talk(options):
    async with connection(options, subprotocols=["other", "chat"]) as socket:
        result = {"protocol": socket.subprotocol, "deflate": bool(socket.protocol.extensions)}
        messages = ["", "text", "é" * 1000, b"", os.urandom(125), os.urandom(126), os.urandom(70_000), os.urandom(1 << 20)]
        for message in messages:
            await socket.send(message)
            assert await socket.recv() == message, "another message came back"
        await socket.send(["in ", "three ", "fragments"])
        assert await socket.recv() == "in three fragments"
        # Many at once, so that both directions are busy.
        for number in range(200):
            await socket.send(f"{number} " + "x" * 5000)
        for number in range(200):
            assert (await socket.recv()).startswith(f"{number} ")
        await asyncio.wait_for(await socket.ping(b"are you there?"), 10)
        await socket.close(4321, "that is all")
        return result | {"code": socket.close_code, "reason": socket.close_reason}


async def hold(options):
    count = 0
    try:
        async with connection(options, subprotocols=["chat"]) as socket:
            while True:
                await socket.send("hello")
                assert await socket.recv() == "hello"
                count += 1
                if count == 1:
                    print("open", flush=True)
                await asyncio.sleep(0.1)
    except ConnectionClosed:
        return {"code": socket.close_code, "answers": count}


async def run_client(body, options):
    try:
        result = await asyncio.wait_for(body(options), 60)
    except InvalidStatus as error:
        result = {"status": error.response.status_code, "error": error.response.headers.get("X-Gateway-Error")}
    print(json.dumps(result), flush=True)


parser = argparse.ArgumentParser()
commands = parser.add_subparsers(dest="command", required=True)
commands.add_parser("serve").add_argument("--port", type=int, default=0)
for name in ("talk", "hold"):
    command = commands.add_parser(name)
    command.add_argument("url")
    command.add_argument("--ca")
    command.add_argument("--origin")
    command.add_argument("--field", action="append", default=[])
options = parser.parse_args()
asyncio.run(run_server(options) if options.command == "serve" else run_client(globals()[options.command], options))
