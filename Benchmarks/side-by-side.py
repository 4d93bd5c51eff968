#!/usr/bin/env python3
"""Compares the gateway with HAProxy and nginx on the same work, in turns, on this machine.

    Benchmarks/side-by-side.py --gateway .build/release/gateway [--only keepalive,handshake,large,idle]
                               [--rounds 3] [--seconds 5]

Every proxy gets one thread on the first core; the load generator and the upstream share the second. The work is one
HS256 token verified, one rate limit, one answer proxied over TLS 1.3. nginx knows no tokens, so its job is lighter.

The figure that counts is the proxy's CPU time per request (user and system, from /proc): it holds steady on a shared
machine where throughput does not. For idle connections it is the growth of resident memory per connection.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from rig import ANSWER, SECRET, TICKS, free_ports, make_certificate, make_token, tls

PROXY_CORE, LOAD_CORE = "0", "1"


class Setting:
    """The folder with everybody's configuration, and the ports that they use."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o755)
        ports = free_ports(5)
        self.upstream, self.admin = ports[3], ports[4]
        self.ports = dict(zip(("gateway", "haproxy", "nginx"), ports))
        self.write_files()

    def write_files(self):
        f = self.folder
        make_certificate(f)
        (f / "pair.pem").write_bytes((f / "cert.pem").read_bytes() + (f / "key.pem").read_bytes())
        (f / "jwt.secret").write_text(SECRET)
        (f / "large").write_bytes(os.urandom(1 << 20))
        (f / "upstream.conf").write_text(self.nginx("upstream", f"""
            server {{
                listen 127.0.0.1:{self.upstream} backlog=4096;
                default_type application/json;
                location / {{ return 200 '{ANSWER}'; }}
                location /large {{ root {f}; }}
            }}"""))
        (f / "nginx.conf").write_text(self.nginx("nginx", f"""
            limit_req_zone $http_authorization zone=all:10m rate=1000000r/s;
            upstream origin {{
                server 127.0.0.1:{self.upstream};
                keepalive 256; keepalive_requests 1000000000;
            }}
            server {{
                listen 127.0.0.1:{self.ports['nginx']} ssl backlog=4096;
                ssl_certificate {f}/cert.pem; ssl_certificate_key {f}/key.pem; ssl_protocols TLSv1.2 TLSv1.3;
                location / {{
                    limit_req zone=all burst=1000000 nodelay;
                    proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection "";
                    proxy_set_header X-Forwarded-For $remote_addr;
                }}
            }}"""))
        (f / "haproxy.cfg").write_text(f"""
global
  nbthread 1
  maxconn 8000
defaults
  mode http
  timeout connect 5s
  timeout client 600s
  timeout server 60s
  timeout http-keep-alive 600s
  http-reuse always
frontend public
  bind 127.0.0.1:{self.ports['haproxy']} ssl crt {f}/pair.pem
  stick-table type string len 64 size 100k expire 60s store http_req_rate(1s)
  http-request set-var(txn.token) http_auth_bearer
  http-request set-var(txn.alg) var(txn.token),jwt_header_query('$.alg')
  http-request deny deny_status 401 unless {{ var(txn.alg) -m str HS256 }}
  http-request deny deny_status 401 unless {{ var(txn.token),jwt_verify(txn.alg,"{SECRET}") 1 }}
  http-request set-var(txn.sub) var(txn.token),jwt_payload_query('$.sub')
  http-request track-sc0 var(txn.sub)
  http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt 100000000 }}
  http-request set-header X-User-Id %[var(txn.sub)]
  option forwardfor
  default_backend origin
backend origin
  server one 127.0.0.1:{self.upstream} check inter 2s
""")
        limit = "100000000/s per {} burst 100000000"
        (f / "routes.json").write_text(json.dumps({
            "listen": {"https": f"127.0.0.1:{self.ports['gateway']}", "admin": f"127.0.0.1:{self.admin}",
                       "tls": {"cert": "cert.pem", "key": "key.pem"}},
            "log": {"level": "warning", "access": "off"},
            "jwt": {"bench": {"issuer": "bench", "audience": "bench", "algorithms": ["HS256"],
                              "secret": "file:jwt.secret"}},
            "defaults": {"rateLimit": limit.format("ip")},
            "services": {"origin": {"targets": [f"http://127.0.0.1:{self.upstream}"],
                                    "health": {"path": "/", "interval": "2s"}}},
            "routes": [{"name": "all", "match": "/**", "to": "origin", "rateLimit": limit.format("sub"),
                        "auth": {"jwt": "bench", "claims": {"sub": "X-User-Id"}}}],
        }, indent=2))

    def nginx(self, name, servers):
        temporary = " ".join(f"{kind}_temp_path {self.folder}/{name}_{kind};"
                             for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return f"""
            worker_processes 1; daemon off; error_log {self.folder}/{name}.err; pid {self.folder}/{name}.pid;
            events {{ worker_connections 8192; multi_accept on; }}
            http {{ {temporary} access_log off; keepalive_timeout 600s; keepalive_requests 1000000000; {servers} }}"""


class Proxies:
    """The processes under test and their upstream; all are stopped at the end, however it comes."""

    def __init__(self, setting, gateway):
        self.setting, self.children = setting, {}
        path = setting.folder
        self.commands = {
            "upstream": (LOAD_CORE, ["nginx", "-p", path, "-c", path / "upstream.conf"]),
            "nginx": (PROXY_CORE, ["nginx", "-p", path, "-c", path / "nginx.conf"]),
            "haproxy": (PROXY_CORE, ["haproxy", "-db", "-f", path / "haproxy.cfg"]),
            "gateway": (PROXY_CORE, [gateway, "serve", "--config", path / "routes.json", "--threads", "1"]),
        }

    def __enter__(self):
        for name, (core, command) in self.commands.items():
            log = open(self.setting.folder / f"{name}.log", "wb")
            self.children[name] = subprocess.Popen(
                ["taskset", "-c", core, *map(str, command)], cwd=self.setting.folder, stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        for child in self.children.values():
            child.send_signal(signal.SIGTERM)
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(10)
            child.kill()

    def wait_until_ready(self, token):
        for name, port in self.setting.ports.items():
            deadline = time.monotonic() + 20
            while (status := ask(port, token)) != 200:
                if time.monotonic() > deadline:
                    log = (self.setting.folder / f"{name}.log").read_text()[-2000:]
                    sys.exit(f"{name} answers {status} instead of 200\n{log}")
                time.sleep(0.1)
        for name in ("gateway", "haproxy"):
            if (status := ask(self.setting.ports[name], None)) != 401:
                sys.exit(f"{name} answers {status} instead of 401 to a request without a token")

    def processes(self, name):
        """The process and all its descendants."""
        found, waiting = [], [self.children[name].pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += map(int, children.read_text().split())
        return found

    def cpu_seconds(self, name):
        total = 0
        for pid in self.processes(name):
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def resident_kib(self, name):
        return sum(int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])
                   for pid in self.processes(name))


def request(token):
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET / HTTP/1.1\r\nHost: localhost\r\n{authorization}\r\n".encode()


def ask(port, token):
    """The status of one request, or None while nobody answers."""
    try:
        with tls().wrap_socket(socket.create_connection(("127.0.0.1", port), 5)) as connection:
            connection.sendall(request(token))
            return int(connection.recv(4096).split(b" ", 2)[1])
    except (OSError, IndexError, ValueError):
        return None


def load(port, token, seconds, connections, path="/", close=False):
    """Runs wrk; returns requests done, requests per second, the 99th percentile and errors."""
    command = ["taskset", "-c", LOAD_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
               "-H", f"Authorization: Bearer {token}"]
    if close:
        command += ["-H", "Connection: close"]
    text = subprocess.run(command + [f"https://127.0.0.1:{port}{path}"], capture_output=True, text=True).stdout

    def figure(pattern, missing="0"):
        found = re.search(pattern, text)
        return found[1] if found else missing

    errors = int(figure(r"Non-2xx or 3xx responses: (\d+)"))
    # wrk counts the end of every connection as a read error when each request closes its own.
    if not close and (found := re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)):
        errors += sum(map(int, found.groups()))
    return int(figure(r"(\d+) requests in")), float(figure(r"Requests/sec:\s+([\d.]+)")), \
        figure(r"99%\s+([\d.]+\w+)", "-"), errors


def idle(proxies, name, token, count=2000):
    """KiB of resident memory per connection that has made one request and now rests."""
    context, port, connections = tls(), proxies.setting.ports[name], []
    before = proxies.resident_kib(name)
    for _ in range(count):
        connection = context.wrap_socket(socket.create_connection(("127.0.0.1", port), 10))
        connection.sendall(request(token))
        connection.recv(4096)
        connections.append(connection)
    time.sleep(0.5)
    after = proxies.resident_kib(name)
    for connection in connections:
        connection.close()
    return (after - before) / count


def compare(work, proxies, token, rounds, seconds):
    shapes = {
        "keepalive": dict(seconds=seconds, connections=64),
        "handshake": dict(seconds=seconds, connections=16, close=True),
        "large": dict(seconds=seconds, connections=8, path="/large"),
    }
    figures = {name: [] for name in proxies.setting.ports}
    failed = 0
    if work == "idle":
        unit = "KiB per connection"
        for name in figures:
            figures[name].append(idle(proxies, name, token))
            print(f"{work:<10} {name:<8} {figures[name][-1]:8.1f} KiB per connection")
    else:
        unit = "us per request"
        for _ in range(rounds):
            for name, port in proxies.setting.ports.items():
                before = proxies.cpu_seconds(name)
                done, rate, slowest, errors = load(port, token, **shapes[work])
                cost = (proxies.cpu_seconds(name) - before) * 1e6 / max(done, 1)
                figures[name].append(cost)
                failed += errors if name == "gateway" else 0
                print(f"{work:<10} {name:<8} {rate:9.0f} requests/s   p99 {slowest:>8}   "
                      f"{cost:7.2f} us CPU per request   {errors} errors")
    middle = {name: statistics.median(values) for name, values in figures.items()}
    print(f"{work:<10} median   gateway {middle['gateway']:.2f} {unit}: "
          f"{middle['gateway'] / middle['haproxy']:.2f} of haproxy, {middle['gateway'] / middle['nginx']:.2f} of nginx\n")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gateway", required=True, help="path of the gateway's release build")
    parser.add_argument("--only", default="keepalive,handshake,large,idle", help="which comparisons, by comma")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()

    os.environ["PATH"] += ":/usr/sbin"
    missing = [tool for tool in ("nginx", "haproxy", "wrk", "openssl", "taskset") if not shutil.which(tool)]
    if missing:
        sys.exit("missing: " + " ".join(missing))

    token, failed = make_token(), 0
    with tempfile.TemporaryDirectory(prefix="side-by-side-") as folder:
        with Proxies(Setting(folder), os.path.abspath(options.gateway)) as proxies:
            proxies.wait_until_ready(token)
            for work in options.only.split(","):
                failed += compare(work, proxies, token, options.rounds, options.seconds)
    if failed:
        sys.exit(f"{failed} requests through the gateway failed")


if __name__ == "__main__":
    main()
