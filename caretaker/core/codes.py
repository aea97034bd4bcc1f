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


def _backup_down(title: str) -> Code:
    return Code("down", "critical", title)


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
    "unreachable": _target_down("no connection"),
    "starttls-refused": _target_down("STARTTLS refused"),
    "handshake-failed": _target_down("TLS handshake failed"),
    "expired": _target_down("certificate expired"),
    "not-yet-valid": _target_down("certificate not valid yet"),
    "hostname-mismatch": _target_down("certificate is for another name"),
    "missing-san": _target_down("certificate has no subjectAltName"),
    "bad-wildcard": _target_down("wildcard that nobody accepts"),
    "self-signed": _target_down("self-signed certificate"),
    "untrusted-root": _target_down("issued by a CA that nobody trusts"),
    "incomplete-chain": _target_down("intermediate certificate missing"),
    "chain-expired": _target_down("intermediate certificate expired"),
    "wrong-usage": _target_down("certificate is not for servers"),
    "ca-as-leaf": _target_down("CA certificate used by a server"),
    "name-constraint": _target_down("name outside what the CA may issue"),
    "revoked": _target_down("certificate revoked"),
    "no-modern-protocol": _target_down("neither TLS 1.2 nor 1.3"),
    "bad-chain": _target_down("certificate chain not valid"),
    "expiring": _level_degraded("certificate expires soon"),
    "chain-expiring": _level_degraded("intermediate certificate expires soon"),
    "renewal-overdue": Code("degraded", "medium", "renewal overdue"),
    "wrong-order": Code("degraded", "medium", "certificates in the wrong order"),
    "weak-key": Code("degraded", "medium", "weak key"),
    "weak-signature": Code("degraded", "medium", "weak signature"),
    "old-protocol": Code("degraded", "medium", "TLS 1.0 or 1.1 accepted"),
    "validity-too-long": Code("degraded", "medium", "certificate valid for too long"),
    "unexpected-change": Code("degraded", "medium", "certificate changed unexpectedly"),
    "unneeded-certificate": Code("ok", "low", "certificate that is not needed"),
    "revocation-unknown": Code("ok", "low", "revocation could not be checked"),
    "tls-refused": _backup_down("database refuses TLS"),
    "pooler": _backup_down("connection goes through a pooler"),
    "server-too-new": _backup_down("server newer than the programs"),
    "no-privilege": _backup_down("not everything may be read"),
    "row-security": _backup_down("row-level security hides rows"),
    "lock-timeout": _backup_down("locks kept the dump waiting"),
    "dump-failed": _backup_down("dump failed"),
    "upload-failed": _backup_down("upload failed"),
    "out-of-time": _backup_down("backup ran out of time"),
    "empty-database": Code("degraded", "high", "database is empty"),
    "shrunk": Code("degraded", "high", "far less than in the last backups"),
    "too-old": _backup_down("last backup is too old"),
    "never": _backup_down("no backup"),
    "missing-object": _backup_down("object of a backup is missing"),
    "checksum-mismatch": _backup_down("backup is not what was stored"),
    "unreadable": _backup_down("backup cannot be decoded"),
    "restore-failed": _backup_down("backup cannot be restored"),
    "rows-differ": _backup_down("restored tables have other numbers of rows"),
    "content-differs": _backup_down("restored tables have other rows"),
    "drill-stale": Code("degraded", "high", "newest backup was never proven"),
    "rto-at-risk": Code("degraded", "high", "a restore would take longer than promised"),
    "missing-extension": Code("degraded", "medium", "not everything could be restored in the drill"),
    "too-big-to-drill": Code("degraded", "medium", "backup too large to be restored in the drill"),
    "drill-unavailable": Code("degraded", "medium", "no drill could be held"),
    "delete-failed": Code("degraded", "high", "something could not be deleted"),
    "window-at-risk": Code("degraded", "high", "too few good backups for the window"),
    "nothing-verified": Code("degraded", "high", "no backup was found to be good"),
    "clock-wrong": Code("degraded", "high", "clocks differ: nothing was deleted"),
    "orphan-found": Code("ok", "low", "objects that belong to no backup"),
    "unstable": Code("degraded", "medium", "fails for seconds, again and again"),
    "network-lost": Code("degraded", "high", "the checker's own network failed"),
}
