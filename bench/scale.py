"""One run with 10,000 targets of which 500 hang, on one core: how long, how much memory, how many calls.

    .venv/bin/python -m bench.scale [--targets 10000]

What `uptime` does, with moto over HTTP as AWS; the looker has one core (Lambda's share at 1,769 MB) and 1,024
descriptors. Exits with 1 if a goal is missed.
"""

import argparse
import asyncio
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from moto.server import ThreadedMotoServer
from rich.console import Console
from rich.table import Table as Shown

from bench.looks import create_table

HANGING = 20  # one target of so many
GOALS = {"seconds": 90.0, "memory at the peak (MB)": 400.0, "AWS calls": 60.0, "largest descriptor": 1023.0}
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class _Answers(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if not data.startswith(b"GET /hang"):
            self.transport.write(_ANSWER)  # type: ignore[attr-defined] # a transport of a connection can write


def serve() -> None:
    """Serve until killed, and say where."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))

    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(_Answers, "127.0.0.1", 0, backlog=1024)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(main())


def section(port: int, targets: int) -> object:
    """Return what the build makes of a configuration with so many targets."""
    from caretaker.authoring import compile_sections, load

    written = [
        {"name": f"t{number}", "url": f"http://127.0.0.1:{port}/{'ok' if number % HANGING else 'hang'}"}
        for number in range(targets)
    ]
    uptime = {"targets": written, "controls": [f"http://127.0.0.1:{port}/1", f"http://localhost:{port}/2"]}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "caretaker.yaml")  # JSON is YAML
        path.write_text(json.dumps({"environment": "bench", "uptime": uptime}), "utf-8")
        return compile_sections(load(path, for_deployment=True))["uptime"]


def measure(targets: int) -> dict[str, float]:
    """Return the figures of a run in which the hanging targets are news, in a process of its own."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    create_table(f"http://{host}:{port}")
    server = subprocess.Popen([sys.executable, "-m", "bench.scale", "--serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        asked = {"section": section(int(server.stdout.readline()), targets), "endpoint": f"http://{host}:{port}"}
        variables = os.environ | {
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
            "POWERTOOLS_SERVICE_NAME": "bench",
        }
        before = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "bench.looker"],
            input=json.dumps({**asked, "rounds": 0, "descriptors": 1024, "core": 0}),
            capture_output=True,
            text=True,
            check=True,
            env=variables,
        )
        said = json.loads(done.stdout)
        return {
            "seconds": round(time.monotonic() - before, 1),
            "memory at the peak (MB)": round(said["peak"], 1),
            "AWS calls": said["calls"],
            "largest descriptor": said["descriptors"],
            "down": said["down"],
        }
    finally:
        server.kill()
        server.wait()
        moto.stop()


def main() -> None:
    """Measure, and show the figures beside their goals."""
    options = argparse.ArgumentParser(prog="bench.scale")
    options.add_argument("--targets", type=int, default=10_000)
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        serve()
        return
    figures = measure(chosen.targets)
    shown = Shown("figure", "measured", "goal", title=f"{chosen.targets} targets, {chosen.targets // HANGING} hang")
    for name, goal in GOALS.items():
        shown.add_row(name, str(figures[name]), f"at most {goal:g}")
    Console().print(shown)
    sys.exit(0 if all(figures[name] <= goal for name, goal in GOALS.items()) else 1)


if __name__ == "__main__":
    main()
