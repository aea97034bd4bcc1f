"""The fields of a JSON object that somebody else may have damaged: each is read as what it has to be."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from caretaker.core.results import moment

Word = TypeVar("Word")

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Malformed(Exception):
    """A field is missing, or is not what it has to be; the message names it."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object, and where it stands in its document: empty at the top, else ``server.`` or ``tables[3].``."""

    values: Mapping[str, Any]
    where: str = ""

    @classmethod
    def document(cls, data: bytes, newest: int) -> "Fields":
        """Return the fields of a document of ours; raise ``Malformed``, also if its ``schema_version`` is newer."""
        try:
            fields = cls.of(json.loads(data))
        except (ValueError, RecursionError) as error:
            raise Malformed("it is no JSON") from error
        version = fields.count("schema_version")
        if version > newest:
            raise Malformed(f"a newer Caretaker wrote it (schema {version}, this one knows {newest}): use that one")
        return fields

    @classmethod
    def of(cls, value: object, where: str = "") -> "Fields":
        """Return the fields of a JSON value; raise ``Malformed`` if it is no object."""
        if not isinstance(value, dict):
            raise Malformed(f"{where.rstrip('.') or 'the document'} is no object")
        return cls(value, where)

    def text(self, name: str) -> str:
        """Return a text."""
        value = self._value(name)
        if not isinstance(value, str):
            raise self._is_no(name, "text")
        return value

    def text_or_none(self, name: str) -> str | None:
        """Return a text, or None for null."""
        return None if self._value(name) is None else self.text(name)

    def text_or_empty(self, name: str) -> str:
        """Return a text, an empty one where an earlier release wrote none."""
        return self.text(name) if name in self.values else ""

    def whole(self, name: str) -> int:
        """Return a whole number, of any sign."""
        value = self._value(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._is_no(name, "whole number")
        return value

    def count(self, name: str) -> int:
        """Return a whole number that is not negative."""
        value = self.whole(name)
        if value < 0:
            raise self._is_no(name, "count")
        return value

    def count_or_none(self, name: str) -> int | None:
        """Return a whole number that is not negative, or None for null."""
        return None if self._value(name) is None else self.count(name)

    def seconds(self, name: str) -> float:
        """Return a number of seconds."""
        value = self._value(name)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < float("inf"):
            raise self._is_no(name, "number of seconds")
        return value

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self._value(name)
        if not isinstance(value, bool):
            raise self._is_no(name, "true or false")
        return value

    def time(self, name: str) -> datetime:
        """Return a time, in UTC."""
        try:
            return moment(self.text(name))
        except (ValueError, OverflowError) as error:
            raise self._is_no(name, "time with a zone") from error

    def sha256(self, name: str) -> str:
        """Return a SHA-256 in hexadecimal."""
        value = self.text(name)
        if not _SHA256.fullmatch(value):
            raise self._is_no(name, "SHA-256")
        return value

    def part(self, name: str) -> "Fields":
        """Return an object inside this one."""
        return Fields.of(self._value(name), f"{self.where}{name}.")

    def parts(self, name: str) -> tuple["Fields", ...]:
        """Return a list of objects."""
        listed = self._list(name)
        return tuple(Fields.of(value, f"{self.where}{name}[{place}].") for place, value in enumerate(listed))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        listed = self._list(name)
        if not all(isinstance(value, str) for value in listed):
            raise self._is_no(name, "list of texts")
        return tuple(listed)

    def one_of(self, name: str, words: Mapping[str, Word]) -> Word:
        """Return what a text stands for, which has to be one of these words."""
        value = self.text(name)
        if value not in words:
            raise Malformed(f"{self.where}{name} is none of {', '.join(words)}")
        return words[value]

    def _list(self, name: str) -> list[Any]:
        value = self._value(name)
        if not isinstance(value, list):
            raise self._is_no(name, "list")
        return value

    def _value(self, name: str) -> Any:
        if name not in self.values:
            raise Malformed(f"{self.where}{name} is missing")
        return self.values[name]

    def _is_no(self, name: str, kind: str) -> Malformed:
        return Malformed(f"{self.where}{name} is no {kind}")
