"""Waiting for something to happen, with a time limit."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import weakref
    from collections.abc import Callable

    from playwright.sync_api import Page


class NotInTimeError(AssertionError):
    """Something that was waited for didn't happen."""


def until(
    condition: Callable[[], Any],
    what: str = "",
    seconds: float = 60.0,
    *,
    page: Page | None = None,
) -> Any:
    """Wait until `condition` returns something true, and return that.

    Args:
        condition: Called repeatedly.
        what: What is waited for, in words.
        seconds: The time limit.
        page: A browser page that must go on living while this waits.

    Raises:
        NotInTimeError: The condition didn't hold within that time.
    """
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        if time.monotonic() > deadline:
            message = f"not within {seconds:g} s: {what or condition}"
            raise NotInTimeError(message)
        if page is None:
            time.sleep(0.005)
        else:
            page.wait_for_timeout(30)
    return result


def until_collected(*gone: weakref.ref[Any], seconds: float = 60.0) -> None:
    """Wait until nothing holds these objects anymore.

    One `gc.collect()` isn't enough: it does nothing while another thread is collecting, and threads
    of earlier tests may still hold something for a moment.

    Args:
        *gone: Weak references to the objects.
        seconds: The time limit.

    Raises:
        NotInTimeError: Something still holds one of them.
    """

    def collected() -> bool:
        gc.collect()
        return all(ref() is None for ref in gone)

    until(collected, "nothing holds them", seconds)
