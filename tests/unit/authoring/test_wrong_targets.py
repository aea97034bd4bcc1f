"""Mistakes in a target that is looked at over HTTP: each with its place and what to do."""

import pytest

from tests.unit.authoring.finding import Mistakes


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
