"""All mistakes of a file are said at once, each with its place and what to do."""

from tests.unit.authoring.finding import MINIMAL, Mistakes


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
