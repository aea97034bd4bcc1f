import pytest

from tests.unit.authoring.finding import MINIMAL, Mistakes


@pytest.mark.parametrize(
    ("alerts", "said"),
    [
        ("{channels: [{name: a}]}", "one of slack, sns, pagerduty and webhook"),
        ("{channels: [{name: a, slack: http://x, sns: AlertTopic}]}", "one of slack, sns, pagerduty and webhook"),
        ("{channels: [{name: a, sns: MyTopic}]}", "'MyTopic' is not one of AlertTopic"),
        ("{channels: [{name: p, pagerduty: ' '}]}", "the key is empty"),
        ("{channels: [{name: p, pagerduty: R0UTINGK3Y}]}", "a key must not stand in a file that is deployed"),
        ("{channels: [{name: s, slack: 'https://hooks.slack.com/services/T0/B1/x'}]}", "a Slack webhook is a secret"),
        ("{channels: [{name: s, slack: 'https://HOOKS.slack.com:443/services/T0/B1/x'}]}", "Write ${ssm:caretaker/"),
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
    assert "T0/B1/x" not in str(mistake)


def test_a_part_of_an_address_of_slack_may_be_the_secret_and_other_receivers_may_be_named(mistakes: Mistakes) -> None:
    reference = "${ssm:caretaker/production/alerts/chat}"
    for address in (f"https://hooks.slack.com/services/{reference}", reference, "http://127.0.0.1:8080/chat"):
        assert mistakes(MINIMAL.lstrip() + f"alerts: {{channels: [{{name: s, slack: '{address}'}}]}}\n") == ()
