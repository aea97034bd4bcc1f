"""Full looks at 200 endpoints in one run, on one core: how long, how much memory, how many AWS calls.

    .venv/bin/python -m bench.certs_scale [--endpoints 200]

What `cert_check` does, with moto over HTTP as AWS: each endpoint has a certificate and a key of its own, an
intermediate, and a CRL at its CA. The looker has one core (Lambda's share at 1,769 MB), servers and moto have the
others. Exits with 1 if a goal is missed, or an endpoint is not found to be in order.
"""

import argparse
import asyncio
import json
import logging
import os
import ssl
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from moto.server import ThreadedMotoServer
from rich.console import Console
from rich.table import Table as Shown

from bench.looks import create_table
from tests.authority import SIGNS, Authority, new_key, point

CORE = 0
GOALS = {"seconds": 30.0, "memory at the peak (MB)": 256.0}


async def _web(body: bytes) -> int:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    return int(server.sockets[0].getsockname()[1])


async def _tls(lower: Authority, name: str, lists_at: str, folder: Path) -> int:
    """Serve a new certificate until the process ends, and return the port."""
    now, key = datetime.now(UTC), new_key()
    begin, end = now - timedelta(days=10), now + timedelta(days=60)
    leaf = lower.issue(name, key=key, begin=begin, end=end, lists_at=(point(lists_at),))
    chain = b"".join(one.parsed.public_bytes(Encoding.PEM) for one in (leaf, lower.certificate))
    file = folder / "served.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context, backlog=512)
    return int(server.sockets[0].getsockname()[1])


def serve(endpoints: int) -> None:
    """Serve until killed; say where, and which root is trusted."""
    _leave_the_core()
    root = Authority("Root", usage=SIGNS)
    lower = Authority("Lower", above=root, usage=SIGNS)
    now = datetime.now(UTC)

    async def main() -> None:
        web = await _web(lower.list_of(made=now - timedelta(days=1), renewed=now + timedelta(days=6)))
        with tempfile.TemporaryDirectory() as folder:
            url = f"http://127.0.0.1:{web}/lower.crl"
            ports = [await _tls(lower, f"e{number}.example.com", url, Path(folder)) for number in range(endpoints)]
        print(json.dumps({"ports": ports, "ca": root.pem}), flush=True)
        await asyncio.Event().wait()

    asyncio.run(main())


def section(ports: list[int], ca: str) -> Any:
    """Return what the build makes of a configuration with these endpoints."""
    from caretaker.authoring import compile_sections, load

    written = [
        {
            "name": f"e{number}",
            "host": "127.0.0.1",
            "port": port,
            "server_name": f"e{number}.example.com",
            "ca": "ca.pem",
        }
        for number, port in enumerate(ports)
    ]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "ca.pem").write_text(ca, "utf-8")
        path = Path(folder, "caretaker.yaml")  # JSON is YAML
        path.write_text(json.dumps({"environment": "bench", "certificates": {"targets": written}}), "utf-8")
        return compile_sections(load(path, for_deployment=True))["cert_check"]


def measure(endpoints: int) -> Any:
    """Return what the looker says of itself."""
    _leave_the_core()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    create_table(f"http://{host}:{port}")
    command = [sys.executable, "-m", "bench.certs_scale", "--endpoints", str(endpoints), "--serve"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        served = json.loads(server.stdout.readline())
        asked = {
            "section": section(served["ports"], served["ca"]),
            "endpoint": f"http://{host}:{port}",
            "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "core": CORE,
        }
        access = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
        done = subprocess.run(
            [sys.executable, "-m", "bench.certs_looker"],
            input=json.dumps(asked),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            env=os.environ | access | {"POWERTOOLS_SERVICE_NAME": "bench", "POWERTOOLS_LOG_LEVEL": "CRITICAL"},
        )
        return json.loads(done.stdout.splitlines()[-1])
    finally:
        server.kill()
        server.wait()
        moto.stop()


def _leave_the_core() -> None:
    others = set(range(os.cpu_count() or 1)) - {CORE}
    if others and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, others)


def main() -> None:
    """Measure, and show the figures beside their goals."""
    options = argparse.ArgumentParser(prog="bench.certs_scale")
    options.add_argument("--endpoints", type=int, default=200)
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        serve(chosen.endpoints)
        return
    said = measure(chosen.endpoints)
    figures = {"seconds": said["full"]["seconds"], "memory at the peak (MB)": said["peak"]}
    shown = Shown("figure", "measured", "goal", title=f"{chosen.endpoints} endpoints, one run of full looks, one core")
    for name, goal in GOALS.items():
        shown.add_row(name, f"{figures[name]:.1f}", f"at most {goal:g}")
    shown.add_row("AWS calls", str(said["full"]["calls"]), "")
    shown.add_row("seconds of the run after it", f"{said['usual']['seconds']:.1f}", "")
    shown.add_row("AWS calls of the run after it", str(said["usual"]["calls"]), "")
    Console().print(shown)
    all_well = all(said[name]["statuses"] == {"ok": chosen.endpoints} for name in ("full", "usual"))
    if not all_well:
        print(f"not all endpoints were found to be in order: {said['full']['statuses']}, {said['usual']['statuses']}")
    sys.exit(0 if all_well and all(figures[name] <= goal for name, goal in GOALS.items()) else 1)


if __name__ == "__main__":
    main()
