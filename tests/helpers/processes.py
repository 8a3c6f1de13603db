"""Servers as processes of their own, for tests and benchmarks."""

from __future__ import annotations

import contextlib
import http.client
import re
import subprocess
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

GRACE = 20.0
"""Seconds that a server gets to end by itself."""


@contextlib.contextmanager
def launched(
    command: list[str],
    *,
    announced: str,
    log: Path,
    env: Mapping[str, str],
    cwd: Path,
    patience: float = 120,
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a server until the block is left.

    Args:
        command: Its command line.
        announced: What its log says once the address is known; the first group is the address.
        log: The file for what it prints.
        env: Its environment.
        cwd: The folder that it runs in.
        patience: Seconds until it must answer.

    Returns:
        The process, and the address as announced.
    """
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, text=True, env=env, cwd=cwd
        )
    try:

        def address() -> str | None:
            if process.poll() is not None:
                message = f"{command} ended at once:\n{log.read_text()[-2000:]}"
                raise RuntimeError(message)
            found = re.search(announced, log.read_text(), re.MULTILINE)
            return found[1] if found else None

        where = until(address, "the server's address", patience)
        until(lambda: answers(where), f"an answer of {where}", patience)
        yield process, where
    finally:
        process.terminate()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(url: str) -> bool:
    """Whether somebody answers there, be it with an error."""
    try:
        with urllib.request.urlopen(url, timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, http.client.HTTPException):
        return False
