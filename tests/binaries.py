"""What programs and libraries say of themselves, read from their files: nothing of it is run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection
from elftools.elf.sections import SymbolTableSection

GLIBC_OF_LAMBDA = (2, 34)  # Amazon Linux 2023's
MACHINES = {"aarch64": "EM_AARCH64", "x86_64": "EM_X86_64"}
_LIBPQS = re.compile(r"PQ|^lo_")


@dataclass(frozen=True)
class Binary:
    """What a program or library says of itself, and which of libpq's functions it asks for and gives."""

    machine: str
    needed: tuple[str, ...]
    paths: tuple[str, ...]
    glibc: tuple[int, ...]
    asks: frozenset[str]
    gives: frozenset[str]


@cache
def read(path: Path) -> Binary:
    """Return what a program or library says of itself."""
    with path.open("rb") as file:
        elf = ELFFile(file)
        dynamic = elf.get_section_by_name(".dynamic")
        symbols = elf.get_section_by_name(".dynsym")
        assert isinstance(dynamic, DynamicSection)
        assert isinstance(symbols, SymbolTableSection)
        entries = [(tag.entry.d_tag, tag) for tag in dynamic.iter_tags()]
        functions = [(one.name, one["st_shndx"]) for one in symbols.iter_symbols() if _LIBPQS.search(one.name)]
        return Binary(
            machine=elf["e_machine"],
            needed=tuple(tag.needed for kind, tag in entries if kind == "DT_NEEDED"),  # type: ignore[attr-defined]
            paths=tuple(getattr(tag, kind[3:].lower()) for kind, tag in entries if kind in ("DT_RPATH", "DT_RUNPATH")),
            glibc=max((_numbers(name) for name in _versions(elf)), default=(0,)),
            asks=frozenset(name for name, where in functions if where == "SHN_UNDEF"),
            gives=frozenset(name for name, where in functions if where != "SHN_UNDEF"),
        )


def _versions(elf: ELFFile) -> Iterator[str]:
    needed = elf.get_section_by_name(".gnu.version_r")
    if isinstance(needed, GNUVerNeedSection):
        for _, versions in needed.iter_versions():
            yield from (version.name for version in versions if version.name.startswith("GLIBC_"))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.removeprefix("GLIBC_").split(".")))
