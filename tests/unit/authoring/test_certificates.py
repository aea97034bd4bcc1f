"""The section ``certificates``: what is accepted, what it becomes, and what is refused in which words."""

from pathlib import Path
from typing import Any

import pytest

from caretaker.authoring import compile_sections, load
from caretaker.core.config import CertificatesConfig, certificates_config
from caretaker.core.results import Severity
from caretaker.core.targets.certificate import Thresholds
from tests.authority import Authority
from tests.unit.authoring.finding import Mistakes

DAY = 86_400.0


def compiled(folder: Path, text: str) -> CertificatesConfig:
    (folder / "caretaker.yaml").write_text(text, "utf-8")
    return certificates_config(compile_sections(load(folder / "caretaker.yaml", for_deployment=True))["cert_check"])


def test_an_endpoint_needs_no_more_than_its_host(tmp_path: Path) -> None:
    (target,) = compiled(
        tmp_path, "{environment: t, certificates: {targets: [{name: app, host: App.Example.com}]}}"
    ).targets
    assert (target.check, target.host, target.port, target.server_name) == (
        "cert/app",
        "app.example.com",
        443,
        "app.example.com",
    )
    assert (target.starttls, target.ca, target.expiring, target.reached_by) == ("", "", None, "")
    assert (target.severity, target.timeout, target.policy.each_code) == (Severity.HIGH, 10.0, True)


def test_everything_that_may_be_said_arrives(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(pem := Authority().pem, "utf-8")
    text = """
environment: t
certificates:
  defaults: {expiring: {high: 20d}, severity: low, timeout: 3s, recheck: {times: 1, over: 5s}}
  targets:
    - {name: db, host: 10.0.0.5, port: 5432, starttls: postgres, server_name: Bücher.example, ca: ca.pem, group: data}
    - {name: mail, host: "2001:db8::1", port: 25, starttls: smtp, expiring: auto, severity: critical, timeout: 4s}
    - {name: app, host: app.example.com, expiring: {medium: 30d, critical: 36h}}
"""
    db, mail, app = compiled(tmp_path, text).targets
    assert (db.host, db.port, db.starttls, db.server_name) == ("10.0.0.5", 5432, "postgres", "xn--bcher-kva.example")
    assert (db.ca.strip(), db.group, db.severity, db.timeout) == (pem.strip(), "data", Severity.LOW, 3.0)
    assert (db.recheck.times, db.recheck.over) == (1, 5.0)
    assert db.expiring == Thresholds(None, 20 * DAY, None)
    assert (mail.endpoint, mail.starttls, mail.expiring) == ("[2001:db8::1]:25", "smtp", None)
    assert (mail.severity, mail.timeout) == (Severity.CRITICAL, 4.0)
    assert app.expiring == Thresholds(30 * DAY, None, 1.5 * DAY)


UPTIME = """
environment: t
uptime:
  targets:
    - {name: web, url: "https://www.example.com/health", group: front}
    - {name: own, url: "https://own.example.com:8443/", severity: low}
    - {name: plain, url: "http://www.example.com/"}
    - {name: blind, url: "https://blind.example.com/", verify_tls: false}
    - {name: hidden, url: "${ssm:caretaker/t/uptime/url}"}
    - {name: again, url: "https://www.example.com/other"}
    - {name: mq, tcp: "mq.example.com:5671", tls: true, server_name: inner.example.com}
    - {name: open, tcp: "mq.example.com:5672"}
"""


def test_what_uptime_looks_at_over_tls_needs_not_be_listed_twice(tmp_path: Path) -> None:
    config = compiled(tmp_path, UPTIME + "certificates: {from_uptime: true}\n")
    assert [(one.name, one.endpoint, one.server_name, one.reached_by) for one in config.targets] == [
        ("web", "www.example.com:443", "www.example.com", "uptime/web"),
        ("own", "own.example.com:8443", "own.example.com", "uptime/own"),
        ("mq", "mq.example.com:5671", "inner.example.com", "uptime/mq"),
    ]
    assert config.targets[0].group == "front"
    assert not config.reports_network
    assert len(config.controls) >= 2


def test_what_is_listed_is_not_taken_from_uptime_as_well(tmp_path: Path) -> None:
    listed = "certificates: {from_uptime: true, targets: [{name: web, host: www.example.com, expiring: {high: 9d}}]}"
    config = compiled(tmp_path, UPTIME + listed)
    assert [(one.name, one.reached_by) for one in config.targets] == [
        ("web", ""),
        ("own", "uptime/own"),
        ("mq", "uptime/mq"),
    ]


def test_without_uptime_the_network_is_reported_here(tmp_path: Path) -> None:
    config = compiled(tmp_path, "{environment: t, certificates: {targets: [{name: app, host: a.example.com}]}}")
    assert config.reports_network


def test_from_uptime_alone_is_left_to_the_file(tmp_path: Path) -> None:
    assert compiled(tmp_path, UPTIME).targets == ()


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ("", "host"),
        ("host: app.example.com:443", "a host is needed, without a port"),
        ("host: https://app.example.com/", "only a host is needed, not an address"),
        ("host: a b", "'a b' is not the name of a host"),
        ("host: ''", "the address has no host"),
        ("host: 999.1.1.1", "is not an IPv4 address"),
        ("host: [a]", "text is needed, not a list"),
        ("host: a, port: 0", "0 is too small"),
        ("host: a, port: 70000", "70000 is too large"),
        ("host: a, port: https", "a whole number is needed, not text"),
        ("host: a, starttls: ldap", "is not one of smtp, imap, pop3, ftp or postgres"),
        ("host: a, starttls: smpt", "Did you mean smtp?"),
        ("host: a, starttls: true", "smtp"),
        ("host: a, server_name: 'x:1'", "a host is needed, without a port"),
        ("host: a, ca: nothing.pem", "nothing.pem"),
        ("host: a, ca: caretaker.yaml", "is not PEM"),
        ("host: a, severity: urgent", "is not one of critical, high, medium or low"),
        ("host: a, timeout: 0s", "between"),
        ("host: a, timeout: soon", "soon"),
        ("host: a, group: 'a b'", "a b"),
        ("host: a, expiring: never", "auto or thresholds are needed, not text"),
        ("host: a, expiring: 30d", "auto or thresholds are needed"),
        ("host: a, expiring: 30", "auto or thresholds are needed, not a number"),
        ("host: a, expiring: {}", "there is no threshold"),
        ("host: a, expiring: {medium: 14d, high: 30d}", "a more urgent threshold must come later"),
        ("host: a, expiring: {medium: 3d, critical: 3d}", "a more urgent threshold must come later"),
        ("host: a, expiring: {low: 30d}", "low"),
        ("host: a, expiring: {high: 30m}", "between"),
        ("host: a, expiring: {high: 500d}", "between"),
        ("host: a, expires: 30d", "expiring"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(mistakes: Mistakes, keys: str, sentence: str) -> None:
    text = f"environment: t\ncertificates:\n  targets:\n    - {{name: app{', ' if keys else ''}{keys}}}\n"
    (mistake,) = mistakes(text)
    assert mistake.line == 4
    assert mistake.path.startswith("certificates.targets[app]")
    assert sentence in f"{mistake.message} {mistake.suggestion}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{environment: t, certificates: {targets: [{name: a, host: a}, {name: a, host: b}]}}", "target 'a' already"),
        ("{environment: t, certificates: {}}", "there is nothing to look after"),
        ("{environment: t, certificates: {from_uptime: true}}", "there is nothing to look after"),
        ("{environment: t, certificates: {from_uptime: 1, targets: [{name: a, host: a}]}}", "true or false"),
        (UPTIME + "certificates: {from_uptime: true, targets: [{name: web, host: x.example}]}", "under the same name"),
    ],
)
def test_what_is_wrong_with_the_whole_is_said(mistakes: Mistakes, text: str, sentence: str) -> None:
    said: Any = [f"{mistake.message} {mistake.suggestion}" for mistake in mistakes(text)]
    assert len(said) == 1
    assert sentence in said[0]
