#!/usr/bin/env python3
"""A gRPC service: unary, both streamings, and a health check that can be told what to say. Prints its port.

Messages are JSON in bytes, so that nothing has to be generated. Requests say how they are answered.
"""

import argparse
import collections
import concurrent.futures
import json
import threading
import time

import grpc

SERVING, NOT_SERVING = 1, 2


class Service(grpc.GenericRpcHandler):
    """`/test.Echo/*` is what the gateway is tried with, `/test.Control/*` what the tests themselves ask."""

    def __init__(self, name):
        self.name = name
        self.health = collections.defaultdict(lambda: SERVING)
        self.counts = collections.Counter()
        self.lock = threading.Lock()

    def service(self, details):
        kind, method = details.method.rsplit("/", 1)
        if details.method == "/grpc.health.v1.Health/Check":
            return grpc.unary_unary_rpc_method_handler(self.check)
        handlers = {
            "Unary": (grpc.unary_unary_rpc_method_handler, self.unary),
            "Collect": (grpc.stream_unary_rpc_method_handler, self.collect),
            "Count": (grpc.unary_stream_rpc_method_handler, self.count),
            "Chat": (grpc.stream_stream_rpc_method_handler, self.chat),
            "Counts": (grpc.unary_unary_rpc_method_handler, self.control_counts),
            "Health": (grpc.unary_unary_rpc_method_handler, self.control_health),
        }
        if kind not in ("/test.Echo", "/test.Control") or method not in handlers:
            return None
        make, handle = handlers[method]
        return make(handle, request_deserializer=json.loads, response_serializer=lambda value: json.dumps(value).encode())

    # What is tried

    def begin(self, context, method):
        with self.lock:
            self.counts["began"] += 1
            self.counts[method] += 1
        # Told at the end of every call, with the call's state: a call that is over in time is not active and not cancelled.
        context.add_callback(lambda: self.ended(context))
        context.set_trailing_metadata((("x-trailing", "at the end"), ("x-trailing-bin", b"\x00\x01\xff")))

    def ended(self, context):
        with self.lock:
            self.counts["ended"] += 1

    def described(self, context):
        left = context.time_remaining()
        return {"service": self.name, "metadata": {key: value for key, value in context.invocation_metadata()
                                                   if isinstance(value, str)},
                "left": None if left is None or left > 1e9 else left, "peer": context.peer()}

    def wait(self, context, seconds):
        """Waits, but not for a caller that has gone."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not context.is_active():
                with self.lock:
                    self.counts["cancelled"] += 1
                return False
            time.sleep(0.01)
        return True

    def unary(self, request, context):
        self.begin(context, "Unary")
        if request.get("initial"):
            context.send_initial_metadata((("x-initial", "at the start"),))
        self.wait(context, request.get("delay", 0))
        if request.get("code"):
            code = next(code for code in grpc.StatusCode if code.value[0] == request["code"])
            context.abort(code, request.get("details", ""))
        return dict(self.described(context), echo=request.get("echo"))

    def collect(self, requests, context):
        self.begin(context, "Collect")
        count = size = 0
        for request in requests:
            count += 1
            size += len(request.get("data", ""))
        return {"count": count, "size": size}

    def count(self, request, context):
        self.begin(context, "Count")
        context.send_initial_metadata((("x-initial", "at the start"),))
        for number in range(request["count"]):
            if number and not self.wait(context, request.get("interval", 0)):
                return
            yield {"number": number, "data": "x" * request.get("size", 0)}
        if request.get("code"):
            context.abort(next(code for code in grpc.StatusCode if code.value[0] == request["code"]), "in the middle")

    def chat(self, requests, context):
        self.begin(context, "Chat")
        for number, request in enumerate(requests):
            yield {"number": number, "echo": request.get("echo")}

    # What the tests ask

    def control_counts(self, request, context):
        with self.lock:
            return dict(self.counts)

    def control_health(self, request, context):
        self.health[request.get("service", "")] = request["status"]
        return {}

    def check(self, request, context):
        """`grpc.health.v1`: field 1 of the request is the service, field 1 of the answer the status."""
        with self.lock:
            self.counts["checks"] += 1
        service = request[2:].decode() if request else ""
        return bytes([8, self.health[service]])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="grpc")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--certificate", help="PEM file with certificate and key; without it there is no TLS")
    parser.add_argument("--streams", type=int, default=100, help="how many streams a connection may have")
    options = parser.parse_args()
    server = grpc.server(
        concurrent.futures.ThreadPoolExecutor(64),
        options=(("grpc.so_reuseport", 0), ("grpc.max_concurrent_streams", options.streams)))
    server.add_generic_rpc_handlers((Service(options.name),))
    address = f"127.0.0.1:{options.port}"
    if options.certificate:
        pem = open(options.certificate, "rb").read()
        port = server.add_secure_port(address, grpc.ssl_server_credentials([(pem, pem)]))
    else:
        port = server.add_insecure_port(address)
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
