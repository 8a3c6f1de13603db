"""Real servers on this machine for the tests of the command, and notebooks to serve."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from tests.helpers import processes

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

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
    with processes.launched(
        [*command, "--no-browser", *options],
        announced=r"^  at (http\S+)$",
        log=log,
        env=env or environment(),
        cwd=path.parent,
    ) as (process, address):
        yield Served(process, address, log)
