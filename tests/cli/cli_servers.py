"""Real servers on this machine for the tests of the command, and notebooks to serve."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPOSITORY = Path(__file__).resolve().parents[2]


def notebook(path: Path, *cells: str, **metadata: Any) -> Path:
    """Write a notebook; a cell that starts with "#" is Markdown, others are code."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = [
        nbformat.v4.new_markdown_cell(cell)
        if cell.startswith("#")
        else nbformat.v4.new_code_cell(cell)
        for cell in cells
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=metadata), path)
    return path


def until(condition: Callable[[], Any], seconds: float = 30, what: str = "") -> Any:
    """Wait until `condition` returns something true, and return that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    message = f"not within {seconds} s: {what or condition}"
    raise AssertionError(message)


@dataclass
class Served:
    """A running `dlwidgets serve`."""

    process: subprocess.Popen[str]
    address: str
    log: Path

    @property
    def url(self) -> str:
        return self.address.partition("?")[0]

    def get(self, path: str = "", **headers: str) -> tuple[int, str]:
        """Return the status and the text of a page."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def page(self, name: str) -> tuple[str, str]:
        """Render a notebook's page to its end; return its HTML and its kernel's id."""
        status, html = self.get(f"voila/render/{name}")
        assert status == 200, html
        return html, kernel_of(html)

    def alive(self, kernel: str) -> bool:
        status, text = self.get(f"dlwidgets/alive/{kernel}")
        assert status == 200
        return bool(json.loads(text)["alive"])


def kernel_of(html: str) -> str:
    found = re.search(r'"kernelId": "([\w-]+)"', html)
    assert found, html[-2000:]
    return found[1]


def environment(**changes: str) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER_")}
    return {**inherited, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1", **changes}


@contextlib.contextmanager
def serving(path: Path, *options: str, env: dict[str, str] | None = None) -> Iterator[Served]:
    """Run `dlwidgets serve` on a free port until the block is left."""
    log = path.parent / f"{path.name}.log"
    command = [sys.executable, "-m", "dlwidgets.cli", "serve", str(path), "--port", "0"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--no-browser", *options],
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            env=env or environment(),
            cwd=path.parent,
        )
    try:

        def announced() -> re.Match[str] | None:
            assert process.poll() is None, log.read_text()
            return re.search(r"^  at (http\S+)$", log.read_text(), re.MULTILINE)

        served = Served(process, until(announced, 60, "the server's address")[1], log)
        until(lambda: _answers(served), 30, "an answer")
        yield served
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(served: Served) -> bool:
    try:
        return bool(served.get()[0])
    except (OSError, http.client.HTTPException):
        return False
