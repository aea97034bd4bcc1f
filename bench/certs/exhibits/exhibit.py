"""One server of the zoo, and the family of authorities that most of them have their certificates from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from caretaker.core.results import Severity
from tests.certificates import Issued, Wanted, issue

HOST = "shop.example"
OWN = Severity.HIGH  # what a target's own severity is unless it is configured
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Exhibit:
    """What a server serves, and exactly what is to be found wrong with it: codes with their severities.

    ``host`` is what it is asked for; ``ca`` (PEM) is trusted. ``protocols`` are the oldest and the newest it speaks.
    ``over_network`` are the findings that need more than one handshake. ``files`` are what can be had at the addresses
    that its certificates name. Not ``servable`` is what no TLS library would serve.
    """

    name: str
    chain: tuple[bytes, ...] = field(repr=False)
    key: str = field(repr=False)
    ca: str = field(repr=False)
    expected: Mapping[str, Severity]
    host: str = HOST
    protocols: tuple[str, str] = ("TLSv1.2", "TLSv1.3")
    over_network: Mapping[str, Severity] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    servable: bool = True

    @property
    def is_healthy(self) -> bool:
        """Whether nobody need do anything about it."""
        return all(severity is Severity.LOW for severity in (*self.expected.values(), *self.over_network.values()))


@dataclass(frozen=True)
class Family:
    """Authorities at a time. ``files`` is the address (URL) at which their certificates can be had."""

    at: datetime
    files: str = "http://127.0.0.1:1"
    root: Issued = field(init=False)
    middle: Issued = field(init=False)
    stranger: Issued = field(init=False)

    def __post_init__(self) -> None:
        """Make the authorities: a trusted root, an intermediate below it, and a root that nobody trusts."""
        object.__setattr__(self, "root", self.authority("Family Root", None))
        object.__setattr__(self, "middle", self.authority("Family Intermediate"))
        object.__setattr__(self, "stranger", self.authority("Stranger Root", None))

    def authority(self, name: str, issuer: "Issued | str | None" = "root", **changes: Any) -> Issued:
        """Return a CA, below the root unless another issuer is given; None for one that signs itself."""
        wanted = Wanted(
            name=name,
            begin=self.at - timedelta(days=700),
            end=self.at + timedelta(days=2900),
            is_ca=True,
            usage=("key_cert_sign", "crl_sign"),
            extended_usage=(),
        )
        return issue(replace(wanted, **changes), self.root if isinstance(issuer, str) else issuer)

    def leaf(self, issuer: "Issued | str | None" = "middle", **changes: Any) -> Issued:
        """Return a server's certificate for ``HOST``, by the intermediate unless another issuer is given."""
        begin = self.at - timedelta(days=15)
        wanted = Wanted(name=HOST, begin=begin, end=begin + timedelta(days=45) - SECOND, hosts=(HOST,))
        return issue(replace(wanted, **changes), self.middle if isinstance(issuer, str) else issuer)

    def leaf_lasting(self, days: float, left: timedelta, **changes: Any) -> Issued:
        """Return a server's certificate with a lifetime, and what is left of it."""
        end = self.at + left
        return self.leaf(begin=end - timedelta(days=days) + SECOND, end=end, **changes)

    def shown(
        self, name: str, /, *served: Issued, expected: "Mapping[str, Severity] | str" = "", **changes: Any
    ) -> Exhibit:
        """Return an exhibit that serves certificates; ``expected`` codes alone are as bad as the target."""
        found = dict.fromkeys(expected.split(), OWN) if isinstance(expected, str) else expected
        key, chain = served[0].key_pem, tuple(one.der for one in served)
        return replace(Exhibit(name, chain, key, self.root.pem, found), **changes)

    def simple(
        self, name: str, /, expected: "Mapping[str, Severity] | str" = "", host: str = HOST, **changes: Any
    ) -> Exhibit:
        """Return an exhibit whose server's certificate alone is special; the chain is complete."""
        return self.shown(name, self.leaf(**changes), self.middle, expected=expected, host=host)
