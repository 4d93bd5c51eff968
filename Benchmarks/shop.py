#!/usr/bin/env python3
"""What the shop bears: durable orders per second, and reads of a product through the whole gateway.

  Benchmarks/shop.py [--rounds 3] [--seconds 5] [--buyers 128] [--gateway .build/release/gateway]

An order counts when it was answered with 201: stock reserved, paid for, written down and on the disk. That takes six
transactions one after the other, four of orders and two of inventory. It is compared with what they give on the same disk
when each is committed alone (SQLite, WAL, synchronous=FULL, one row each), in turns with the orders. Afterwards the
databases are asked whether what was answered is there. Needs Debian's wrk and a C compiler.

Sharing a commit is worth what a commit costs: some machines sync in a tenth of a millisecond, because their disk is
memory somewhere. So both sides get a disk whose syncs take two milliseconds more; --disk 0 takes it as it is.
"""

import contextlib
import http.client
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import time

from rig import Rig, cpu_seconds, tls, verdict, wrk, NO_LIMIT

SERVICES = {"products": 2, "inventory": 1, "cart": 1, "profile": 1, "orders": 1}
STOCK = 1_000_000_000
# Placed, charging, paid and done; held and committed. What follows later, events and their effects, is not counted.
TRANSACTIONS = 6


def slow_the_disk():
    """Starts this script again with a library in between that makes syncs take longer, for it and all that it starts."""
    milliseconds = sys.argv[sys.argv.index("--disk") + 1] if "--disk" in sys.argv[:-1] else "2"
    if milliseconds == "0" or "SLOW_DISK_MS" in os.environ:
        return
    library = pathlib.Path(__file__).resolve().parents[1] / ".build" / "slow_disk.so"
    source = pathlib.Path(__file__).with_name("slow_disk.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)
    os.execve(sys.executable, [sys.executable, *sys.argv],
              os.environ | {"LD_PRELOAD": str(library), "SLOW_DISK_MS": milliseconds})


def commits(folder, seconds):
    """Transactions per second of one writer that commits each alone."""
    with contextlib.closing(sqlite3.connect(folder / "baseline.db", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, buyer TEXT, total INTEGER)")
        count, start = 0, time.monotonic()
        while time.monotonic() - start < seconds:
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO orders (buyer, total) VALUES ('alice', 1999)")
            database.execute("COMMIT")
            count += 1
        return count / (time.monotonic() - start)


def call(gateway, token, method, path, body=None):
    """One request; returns status and JSON."""
    connection = http.client.HTTPSConnection("127.0.0.1", gateway.port, timeout=30, context=tls())
    with contextlib.closing(connection):
        connection.request(method, path, body and json.dumps(body),
                           {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or "null")


def must(expected, answer):
    """The JSON of an answer that must have this status."""
    if answer[0] != expected:
        raise SystemExit(f"{answer[0]} instead of {expected}: {answer[1]}")
    return answer[1]


def ask(database, question):
    """The only value of a query."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(question).fetchone()[0]


def start(rig):
    """A gateway with the shop behind it, without limits."""
    services = {name: {"handler": name, "instances": count, "database": f"{name}.db"}
                for name, count in SERVICES.items()}
    routes = [{"name": name, "match": match, "to": to, "auth": {"jwt": "bench"}} for name, match, to in [
        ("product", "GET,POST /products/{id?}", "products"), ("stock", "GET,POST /inventory/{id?}", "inventory"),
        ("orders", "GET,POST /orders/{id?}", "orders")]]
    return rig.gateway(services, routes, defaults={"rateLimit": NO_LIMIT})


def settle(rig, gateway, product):
    """Waits until no order is under way; returns how many were paid, and how many pieces have left the store."""
    deadline = time.monotonic() + 60
    while True:
        stock = must(200, call(gateway, rig.token, "GET", f"/inventory/{product}"))
        paid = ask(rig.folder / "orders.db", "SELECT count(*) FROM orders WHERE status = 'paid' AND buyer = 'alice'")
        left = STOCK - stock["on_hand"]
        if (stock["reserved"] == 0 and paid == left) or time.monotonic() > deadline:
            return paid, left
        time.sleep(0.2)


def main():
    arguments = [("--rounds", 3, "how often everything is measured"), ("--seconds", 5, "length of a measurement"),
                 ("--buyers", 128, "how many order at once"),
                 ("--disk", 2, "milliseconds that a sync takes longer than here")]
    if "--help" not in sys.argv and "-h" not in sys.argv:
        slow_the_disk()
    with Rig("shop", ("wrk",), __doc__, arguments) as rig:
        seconds, gateway = rig.options.seconds, start(rig)
        product = must(201, call(gateway, rig.token, "POST", "/products",
                                 {"name": "Lamp", "price": 19.99, "category": "Home"}))["id"]
        must(201, call(gateway, rig.token, "POST", "/inventory", {"product_id": product, "quantity": STOCK}))
        script = rig.folder / "order.lua"
        script.write_text(f"""
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            wrk.body = '{{"product_id": {product}, "quantity": 1, "payment_token": "tok_visa"}}'""")

        reads, costs, baseline, orders, answered, errors = [], [], [], [], 0, 0
        # Reads come first: what orders tell the catalogue is delivered for some time after them.
        for _ in range(rig.options.rounds):
            before = cpu_seconds(gateway.pid)
            done, rate, failed = wrk(f"{gateway.url}/products/{product}", rig.token, seconds, 64)
            reads.append(rate)
            costs.append((cpu_seconds(gateway.pid) - before) / done * 1e6)
            errors += failed
            print(f"reads of a product         {rate:9,.0f} /s   {costs[-1]:.0f} us of processor time each   "
                  f"{failed} errors", flush=True)

        for _ in range(rig.options.rounds):
            baseline.append(commits(rig.folder, seconds))
            print(f"one transaction per commit {baseline[-1]:9,.0f} /s   {baseline[-1] / TRANSACTIONS:,.0f} orders",
                  flush=True)

            before = cpu_seconds(gateway.pid)
            done, rate, failed = wrk(f"{gateway.url}/orders", rig.token, seconds, rig.options.buyers, "-s", script)
            orders.append(rate)
            answered, errors = answered + done - failed, errors + failed
            print(f"orders                     {rate:9,.0f} /s   "
                  f"{(cpu_seconds(gateway.pid) - before) / done * 1e6:.0f} us of processor time each   "
                  f"{failed} errors", flush=True)

        # Orders whose answers wrk did not wait for are finished too, so there may be more than were answered.
        written, left = settle(rig, gateway, product)
        share = statistics.median(rate / base for rate, base in zip(orders, baseline))
        growth = share * TRANSACTIONS
        print(f"medians on {os.cpu_count()} processors: {statistics.median(orders):,.0f} orders/s, {share:.1f} for each of "
              f"{statistics.median(baseline):,.0f} commits/s; {statistics.median(reads):,.0f} reads/s of "
              f"{statistics.median(costs):.0f} us")
        verdict([
            (f"durable orders are at least 5 times what one transaction per commit gives: {growth:.1f}", growth >= 5),
            (f"at least 15,000 reads of a product per second: {statistics.median(reads):,.0f}",
             statistics.median(reads) >= 15_000),
            (f"every answered order is written down: {answered:,} of {written:,}", written >= answered),
            (f"what was sold has left the store: {left:,} pieces for {written:,} orders", left == written),
            (f"no request failed: {errors}", errors == 0)])


if __name__ == "__main__":
    main()
