"""The bill: each quantity beside its price, with AWS's always-free allowances and without."""

from dataclasses import dataclass

from caretaker.cost.month import Month
from caretaker.cost.prices import Prices


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill, in US dollars."""

    name: str
    quantity: float
    unit: str
    with_free: float
    without: float


@dataclass(frozen=True, slots=True)
class Bill:
    """All lines, the dearest first."""

    lines: tuple[Line, ...]

    @property
    def with_free(self) -> float:
        """The sum within AWS's always-free allowances, if nothing else in the account uses them."""
        return sum(line.with_free for line in self.lines)

    @property
    def without(self) -> float:
        """The sum if something else uses them up."""
        return sum(line.without for line in self.lines)


def bill(used: Month, prices: Prices) -> Bill:
    """Return the bill of a month."""
    lines = [
        Line(name, quantity, price.unit, price.of(quantity, with_free=True), price.of(quantity, with_free=False))
        for name, price in prices.prices.items()
        if (quantity := used.quantities.get(name, 0.0))
    ]
    return Bill(tuple(sorted(lines, key=lambda line: line.without, reverse=True)))
