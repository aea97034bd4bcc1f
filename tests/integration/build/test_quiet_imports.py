"""Nothing reaches the network, or starts a program, by being imported."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
WATCHED = """
import importlib, pkgutil, sys
seen = []
def watch(event, arguments):
    reaching = ("socket.connect", "socket.getaddrinfo", "socket.sendto")
    if event in (*reaching, "subprocess.Popen", "os.system", "os.posix_spawn"):
        seen.append(f"{event} {arguments}"[:200])
sys.addaudithook(watch)
for package in map(importlib.import_module, sys.argv[1:]):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__") and ".inside." not in module.name:
            importlib.import_module(module.name)
print("\\n".join(seen))
"""


def test_importing_any_module_reaches_no_network_and_starts_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, "functions", "layers", "caretaker"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "false"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
