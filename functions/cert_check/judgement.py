"""From certificates to findings: one rule for each code, without any network.

* Every defect must be named, not the first one only: a certificate may be expired and for another name.
* What no valid path needs must never be an alarm.
"""

from collections.abc import Callable, Iterator

from caretaker.core.results import Finding
from functions.cert_check.case import Case
from functions.cert_check.rules import chains, dates, roots, subjects, weaknesses

RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    dates.expired,
    dates.not_yet_valid,
    subjects.missing_san,
    subjects.hostname_mismatch,
    subjects.bad_wildcard,
    roots.self_signed,
    roots.untrusted_root,
    roots.incomplete_chain,
    chains.false_signature,
    chains.flawed_path,  # chain-expired, wrong-usage of a CA, name-constraint, bad-chain
    chains.bad_chain,
    subjects.wrong_usage,
    subjects.ca_as_leaf,
    weaknesses.no_modern_protocol,
    dates.expiring,
    dates.chain_expiring,
    chains.wrong_order,
    weaknesses.weak_key,
    weaknesses.weak_signature,
    dates.validity_too_long,
    chains.unneeded_certificate,
)


def judge(case: Case) -> Iterator[Finding]:
    """Yield everything that is wrong with a server's certificates."""
    for rule in RULES:
        yield from rule(case)
