#!/usr/bin/env python3
"""Reloads that lose nothing: 10,000 requests in flight at a slow upstream, through 100 reloads.

  Benchmarks/reload-under-load.py [--in-flight 10000] [--reloads 100] [--gateway .build/release/gateway]

Every reload changes the routes: one comes, the last one goes, and a limit changes. A request in flight takes two
descriptors of the gateway; where `ulimit -Hn` does not give them, fewer requests are in flight, and that is said.
Needs Debian's nghttp2-client.
"""

import http.client
import json
import pathlib
import sys
import threading
import time

from rig import Rig, free_ports, h2load, raise_descriptors, verdict, NO_LIMIT

SECONDS = 5
ROUNDS = 6


def main():
    arguments = [("--in-flight", 10_000, "requests in flight at once"), ("--reloads", 100, "how many reloads")]
    with Rig("reload", ("h2load",), __doc__, arguments) as rig:
        wanted = rig.options.in_flight
        possible = (raise_descriptors(2 * wanted + 500) - 100) // 2
        count = min(wanted, possible)
        if count < wanted:
            print(f"the limit of descriptors allows {count:,} requests in flight instead of {wanted:,}")
        [port] = free_ports(1)
        rig.start("upstream", sys.executable, pathlib.Path(__file__).with_name("slow_upstream.py"), port, SECONDS)
        gateway = rig.gateway(
            {"slow": {"targets": [f"http://127.0.0.1:{port}"], "health": {"path": "/health", "timeout": "30s"}}},
            [{"name": "all", "match": "/**", "to": "slow", "auth": {"jwt": "bench"}}],
            defaults={"rateLimit": NO_LIMIT, "timeout": "120s", "retries": 0, "connectTimeout": "60s"},
            timeouts={"tlsHandshake": "60s", "headerRead": "60s"})

        total, result = count * ROUNDS, []
        load = threading.Thread(
            target=lambda: result.extend(h2load(gateway.url + "/slow", rig.token, total, count, "-T", "120")))
        load.start()
        while peak(port) < count * 0.99 and load.is_alive():
            time.sleep(0.1)
        print(f"{peak(port):,} requests in flight", flush=True)
        reloaded, slowest, last = 0, 0.0, ""
        pause = SECONDS * (ROUNDS - 2) / rig.options.reloads
        under_load = True
        for number in range(rig.options.reloads):
            change(gateway, number)
            start = time.monotonic()
            status, body = gateway.admin("/reload", "POST")
            slowest = max(slowest, time.monotonic() - start)
            # The gateway sees the change of the file itself and may have been faster.
            last = body.decode(errors="replace")
            reloaded += status == 200 and f"r{number}" in names(gateway)
            under_load = under_load and load.is_alive()
            time.sleep(max(0, pause - (time.monotonic() - start)))
        load.join()
        done, seconds = result
        if done < total:
            print(rig.log("gateway"))
        print(f"{total:,} requests in {seconds:.0f} s, {peak(port):,} in flight at most; "
              f"{rig.options.reloads} reloads, the slowest {slowest * 1000:.0f} ms")
        verdict([
            (f"all reloads took effect: {reloaded} of {rig.options.reloads} {'' if reloaded else last}",
             reloaded == rig.options.reloads),
            ("requests were in flight through all of them", under_load),
            (f"{count:,} requests were in flight at once: {peak(port):,}", peak(port) >= count * 0.99),
            (f"no request was lost: {total - done} of {total:,}", done == total)])


def change(gateway, number):
    """Another route instead of the one before, and another limit."""
    routes = gateway.configuration["routes"]
    del routes[1:]
    routes.append({"name": f"r{number}", "match": f"/r{number}", "to": "slow", "auth": "none"})
    routes[0]["rateLimit"] = f"{1_000_000 + number}/s per sub burst 1000000"
    gateway.write()


def names(gateway):
    """The names of the routes in force."""
    return [route["name"] for route in json.loads(gateway.admin("/routes")[1])["routes"]]


def peak(port):
    """The most requests that the upstream has had at once."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/peak")
        return int(connection.getresponse().read())
    finally:
        connection.close()


if __name__ == "__main__":
    main()
