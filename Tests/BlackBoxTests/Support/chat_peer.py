#!/usr/bin/env python3
"""Clients of the chat about tickets, by the `python-socketio` library, which knows nothing of our server.

    chat_peer.py talk URL --ca FILE --transport polling,websocket --ticket N --customer TOKEN --agent TOKEN --stranger TOKEN
        a customer and an agent talk about a ticket, and somebody else tries to; prints what each of them saw
    chat_peer.py raw URL --ca FILE
        a WebSocket of the `websockets` library, without Socket.IO: prints what it was told
    chat_peer.py refused URL --ca FILE --transport polling [--customer TOKEN]
        one who is not let in; prints why
    chat_peer.py hold URL --ca FILE --transport websocket --ticket N --customer TOKEN
        one who stays, joins again after each interruption, and prints what happens, a line each, until somebody says "bye"

What was found goes to standard output as JSON.
"""

import argparse
import json
import ssl
import threading
import time

import requests
import socketio
from socketio.exceptions import ConnectionError as Refused
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

PATIENCE = 20


class Peer:
    """One client, and what it has heard."""

    def __init__(self, options, token, **more):
        session = requests.Session()
        session.verify = options.ca
        session.trust_env = False
        self.client = socketio.Client(http_session=session, **more)
        self.heard = []
        self.condition = threading.Condition()
        for name in ("message", "typing", "ticket_closed", "error"):
            self.client.on(name, lambda data, name=name: self.hear(name, data))
        self.client.on("connect_error", lambda data=None: self.hear("connect_error", data))
        self.options = options
        self.auth = {"token": token} if token else None

    def connect(self):
        self.client.connect(self.options.url, auth=self.auth, transports=self.options.transport.split(","), wait_timeout=PATIENCE)
        return self

    def hear(self, name, data):
        with self.condition:
            self.heard.append([name, data])
            self.condition.notify_all()

    def wait(self, name, count=1):
        """What the first events of that name brought, once there are so many."""

        def found():
            return [data for kind, data in self.heard if kind == name]

        with self.condition:
            assert self.condition.wait_for(lambda: len(found()) >= count, PATIENCE), f"no {name}: {self.heard}"
            return found()

    def call(self, event, data):
        return self.client.call(event, data, timeout=PATIENCE)


def talk(options):
    customer, agent = Peer(options, options.customer).connect(), Peer(options, options.agent).connect()
    stranger = Peer(options, options.stranger).connect()
    ticket = {"ticket_id": options.ticket}
    result = {
        "transports": [peer.client.transport() for peer in (customer, agent)],
        "joined": [peer.call("join", ticket) for peer in (customer, agent)],
        "stranger": [
            stranger.call("join", ticket), stranger.call("message", ticket | {"body": "let me in"}),
            stranger.call("typing", ticket), stranger.call("join", {"ticket_id": 999999}),
        ],
        "wrong": [
            customer.call("join", {}), customer.call("dance", ticket), customer.call("join", "ticket"),
            customer.call("message", ticket | {"body": "x" * 5001}),
        ],
    }
    customer.client.emit("typing", ticket)
    result["typing"] = agent.wait("typing")
    result["said"] = customer.call("message", ticket | {"body": "Grüße \U0001f600"})
    result["answered"] = agent.call("message", ticket | {"body": "hello"})
    for number in range(20):
        customer.client.emit("message", ticket | {"body": f"line {number}"})
    result["heard"] = [[message["body"] for message in peer.wait("message", 22)] for peer in (customer, agent)]
    customer.client.emit("message", {"ticket_id": "none"})
    result["error"] = customer.wait("error")
    print("ready", flush=True)
    # The test says and does the rest over REST.
    result["rest"] = [peer.wait("message", 23)[-1] for peer in (customer, agent)]
    result["closed"] = [peer.wait("ticket_closed") for peer in (customer, agent)]
    result["late"] = customer.call("message", ticket | {"body": "one more"})
    result["stranger_heard"] = stranger.heard
    result["customer_typing"] = [data for name, data in customer.heard if name == "typing"]
    for peer in (customer, agent, stranger):
        peer.client.disconnect()
    return result


def raw(options):
    context = ssl.create_default_context(cafile=options.ca)
    url = options.url.replace("https:", "wss:") + "/socket.io/?EIO=4&transport=websocket"

    def open_socket():
        return connect(url, ssl=context, proxy=None, open_timeout=PATIENCE, ping_interval=None)

    def code_after(message):
        with open_socket() as socket:
            socket.recv(PATIENCE)
            socket.send(message)
            try:
                while True:
                    socket.recv(PATIENCE)
            except ConnectionClosed:
                return socket.protocol.close_code

    with open_socket() as socket:
        result = {
            "extensions": len(socket.protocol.extensions),
            "open": json.loads(socket.recv(PATIENCE)[1:]),
            "pong": socket.ping(b"are you there?").wait(PATIENCE),
        }
        # In fragments, and refused: there is no token.
        socket.send(iter(["4", "0", "{}"]))
        result["connect"] = socket.recv(PATIENCE)
        socket.close(4321, "that is all")
        result["code"] = socket.protocol.close_code
    return result | {"codes": [code_after(message) for message in (b"binary", "x", "4" * 1_000_001)]}


def refused(options):
    peer = Peer(options, options.customer, reconnection=False)
    try:
        peer.connect()
    except Refused as error:
        return {"refused": str(error), "data": [data for name, data in peer.heard if name == "connect_error"]}
    return {"refused": None}


def hold(options):
    peer = Peer(options, options.customer, reconnection_delay=0.1, reconnection_delay_max=0.5, randomization_factor=0)
    last = [0]
    over = threading.Event()

    def tell(kind, data):
        print(json.dumps([kind, data]), flush=True)

    def message(data):
        last[0] = max(last[0], data["id"])
        tell("message", data["body"])
        if data["body"] == "bye":
            over.set()

    def joined(answer):
        tell("joined", answer["ok"])
        for data in answer["messages"]:
            message(data)

    # The library runs this after each connection, the first as well as those after an interruption.
    peer.client.on("connect", lambda: peer.client.emit("join", {"ticket_id": options.ticket, "after": last[0]}, callback=joined))
    peer.client.on("disconnect", lambda reason=None: tell("disconnected", str(reason)))
    peer.client.on("message", message)
    peer.connect()
    ended = over.wait(120)
    peer.client.disconnect()
    time.sleep(0.1)
    return {"ended": ended}


parser = argparse.ArgumentParser()
parser.add_argument("command", choices=["talk", "raw", "refused", "hold"])
parser.add_argument("url")
parser.add_argument("--ca")
parser.add_argument("--transport")
parser.add_argument("--ticket", type=int)
for role in ("customer", "agent", "stranger"):
    parser.add_argument(f"--{role}")
options = parser.parse_args()
print(json.dumps(globals()[options.command](options)), flush=True)
