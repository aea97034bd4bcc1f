"""Injects faults into a local AWS from outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caretaker.local.control_client import ControlClient
from caretaker.local.endpoint.faults import Fault


@dataclass(frozen=True, slots=True)
class FaultControl:
    """Injects faults into the calls to come."""

    control: ControlClient

    def add(
        self,
        service: str = "",
        action: str = "",
        function: str = "",
        *,
        error: str = "",
        status: int = 0,
        delay: float = 0,
        after: bool = False,
        times: int = 1,
        skip: int = 0,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Let the next calls that fit go wrong; see ``endpoint.faults.Fault`` for what each word means."""
        fault = Fault(service, action, function, error, status, delay, after, times, skip, details)
        self.control.ask("fault", **{name: getattr(fault, name) for name in Fault.__slots__})

    def clear(self) -> None:
        """Inject none of them any longer."""
        self.control.ask("clear-faults")
