"""The finding codes: the names by which defects are known in messages, JSON and runbooks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """What a finding code stands for.

    ``status`` is what the check becomes; ``severity`` is the default, empty where the target or the
    level that was broken sets it.
    """

    status: str
    severity: str
    title: str


def _target_down(title: str) -> Code:
    return Code("down", "", title)


def _level_degraded(title: str) -> Code:
    return Code("degraded", "", title)


CODES = {
    "dns-failure": _target_down("name does not resolve"),
    "connection-refused": _target_down("connection refused"),
    "connection-reset": _target_down("connection closed by the server"),
    "connect-timeout": _target_down("no connection in time"),
    "timeout": _target_down("no complete answer in time"),
    "tls-failure": _target_down("TLS handshake failed"),
    "too-many-redirects": _target_down("too many redirects"),
    "redirect-refused": _target_down("unsafe redirect not followed"),
    "http-status": _target_down("unexpected HTTP status"),
    "header-mismatch": _target_down("unexpected HTTP header"),
    "body-mismatch": _target_down("unexpected body"),
    "body-too-large": _target_down("body larger than the cap"),
    "incomplete-body": _target_down("answer broke off"),
    "not-http": _target_down("answer is not HTTP"),
    "not-json": _target_down("body is not JSON"),
    "json-missing": _target_down("JSON value missing"),
    "json-mismatch": _target_down("unexpected JSON value"),
    "banner-mismatch": _target_down("unexpected banner"),
    "dns-mismatch": _target_down("unexpected DNS record"),
    "auth-failed": _target_down("credentials refused"),
    "query-failed": _target_down("query failed"),
    "slow": _level_degraded("slow"),
    "json-limit": _level_degraded("JSON value over its limit"),
    "value-limit": _level_degraded("value over its limit"),
    "address-failing": Code("degraded", "high", "some addresses of the name fail"),
    "unstable": Code("degraded", "medium", "fails for seconds, again and again"),
    "network-lost": Code("degraded", "high", "the checker's own network failed"),
    "late": Code("degraded", "high", "the run came too late"),
}
