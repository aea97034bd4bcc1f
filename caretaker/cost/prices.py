"""AWS's prices, from the one file that has them: each with its source, and all with their date."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("prices.json")


@dataclass(frozen=True, slots=True)
class Price:
    """What something costs: ``usd`` for each ``per`` units beyond those that are always free in a month."""

    usd: float
    per: float
    unit: str
    free: float
    source: str

    def of(self, quantity: float, *, with_free: bool) -> float:
        """Return what a month's quantity costs, in US dollars."""
        charged = max(0.0, quantity - self.free) if with_free else quantity
        return charged / self.per * self.usd


@dataclass(frozen=True, slots=True)
class Extra:
    """What only some have, by the month."""

    usd: float
    what: str
    source: str


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of a region on a day, and where each was read."""

    date: str
    region: str
    prices: Mapping[str, Price]
    apart: Mapping[str, Extra]
    sources: Mapping[str, str]


def load_prices() -> Prices:
    """Return the prices."""
    read = json.loads(_FILE.read_text("utf-8"))
    return Prices(
        date=read["date"],
        region=read["region"],
        prices={name: Price(**one) for name, one in read["prices"].items()},
        apart={name: Extra(**one) for name, one in read["apart"].items()},
        sources=read["sources"],
    )
