"""Names as SQL has them: plain, or between quotation marks."""

NAME = r'(?:"(?:[^"]|"")+"|[a-z_0-9\x80-\U0010ffff$]+)'  # a regular expression


def unquoted(name: str) -> str:
    """Return what a name in SQL stands for."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
