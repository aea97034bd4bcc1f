"""Looks at Redis servers: they let you in and answer PING.

The few lines of Redis' protocol that this takes are here, because the client library has a limit for each
read and none for a whole look. Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
"""

from collections.abc import Iterator, Sequence
from functools import partial

from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.crowd import each
from caretaker.core.looking.judging import finding_of, judged
from caretaker.core.network.dialling import Tls, dial
from caretaker.core.network.failure import Failure
from caretaker.core.network.line import Line, Unreached
from caretaker.core.results import Finding, Result
from caretaker.core.targets.redis import RedisTarget
from functions.uptime.expectations import quote
from functions.uptime.probes.tcp import measurements
from functions.uptime.redis_url import RedisPlace, redis_place
from functions.uptime.slowness import slow

_LONGEST_REPLY = 4096  # bytes: what is asked here is answered with a few words
_NOT_LET_IN = ("NOAUTH", "WRONGPASS", "NOPERM", "ERR invalid password", "ERR AUTH", "ERR Client sent AUTH")


def probe(targets: Sequence[RedisTarget], conditions: Conditions) -> Iterator[Result]:
    """Yield one Result for each target."""
    yield from each(targets, partial(_look, conditions=conditions), conditions)


def _look(target: RedisTarget, conditions: Conditions) -> Result:
    place = redis_place(target.url)
    line = Line(place.host, place.port, target.timeout)
    tls = Tls(place.host, target.verify_tls, target.ca) if place.tls else None
    findings: list[Finding] = []
    try:
        with dial(line, ip=target.ip, tls=tls):
            _ping(line, place)
            findings += slow(target.slow, line.seconds)
    except Unreached as unreached:
        findings.append(finding_of(unreached.failure, target))
    seconds = line.seconds
    return judged(
        target,
        findings,
        conditions,
        healthy=f"answered PING in {seconds:.3f} s",
        where=f"{'rediss' if place.tls else 'redis'}://{line.endpoint}",
        measurements=measurements(line, seconds),
    )


def _ping(line: Line, place: RedisPlace) -> None:
    if place.password:
        _ask(line, "AUTH", *([place.user] if place.user else []), place.password)
    if place.database:
        _ask(line, "SELECT", str(place.database))
    answer = _ask(line, "PING")
    if answer != "+PONG":
        raise Unreached(_not_redis(line, answer))


def _ask(line: Line, *words: str) -> str:
    """Send a command and return the line that answers it; raise ``Unreached`` if that is an error."""
    encoded = [word.encode() for word in words]
    line.send(b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded))
    said = b""
    while b"\n" not in said and len(said) < _LONGEST_REPLY:
        chunk = line.receive()
        if not chunk:
            raise Unreached(line.broken_off())
        said += chunk
    answer = said.partition(b"\r\n")[0][:_LONGEST_REPLY].decode("utf-8", "replace")
    if answer.startswith("-"):
        raise Unreached(_error(line, answer[1:]))
    if not answer.startswith("+"):
        raise Unreached(_not_redis(line, answer))
    return answer


def _error(line: Line, said: str) -> Failure:
    if said.startswith(_NOT_LET_IN):
        return Failure(
            "auth-failed",
            f"{line.peer} does not let us in: {quote(said)}",
            "Check the user and the password in the secret, and what the user may do (ACL LIST).",
            measured=said[:200],
            limit="a login",
        )
    return Failure(
        "query-failed",
        f"{line.peer} answers with an error: {quote(said)}",
        "Look at the log of the server: it may be loading its data, have lost its master, or be out of memory.",
        measured=said[:200],
        limit="PONG",
    )


def _not_redis(line: Line, answer: str) -> Failure:
    return Failure(
        "query-failed",
        f"{line.peer} does not answer as Redis does: {quote(answer)}",
        "Check the port: something else than Redis listens there, or it wants TLS (rediss://).",
        measured=answer[:200],
        limit="PONG",
    )
