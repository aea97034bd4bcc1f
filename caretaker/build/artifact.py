"""A function's artifact: its own package, the core, its locked requirements, its configuration, and nothing else."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from caretaker.authoring import compile_sections, load
from caretaker.authoring.compiling.section import Section
from caretaker.build.bytecode import compile_tree, compiler
from caretaker.build.errors import BuildError
from caretaker.build.platforms import PLATFORMS, PlatformName
from caretaker.build.requirements import Say, installed
from caretaker.build.times import fix_times
from caretaker.core.config import section_path

ROOT = Path(__file__).parents[2]
FUNCTIONS = ("uptime", "cert_check", "backup", "verify", "cleanup", "notify")

_PACKAGES = ("caretaker/__init__.py", "functions/__init__.py")
_SHARED = dict.fromkeys(FUNCTIONS, ("caretaker/core",)) | dict.fromkeys(
    ("backup", "verify", "cleanup"), ("caretaker/core", "caretaker/archive")
)


def build(
    function: str, *, platform: PlatformName, configs: Sequence[Path], into: Path, say: Say = lambda progress: None
) -> None:
    """Build a function's artifact for ``lambda`` or for the ``host`` into a folder, replacing what it holds.

    It holds the function's section of every configuration, each of an environment of its own.
    ``say`` is told what takes long. A configuration with mistakes raises ``ConfigurationError``, and
    requirements that cannot be installed raise ``BuildError``; the folder is then as it was before.
    """
    if function not in FUNCTIONS:
        raise BuildError(f"there is no function {function!r}; the functions are {', '.join(FUNCTIONS)}")
    target = PLATFORMS[platform]
    sections = _sections(function, configs, for_deployment=target.for_deployment)
    packages = installed(ROOT / "requirements" / f"{function}.txt", target, ROOT / "build/cache/requirements", say)
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=f".{into.name}-") as unfinished:
        artifact = Path(unfinished) / "artifact"
        shutil.copytree(packages, artifact, copy_function=_link)
        _add_sources(function, artifact, compiler(target.python))
        for environment, section in sections.items():
            written = json.dumps(section, ensure_ascii=False, indent=1, sort_keys=True)
            section_path(artifact / "functions" / function, environment).write_text(written, "utf-8")
        fix_times(artifact)
        _replace(into, artifact)


def _sections(function: str, configs: Sequence[Path], *, for_deployment: bool) -> dict[str, Section]:
    sections: dict[str, Section] = {}
    for config in configs:
        configuration = load(config, for_deployment=for_deployment)
        if configuration.environment in sections:
            raise BuildError(f"{config} is the second file for the environment {configuration.environment}: keep one")
        sections[configuration.environment] = compile_sections(configuration)[function]
    return sections


def _add_sources(function: str, artifact: Path, python: str | None) -> None:
    for source in _sources(function):
        target = artifact / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    if python:
        compile_tree(artifact, python, "caretaker", "functions")


def _sources(function: str) -> Iterator[Path]:
    for name in _PACKAGES:
        yield ROOT / name
    for folder in (*_SHARED[function], f"functions/{function}"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another device, or no more links: a copy serves as well
        shutil.copyfile(source, target)


def _replace(into: Path, artifact: Path) -> None:
    if into.exists():
        shutil.rmtree(into)
    artifact.rename(into)
