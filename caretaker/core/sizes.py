"""Sizes in words."""

_UNITS = ("B", "kB", "MB", "GB", "TB")


def spoken_size(size: int) -> str:
    """Return bytes as people say them: ``512 B``, ``1.5 kB``, ``2.3 GB``; a kB is 1000 bytes."""
    value, unit = float(size), 0
    while value >= 999.95 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{size} B" if unit == 0 else f"{value:.1f} {_UNITS[unit]}"
