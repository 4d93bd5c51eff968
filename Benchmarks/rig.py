"""What the long-running proofs share: a gateway of their own on free ports, tokens, upstreams, load and figures.

A proof runs in a temporary folder, stops what it started however it ends, and leaves with a status other than zero
when its promise is broken.
"""

import argparse
import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import resource
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECRET = secrets.token_hex(32)
TICKS = os.sysconf("SC_CLK_TCK")
ANSWER = '{"id":1,"name":"Lamp","price":19.99,"category":"Home","n":12345}'
# Limits that are checked for every request and that no measurement reaches.
NO_LIMIT = "100000000/s per ip burst 100000000"


def free_ports(count):
    """Ports that the kernel says are free, held together so that they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def make_token():
    """A token good for a day, signed with the secret that the gateway knows."""

    def segment(value):
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    now = int(time.time())
    claims = {"iss": "bench", "aud": "bench", "sub": "alice", "roles": ["customer"], "iat": now, "exp": now + 86400}
    signed = segment({"alg": "HS256", "typ": "JWT"}) + "." + segment(claims)
    return signed + "." + segment(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest())


def make_certificate(folder):
    """A certificate for localhost, `cert.pem` and `key.pem`."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True)


def tls():
    """Client TLS that trusts anybody: the peer is our own."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def raise_descriptors(wanted):
    """Lets this process and its children have `wanted` descriptors if the system allows it; returns how many it is."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
        return wanted
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    return min(wanted, hard)


def resident_kib(pid):
    """VmRSS of a process."""
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])


def cpu_seconds(pid):
    """User and system time of a process and of its children that live."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    total = (int(fields[11]) + int(fields[12])) / TICKS
    for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        total += sum(cpu_seconds(int(child)) for child in children.read_text().split())
    return total


class Rig:
    """A temporary folder with a certificate and a secret, and the processes that a proof starts in it."""

    def __init__(self, name, tools=(), description=None, arguments=()):
        parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--gateway", default=ROOT / ".build/release/gateway", help="path of the release build")
        for flag, default, text in arguments:
            parser.add_argument(flag, type=type(default), default=default, help=f"{text} (default {default})")
        self.options = parser.parse_args()
        os.environ["PATH"] += ":/usr/sbin"
        missing = [tool for tool in (*tools, "openssl") if not shutil.which(tool)]
        if missing:
            sys.exit("missing: " + " ".join(missing))
        self.executable = os.path.abspath(self.options.gateway)
        if not os.path.exists(self.executable):
            sys.exit(f"{self.executable} does not exist: swift build -c release")
        self.name, self.token, self.children = name, make_token(), []

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{self.name}-")))
        self.folder.chmod(0o755)
        make_certificate(self.folder)
        (self.folder / "jwt.secret").write_text(SECRET)
        return self

    def __exit__(self, *_):
        # The last started goes first: no proxy outlives its upstream by a second of errors.
        for child in reversed(self.children):
            child.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(10)
            child.kill()
            child.wait()
        self.stack.close()

    def start(self, name, *command):
        """Starts a process that ends with the proof; what it prints goes to `name`.log."""
        with open(self.folder / f"{name}.log", "wb") as log:
            child = subprocess.Popen([str(word) for word in command], cwd=self.folder, stdout=log, stderr=log)
        self.children.append(child)
        return child

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")[-2000:]

    def nginx(self, name, servers, workers=1):
        """Starts nginx with these `server` blocks."""
        temporary = " ".join(f"{kind}_temp_path {self.folder}/{name}_{kind};"
                             for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        path = self.folder / f"{name}.conf"
        path.write_text(f"""
            worker_processes {workers}; daemon off; error_log {self.folder}/{name}.err; pid {self.folder}/{name}.pid;
            events {{ worker_connections 8192; multi_accept on; }}
            http {{ {temporary} access_log off; keepalive_timeout 600s; keepalive_requests 1000000000; {servers} }}""")
        return self.start(name, "nginx", "-p", self.folder, "-c", path)

    def origin(self):
        """Starts an upstream that answers everything with a little JSON; returns its port."""
        [port] = free_ports(1)
        self.nginx("origin", f"""server {{
            listen 127.0.0.1:{port} backlog=4096; default_type application/json;
            location / {{ return 200 '{ANSWER}'; }} }}""")
        return port

    def gateway(self, services, routes, threads=2, name="gateway", **rest):
        """Starts a gateway and waits until it is ready."""
        return Gateway(self, name, services, routes, threads, rest)


class Gateway:
    """A running gateway."""

    def __init__(self, rig, name, services, routes, threads, rest):
        self.rig, self.name = rig, name
        self.port, self.admin_port = free_ports(2)
        self.url = f"https://127.0.0.1:{self.port}"
        self.path = rig.folder / f"{name}.json"
        self.configuration = {
            "listen": {"https": f"127.0.0.1:{self.port}", "admin": f"127.0.0.1:{self.admin_port}",
                       "tls": {"cert": "cert.pem", "key": "key.pem"}},
            "log": {"level": "warning", "access": "off"},
            "jwt": {"bench": {"issuer": "bench", "audience": "bench", "algorithms": ["HS256"],
                              "secret": "file:jwt.secret"}},
            "services": services, "routes": routes, **rest}
        self.write()
        self.process = rig.start(name, rig.executable, "serve", "--config", self.path, "--threads", threads)
        self.pid = self.process.pid
        deadline = time.monotonic() + 30
        while not self.is_ready():
            if time.monotonic() > deadline or self.process.poll() is not None:
                sys.exit(f"the gateway does not get ready\n{rig.log(name)}")
            time.sleep(0.05)

    def write(self):
        """Puts the configuration in place, whole."""
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(self.configuration, indent=2))
        new.rename(self.path)

    def admin(self, path, method="GET"):
        """Status and body of a request to the admin address."""
        connection = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def health(self):
        return json.loads(self.admin("/health")[1])

    def is_ready(self):
        """Whether it is ready and sees every endpoint up."""
        try:
            if self.admin("/health/ready")[0] != 200:
                return False
            services = self.health()["services"].values()
            return all(s["endpoints"]["healthy"] == s["endpoints"]["total"] for s in services)
        except (OSError, http.client.HTTPException, ValueError):
            return False

    def resident_kib(self):
        return resident_kib(self.pid)

    def settled_kib(self):
        """Resident memory once the gateway has had time to rest."""
        time.sleep(3)
        return self.resident_kib()


def h2load(url, token, requests, connections, *extra):
    """Runs exactly so many HTTP/1.1 requests; returns how many succeeded with 2xx, and seconds."""
    start = time.monotonic()
    text = subprocess.run(
        ["h2load", "--h1", "-n", str(requests), "-c", str(connections), "-H", f"Authorization: Bearer {token}", *extra,
         url], capture_output=True, text=True).stdout
    succeeded = re.search(r"status codes: (\d+) 2xx", text)
    done = re.search(r"requests: .* (\d+) succeeded, (\d+) failed", text)
    if not succeeded or not done:
        sys.exit(f"h2load failed\n{text}")
    if int(succeeded[1]) < requests:
        print(re.search(r"requests: .*\nstatus codes: .*", text)[0])
    return min(int(succeeded[1]), int(done[1])), time.monotonic() - start


def wrk(url, token, seconds, connections, *extra, threads=1):
    """Runs wrk; returns requests done, requests per second, and errors of any kind."""
    text = subprocess.run(
        ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "-H", f"Authorization: Bearer {token}", *extra,
         url], capture_output=True, text=True).stdout
    done, rate = re.search(r"(\d+) requests in", text), re.search(r"Requests/sec:\s+([\d.]+)", text)
    if not done or not rate:
        sys.exit(f"wrk failed\n{text}")
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    broken = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    errors = (int(refused[1]) if refused else 0) + (sum(map(int, broken.groups())) if broken else 0)
    return int(done[1]), float(rate[1]), errors


def verdict(promises):
    """Prints what was promised and whether it held; leaves with a status that says so."""
    for text, held in promises:
        print(f"{'held' if held else 'BROKEN':<7} {text}")
    sys.exit(0 if all(held for _, held in promises) else 1)
