"""Slack's markup is read as Slack reads it."""

from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.demo.mrkdwn import emoji, plain, styled

MOMENT = 1795226400  # 2026-11-21T02:00:00Z


@pytest.mark.parametrize(
    ("markup", "style"),
    [
        ("*down*", "bold"),
        ("_down_", "italic"),
        ("~down~", "strike"),
        ("`down`", "red on grey93"),
        ("```down```", "red on grey93"),
    ],
)
def test_a_marked_word_is_shown_in_its_style_and_without_its_marks(markup: str, style: str) -> None:
    text = styled(f"is {markup}, sorry")
    assert text.plain == "is down, sorry"
    assert [(span.start, span.end, str(span.style)) for span in text.spans] == [(3, 7, style)]


@pytest.mark.parametrize("text", ["2 * 3 * 4 = 24", "snake_case_name", "a*b*c", "10:30:00", "~/.profile", "*", "<>"])
def test_what_only_looks_like_markup_is_left_alone(text: str) -> None:
    assert styled(text).plain == text


def test_markup_within_code_is_left_alone() -> None:
    assert styled("`*not bold*`").plain == "*not bold*"


def test_a_link_is_shown_by_its_label() -> None:
    assert styled("see <https://example.com/a?b=1&amp;c=2|the page>").plain == "see the page"


def test_a_link_without_label_is_shown_by_its_address() -> None:
    assert styled("<https://example.com/a?b=1&amp;c=2>").plain == "https://example.com/a?b=1&c=2"


def test_a_link_within_bold_is_a_link_and_bold() -> None:
    text = styled("*<https://example.com|api>*")
    assert text.plain == "api"
    assert {str(span.style) for span in text.spans} == {"bold", "underline blue"}


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("{date_num} {time_secs}", "2026-11-21 02:00:00"),
        ("{date_short_pretty} at {time}", "Nov 21, 2026 at 02:00"),
        ("{date_long}", "Saturday, November 21, 2026"),
        ("{date}", "November 21, 2026"),
    ],
)
def test_a_date_is_resolved(form: str, shown: str) -> None:
    assert styled(f"since <!date^{MOMENT}^{form}|then>").plain == f"since {shown}"


def test_a_date_is_resolved_in_the_readers_zone() -> None:
    zone = timezone(timedelta(hours=-5))
    assert styled(f"<!date^{MOMENT}^{{date_num}} {{time}}|then>", zone).plain == "2026-11-20 21:00"


@pytest.mark.parametrize(
    "markup", ["<!date^soon^{time}|then>", "<!date^|then>", "<!date^99999999999999999^{time}|then>"]
)
def test_a_date_that_is_none_is_shown_by_its_fallback(markup: str) -> None:
    assert styled(markup).plain == "then"


@pytest.mark.parametrize(
    ("markup", "shown"), [("<!here>", "@here"), ("<!channel|everyone>", "everyone"), ("<@U123>", "@U123")]
)
def test_a_mention_is_shown_with_an_at_sign(markup: str, shown: str) -> None:
    assert styled(markup).plain == shown


def test_escapes_are_undone_and_do_not_become_markup() -> None:
    assert styled("&lt;https://example.com|x&gt; &amp;amp;").plain == "<https://example.com|x> &amp;"


def test_known_emoji_are_shown_and_unknown_ones_named() -> None:
    assert emoji(":white_check_mark: :party_parrot:") == "✅ :party_parrot:"
    assert styled(":white_check_mark: :party_parrot:").plain == "✅ :party_parrot:"


def test_nothing_commands_the_terminal() -> None:
    assert plain("a\x1b[2Jb\x07c\r\nd\te") == "a[2Jbc\nd\te"


@given(st.text(alphabet=st.sampled_from("*_~`<>|!^@:{}&;ab1 \n\x1b"), max_size=60))
def test_any_text_is_shown_without_failing(text: str) -> None:
    assert "\x1b" not in styled(text).plain
