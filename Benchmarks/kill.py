#!/usr/bin/env python3
"""A crash that nobody notices: SIGKILL of one of two `products` instances under load, in turns.

  Benchmarks/kill.py [--kills 10] [--gateway .build/release/gateway]

Reads may be tried again, so none may fail. A write without an idempotency key may not: as many may fail as were in
flight. After each kill the instance must be back, probed and in rotation, within a second.
Needs Debian's wrk, and the `shop` executable beside the gateway.
"""

import contextlib
import http.client
import json
import os
import signal
import threading
import time

from rig import Rig, tls, verdict, wrk, NO_LIMIT

READERS, WRITERS = 16, 4
# Each instance runs for longer than ten seconds between two kills: one that ends sooner is held back for longer.
PAUSE = 6


class Writers:
    """Creates products, one after the other on each of a few connections, and counts what came of it."""

    def __init__(self, gateway, token):
        self.gateway, self.token = gateway, token
        self.created, self.failures, self.stopped = [0] * WRITERS, [], False
        self.threads = [threading.Thread(target=self.run, args=(number,)) for number in range(WRITERS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped = True
        for thread in self.threads:
            thread.join()

    def run(self, number):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        body = json.dumps({"name": "Lamp", "description": "bright", "price": 19.99, "category": "Home"})
        connection = None
        while not self.stopped:
            try:
                if connection is None:
                    connection = http.client.HTTPSConnection(
                        "127.0.0.1", self.gateway.port, timeout=20, context=tls())
                connection.request("POST", "/products", body, headers)
                answer = connection.getresponse()
                text = answer.read()
                if answer.status == 201:
                    self.created[number] += 1
                else:
                    self.failures.append(f"{answer.status} {answer.getheader('X-Gateway-Error') or text[:80]}")
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                connection = None
            time.sleep(0.01)
        if connection:
            connection.close()


def state(gateway):
    """The process ids of the two instances, by instance, and how many endpoints are in rotation."""
    products = gateway.health()["services"]["products"]
    pids = {process["instance"]: process.get("pid") for process in products["process"]}
    return [pids[0], pids[1]], products["endpoints"]["healthy"]


def recovery(gateway, killed):
    """Seconds from now until two instances are in rotation again, without the one that was killed."""
    start = time.monotonic()
    while time.monotonic() - start < 30:
        pids, healthy = state(gateway)
        if killed not in pids and None not in pids and healthy == 2:
            return time.monotonic() - start
        time.sleep(0.005)
    return float("inf")


def main():
    with Rig("kill", ("wrk",), __doc__, [("--kills", 10, "how many instances are killed")]) as rig:
        gateway = rig.gateway(
            {"products": {"handler": "products", "instances": 2, "database": "products.db",
                          "health": {"path": "/health"}}},
            [{"name": "products", "match": "GET,POST /products/{id?}", "to": "products",
              "auth": {"jwt": "bench", "claims": {"sub": "X-User-Id"}}}],
            defaults={"rateLimit": NO_LIMIT}, stateDir="var")
        kills, reads, times = rig.options.kills, [], []
        with Writers(gateway, rig.token) as writers:
            time.sleep(1)
            load = threading.Thread(
                target=lambda: reads.extend(
                    wrk(gateway.url + "/products/1", rig.token, kills * PAUSE + 3, READERS)))
            load.start()
            time.sleep(1)
            for number in range(kills):
                start = time.monotonic()
                victim = state(gateway)[0][number % 2]
                failed = len(writers.failures)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                times.append(recovery(gateway, victim))
                time.sleep(max(0, PAUSE - (time.monotonic() - start)))
                print(f"killed {victim}: back after {times[-1] * 1000:.0f} ms, "
                      f"{len(writers.failures) - failed} writes failed", flush=True)
            load.join()
        done, rate, errors = reads
        created, failed = sum(writers.created), len(writers.failures)
        print(f"{done:,} reads ({rate:,.0f} per second), {created:,} writes")
        for text in sorted(set(writers.failures)):
            print(f"  {writers.failures.count(text)} x {text}")
        verdict([
            (f"no read failed: {errors} of {done:,}", errors == 0),
            (f"no write failed but those in flight: {failed} of {created + failed:,}, at most {WRITERS} each time",
             failed <= WRITERS * kills and created > 0),
            (f"back within a second: {max(times) * 1000:.0f} ms at most", max(times) <= 1)])


if __name__ == "__main__":
    main()
