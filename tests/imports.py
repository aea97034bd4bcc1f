"""What the modules of an artifact import, read from their sources: nothing of it is run."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

# Gone from the standard library by 3.13, which is what Lambda runs: PEP 594 and, before it, PEP 632.
_GONE = (
    "aifc asynchat asyncore audioop binhex cgi cgitb chunk crypt distutils imghdr imp lib2to3 mailcap msilib nis "
    "nntplib ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib uu xdrlib"
)
STANDARD = sys.stdlib_module_names - set(_GONE.split())


def missing(artifact: Path, first: str) -> dict[str, set[str]]:
    """Return what is imported, lazily too, by a module and by all that it leads to, and is nowhere.

    By the package that imports it: the name of the package that is missing, or of the module, where the artifact has
    the package. What is imported for a type checker only counts for nothing.
    """
    found: dict[str, set[str]] = {}
    seen, waiting = {first}, [first]
    while waiting:
        name = waiting.pop()
        for source in _sources(artifact, name):
            place = source.relative_to(artifact)
            for wanted in _imported(ast.parse(source.read_bytes()), place.parts[:-1]):
                modules = [".".join(wanted[:length]) for length in range(1, len(wanted) + 1)]
                absent = next((module for module in modules if not _is_there(artifact, module)), None)
                if absent and not (absent == modules[-1] and _is_a_value(artifact, modules)):
                    found.setdefault(name.partition(".")[0], set()).add(absent)
                waiting += [module for module in modules if module not in seen]
                seen.update(modules)
    return found


def _imported(node: ast.AST, package: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the names of what a part of a source imports; the last part of one may be a value of a module."""
    match node:
        case ast.Import(names):
            yield from (tuple(alias.name.split(".")) for alias in names)
        case ast.ImportFrom(module, names, level):
            above = package[: len(package) - level + 1] if level else ()
            origin = (*above, *(module.split(".") if module else ()))
            yield origin
            yield from ((*origin, alias.name) for alias in names if alias.name != "*")
        case ast.If(test, _, otherwise) if ast.unparse(test).endswith("TYPE_CHECKING"):
            for statement in otherwise:
                yield from _imported(statement, package)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _imported(child, package)


def _is_there(artifact: Path, name: str) -> bool:
    place = artifact.joinpath(*name.split("."))
    libraries = place.parent.glob(f"{place.name}.*so") if place.parent.is_dir() else ()
    return name.partition(".")[0] in STANDARD or place.is_dir() or bool(_sources(artifact, name)) or any(libraries)


def _is_a_value(artifact: Path, modules: list[str]) -> bool:
    """Whether the last of these names is one of a module of machine code, or stands in the source of its module."""
    if len(modules) < 2:
        return False
    sources = [path.read_text("utf-8") for path in _sources(artifact, modules[-2])]
    word = modules[-1].rpartition(".")[2]
    return (
        not sources
        or word.startswith("__")
        or any(re.search(rf"\b{word}\b", source) or "import *" in source for source in sources)
    )


def _sources(artifact: Path, name: str) -> list[Path]:
    place = artifact.joinpath(*name.split("."))
    return [path for path in (place.with_name(f"{place.name}.py"), place / "__init__.py") if path.is_file()]
