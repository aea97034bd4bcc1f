"""Addresses of pages that messages lead people to."""

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.values.urls import has_user, normal_url

LONGEST = 400  # characters: messages hold it whole, with the page and section behind it


def page(url: str) -> str:
    """Return the address of a page; raise ``Unfit`` if it cannot be put into a message."""
    normal = normal_url(url)
    if has_user(normal):
        raise Unfit(
            "an address that is shown in messages holds no user or password", "Remove what stands before the @."
        )
    if len(normal) > LONGEST:
        raise Unfit(f"the address is longer than {LONGEST} characters", "Messages have room for a shorter one.")
    return normal


def pages(url: str) -> str:
    """Return the address of a folder of pages, without the slash at its end."""
    if "?" in url or "#" in url:
        raise Unfit("the names of pages are put behind this address", "Remove what begins with ? or #.")
    return url.rstrip("/")
