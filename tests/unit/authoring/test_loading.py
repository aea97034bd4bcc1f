"""All mistakes of a file are said at once, each with its place and what to do."""

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caretaker.authoring import ConfigurationError, load
from tests.unit.authoring.finding import Mistakes

MINIMAL = """
environment: production
uptime:
  targets:
    - {name: api, url: https://api.example.com/health}
"""


def test_an_environment_and_one_target_are_enough(mistakes: Mistakes) -> None:
    assert mistakes(MINIMAL) == ()


def test_all_mistakes_come_at_once_in_the_order_of_the_file(mistakes: Mistakes) -> None:
    found = mistakes(
        """\
        environment: production
        uptime:
          defaults: {timeout: 10}
          targets:
            - name: api
              url: https://api.example.com:99999/health
              timout: 5s
            - name: api
              url: https://example.com
              expect:
                status: 2xx
                status: 200
        alerts:
          fallback: wachdog
        """
    )
    assert [(mistake.line, mistake.column, mistake.path) for mistake in found] == [
        (3, 23, "uptime.defaults.timeout"),
        (6, 12, "uptime.targets[api].url"),
        (7, 7, "uptime.targets[api].timout"),
        (8, 13, "uptime.targets[api].name"),
        (11, 17, "uptime.targets[api].expect.status"),
        (12, 9, ""),
        (14, 13, "alerts.fallback"),
    ]


def test_a_mistake_is_one_line_of_place_reason_and_advice(mistakes: Mistakes) -> None:
    (mistake,) = mistakes(MINIMAL + "    - {name: web, url: https://w.example, timout: 5s}\n")
    assert str(mistake).endswith(
        "caretaker.yaml:6:43: uptime.targets[web].timout: there is no key 'timout' here. Did you mean timeout?"
    )


def test_a_list_instead_of_keys_and_values_is_said(mistakes: Mistakes) -> None:
    assert "keys and values are needed" in str(mistakes("- a\n- b\n")[0])


def test_what_is_missing_is_said_where_it_should_be(mistakes: Mistakes) -> None:
    first, second = mistakes("uptime:\n  targets:\n    - {name: api}\n")
    assert "environment is missing" in first.message
    assert (second.line, second.message) == (3, "url is missing")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("url: 5", "text is needed, not a number"),
        ("url: [a]", "text is needed, not a list"),
        ("url: http://a, method: fetch", "'FETCH' is not one of GET"),
        ("url: http://a, verify_tls: yes", "true or false is needed"),
        ("url: http://a, headers: {X-A: 1}", "Put it in quotes"),
        ("url: http://a, headers: [a]", "keys and values are needed"),
        ('url: http://a, headers: {"a b": x}', "not the name of a header"),
        ('url: http://a, headers: {X-A: "a\\nb"}', "no line breaks"),
        ('url: http://a, auth: {bearer: "a\\nb"}', "no line breaks"),
        ("url: http://a, headers: {X-A: a, x-a: b}", "there twice"),
        ("url: http://a, body: {a: 1}", "text is needed"),
        ("url: http://a, auth: {}", "one of basic and bearer"),
        ("url: http://a, auth: {basic: [me]}", "too few items"),
        ("url: http://a, auth: {basic: [a, b, c]}", "too many items"),
        ("url: http://me@a, auth: {bearer: t}", "contradict each other"),
        ("url: http://a, max_body: 11MB", "too large"),
        ("url: http://a, ip: 5", "'5' is not one of any, 4 or 6"),
        ("url: http://a, timeout: 2m", "too long. Write one between 0.1s and 1m"),
        ("url: http://a, severity: urgent", "not one of critical, high, medium or low"),
        ("url: http://a, severity: hihg", "Did you mean high"),
        ("url: http://a, recheck: yes", "a number of times is needed"),
        ("url: http://a, recheck: 9", "too large"),
        ("url: http://a, recheck: {times: 2, ovr: 20s}", "Did you mean over"),
        ("url: http://a, confirm: 3 of 2", "can never be reached"),
        ("url: http://a, recover: 0", "too small"),
        ("url: http://a, group: two words", "is not a name"),
        ("url: http://a, group: ", "there is no value"),
        ("url: http://a, slow: 5s", "there is no key 'slow'"),
        ("url: http://a, expect: {slow: 5}", "Write 5s"),
        ("url: http://a, expect: {slow: []}", "no level"),
        ("url: http://a, expect: {slow: 1s, levels: [{over: 2s}]}", "the same thing"),
        ("url: http://a, expect: {slow: [{over: 1s, severity: bad}]}", "'bad' is not one of"),
        ("url: http://a, expect: {status: []}", "too few items"),
        ("url: http://a, expect: {status: [200, 2xx]}", "Write 200-299"),
        ("url: http://a, expect: {contains: ''}", "found everywhere"),
        ("url: http://a, expect: {contains: 404}", "Put it in quotes"),
        ("url: http://a, expect: {matches: '(?=a)'}", "no lookaround"),
        ("url: http://a, expect: {headers: {a: 5}}", "Put the value in quotes"),
        ("url: http://a, expect: {headers: {a: {matches: '('}}}", "not understood"),
        ("url: http://a, expect: {headers: {a: {}}}", "one of equals and matches"),
        ("url: http://a, expect: {json: {a-b: 1}}", "not a JMESPath"),
        ("url: http://a, expect: {json: {a: {}}}", "no condition"),
        ("url: http://a, expect: {json: {a: []}}", "no level"),
        ("url: http://a, expect: {json: {a: [1, 2]}}", "one_of"),
        ("url: http://a, expect: {json: {a: {mx: 1}}}", "Did you mean max"),
        ("url: http://a, expect: {json: {a: {max: '80%'}}}", "a number is needed, not text"),
        ("url: http://a, expect: {json: {a: {max: true}}}", "a number is needed"),
        ("url: http://a, expect: {json: {a: {min: 2, max: 1}}}", "Exchange min and max"),
        ("url: http://a, expect: {json: {a: {present: true, severity: low}}}", "min and max only"),
        ("url: http://a, expect: {json: {a: {one_of: []}}}", "too few items"),
        ("url: http://a, method: HEAD, expect: {contains: a}", "HEAD has no body"),
        ("url: http://a, ca: nothing.pem", "cannot be read (no such file or directory)"),
    ],
)
def test_a_wrong_target_is_explained(target_mistakes: Mistakes, keys: str, said: str) -> None:
    found = target_mistakes(keys)
    assert len(found) == 1, found
    assert said in str(found[0])
    assert found[0].line == 4
    assert not str(found[0]).count("..")


@pytest.mark.parametrize(
    "keys",
    [
        'url: http://a, method: post, body: \'{"a": "${b}"}\'',
        "url: http://a, ip: 4, addresses: first",
        "url: http://a, recheck: 0",
        "url: http://a, recheck: {times: 1, over: 10s}",
        "url: http://a, expect: {slow: {levels: [{over: 1s}]}}",
        "url: http://a, expect: {slow: [{over: 1s}, {over: 2s, severity: high}]}",
        "url: http://a, expect: {status: 204, contains: [a, b], matches: a.b}",
        "url: http://a, expect: {json: {a: null, b: true, c: {equals: [1]}, d: {one_of: [null, 1]}}}",
        "url: http://a, expect: {headers: {content-type: {matches: json}}}",
        "url: http://a, auth: {basic: [me, '${ssm:caretaker/production/uptime/pw}']}",
        "url: 'https://me:${ssm:caretaker/production/uptime/pw}@a.example/'",
        "url: '${secret:caretaker/production/uptime/url}'",
        "url: 'https://a/${ssm:/caretaker/production/uptime/path}'",
    ],
)
def test_what_can_be_written_is_taken(target_mistakes: Mistakes, keys: str) -> None:
    assert target_mistakes(keys) == ()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("${env:URL}", "your own machine only"),
        ("https://me:hunter2@a.example/", "a password must not stand in the address"),
        ("https://me:hunter2${ssm:caretaker/production/uptime/x}@a/", "a password must not stand in the address"),
    ],
)
def test_what_works_locally_only_is_refused_for_a_deployment(target_mistakes: Mistakes, url: str, said: str) -> None:
    (mistake,) = target_mistakes(f"url: '{url}'")
    assert said in str(mistake)
    assert "${ssm:caretaker/production/uptime/" in mistake.suggestion
    assert "hunter2" not in str(mistake)
    assert target_mistakes(f"url: '{url}'", for_deployment=False) == ()


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("${ssm:caretaker/production/alerts/key}", "Store it under caretaker/production/uptime/"),
        ("${ssm:caretaker/staging/uptime/key}", "write ${ssm:caretaker/production/uptime/key}"),
        ("${ssm:key}", "lies outside"),
        ("${ssm:caretaker/production/uptime/}", "not well written"),
        ("${ssm:caretaker/production/uptime/../x y}", "not well written"),
        ("${secret:/caretaker/production/uptime/key}", "lies outside"),
        ("${smm:caretaker/production/uptime/key}", "Did you mean ssm"),
        ("${ssm:}", "not well written"),
        ("${ssm:caretaker", "not complete"),
        ("${KEY}", "Write ${ssm:NAME}"),
    ],
)
def test_a_wrong_reference_is_refused_with_the_right_one(target_mistakes: Mistakes, reference: str, said: str) -> None:
    (mistake,) = target_mistakes(f"url: http://a, headers: {{X-Key: '{reference}'}}")
    assert said in str(mistake)


def test_prefixes_are_not_judged_while_the_environment_is_wrong(mistakes: Mistakes) -> None:
    text = MINIMAL.replace("production", "two words").replace(
        "https://api.example.com/health", "'${ssm:caretaker/x/uptime/u}'"
    )
    assert [mistake.path for mistake in mistakes(text)] == ["environment"]


def test_a_secret_has_no_place_in_an_expectation(target_mistakes: Mistakes) -> None:
    (mistake,) = target_mistakes("url: http://a, expect: {json: {a: ['${ssm:caretaker/production/uptime/x}']}}")
    assert mistake.message
    (mistake,) = target_mistakes("url: http://a, expect: {contains: '${ssm:caretaker/production/uptime/x}'}")
    assert "not possible here" in mistake.message


@pytest.mark.parametrize(
    ("alerts", "said"),
    [
        ("{channels: [{name: a}]}", "one of slack, sns, pagerduty and webhook"),
        ("{channels: [{name: a, slack: http://x, sns: AlertTopic}]}", "one of slack, sns, pagerduty and webhook"),
        ("{channels: [{name: a, sns: MyTopic}]}", "'MyTopic' is not one of AlertTopic"),
        ("{channels: [{name: p, pagerduty: ' '}]}", "the key is empty"),
        ("{channels: [{name: p, pagerduty: R0UTINGK3Y}]}", "a key must not stand in a file that is deployed"),
        ("{channels: [{name: h, webhook: 'https://x.example/h'}]}", "webhook and secret belong together"),
        ("{channels: [{name: a, sns: AlertTopic, secret: '${ssm:caretaker/production/alerts/k}'}]}", "belong together"),
        ("{channels: [{name: a, sns: AlertTopic, region: eu}]}", "region means nothing without pagerduty"),
        ("{channels: [{name: watchdog, sns: AlertTopic}]}", "another name"),
        ("{channels: []}", "too few items"),
        ("{channels: [{name: a, slack: '${ssm:caretaker/production/uptime/x}'}]}", "caretaker/production/alerts/"),
        ("{channels: [{name: a, sns: AlertTopic}, {name: a, sns: AlertTopic}]}", "a channel 'a' already, in line 6"),
        ("{channels: [{name: a, sns: AlertTopic}], routes: {high: [b]}}", "no channel 'b'. Known here: a"),
        ("{routes: {high: [emial]}}", "Did you mean email"),
        ("{routes: {urgent: [email]}}", "no key 'urgent'"),
        ("{routes: {high: email}}", "a list is needed"),
        ("{routes: {high: [email, email]}}", "named twice"),
        ("{fallback: wachdog}", "Did you mean watchdog"),
    ],
)
def test_wrong_alerts_are_explained(mistakes: Mistakes, alerts: str, said: str) -> None:
    (mistake,) = mistakes(MINIMAL.lstrip() + f"#\nalerts: {alerts}\n")
    assert said in str(mistake)


def test_what_this_version_does_not_do_is_refused_by_name(mistakes: Mistakes) -> None:
    databases = "backup:\n  databases: [{name: main, url: postgresql://db.example.com/app, drill: {}}]\n"
    (mistake,) = mistakes(MINIMAL + databases)
    assert mistake.message.endswith("is not available in this version")
    assert mistake.suggestion == "Remove it."


SECRETIVE = """\
environment: production
uptime:
  targets:
    - {name: a, url: "https://admin:hunter2@a.example:x/", auth: {basic: [me, hunter2, hunter2]}, body: 5}
    - {name: b, url: "a.example/?token=hunter2", headers: {"hunter2 x": y, Key: "${hunter2"}}
    - {name: c, url: "http://a.example/ ?token=hunter2", auth: {bearer: {hunter2: x}}}
    - https://admin:hunter2@c.example: x
alerts:
  channels:
    - {name: s, slack: "hooks.slack.com/services/hunter2"}
    - {name: t, slack: "https://hooks.slack.com:0x/services/hunter2"}
"""


def test_no_mistake_repeats_a_secret(mistakes: Mistakes) -> None:
    found = mistakes(SECRETIVE.replace("auth: {bearer: {hunter2: x}}", "auth: {bearer: [hunter2]}"))
    assert len(found) >= 9
    assert not [str(mistake) for mistake in found if "hunter2" in str(mistake).replace("'hunter2 x'", "")]


def said(file: Path) -> list[str]:
    """Return the mistakes in a file as lines."""
    try:
        load(file, for_deployment=True)
    except ConfigurationError as error:
        return [str(mistake) for mistake in error.mistakes]
    return []


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
KEYS = [*MINIMAL.replace(":", " ").split(), "name", "url", "expect", "json", "channels", "alerts", "routes", "headers"]
LIKELY = st.recursive(
    TREES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner), max_leaves=10
)


@given(
    st.fixed_dictionaries(
        {
            "environment": TREES,
            "uptime": st.fixed_dictionaries({"targets": st.lists(LIKELY)}) | LIKELY,
            "alerts": LIKELY,
        }
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_tree_is_right_or_explained(tmp_path: Path, tree: object) -> None:
    file = tmp_path / "caretaker.yaml"
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    lines = said(file)
    assert all(line and "\n" not in line for line in lines)


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_explained(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "caretaker.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError):
        load(file, for_deployment=True)


def test_a_file_of_mistakes_only_is_explained_quickly(mistakes: Mistakes) -> None:
    found = mistakes("environment: p\nuptime:\n  targets:\n" + "    - {nam: x, urll: y}\n" * 8000)
    assert 100 < len(found) < 1000
