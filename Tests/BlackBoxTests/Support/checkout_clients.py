#!/usr/bin/env python3
"""Buyers that want an answer to every order, whatever happens to the shop meanwhile.

    checkout_clients.py --port PORT --ca FILE --tokens FILE --products 1,2,3 --seed N

Every token of FILE (a JSON array) is one buyer. Each places one order after the other, of products or of its cart, each with an
Idempotency-Key of its own, and repeats it until it has an answer that is final. At SIGTERM the buyers finish what they
are at. Prints, as JSON, the final answer to every order, and how often requests were repeated.
"""

import argparse
import http.client
import json
import random
import signal
import ssl
import sys
import threading
import time

# All others mean: ask again.
FINAL = {201, 402, 422}


class Buyer(threading.Thread):
    def __init__(self, number, token, options, context, stopping):
        super().__init__(daemon=True)
        self.number, self.token, self.options, self.context, self.stopping = number, token, options, context, stopping
        self.random = random.Random(f"{options.seed} {number}")
        self.connection = None
        self.orders, self.repeats, self.failures = [], 0, []

    def run(self):
        try:
            count = 0
            while not self.stopping.is_set():
                count += 1
                self.buy(f"{self.options.seed}-{self.number}-{count}")
        except Exception as error:  # The test must hear of it.
            self.failures.append(f"buyer {self.number}: {error!r}")

    def buy(self, key):
        token = self.random.choices(["tok_visa", "tok_declined", "tok_timeout"], [18, 2, 1])[0]
        products = self.random.sample(self.options.products, self.random.randint(1, 2))
        lines = [{"product_id": product, "quantity": self.random.randint(1, 2)} for product in products]
        uses_cart = self.number % 3 == 0
        if uses_cart:
            self.until_done("DELETE", "/cart", None, None, {200})
            for line in lines:
                self.until_done("POST", "/cart/items", line, None, {201})
            body = {"payment_token": token}
        else:
            body = {"items": lines, "payment_token": token}
        status, answer = self.until_done("POST", "/orders", body, key, FINAL)
        self.orders.append({
            "buyer": self.number, "key": key, "status": status, "id": answer.get("id"),
            "order": answer.get("status"), "problem": answer.get("type"), "token": token, "cart": uses_cart})

    def until_done(self, method, target, body, key, final):
        deadline = time.monotonic() + 60
        while True:
            answer = self.ask(method, target, body, key)
            if answer is not None:
                status, document = answer
                if status in final or document.get("type") == "urn:problem:out-of-stock":
                    return status, document
                if status not in {409, 500, 502, 503, 504, 507}:
                    raise AssertionError(f"{method} {target}: {status} {document}")
            if time.monotonic() > deadline:
                raise AssertionError(f"{method} {target}: no answer, the last one was {answer}")
            self.repeats += 1
            time.sleep(0.05)

    def ask(self, method, target, body, key):
        """Status and document; nil when the connection broke."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            if self.connection is None:
                self.connection = http.client.HTTPSConnection(
                    "localhost", self.options.port, timeout=20, context=self.context)
            self.connection.request(method, target, json.dumps(body) if body is not None else None, headers)
            response = self.connection.getresponse()
            text = response.read()
            document = json.loads(text) if text else {}
            return response.status, document if isinstance(document, dict) else {}
        except (OSError, http.client.HTTPException, ValueError):
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--products", type=lambda text: [int(part) for part in text.split(",")], required=True)
    parser.add_argument("--seed", required=True)
    options = parser.parse_args()
    context = ssl.create_default_context(cafile=options.ca)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    with open(options.tokens) as file:
        tokens = json.load(file)
    buyers = [Buyer(number, token, options, context, stopping) for number, token in enumerate(tokens)]
    for buyer in buyers:
        buyer.start()
    stopping.wait()
    for buyer in buyers:
        buyer.join(90)
    json.dump({
        "orders": [order for buyer in buyers for order in buyer.orders],
        "repeats": sum(buyer.repeats for buyer in buyers),
        "failures": [failure for buyer in buyers for failure in buyer.failures]
        + [f"buyer {buyer.number} hangs" for buyer in buyers if buyer.is_alive()]}, sys.stdout)


main()
