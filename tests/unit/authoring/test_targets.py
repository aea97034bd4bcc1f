"""Each kind of target: what is accepted, what it becomes, and what is refused in which words."""

from pathlib import Path
from typing import Any

import pytest

from caretaker.authoring import compile_sections, load
from caretaker.core.config import uptime_config
from caretaker.core.targets.base import Target
from caretaker.core.targets.dns import DnsTarget
from caretaker.core.targets.postgres import PostgresTarget
from caretaker.core.targets.redis import RedisTarget
from caretaker.core.targets.tcp import TcpTarget
from tests.unit.authoring.finding import Mistakes

HEAD = "environment: production\nuptime:\n  targets:\n"
SECRET = "${ssm:caretaker/production/uptime/db}"


def compiled(tmp_path: Path, written: str) -> Any:
    path = tmp_path / "caretaker.yaml"
    path.write_text(f"{HEAD}    - {written}\n", "utf-8")
    (target,) = uptime_config(compile_sections(load(path, for_deployment=True))["uptime"]).targets
    return target


@pytest.mark.parametrize(
    ("written", "kind", "fields"),
    [
        (
            '{name: mail, tcp: "Mail.Example.com:25", expect: {banner: "220 *", slow: 2s}}',
            TcpTarget,
            {"host": "mail.example.com", "port": 25, "tls": False, "banner": "220 *", "verify_tls": True},
        ),
        ('{name: a, tcp: "[2001:db8::1]:5671", tls: true, server_name: x.example}', TcpTarget, {"host": "2001:db8::1"}),
        (
            "{name: apex, dns: Example.com, record: mx, server: 1.1.1.1, expect: {all_of: [10 mx.example.com]}}",
            DnsTarget,
            {"host": "example.com", "record": "MX", "server": "1.1.1.1:53", "all_of": ("10 mx.example.com",)},
        ),
        (
            '{name: b, dns: x.example, server: "[2606:4700::1111]:5353"}',
            DnsTarget,
            {"server": "[2606:4700::1111]:5353"},
        ),
        (f'{{name: cache, redis: "{SECRET}"}}', RedisTarget, {"url": SECRET, "verify_tls": True}),
        ("{name: c, redis: redis://cache.internal/3}", RedisTarget, {"url": "redis://cache.internal/3"}),
        (
            f'{{name: rows, postgres: "{SECRET}", query: "select count(*) from t;", expect: {{value: {{max: 8}}}}}}',
            PostgresTarget,
            {"url": SECRET, "query": "select count(*) from t"},
        ),
        ("{name: d, postgres: postgres://reader@db/app?sslmode=require}", PostgresTarget, {"query": "select 1"}),
    ],
)
def test_each_kind_arrives_with_its_values(tmp_path: Path, written: str, kind: type[Target], fields: Any) -> None:
    target = compiled(tmp_path, written)
    assert type(target) is kind
    assert {name: getattr(target, name) for name in fields} == fields
    assert target.timeout == 10.0


def test_levels_of_a_value_keep_their_severity(tmp_path: Path) -> None:
    written = '{name: n, postgres: "postgres://h/x", expect: {value: [{max: 80}, {max: 95, severity: critical}]}}'
    target = compiled(tmp_path, written)
    assert [(one.kind, one.value, one.severity) for one in target.value] == [
        ("max", 80, "medium"),
        ("max", 95, "critical"),
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{name: a, tcp: "db.internal"}', "'db.internal' is not a host and a port. Write HOST:PORT"),
        ('{name: a, tcp: "db:0"}', "0 is not a port"),
        ('{name: a, tcp: "https://db:443"}', "only a host and a port are needed, not an address"),
        ('{name: a, tcp: "db:1", ca: x.pem}', "no such file or directory"),
        ('{name: a, tcp: "db:1", server_name: x}', "server_name means nothing without TLS"),
        ('{name: a, tcp: "db:1", url: "http://x"}', "a target is of one kind. Keep one of url or tcp"),
        ('{name: a, tcp: "db:1", expect: {banner: ""}}', "an empty text is found everywhere"),
        ('{name: a, tcp: "db:1", expect: {bannr: x}}', "no key 'bannr' here. Did you mean banner?"),
        ('{name: a, tcp: "db:1", expect: {slow: 1s, levels: [{over: 1s}]}}', "slow and levels say the same thing"),
        ('{name: a, tcp: "db:1", method: GET}', "there is no key 'method' here"),
        ("{name: a, dns: 'exa mple.com'}", "is not the name of a host"),
        ("{name: a, dns: x.example, record: SRV}", "'SRV' is not one of A, AAAA, CNAME, MX or TXT"),
        ("{name: a, dns: x.example, server: ns1.example}", "'ns1.example' is not the address of a name server"),
        ("{name: a, dns: x.example, expect: {one_of: []}}", "too few items"),
        ("{name: a, dns: x.example, expect: {one_of: [a], all_of: [b]}}", "contradict each other"),
        ("{name: a, redis: http://x}", "the scheme 'http' is not Redis. Known here: redis, rediss."),
        ("{name: a, redis: cache:6379}", "the address has no scheme. Begin it with redis:// or rediss://."),
        ("{name: a, redis: 'redis://:pa55@x'}", "a password must not stand in the address"),
        ("{name: a, postgres: postgresql:db}", "the address has no host"),
        ("{name: a, postgres: 'postgresql://u:pa55@h/x'}", "a password must not stand in the address"),
        ("{name: a, postgres: 'postgres://h/x', query: ' ;'}", "the query is empty"),
        ("{name: a, postgres: 'postgres://h/x', query: 'commit; delete from t'}", "a query is one statement"),
        ("{name: a, postgres: 'postgres://h/x', expect: {value: []}}", "the list has no level"),
        ("{name: a, postgres: 'postgres://h/x', expect: {value: {max: ten}}}", "a number is needed, not text"),
        ("{name: a, tpc: 'db:1'}", "url is missing"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(mistakes: Mistakes, written: str, said: str) -> None:
    found = [str(mistake) for mistake in mistakes(f"{HEAD}    - {written}\n")]
    assert any(said in one for one in found), found
    assert not any("pa55" in one for one in found)
    assert all(":4:" in one for one in found)


@pytest.mark.parametrize(
    ("controls", "said"),
    [
        ("[https://a.example]", "one control target alone says nothing of the network"),
        ("[https://a.example/1, https://a.example/2]", "one control target alone"),
        ("[a.example, https://b.example]", "the address has no scheme"),
    ],
)
def test_controls_are_at_least_two_and_independent(mistakes: Mistakes, controls: str, said: str) -> None:
    text = f"environment: p\nuptime:\n  controls: {controls}\n  targets: [{{name: a, url: http://x}}]\n"
    assert any(said in str(mistake) for mistake in mistakes(text))


def test_two_controls_are_built_in(tmp_path: Path) -> None:
    path = tmp_path / "caretaker.yaml"
    path.write_text(f"{HEAD}    - {{name: a, url: http://x}}\n", "utf-8")
    controls = uptime_config(compile_sections(load(path, for_deployment=True))["uptime"]).controls
    assert len({one.url for one in controls}) == 2  # type: ignore[attr-defined] # they are HTTP targets
    assert all(":" in one.name for one in controls)


@pytest.mark.parametrize(("reminder", "said"), [("5m", "too short"), ("8d", "too long"), ("4", "unit")])
def test_reminders_come_neither_all_the_time_nor_never(mistakes: Mistakes, reminder: str, said: str) -> None:
    (mistake,) = mistakes(f"{HEAD}    - {{name: a, url: http://x}}\nalerts: {{reminder: {reminder}}}\n")
    assert said in str(mistake)
