"""What a drill starts cannot read the function's environment, although it may run as the same user."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc elsewhere")

_NOBODY = 65534
_AS_NOBODY = f"import ctypes, os, sys\nif os.geteuid() == 0: os.setuid({_NOBODY})  # root may read everything\n"
# A process that has changed its user is hidden at first: an ordinary one is not.
_FUNCTION = f"""
from functions.verify.privacy import hide_own_environment
{_AS_NOBODY}
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
if sys.argv[1] == "hidden":
    hide_own_environment()
print("ready", flush=True)
sys.stdin.read()
"""
_NOSY = _AS_NOBODY + "print(open(f'/proc/{sys.argv[1]}/environ').read())"


def seen(mode: str) -> subprocess.CompletedProcess[str]:
    """Return what another process of the same user sees of the environment of one that has, or has not, hidden it."""
    command = [sys.executable, "-c", _FUNCTION, mode]
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "AWS_SECRET_ACCESS_KEY": "the-secret"}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as function:
        assert function.stdin
        assert function.stdout
        assert function.stdout.readline() == "ready\n"
        looking = [sys.executable, "-c", _NOSY, str(function.pid)]
        found = subprocess.run(looking, env={}, capture_output=True, text=True, check=False)
        function.stdin.close()
    return found


def test_the_environment_of_a_process_that_hid_nothing_is_read_by_its_user() -> None:
    assert "the-secret" in seen("shown").stdout


def test_the_environment_of_a_process_that_has_hidden_itself_is_not() -> None:
    found = seen("hidden")

    assert found.returncode != 0
    assert "Permission" in found.stderr
    assert "the-secret" not in found.stdout
