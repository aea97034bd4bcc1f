"""Lambda's surroundings for a program: not root, the system read-only, only /tmp writable, no /dev/shm.

Mount namespaces make them, where this machine lets root have some. Elsewhere a program still runs as somebody who is
not root, and from where it was built.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

_TOOLS = {tool: shutil.which(tool) or "" for tool in ("unshare", "setpriv", "mount", "sh")}
_NOBODY = pwd.getpwnam("nobody")
_CONFINE = """
mount=$1 setpriv=$2 user=$3 group=$4 opt=$5 tmp=$6; shift 6
"$mount" --bind "$opt" /opt && "$mount" --bind "$tmp" /tmp && "$mount" -t tmpfs -o ro,mode=000 none /dev/shm || exit 125
while read -r _ point _; do
    case $point in /tmp | /proc* | /sys* | /dev*) ;; *) "$mount" -o remount,bind,ro "$point" 2>/dev/null ;; esac
done < /proc/self/mounts
cd /tmp && exec "$setpriv" --reuid="$user" --regid="$group" --clear-groups --bounding-set=-all --no-new-privs -- "$@"
"""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Where programs run: ``programs`` and ``inside`` are the layer's and /tmp's folders as they see them.

    ``outside`` is the latter as the test sees it. ``confined`` is whether the system is read-only in there.
    """

    layer: Path
    outside: Path
    confined: bool

    @property
    def programs(self) -> Path:
        """The folder of the layer's programs, as a program sees it."""
        return Path("/opt/postgres") if self.confined else self.layer / "postgres"

    @property
    def inside(self) -> Path:
        """The only folder that can be written to, as a program sees it."""
        return Path("/tmp") if self.confined else self.outside

    def start(
        self, command: Sequence[str | Path], environment: Mapping[str, str], **options: Any
    ) -> "subprocess.Popen[bytes]":
        """Start a program; its environment is what is given, and nothing else."""
        if not self.confined:
            return subprocess.Popen(command, env=environment, cwd=self.outside, **options, **_somebody())
        confine: list[str | Path] = [_TOOLS["unshare"], "--mount", "--propagation", "private", "--"]
        confine += [_TOOLS["sh"], "-c", _CONFINE, "sh", _TOOLS["mount"], _TOOLS["setpriv"]]
        confine += [str(_NOBODY.pw_uid), str(_NOBODY.pw_gid), self.layer, self.outside]
        return subprocess.Popen([*confine, *command], env=environment, **options)

    def run(
        self, command: Sequence[str | Path], environment: Mapping[str, str], given: bytes = b""
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run a program to its end."""
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with self.start(command, environment, **streams) as process:
            out, error = process.communicate(given, timeout=60)
            return subprocess.CompletedProcess(list(command), process.returncode, out, error)

    def hold(self, name: str, content: bytes) -> Path:
        """Write a file that only the sandbox's user can read; return its path as a program sees it."""
        file = self.outside / name
        file.write_bytes(content)
        file.chmod(0o600)
        if not os.geteuid():
            shutil.chown(file, _NOBODY.pw_uid, _NOBODY.pw_gid)
        return self.inside / name


@contextmanager
def sandbox(layer: Path) -> Iterator[Sandbox]:
    """Give a sandbox with a layer in /opt and an empty /tmp; delete what programs leave there."""
    outside = Path(mkdtemp(prefix="caretaker-sandbox-"))
    if not os.geteuid():
        shutil.chown(outside, _NOBODY.pw_uid, _NOBODY.pw_gid)
    try:
        place = Sandbox(layer, outside, confined=True)
        if _can_confine(place):
            yield place
        else:
            yield Sandbox(_within_reach(layer, outside), outside, confined=False)
    finally:
        shutil.rmtree(outside)


def _can_confine(place: Sandbox) -> bool:
    return not os.geteuid() and all(_TOOLS.values()) and place.run(["/bin/true"], {}).returncode == 0


def _within_reach(layer: Path, outside: Path) -> Path:
    """Return the layer where whoever runs it can reach it: nobody may not look into root's folders."""
    if os.geteuid():
        return layer
    shutil.copytree(layer, outside / "opt")
    return outside / "opt"


def _somebody() -> dict[str, Any]:
    return {} if os.geteuid() else {"user": _NOBODY.pw_uid, "group": _NOBODY.pw_gid, "extra_groups": []}
