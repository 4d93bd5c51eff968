#!/usr/bin/env python3
"""Compares the books of the shop's services with each other and with what their buyers were told.

    shop_audit.py --folder FOLDER --stock N [--told FILE]

FOLDER has orders.db, inventory.db and cart.db; every product began with N pieces; FILE is what `checkout_clients.py`
printed. Prints, as JSON, what does not fit, what is still being worked on, and some numbers.
"""

import argparse
import collections
import json
import sqlite3


def rows(folder, name, sql):
    connection = sqlite3.connect(f"file:{folder}/{name}.db?mode=ro", uri=True, timeout=10)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--stock", type=int, required=True)
    parser.add_argument("--told")
    options = parser.parse_args()
    wrong = []

    orders = {
        id: {"buyer": buyer, "key": key, "status": status, "payment": payment, "total": total, "reference": reference}
        for id, buyer, key, status, payment, total, reference in rows(
            options.folder, "orders",
            "SELECT id, buyer, request_key, status, payment, total, reference FROM orders JOIN checkouts ON order_id = id")}
    items = collections.defaultdict(dict)
    for order, product, quantity in rows(
            options.folder, "orders", "SELECT order_id, product_id, quantity FROM order_items"):
        items[order][product] = quantity
    payments = {id: (state, amount) for id, state, amount in rows(
        options.folder, "orders", "SELECT id, state, amount FROM test_payments")}
    reservations = {id: state for id, state in rows(options.folder, "inventory", "SELECT id, state FROM reservations")}
    reserved = collections.defaultdict(dict)
    for reservation, product, quantity in rows(
            options.folder, "inventory", "SELECT reservation, product_id, quantity FROM reserved_items"):
        reserved[reservation][product] = quantity

    # Every order: paid, kept and told of altogether, or not at all.
    sold = collections.Counter()
    for id, order in orders.items():
        state, amount = payments.get(order["reference"], (None, None))
        kept = reservations.get(order["reference"])
        if order["status"] == "paid":
            if (state, amount) != ("charged", order["total"]):
                wrong.append(f"order {id} is paid, its payment is {state} {amount}, not {order['total']}")
            if kept != "committed" or reserved[order["reference"]] != items[id]:
                wrong.append(f"order {id} is paid, its reservation is {kept} {reserved[order['reference']]}")
            sold.update(items[id])
        elif order["status"] in ("failed", "cancelled"):
            if state == "charged":
                wrong.append(f"order {id} is {order['status']}, and its payment stands")
            if kept not in (None, "released"):
                wrong.append(f"order {id} is {order['status']}, and its reservation is {kept}")
        else:
            wrong.append(f"order {id} is {order['status']}")
    references = {order["reference"] for order in orders.values()}
    for name, ids in (("payment", payments), ("reservation", reservations)):
        for id in ids:
            if id not in references:
                wrong.append(f"{name} {id} belongs to no order")

    # Every piece: sold, or still there.
    for product, on_hand, held in rows(options.folder, "inventory", "SELECT product_id, on_hand, reserved FROM stock"):
        if on_hand < 0 or held != 0 or on_hand + sold[product] != options.stock:
            wrong.append(f"product {product}: {on_hand} there, {held} held, {sold[product]} sold of {options.stock}")

    # Every event: once, in order.
    events = collections.defaultdict(list)
    for key, kind in rows(options.folder, "orders", "SELECT key, kind FROM outbox ORDER BY position"):
        events[int(key)].append(kind)
    for id, order in orders.items():
        paid, cancelled = ["order.placed", "order.paid"], ["order.placed", "order.cancelled"]
        expected = [paid] if order["status"] == "paid" else [cancelled, paid + ["order.cancelled"]]
        if events[id] not in expected:
            wrong.append(f"order {id} is {order['status']}, its events are {events[id]}")

    told = {"orders": []}
    if options.told:
        with open(options.told) as file:
            told = json.load(file)
    placed = collections.Counter()
    for answer in told["orders"]:
        if answer["status"] != 201:
            continue
        order = orders.get(answer["id"])
        if order is None:
            wrong.append(f"order {answer['id']} was acknowledged and is lost")
        elif order["key"] != f"/orders {answer['key']}":
            wrong.append(f"order {answer['id']} was acknowledged for {answer['key']} and belongs to {order['key']}")
        elif answer["order"] == "paid" and order["status"] != "paid":
            wrong.append(f"order {answer['id']} was acknowledged as paid and is {order['status']}")
        placed[answer["id"]] += 1
    for id, count in placed.items():
        if count > 1:
            wrong.append(f"order {id} was the answer to {count} requests")
    if options.told:
        for id, order in orders.items():
            if order["status"] == "paid" and id not in placed:
                wrong.append(f"order {id} is paid, and nobody was told")
        last = {answer["buyer"]: answer for answer in told["orders"] if answer["cart"]}
        for answer in last.values():
            if answer["status"] == 201 and orders.get(answer["id"], {}).get("status") == "paid":
                left = rows(options.folder, "cart", f"SELECT count(*) FROM items WHERE user = 'buyer-{answer['buyer']}'")
                if left[0][0] != 0:
                    wrong.append(f"the cart of order {answer['id']} is not empty")

    print(json.dumps({
        "wrong": wrong,
        "open": rows(options.folder, "orders", "SELECT count(*) FROM checkouts WHERE step <> 'done'")[0][0],
        "orders": collections.Counter(order["status"] for order in orders.values()),
        "told": collections.Counter(str(answer["status"]) for answer in told["orders"]),
        "resumed": dict(rows(
            options.folder, "orders",
            "SELECT step, count(*) FROM checkout_journal WHERE note = 'taken up again' GROUP BY step"))}))


main()
