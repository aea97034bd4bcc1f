"""The folder that holds the runtime's own library, awslambdaric, and nothing else of this machine's packages."""

import re
from importlib import metadata
from pathlib import Path
from typing import Literal

Runtime = Literal["awslambdaric", "loop"]

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def pick_runtime() -> Runtime:
    """Return Lambda's own runtime where it is installed, else ours."""
    try:
        metadata.distribution("awslambdaric")
    except metadata.PackageNotFoundError:
        return "loop"
    return "awslambdaric"


def make_library(folder: Path, runtime: Runtime) -> None:
    """Fill the folder with links to what the runtime imports."""
    folder.mkdir(parents=True, exist_ok=True)
    if runtime == "awslambdaric":
        for distribution in _with_requirements("awslambdaric"):
            _link(distribution, folder)


def _with_requirements(name: str) -> list[metadata.Distribution]:
    found = {}
    wanted = [name]
    while wanted:
        distribution = metadata.distribution(wanted.pop())
        found[distribution.name] = distribution
        for requirement in distribution.requires or ():
            match = _NAME.match(requirement)
            if match and "extra ==" not in requirement and match[0] not in found:
                wanted.append(match[0])
    return list(found.values())


def _link(distribution: metadata.Distribution, folder: Path) -> None:
    tops = {file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")}
    for top in tops:
        target = folder / top
        if not target.exists():
            target.symlink_to(Path(str(distribution.locate_file(top))))
