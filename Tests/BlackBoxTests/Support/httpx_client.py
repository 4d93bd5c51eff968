#!/usr/bin/env python3
"""What programs do with httpx over HTTP/2, and what came of it as JSON.

    httpx_client.py URL AUTHORITY TOKEN
"""

import asyncio
import hashlib
import json
import ssl
import sys

import httpx


async def concurrent(client):
    answers = await asyncio.gather(*(client.get(f"/open/{n}?delay=50") for n in range(80)))
    return {"statuses": sorted({a.status_code for a in answers}), "versions": sorted({a.http_version for a in answers}),
            "in order": all(a.json()["line"].startswith(f"GET /open/{n}?") for n, a in enumerate(answers)),
            "connections": len({a.extensions["network_stream"].get_extra_info("client_addr") for a in answers})}


async def download(client):
    count = 0
    async with client.stream("GET", "/open/a?bytes=3000000") as answer:
        async for data in answer.aiter_bytes():
            count += len(data)
    return count


async def upload(client):
    digest = hashlib.sha256()

    async def body():
        for number in range(300):
            data = bytes([number % 256]) * 10_000
            digest.update(data)
            yield data

    seen = (await client.post("/open/a", content=body())).json()
    return {"length": seen["length"], "is same": seen["digest"] == digest.hexdigest()}


async def form(client):
    return (await client.post("/open/a", data={"name": "Lamp", "price": "19.99"})).json()["body"]


async def abandoned(client):
    """Answers that are not read to their end: httpx neither resets them nor makes room for them, yet the rest goes on."""
    for _ in range(5):
        async with client.stream("GET", "/large/a?bytes=200000"):
            pass
    return (await client.get("/open/a")).status_code


async def impatient(client):
    """Requests that time out on the client's side."""
    gone = 0
    for _ in range(5):
        try:
            await client.get("/open/a?delay=3000", timeout=0.2)
        except httpx.ReadTimeout:
            gone += 1
    return {"gone": gone, "then": (await client.get("/open/a")).status_code}


async def refusals(client, token):
    plain = await client.get("/private/a")
    good = await client.get("/private/a", headers={"Authorization": f"Bearer {token}"})
    head = await client.head("/open/a?bytes=5000")
    return {"without": [plain.status_code, plain.headers["content-type"], plain.json()["status"]],
            "with": good.status_code, "head": [head.status_code, head.headers["content-length"], len(head.content)]}


async def main():
    url, authority, token = sys.argv[1:]
    context = ssl.create_default_context(cafile=authority)
    results = {}
    async with httpx.AsyncClient(http2=True, verify=context, base_url=url, timeout=20, trust_env=False) as client:
        for name, attempt in [("concurrent", concurrent), ("download", download), ("upload", upload), ("form", form),
                              ("abandoned", abandoned), ("impatient", impatient)]:
            results[name] = await attempt(client)
        results["refusals"] = await refusals(client, token)
    async with httpx.AsyncClient(verify=context, base_url=url, timeout=20, trust_env=False) as client:
        results["old"] = (await client.get("/open/a")).http_version
    print(json.dumps(results))


if __name__ == "__main__":
    asyncio.run(main())
