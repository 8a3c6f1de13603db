"""Tutorials run from top to bottom, each in a process forked from one that has TensorFlow imported.

A kernel for each would import TensorFlow anew, which takes as long as the cells.
"""

from __future__ import annotations

import gc
import io
import multiprocessing
import os
import re
import traceback
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

SECONDS = 150
"""How long one tutorial may take on a busy machine."""

_IMPORTED = (
    *("keras", "tensorflow", "IPython.core.interactiveshell", "plotly.graph_objects"),
    *("dlwidgets.widgets", "dlwidgets.training.run", "dlwidgets.data.load", __name__),
)
_SOLUTION = re.compile(r"<details>.*?</details>", re.DOTALL)
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Report:
    """How a tutorial went.

    Attributes:
        problem: What failed, with the code and the traceback. `""` for nothing.
        missing: The data without which it doesn't run here. `""` if it ran.
        trials: How many trials have trained.
        solutions: How many blocks of solutions have run.
    """

    problem: str = ""
    missing: str = ""
    trials: int = 0
    solutions: int = 0


def run(path: Path, folder: Path, seconds: float = SECONDS) -> Report:
    """Run a tutorial's cells, its trials in the size of tests, and the solutions of its exercises.

    Args:
        path: The notebook.
        folder: Where it runs, for files that it writes.
        seconds: The time limit.

    Returns:
        How it went.
    """
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(list(_IMPORTED))
    ours, theirs = processes.Pipe(duplex=False)
    variables = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("DLWIDGETS_", "XDG_", "KERAS_"))
    }
    process = processes.Process(
        target=_run_here, args=(str(path.resolve()), str(folder), variables, theirs), daemon=True
    )
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            return Report(f"It takes longer than {seconds:g} s.")
        report: Report = ours.recv()
    except EOFError:
        process.join()
        return Report(f"Its process ended with {process.exitcode}.")
    finally:
        process.kill()
        process.join()
        ours.close()
    return report


def solutions(book: Any) -> list[str]:
    """The Python code of a notebook's solutions, in their order."""
    texts = [cell.source for cell in book.cells if cell.cell_type == "markdown"]
    folded = [part for text in texts for part in _SOLUTION.findall(text)]
    return [code for part in folded for code in _BLOCK.findall(part)]


class _FaultError(Exception):
    """What failed, in words."""


def _run_here(path: str, folder: str, variables: dict[str, str], theirs: Connection) -> None:
    os.environ.update(variables, DLWIDGETS_FAST="1")
    os.chdir(folder)
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            report = _Tutorial(nbformat.read(path, as_version=4)).run()
        except _FaultError as error:
            report = Report(str(error))
        except Exception:  # noqa: BLE001 - reported
            report = Report(traceback.format_exc())
    theirs.send(report)
    theirs.close()
    os._exit(0)  # TensorFlow's own end takes as long as a small tutorial


class _Tutorial:
    """A notebook in a shell of its own."""

    def __init__(self, book: Any) -> None:
        import comm
        import pytest
        from IPython.core.interactiveshell import InteractiveShell

        import dlwidgets as dl
        from tests.helpers.page import Comm
        from tests.helpers.watched import watch

        self.book = book
        patch = pytest.MonkeyPatch()  # for the rest of this process
        patch.setattr(comm, "create_comm", Comm)
        watch(patch)
        self.shell = InteractiveShell.instance(colors="nocolor")
        self.shell.history_manager.enabled = False
        self.shown: list[Any] = []  # keeps alive what has no name
        # What is needed but not here.
        found = dl.data.available()
        named = book.metadata.get("dlwidgets", {}).get("data", [])
        self.missing = [name for name in named if name not in found or not found[name].local]

    def run(self) -> Report:
        """Run everything, in the order in which a reader does."""
        from dlwidgets.data import DataNotFoundError

        for cell in self.book.cells:
            if cell.cell_type == "code":
                error = self._execute(cell.source)
                if isinstance(error, DataNotFoundError) and self.missing:
                    return Report(missing=", ".join(self.missing))
                self._refuse(error, cell.source)
        trials = self._trials()
        for trial in trials:
            self._train(trial)
        codes = solutions(self.book)
        for code in codes:
            self._refuse(self._execute(code), code)
        for trial in trials:
            trial.close()
        return Report(trials=len(trials), solutions=len(codes))

    def _execute(self, code: str) -> BaseException | None:
        done = self.shell.run_cell(code, store_history=False)
        self.shown.append(done.result)
        return done.error_before_exec or done.error_in_exec

    @staticmethod
    def _refuse(error: BaseException | None, code: str) -> None:
        if error is not None:
            message = f"{''.join(traceback.format_exception(error))}\nin\n\n{code}"
            raise _FaultError(message)

    @staticmethod
    def _trials() -> list[Any]:
        import dlwidgets as dl

        return [one for one in gc.get_objects() if type(one) is dl.Trial and one.comm is not None]

    @staticmethod
    def _train(trial: Any) -> None:
        from dlwidgets.widgets._core.view import View
        from tests.helpers.page import is_error, parts, seen
        from tests.helpers.viewers import settled
        from tests.helpers.watched import Watched

        trial.start("quick")
        try:
            trial.wait(SECONDS)
        except Exception as error:
            message = f"{''.join(traceback.format_exception(error))}\nin {trial._train}"
            raise _FaultError(message) from error
        for line in parts(trial):
            if is_error(line):
                message = f"A trial says: {line.value}"
                raise _FaultError(message)
        for view in parts(trial):
            if isinstance(view, View):
                seen(view)
        for view in parts(trial):
            if hasattr(view, "busy"):
                settled(view)
        for follower in gc.get_objects():
            if isinstance(follower, Watched) and follower.told:
                message = "A view says: " + "".join(traceback.format_exception(follower.told[0]))
                raise _FaultError(message)
