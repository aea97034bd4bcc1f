"""A function's artifact: its own package, the core, its locked requirements, its configuration, and nothing else."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from caretaker.authoring import compile_sections, load
from caretaker.authoring.compiling.section import Section
from caretaker.build.bytecode import compile_changed, compiler
from caretaker.build.errors import BuildError
from caretaker.build.links import link
from caretaker.build.platforms import PLATFORMS, Platform, PlatformName
from caretaker.build.requirements import Say, installed
from caretaker.build.times import fix_times
from caretaker.core.config import section_path

ROOT = Path(__file__).parents[2]
FUNCTIONS = ("uptime", "cert_check", "backup", "verify", "cleanup", "notify")

_CACHE = ROOT / "build/cache"
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
    packages = installed(ROOT / "requirements" / f"{function}.txt", target, _CACHE / "requirements", say)
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=f".{into.name}-") as unfinished:
        artifact = Path(unfinished) / "artifact"
        _add_packages(packages, artifact, target)
        _add_sources(function, artifact, target)
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


def _add_packages(packages: Path, artifact: Path, target: Platform) -> None:
    if target.for_deployment:
        shutil.copytree(packages, artifact, copy_function=link)
        return
    artifact.mkdir()
    for one in packages.iterdir():  # thousands of files, which nobody who is to see something at work should wait for
        if one.is_dir():
            (artifact / one.name).symlink_to(one)
        else:
            link(one, artifact / one.name)


def _add_sources(function: str, artifact: Path, target: Platform) -> None:
    for source in _sources(function):
        place = artifact / source.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
    if python := compiler(target.python):
        compile_changed(artifact, python, target.python, _CACHE / "bytecode", "caretaker", "functions")


def _sources(function: str) -> Iterator[Path]:
    for name in _PACKAGES:
        yield ROOT / name
    for folder in (*_SHARED[function], f"functions/{function}"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def _replace(into: Path, artifact: Path) -> None:
    if into.exists():
        shutil.rmtree(into)
    artifact.rename(into)
