#!/usr/bin/env python3
"""One gRPC call, and what came of it as JSON.

    grpc_client.py TARGET METHOD [REQUEST] [options]
"""

import argparse
import json
import queue
import time

import grpc


def texts(metadata):
    return {key: value if isinstance(value, str) else value.hex() for key, value in metadata or ()}


class Call:
    def __init__(self, options, channel):
        self.options, self.channel = options, channel
        self.answers, self.began = [], time.monotonic()
        metadata = [tuple(pair.split(":", 1)) for pair in options.metadata]
        if options.token:
            metadata.append(("authorization", "Bearer " + options.token))
        self.settings = {"timeout": options.timeout, "metadata": metadata}
        self.request = json.loads(options.request)

    def stub(self, kind):
        return getattr(self.channel, kind)(
            self.options.method, request_serializer=lambda value: json.dumps(value).encode(), response_deserializer=json.loads)

    def run(self):
        rpc = None
        try:
            rpc = getattr(self, self.options.method.rsplit("/", 1)[1].lower(), self.unary)()
            code, details = rpc.code(), rpc.details()
        except grpc.RpcError as error:
            rpc = error
            code, details = error.code(), error.details()
        return {"code": code.value[0], "details": details, "answers": self.answers,
                "seconds": time.monotonic() - self.began, "initial": texts(rpc.initial_metadata()),
                "trailing": texts(rpc.trailing_metadata())}

    def unary(self):
        future = self.stub("unary_unary").future(self.request, **self.settings)
        if self.options.cancel is not None:
            time.sleep(self.options.cancel)
            future.cancel()
            return future
        self.answers.append(future.result())
        return future

    def messages(self):
        for number in range(self.options.messages):
            if number and self.options.interval:
                time.sleep(self.options.interval)
            yield dict(self.request, data="x" * self.options.size)

    def collect(self):
        answer, rpc = self.stub("stream_unary").with_call(self.messages(), **self.settings)
        self.answers.append(answer)
        return rpc

    def count(self):
        rpc = self.stub("unary_stream")(self.request, **self.settings)
        return self.read(rpc)

    def chat(self):
        """Says something, hears it, says the next thing: which works only if nothing is kept back on the way."""
        outbox = queue.Queue()
        rpc = self.stub("stream_stream")(iter(outbox.get, None), **self.settings)
        for number in range(self.options.messages):
            if number and self.options.interval:
                time.sleep(self.options.interval)
            outbox.put(dict(self.request, echo=number))
            self.answers.append(next(rpc)["echo"])
        outbox.put(None)
        return self.read(rpc)

    def read(self, rpc):
        cancel = self.options.cancel
        try:
            for answer in rpc:
                self.answers.append(answer.get("number"))
                if cancel is not None and len(self.answers) > cancel:
                    rpc.cancel()
        except grpc.RpcError:
            # What it was is asked of the call itself.
            pass
        return rpc


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target")
    parser.add_argument("method")
    parser.add_argument("request", nargs="?", default="{}")
    parser.add_argument("--authority", help="PEM file of who is trusted; without it there is no TLS")
    parser.add_argument("--token")
    parser.add_argument("--metadata", action="append", default=[], help="NAME:VALUE")
    parser.add_argument("--timeout", type=float)
    parser.add_argument("--cancel", type=float, help="after so many seconds, or answers of a stream")
    parser.add_argument("--messages", type=int, default=1)
    parser.add_argument("--size", type=int, default=0)
    parser.add_argument("--interval", type=float, default=0)
    parser.add_argument("--calls", type=int, default=1, help="so many at once; their codes are told, and how many connections the service saw")
    options = parser.parse_args()
    if options.authority:
        trusted = grpc.ssl_channel_credentials(open(options.authority, "rb").read())
        channel = grpc.secure_channel(options.target, trusted)
    else:
        channel = grpc.insecure_channel(options.target)
    with channel:
        if options.calls == 1:
            result = Call(options, channel).run()
        else:
            call = channel.unary_unary(options.method, response_deserializer=json.loads)
            body = options.request.encode()
            calls = [call.future(body, timeout=options.timeout) for _ in range(options.calls)]
            result = {"codes": sorted({future.code().value[0] for future in calls}), "count": len(calls)}
            if result["codes"] == [0]:
                result["connections"] = len({future.result()["peer"] for future in calls})
    print(json.dumps(result))


if __name__ == "__main__":
    main()
