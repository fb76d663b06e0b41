"""The ways to a page of a REST list: by its number, or by cursors from either end."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import httpx

from tests.parity.service import Ask

AskForPage: TypeAlias = Callable[..., httpx.Response]
"""Sends the parameters of a window, given by name."""
Found: TypeAlias = tuple[list[Any], int]
"""The documents of the page, and how long the list is."""
LARGEST_PAGE: Final = "2000"


def page_numbered(page: AskForPage, ask: Ask) -> Found:
    answer = page(pageNumber=str(ask.number))
    return answer.json(), _total(answer)


def page_after(page: AskForPage, ask: Ask) -> Found:
    """Each page follows the last row of the one before."""
    answer = page()
    total = _total(answer)
    for _ in range(ask.number - 1):
        if "x-next-cursor" not in answer.headers:
            return [], total
        answer = page(next=answer.headers["x-next-cursor"])
    return answer.json(), total


def page_before(page: AskForPage, ask: Ask) -> Found:
    """A page precedes the row behind it; REST has no cursor for the end itself."""
    everything = page(pageSize=LARGEST_PAGE)
    total = _total(everything)
    stop = total - (ask.number - 1) * ask.size
    if stop == total:
        return everything.json()[-ask.size :], total
    if stop <= 0:
        return [], total
    behind = page(pageSize="1", pageNumber=str(stop + 1))
    return page(prev=behind.headers["x-prev-cursor"]).json(), total


def _total(answer: httpx.Response) -> int:
    return int(answer.headers["x-total-count"])
