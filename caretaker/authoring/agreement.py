"""What must agree across the file: names that are given once, and names that refer to others.

Works on the values as they were written, so that these mistakes show beside those of single values.
"""

from collections.abc import Iterator

from caretaker.authoring.dependencies import wrong_dependencies
from caretaker.authoring.mistakes import Objection
from caretaker.authoring.model.alerts import WATCHDOG
from caretaker.authoring.nodes import Node, Path, Plain, position
from caretaker.authoring.wording import nearest, quoted
from caretaker.core.results import Severity


def disagreements(root: Node) -> Iterator[Objection]:
    """Yield what does not agree."""
    tree = root.plain()
    sections = ("uptime", "certificates", "backup", "alerts")
    uptime, certificates, backup, alerts = (_mapping(tree, name) for name in sections)
    yield from _repeated(root, uptime.get("targets"), ("uptime", "targets"), "target")
    yield from _repeated(root, certificates.get("targets"), ("certificates", "targets"), "target")
    yield from _same_names(uptime, certificates)
    yield from _repeated(root, backup.get("databases"), ("backup", "databases"), "database")
    yield from _nothing_to_do(tree, certificates)
    yield from _repeated(root, alerts.get("channels"), ("alerts", "channels"), "channel")
    yield from wrong_dependencies(uptime.get("targets"), ("uptime", "targets"))
    yield from _unknown_channels(alerts)


def _repeated(root: Node, items: Plain, place: Path, what: str) -> Iterator[Objection]:
    lines: dict[str, int] = {}
    for index, item in enumerate(items if isinstance(items, list) else []):
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(name, str):
            continue
        path = (*place, index, "name")
        if name in lines:
            yield Objection(path, f"there is a {what} {quoted(name)} already, in line {lines[name]}", "Rename one.")
        lines.setdefault(name, position(root, path).line)


def _same_names(uptime: dict[str, Plain], certificates: dict[str, Plain]) -> Iterator[Objection]:
    """Yield the endpoints that have the name of a target of uptime, with another host: one of them would be lost."""
    if certificates.get("from_uptime") is not True:
        return
    places = {target["name"]: str(target.get("url") or target.get("tcp")) for target in _named(uptime)}
    for index, target in enumerate(_named(certificates)):
        name, host = target["name"], str(target.get("host", ""))
        if name in places and places[name] != "None" and host.lower() not in places[name].lower():
            path: Path = ("certificates", "targets", index, "name")
            message = (
                f"there is a target {quoted(str(name))} in uptime, which from_uptime would look at under the same name"
            )
            yield Objection(path, message, "Rename one of the two.")


def _named(section: dict[str, Plain]) -> list[dict[str, Plain]]:
    targets = section.get("targets")
    listed = targets if isinstance(targets, list) else []
    return [target for target in listed if isinstance(target, dict) and isinstance(target.get("name"), str)]


def _nothing_to_do(tree: Plain, certificates: dict[str, Plain]) -> Iterator[Objection]:
    if isinstance(tree, dict) and "uptime" not in tree and "backup" not in tree and not certificates.get("targets"):
        message = "there is nothing to look after"
        yield Objection(
            (), message, "Write what to watch below uptime: or certificates:, or what to back up below backup:."
        )


def _unknown_channels(alerts: dict[str, Plain]) -> Iterator[Objection]:
    channels = alerts.get("channels", [{"name": "email"}])
    if not isinstance(channels, list):
        return
    names = [channel.get("name") for channel in channels if isinstance(channel, dict)]
    known = [name for name in names if isinstance(name, str)]
    fallback = alerts.get("fallback")
    if isinstance(fallback, str) and fallback not in (*known, WATCHDOG):
        yield _unknown(("alerts", "fallback"), fallback, [*known, WATCHDOG])
    for severity, told in _mapping(alerts, "routes").items():
        if severity not in list(Severity) or not isinstance(told, list):
            continue
        for index, name in enumerate(told):
            path = ("alerts", "routes", severity, index)
            if isinstance(name, str) and name in told[:index]:
                yield Objection(path, f"{quoted(name)} is named twice", "Remove one of the two.")
            elif isinstance(name, str) and name not in known:
                yield _unknown(path, name, known)


def _unknown(path: Path, name: str, known: list[str]) -> Objection:
    return Objection(path, f"there is no channel {quoted(name)}", nearest(name, known))


def empties(value: Plain, path: Path = ()) -> Iterator[Objection]:
    """Yield the keys without a value: not the same as leaving the key out, unless null is what is expected."""
    match value:
        case None:
            yield Objection(path, "there is no value", "Write one, or remove the key.", covers=path)
        case dict():
            for name, part in value.items():
                if not (name == "json" and path[-1:] == ("expect",)):
                    yield from empties(part, (*path, name))
        case list():
            for index, part in enumerate(value):
                yield from empties(part, (*path, index))


def _mapping(value: Plain, name: str) -> dict[str, Plain]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}
