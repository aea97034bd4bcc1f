"""What could not be looked at: ``unknown``, and never the target's fault."""

from caretaker.core.looking.conditions import Conditions
from caretaker.core.results import Result, Status
from caretaker.core.targets.base import Target
from caretaker.core.telemetry import logger


def unknown(target: Target, reason: str, conditions: Conditions, where: str = "") -> Result:
    """Return the Result of a target that was not looked at, with the reason."""
    return Result(
        target.check,
        Status.UNKNOWN,
        None,
        reason,
        observed_at=conditions.observed_at,
        where=conditions.redactor.text(where),
        group=target.group,
    )


def by_itself(target: Target, defect: Exception, conditions: Conditions) -> Result:
    """Return the Result of a look that raised: a defect of the checker, which ``log`` has told of."""
    return unknown(target, f"the look failed by itself: {type(defect).__name__}", conditions)


def log(defect: Exception, check: str) -> None:
    """Log what a look raised, without its text: that might hold a secret."""
    logger.error(
        "a look failed by itself",
        check=check,
        metadata={"error": type(defect).__name__, "line": _line(defect)},
    )


def _line(defect: BaseException) -> str:
    frame = defect.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else ""
