#!/usr/bin/env python3
"""Threads that help: how throughput grows from one event loop to two, and what the machine gives.

  Benchmarks/scaling.py [--rounds 5] [--seconds 5] [--gateway .build/release/gateway]

Load generator, upstream and proxy share the machine, so throughput need not double. What it can grow by is what nginx
grows by from one worker to two on the same machine, measured in turns with the gateway.
Needs Debian's wrk and nginx-light.
"""

import os
import statistics

from rig import Rig, cpu_seconds, free_ports, verdict, wrk, NO_LIMIT


def main():
    arguments = [("--rounds", 5, "how often everything is measured"), ("--seconds", 5, "length of a measurement")]
    with Rig("scaling", ("wrk", "nginx"), __doc__, arguments) as rig:
        origin = rig.origin()
        proxies = {}
        for threads in (1, 2):
            gateway = rig.gateway(
                {"origin": {"targets": [f"http://127.0.0.1:{origin}"], "health": {"path": "/"}}},
                [{"name": "all", "match": "/**", "to": "origin", "auth": {"jwt": "bench"}}],
                threads=threads, name=f"gateway-{threads}", defaults={"rateLimit": NO_LIMIT})
            proxies["gateway", threads] = gateway.url, gateway.pid
            [port] = free_ports(1)
            nginx = rig.nginx(f"nginx-{threads}", f"""
                upstream origin {{ server 127.0.0.1:{origin}; keepalive 256; keepalive_requests 1000000000; }}
                server {{
                    listen 127.0.0.1:{port} ssl reuseport; ssl_certificate {rig.folder}/cert.pem;
                    ssl_certificate_key {rig.folder}/key.pem; ssl_protocols TLSv1.3;
                    location / {{ proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; }}
                }}""", workers=threads)
            proxies["nginx", threads] = f"https://127.0.0.1:{port}", nginx.pid

        rates, errors = {proxy: [] for proxy in proxies}, 0
        for _ in range(rig.options.rounds):
            for proxy, (url, pid) in proxies.items():
                before = cpu_seconds(pid)
                done, rate, failed = wrk(url, rig.token, rig.options.seconds, 64, threads=2)
                used = (cpu_seconds(pid) - before) / rig.options.seconds
                rates[proxy].append(rate)
                errors += failed
                print(f"{proxy[0]:<8} {proxy[1]} thread{'s' if proxy[1] > 1 else ' '} {rate:9,.0f} requests/s   "
                      f"{used:4.2f} processors   {failed} errors", flush=True)
        growth = {name: statistics.median(rates[name, 2]) / statistics.median(rates[name, 1])
                  for name in ("gateway", "nginx")}
        print(f"median on {os.cpu_count()} processors: the gateway grows by {growth['gateway']:.2f}, "
              f"nginx by {growth['nginx']:.2f}")
        verdict([
            ("the second thread gives at least 0.9 of what it gives nginx", growth["gateway"] >= 0.9 * growth["nginx"]),
            (f"no request failed: {errors}", errors == 0)])


if __name__ == "__main__":
    main()
