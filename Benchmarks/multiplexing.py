#!/usr/bin/env python3
"""HTTP/2 in constant memory and without anybody waiting for somebody else: 1 GiB down and 1 GiB up, ten thousand streams
in flight at once on a hundred connections, and a slow reader beside fast ones on the same connection.

  .build/venv/bin/python Benchmarks/multiplexing.py [--mebibytes 1024] [--streams 10000] [--rounds 300]
                                                    [--gateway .build/release/gateway]

Needs Debian's nghttp2-client, nginx-light and curl, and the Python packages that scripts/test-tools.sh puts into
.build/venv. The upstream of the upload reads nothing for its first three seconds.
"""

import asyncio
import re
import statistics
import subprocess
import sys
import time

from rig import NO_LIMIT, ROOT, Rig, free_ports, raise_descriptors, verdict
from upload import Discard, Watch

sys.path.insert(0, str(ROOT / "Tests/BlackBoxTests/Support"))

try:
    import h2.events
    import http2
except ImportError:
    sys.exit("missing: h2: run scripts/test-tools.sh, then .build/venv/bin/python Benchmarks/multiplexing.py")

CONNECTIONS = 100
SIBLINGS = 20


def transfer(rig, gateway, *options):
    """Runs curl over HTTP/2; returns status, version, bytes down and up, and seconds."""
    text = subprocess.run(
        ["curl", "--silent", "--http2", "--noproxy", "*", "--cacert", rig.folder / "cert.pem", "--output", "/dev/null",
         "--header", f"Authorization: Bearer {rig.token}", "--write-out",
         "%{http_code} %{http_version} %{size_download} %{size_upload} %{time_total}", *options],
        capture_output=True, text=True).stdout.split()
    return int(text[0]), text[1], int(text[2]), int(text[3]), float(text[4])


def constant_memory(rig, gateway, upstream, size):
    """1 GiB each way; returns what that promises."""
    promises = []
    large, url = rig.folder / "large", f"https://localhost:{gateway.port}"
    for name, options in [("down", [f"{url}/files/large"]), ("up", ["--upload-file", large, f"{url}/upload"])]:
        # The first one makes what is made once.
        transfer(rig, gateway, "--range", "0-1048575", f"{url}/files/large")
        before = gateway.settled_kib()
        with Watch(gateway) as watch:
            status, version, down, up, seconds = transfer(rig, gateway, *options)
        after, moved = gateway.settled_kib(), down if name == "down" else upstream.received
        print(f"{size >> 20} MiB {name}: {size / seconds / (1 << 20):,.0f} MiB/s; resident {before:,} KiB before, "
              f"{watch.most:,} at most, {after:,} after", flush=True)
        promises += [
            (f"{name}: {status} over HTTP/{version}, every byte arrived ({moved:,})",
             (status, version, moved) == (200, "2", size)),
            (f"{name}: at most 4 MiB more meanwhile: {watch.most - before:,} KiB", watch.most - before <= 4096)]
    return promises


def many_streams(rig, gateway, count):
    """So many requests of which none is answered before all are there; returns what that promises."""
    before, start = gateway.resident_kib(), time.monotonic()
    with Watch(gateway) as watch:
        text = subprocess.run(
            ["h2load", "-n", str(count), "-c", str(CONNECTIONS), "-m", str(count // CONNECTIONS), "-H",
             f"Authorization: Bearer {rig.token}", f"{gateway.url}/together?n={count}"],
            capture_output=True, text=True).stdout
    good = re.search(r"status codes: (\d+) 2xx", text)
    print(f"{count:,} streams on {CONNECTIONS} connections: {time.monotonic() - start:.1f} s; "
          f"{(watch.most - before) / count:.1f} KiB for each", flush=True)
    return [(f"{count:,} streams in flight at once, all answered 200 ({good[1] if good else text})",
             good is not None and int(good[1]) == count)]


class Siblings:
    """A connection with fast requests, and maybe a slow reader beside them."""

    def __init__(self, rig, gateway):
        self.rig, self.gateway, self.session = rig, gateway, http2.Session()
        self.waiting, self.read, self.slow = {}, 0, None

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", self.gateway.port, ssl=http2.context(self.rig.folder / "cert.pem"),
            server_hostname="localhost")
        self.listening = asyncio.create_task(self.listen())

    async def listen(self):
        while data := await self.reader.read(1 << 16):
            for event in self.session.receive(data):
                match event:
                    case h2.events.DataReceived(stream_id=self.slow):
                        self.read += len(event.data)
                    case h2.events.DataReceived():
                        self.session.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    case h2.events.StreamEnded() if event.stream_id in self.waiting:
                        self.waiting.pop(event.stream_id).set_result(time.monotonic())
            self.writer.write(self.session.take_output())

    def start(self, path):
        stream = self.session.h2.get_next_available_stream_id()
        self.session.h2.send_headers(stream, [
            (":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", path),
            ("authorization", f"Bearer {self.rig.token}")], end_stream=True)
        self.writer.write(self.session.take_output())
        return stream

    async def exchange(self):
        begun = time.monotonic()
        done = self.waiting[self.start("/item")] = asyncio.get_running_loop().create_future()
        return await done - begun

    async def latencies(self, rounds):
        """Milliseconds of each of so many rounds of requests, sent together."""
        return [1000 * seconds for _ in range(rounds)
                for seconds in await asyncio.gather(*(self.exchange() for _ in range(SIBLINGS)))]


async def slow_reader(rig, gateway, rounds):
    """Latencies without and with a slow reader beside; returns what they promise."""
    siblings = Siblings(rig, gateway)
    await siblings.open()
    # What the first requests make is not measured.
    await siblings.latencies(20)
    alone = await siblings.latencies(rounds)
    before = gateway.resident_kib()
    siblings.slow = siblings.start("/files/large")
    beside = await siblings.latencies(rounds)
    grown = gateway.resident_kib() - before
    for name, values in [("alone", alone), ("beside a slow reader", beside)]:
        p50, p99 = statistics.median(values), statistics.quantiles(values, n=100)[98]
        print(f"{len(values):,} requests {name}: p50 {p50:.2f} ms, p99 {p99:.2f} ms", flush=True)
    siblings.writer.transport.abort()
    slower = statistics.median(beside) / statistics.median(alone)
    return [(f"the slow reader has the {siblings.read:,} bytes of its window and no more", 0 < siblings.read <= 65536),
            (f"its neighbours take {slower:.2f} times as long (at most 1.5)", slower <= 1.5),
            (f"and memory grows by at most 1 MiB: {grown:,} KiB", grown <= 1024)]


def main():
    arguments = [("--mebibytes", 1024, "how much is moved each way"),
                 ("--streams", 10_000, "in flight at once"), ("--rounds", 300, "of requests beside the slow reader")]
    with Rig("multiplexing", ("curl", "h2load", "nginx"), __doc__, arguments) as rig:
        raise_descriptors(rig.options.streams + 10_000)
        size, [files, discard, site] = rig.options.mebibytes << 20, free_ports(3)
        with open(rig.folder / "large", "wb") as large:
            # A file of holes: it takes no room.
            large.truncate(size)
        rig.nginx("files", f"server {{ listen 127.0.0.1:{files}; root {rig.folder}; location / {{ sendfile on; }} }}")
        rig.start("site", sys.executable, ROOT / "Tests/BlackBoxTests/Support/site.py", "--port", site)
        upstream = Discard(discard)
        patient = {"connectTimeout": "1m", "breaker": {"minRequests": 1_000_000, "connectFailures": 1_000_000}}
        health = {"discard": {"path": "/"}}
        targets = {"files": files, "discard": discard, "site": site, "origin": rig.origin()}
        common = {"auth": {"jwt": "bench"}, "timeout": "1h", "retries": 0}
        gateway = rig.gateway(
            {name: {"targets": [f"http://127.0.0.1:{port}"], "health": health.get(name, "none"), **patient}
             for name, port in targets.items()},
            [{"name": "files", "match": "/files/**", "to": "files", "strip": "/files", **common},
             {"name": "upload", "match": "/upload", "to": "discard", "bodyLimit": "1000GiB", **common},
             {"name": "together", "match": "/together", "to": "site", **common},
             {"name": "item", "match": "/item", "to": "origin", **common}],
            defaults={"rateLimit": NO_LIMIT})
        promises = constant_memory(rig, gateway, upstream, size)
        promises += asyncio.run(slow_reader(rig, gateway, rig.options.rounds))
        promises += many_streams(rig, gateway, rig.options.streams)
        verdict(promises)


if __name__ == "__main__":
    main()
