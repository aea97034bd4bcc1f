"""What a program or library asks the dynamic loader for, read from and written to the file itself."""

from pathlib import Path
from typing import BinaryIO

from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile

from caretaker.build.errors import BuildError

_MAGIC = b"\x7fELF"
_PATHS = ("DT_RPATH", "DT_RUNPATH")
_LONGEST = 4096  # bytes: as long as a path may be


def is_binary(path: Path) -> bool:
    """Whether a file is a program or a library."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def needed(path: Path) -> list[str]:
    """Return the file names of the libraries that a program or library asks for."""
    with path.open("rb") as file:
        dynamic, texts = _dynamic(file, path)
        return [_text(file, texts + tag.entry.d_val) for tag in dynamic.iter_tags("DT_NEEDED")]


def look_in(path: Path, folder: str) -> None:
    """Let a file that says where its libraries are look in this folder instead; ``$ORIGIN`` is the file's own.

    The text is overwritten in place, which needs neither a compiler nor another layout of the file: it must not be
    longer than what is there.
    """
    with path.open("rb+") as file:
        dynamic, texts = _dynamic(file, path)
        for position in [texts + tag.entry.d_val for tag in dynamic.iter_tags() if tag.entry.d_tag in _PATHS]:
            before = _text(file, position)
            if len(folder) > len(before):
                raise BuildError(f"{path} has too little room to say {folder}: it says {before}")
            file.seek(position)
            file.write(folder.encode().ljust(len(before), b"\0"))


def _dynamic(file: BinaryIO, path: Path) -> tuple[DynamicSegment, int]:
    """Return what a file tells the loader, and where in the file its texts begin."""
    for segment in ELFFile(file).iter_segments("PT_DYNAMIC"):
        if isinstance(segment, DynamicSegment):
            _, texts = segment.get_table_offset("DT_STRTAB")
            if texts is not None:
                return segment, texts
    raise BuildError(f"{path} is not linked dynamically: is the wheel damaged?")


def _text(file: BinaryIO, position: int) -> str:
    file.seek(position)
    return file.read(_LONGEST).split(b"\0")[0].decode()
