"""Durations in words."""


def spoken(seconds: int) -> str:
    """Return a duration as people say it: ``45 s``, ``15 min``, ``2 h 10 min``, ``3 d 4 h``."""
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def roughly(seconds: int) -> str:
    """Return a duration in its largest unit, for narrow columns: ``2 h``, ``3 d``."""
    return " ".join(spoken(seconds).split()[:2])
