"""Whether an answer is what was expected."""

from collections.abc import Iterator

from caretaker.core.results import Finding
from caretaker.core.targets.http import HeaderExpectation, HttpTarget
from functions.uptime.answer import Answer
from functions.uptime.json_expectations import judge_json
from functions.uptime.patterns import found
from functions.uptime.slowness import slow

_QUOTED = 200  # characters of an expectation or an answer that a message quotes


def quote(value: str) -> str:
    """Return a text as a message quotes it: on one line, and not long."""
    line = " ".join(value.split())
    return f"“{line[:_QUOTED]}…”" if len(line) > _QUOTED else f"“{line}”"


def judge_answer(target: HttpTarget, answer: Answer) -> Iterator[Finding]:
    """Yield what is wrong with an answer: all of it, not only the first."""
    status_is_good = any(low <= answer.status <= high for low, high in target.expect.status)
    if not status_is_good:
        yield _status(target, answer)
    for header in target.expect.headers:
        yield from _header(target, header, answer)
    if target.expect.contains or target.expect.not_contains or target.expect.matches:
        yield from _text(target, answer.text)
    if target.expect.json:
        findings = list(judge_json(target, answer))
        # An error page is not JSON: its status has said so already.
        if status_is_good or [finding.code for finding in findings] != ["not-json"]:
            yield from findings
    yield from slow(target.expect.slow, answer.seconds)


def _status(target: HttpTarget, answer: Answer) -> Finding:
    limit = ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in target.expect.status)
    if answer.status in (401, 403):
        fix = "Check the credentials that the target is looked at with, and who may reach it."
    elif answer.status == 404:
        fix = "Check the URL, and whether a deployment has moved the page."
    elif answer.status >= 500:
        fix = "Look at the application's own log for this time, and at what was deployed last."
    elif 300 <= answer.status < 400:
        fix = "Give the URL that it redirects to, or expect this status."
    else:
        fix = "Look at what the server says; expect this status if it is right."
    return Finding(
        "http-status",
        target.severity,
        f"answered HTTP {answer.status}, expected {limit}",
        fix,
        measured=str(answer.status),
        limit=limit,
    )


def _header(target: HttpTarget, expected: HeaderExpectation, answer: Answer) -> Iterator[Finding]:
    value = answer.header(expected.name)
    wanted = quote(expected.equals if expected.equals is not None else f"matching {expected.matches}")
    if value is not None:
        bare = value.partition(";")[0].strip()
        whole_or_bare = (value.strip().casefold(), bare.casefold())
        if expected.equals is not None and expected.equals.strip().casefold() in whole_or_bare:
            return
        if expected.matches is not None and found(expected.matches, value):
            return
    got = "is missing" if value is None else f"is {quote(value)}"
    yield Finding(
        "header-mismatch",
        target.severity,
        f"the header {expected.name} {got}, expected {wanted}",
        "See what sets this header: the application, a proxy or the CDN before it.",
        measured="missing" if value is None else quote(value),
        limit=wanted,
    )


def _text(target: HttpTarget, text: str) -> Iterator[Finding]:
    fix = "Open the page and see what it shows instead: often an error page, a login or an empty answer."
    for wanted in target.expect.contains:
        if wanted not in text:
            message = f"the body does not contain {quote(wanted)}"
            yield Finding("body-mismatch", target.severity, message, fix, measured="absent", limit=quote(wanted))
    for unwanted in target.expect.not_contains:
        if unwanted in text:
            message = f"the body contains {quote(unwanted)}"
            yield Finding(
                "body-mismatch", target.severity, message, fix, measured="present", limit=f"not {quote(unwanted)}"
            )
    for wanted in target.expect.matches:
        if not found(wanted, text):
            message = f"the body does not match {quote(wanted)}"
            yield Finding("body-mismatch", target.severity, message, fix, measured="no match", limit=quote(wanted))
