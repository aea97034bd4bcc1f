"""From YAML text to nodes.

Works on the parser's events, not on PyYAML's constructor: no recursion that a file could exhaust, no
objects made from tags, no meaning given to ``yes``, dates or ``<<``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from caretaker.authoring.mistakes import Position, Unfit
from caretaker.authoring.nodes import Entry, Node
from caretaker.authoring.scalars import resolve
from caretaker.authoring.wording import named

MOST_NODES = 100_000
DEEPEST = 30
MOST_FAULTS = 200

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's parser is not in every build of PyYAML


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the YAML itself."""

    position: Position
    message: str
    suggestion: str


class Unreadable(Exception):
    """The YAML is broken where ``fault`` says; nothing behind that place can be trusted."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.message)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; ``key`` is set between a key and its value."""

    node: Node
    anchor: str | None
    key: "tuple[str | None, Position] | None" = None


@dataclass(slots=True)
class _Composer:
    faults: list[Fault] = field(default_factory=list)
    parents: list[_Open] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    root: Node | None = None

    def take(self, event: Event) -> None:
        mark = event.start_mark
        place = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
        match event:
            case DocumentStartEvent() if self.root is not None:
                raise Unreadable(
                    Fault(place, "a second document starts here", "Keep one document: remove the line of dashes.")
                )
            case ScalarEvent():
                self._scalar(event, place)
            case SequenceStartEvent() | MappingStartEvent():
                self._start(event, place)
            case SequenceEndEvent() | MappingEndEvent():
                self._end()
            case AliasEvent():
                self._alias(event, place)

    def _scalar(self, event: ScalarEvent, place: Position) -> None:
        self._refuse_tag(event, place)
        node = Node(place, event.value)
        unquoted = not event.style  # None with PyYAML's own parser, '' with libyaml
        if any("\ud800" <= letter <= "\udfff" for letter in event.value):
            self._fault(place, "the text holds half of a surrogate pair", "Write the character itself.")
            node.value = ""
        elif unquoted:
            node.value = self._resolved(event.value, place)
        if event.anchor:
            self.anchors[event.anchor] = node
        self._add(node, merge=unquoted and event.value == "<<")

    def _resolved(self, text: str, place: Position) -> str | int | float | bool | None:
        try:
            return resolve(text)
        except Unfit as unfit:
            self._fault(place, unfit.message, unfit.suggestion)
            return 0

    def _start(self, event: SequenceStartEvent | MappingStartEvent, place: Position) -> None:
        self._refuse_tag(event, place)
        if len(self.parents) >= DEEPEST:
            raise Unreadable(Fault(place, f"lists and keys are nested deeper than {DEEPEST} levels", "Flatten them."))
        node = Node(place, [] if isinstance(event, SequenceStartEvent) else {})
        if event.anchor:
            self.anchors[event.anchor] = node
        self.parents.append(_Open(node, event.anchor))

    def _end(self) -> None:
        self._add(self.parents.pop().node)

    def _alias(self, event: AliasEvent, place: Position) -> None:
        # A password may begin with an asterisk: the name is not repeated.
        node = self.anchors.get(event.anchor or "")
        if node is None:
            advice = "If it is meant as text, put it in quotes."
            self._fault(place, "an alias (*…) names an anchor (&…) that is not defined before it", advice)
            node = Node(place, None)
        elif any(node is parent.node for parent in self.parents):
            raise Unreadable(Fault(place, "an alias refers to the very thing that it is in", "Write it out instead."))
        elif len(self.parents) + node.depth > DEEPEST:
            raise Unreadable(Fault(place, f"lists and keys are nested deeper than {DEEPEST} levels", "Flatten them."))
        self._add(node)

    def _add(self, node: Node, merge: bool = False) -> None:
        if not self.parents:
            self.root = node
            return
        parent = self.parents[-1]
        parent.node.size += node.size
        parent.node.depth = max(parent.node.depth, node.depth + 1)
        if parent.node.size > MOST_NODES:
            raise Unreadable(
                Fault(node.position, f"the file holds more than {MOST_NODES:,} values", "Do aliases multiply here?")
            )
        entries = parent.node.value
        if isinstance(entries, list):
            entries.append(node)
        elif isinstance(entries, dict) and parent.key is None:
            parent.key = (self._key(entries, node, merge), node.position)
        elif isinstance(entries, dict) and parent.key is not None:
            name, place = parent.key
            parent.key = None
            if name is not None:
                entries[name] = Entry(place, node)

    def _key(self, entries: dict[str, Entry], node: Node, merge: bool) -> str | None:
        if merge:
            self._fault(node.position, "merging with << is not possible", "Write the keys out, or use uptime.defaults.")
            return None
        if not isinstance(node.value, str):
            self._fault(node.position, "a key must be text", "Put it in quotes.")
            return None
        if node.value in entries:
            first = entries[node.value].key
            message = f"{named(node.value)} is already there, in line {first.line}"
            self._fault(node.position, message, "Keep one of the two.")
            return None
        return node.value

    def _refuse_tag(self, event: NodeEvent, place: Position) -> None:
        if getattr(event, "tag", None) is not None:
            self._fault(place, "tags (!…) are not possible", "If it is meant as text, put it in quotes.")

    def _fault(self, place: Position, message: str, suggestion: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(place, message, suggestion))


def compose(text: str) -> tuple[Node | None, tuple[Fault, ...]]:
    """Return a text's only document (None if it has none) and what is wrong in it.

    Raise ``Unreadable`` where reading has to stop: at an error of syntax, a cycle, or a size that no
    configuration has.
    """
    composer = _Composer()
    try:
        for event in _events(text):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_syntax(error)) from None
    return composer.root, tuple(composer.faults)


def _events(text: str) -> Iterable[Event]:
    return yaml.parse(text, Loader=_LOADER)


_ADVICE = {
    "mapping values are not allowed": "Put a text that holds ': ' in quotes, and check the indentation.",
    "unexpected end of stream": "Close the quote that is opened here.",
    "cannot start any token": "Indent with spaces, not tabs, and put texts that begin with @, ` or % in quotes.",
    "unknown escape character": "Inside double quotes write \\\\ for one backslash, or use single quotes.",
    "expected ',' or": "Close the bracket or brace that is opened here.",
}
_INDENTATION = "Check the indentation and quotes of this line and the one before it."


def _syntax(error: yaml.MarkedYAMLError) -> Fault:
    problem = error.problem or "it cannot be understood"
    advice = next((advice for sign, advice in _ADVICE.items() if sign in problem), _INDENTATION)
    opened_elsewhere = "end of stream" in problem or "expected ',' or" in problem
    mark = error.context_mark if opened_elsewhere and error.context_mark else error.problem_mark or error.context_mark
    place = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
    if "tag handle" in problem:  # PyYAML's own parser repeats the tag, which may be a password
        problem = "found an undefined tag (!…)"
    return Fault(place, f"this is not YAML: {problem}", advice)
