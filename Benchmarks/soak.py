#!/usr/bin/env python3
"""Memory that does not grow: resident memory after 2,000,000 requests and 100,000 connections is where it was after
the first 100,000 requests, of which 30,000 came on connections of their own: handshakes need more memory than requests,
and what malloc has taken for as many as run at once it keeps.

  Benchmarks/soak.py [--requests 2000000] [--connections 100000] [--gateway .build/release/gateway]

Needs Debian's nghttp2-client and nginx-light.
"""

from rig import Rig, h2load, verdict, NO_LIMIT


def main():
    arguments = [("--requests", 2_000_000, "requests between the two looks"),
                 ("--connections", 100_000, "connections between the two looks")]
    with Rig("soak", ("h2load", "nginx"), __doc__, arguments) as rig:
        limit = NO_LIMIT.replace("per ip", "per sub")
        gateway = rig.gateway(
            {"origin": {"targets": [f"http://127.0.0.1:{rig.origin()}"], "health": {"path": "/"}}},
            [{"name": "all", "match": "/**", "to": "origin", "rateLimit": limit, "auth": {"jwt": "bench"}}],
            defaults={"rateLimit": NO_LIMIT})
        started = gateway.settled_kib()
        print(f"{'started':<40} {started:8,} KiB resident")
        lost = 0

        def run(what, requests, connections, *extra):
            nonlocal lost
            done, seconds = h2load(gateway.url, rig.token, requests, connections, *extra)
            lost += requests - done
            resident = gateway.settled_kib()
            print(f"{what:<40} {resident:8,} KiB resident   {requests / seconds:8,.0f} per second   "
                  f"{requests - done} lost", flush=True)
            return resident

        requests, connections = rig.options.requests, rig.options.connections
        run("first 70,000 requests", 70_000, 64)
        first = run("30,000 requests, each on a connection", 30_000, 64, "-H", "Connection: close")
        run(f"{requests:,} requests more", requests, 64)
        last = run(f"{connections:,} connections more", connections, 64, "-H", "Connection: close")
        tolerance = max(1024, first // 20)
        verdict([
            (f"resident memory: {first:,} KiB, then {last:,} KiB (at most {tolerance:,} KiB more)",
             last <= first + tolerance),
            (f"no request lost: {lost}", lost == 0)])


if __name__ == "__main__":
    main()
