"""What a run costs: CPU for each look beside blackbox_exporter, AWS calls, memory, and the time to start.

    .venv/bin/python -m bench.looks

What `uptime` does with its targets (looks, verdicts, states, history) is done with 1,000 targets on loopback and moto
over HTTP; Prometheus blackbox_exporter (Debian's package prometheus-blackbox-exporter) looks at the same targets in
the same run, if it is installed. Exits with 1 if a goal is missed.
"""

import asyncio
import http.client
import json
import os
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import boto3
import psutil

from bench.waiting import serving

if TYPE_CHECKING:
    from rich.table import Table as Shown

TARGETS = 1000
ROUNDS = 3
TURNS = 3  # of each side, one after the other: a machine is not equally fast all the time
AT_ONCE = 200
CPU = {"http": 0.5, "https": 0.8}  # of the peer's, at most
MEMORY = 1.5
CALLS = 5
START = 1.4
ACCESS = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
OUR_START = "from functions.uptime import app; from caretaker.core import aws; aws.client('dynamodb')"
PEER_START = "import boto3; boto3.client('dynamodb')"
BODY = b'{"status": "healthy", "services": {"database": "healthy"}, "system": {"cpu_percent": 12.5}}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


class _Answers(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"\r\n\r\n"):
            self.transport.write(ANSWER)  # type: ignore[attr-defined] # a transport of a connection can write


def _serve(ports: "list[socket.socket]", certificate: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        plain = await loop.create_server(_Answers, sock=ports[0])
        secure = await loop.create_server(_Answers, sock=ports[1], ssl=context)
        await asyncio.gather(plain.serve_forever(), secure.serve_forever())

    asyncio.run(main())


def create_table(endpoint: str) -> None:
    """Make an empty table in moto."""
    boto3.client("dynamodb", endpoint_url=endpoint, **ACCESS).create_table(
        TableName="bench",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )


def _section(url: str, ca: str) -> dict[str, Any]:  # JSON
    """Return what the build makes of a caretaker.yaml with so many targets."""
    from caretaker.authoring import compile_sections, load

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "ca.pem").write_text(ca, "ascii")
        own = {"ca": "ca.pem"} if ca else {}
        targets = [{"name": f"t{number}", "url": url, **own} for number in range(TARGETS)]
        path = Path(folder, "caretaker.yaml")  # JSON is YAML
        path.write_text(json.dumps({"environment": "bench", "uptime": {"targets": targets}}), "utf-8")
        return compile_sections(load(path, for_deployment=True))["uptime"]


def _ours(section: Mapping[str, Any], endpoint: str) -> tuple[list[float], int, float]:
    """Return milliseconds of CPU for a look in each round, AWS calls of a run, and megabytes at the peak."""
    create_table(endpoint)
    asked = json.dumps({"section": section, "endpoint": endpoint, "rounds": ROUNDS})
    variables = os.environ | {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": "bench",
    }
    command = [sys.executable, "-m", "bench.looker"]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, env=variables)
    said = json.loads(done.stdout)
    boto3.client("dynamodb", endpoint_url=endpoint, **ACCESS).delete_table(TableName="bench")
    return said["cpu"], said["calls"], said["peak"]


def _blackbox(program: str, url: str, ca_file: str) -> tuple[list[float], float]:
    """Return blackbox_exporter's milliseconds of CPU for a look in each round, and its megabytes at the peak."""
    with tempfile.TemporaryDirectory() as folder:
        tls = {"tls_config": {"ca_file": ca_file}}
        module = {"prober": "http", "timeout": "10s", "http": {"preferred_ip_protocol": "ip4", **tls}}
        configuration = Path(folder, "blackbox.yml")
        configuration.write_text(json.dumps({"modules": {"look": module}}), "utf-8")
        options = [program, f"--config.file={configuration}"]
        with serving(lambda port: [*options, f"--web.listen-address=127.0.0.1:{port}"]) as (port, process):
            watched = psutil.Process(process.pid)
            _ask(port, url, TARGETS)
            figures = []
            for _ in range(ROUNDS):
                before = sum(watched.cpu_times()[:2])
                _ask(port, url, TARGETS)
                figures.append((sum(watched.cpu_times()[:2]) - before) / TARGETS * 1000)
            status = Path(f"/proc/{process.pid}/status").read_text("ascii")
            peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
            return figures, peak * 1024 / 1e6


def _ask(port: int, url: str, looks: int) -> None:
    def some(count: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for _ in range(count):
            connection.request("GET", f"/probe?module=look&target={quote(url, safe='')}")
            assert b"probe_success 1" in connection.getresponse().read()

    threads = [threading.Thread(target=some, args=(looks // AT_ONCE,)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _start(statement: str) -> float:
    """Return the milliseconds of CPU that a fresh Python takes to run this."""
    environment = os.environ | {
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": "bench",
    }
    script = (
        "import resource, sys; sys.path.insert(0, '.')\n"
        "before = resource.getrusage(resource.RUSAGE_SELF)\n"
        f"{statement}\n"
        "after = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)"
    )
    command = [sys.executable, "-c", script]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout) * 1000


def main() -> None:
    """Measure everything in one go, and show it as a table."""
    import trustme
    from moto.server import ThreadedMotoServer
    from rich.console import Console
    from rich.table import Table as Shown

    ca = trustme.CA()
    ports = [socket.create_server(("127.0.0.1", 0), backlog=1024) for _ in range(2)]
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    program = shutil.which("prometheus-blackbox-exporter")
    shown = Shown("figure", "Caretaker", "peer", "ratio", "goal", title=f"{TARGETS} targets on loopback")
    met = []
    with tempfile.TemporaryDirectory() as folder:
        certificate, ca_file = Path(folder, "server.pem"), Path(folder, "ca.pem")
        ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
        ca.cert_pem.write_to_path(str(ca_file))
        server = get_context("fork").Process(target=_serve, args=(ports, str(certificate)), daemon=True)
        server.start()
        for scheme, listener in zip(("http", "https"), ports, strict=True):
            url = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/health"
            section = _section(url, ca_file.read_text("ascii") if scheme == "https" else "")
            ours, peers = [], []
            for _ in range(TURNS):
                ours.append(_ours(section, f"http://{host}:{port}"))
                peers.append(_blackbox(program, url, str(ca_file)) if program else ([0.0], 0.0))
            cpu = [_middle(each[0] for each in side) for side in (ours, peers)]
            met.append(_row(shown, f"CPU of a look, {scheme} (ms)", *cpu, CPU[scheme]))
            memory = [statistics.median(each[-1] for each in side) for side in (ours, peers)]
            met.append(_row(shown, f"memory at the peak, {scheme} (MB)", *memory, MEMORY))
            calls = max(each[1] for each in ours)
            met.append(calls <= CALLS)
            shown.add_row(f"AWS calls of a healthy run, {scheme}", str(calls), "", "", str(CALLS))
        server.terminate()
    moto.stop()
    starts = [(_start(OUR_START), _start(PEER_START)) for _ in range(7)]
    start = [statistics.median(side) for side in zip(*starts, strict=True)]
    met.append(_row(shown, "CPU to start (ms), beside boto3", *start, START))
    Console().print(shown)
    sys.exit(not all(met))


def _middle(figures: Iterable[list[float]]) -> float:
    return statistics.median(chain.from_iterable(figures))


def _row(shown: "Shown", figure: str, mine: float, peer: float, goal: float) -> bool:
    """Show a figure, and return whether its goal is met: at most so many times the peer's."""
    ratio = f"{mine / peer:.2f}" if peer else "not installed"
    shown.add_row(figure, f"{mine:.2f}", f"{peer:.2f}", ratio, f"{goal:.2f}")
    return not peer or mine <= goal * peer


if __name__ == "__main__":
    main()
