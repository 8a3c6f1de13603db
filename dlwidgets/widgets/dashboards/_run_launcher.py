"""What starts the runs of a page, on a thread of its own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dlwidgets import data
from dlwidgets._formatting import format_percent
from dlwidgets._messages import error_message, tr
from dlwidgets._tensorflow import is_loaded, load
from dlwidgets.training.errors import explain
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._live.budget import budget_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run
    from dlwidgets.widgets.primitives.run_bar import RunBar

_FIRST_UPDATES = 1.0  # seconds that the views of a page have before training starts
_PATIENCE = 2.0  # seconds after which a stage shows how long it has taken


class RunLauncher:
    """Prepares and starts the runs of a page on its own thread, one at a time.

    Args:
        bar: Shows progress and errors.
        name: The name of the thread.
        on_error: Called when a run can't be prepared, once the bar says why.

    Attributes:
        run: The current Run, `None` before the first.
    """

    def __init__(self, bar: RunBar, name: str, on_error: Callable[[], None] | None = None) -> None:
        self._bar, self._on_error = bar, on_error
        self._worker = Worker(f"dlwidgets-{name}", self.failed)
        self._datasets: dict[str, Dataset] = {}
        self.run: Run | None = None
        self._stage = self._said = ""
        self._since = 0.0

    @property
    def busy(self) -> bool:
        """Whether a run is being prepared."""
        return self._worker.busy

    def submit(self, work: Callable[[], None]) -> None:
        """Call a function on the thread. The bar shows its errors."""
        self._worker.submit(work)
        TICKER.add(self)

    def launch(
        self,
        make: Callable[[], Run],
        first: Callable[[], None] | None = None,
        *,
        replace: bool = False,
    ) -> None:
        """Call `make` on the thread, unless a run is active or being prepared.

        Args:
            make: Prepares and starts a Run, and returns it.
            first: Called before TensorFlow is loaded, which takes seconds.
            replace: Whether an active run is stopped, and one that is being prepared replaced.
        """
        if not replace and (self.busy or (self.run is not None and not self.run.state.ended)):
            return
        self.say(tr("Preparing…"))
        with self._bar.hold_sync():
            self._bar.can_start = self._bar.can_restart = False
        self.submit(lambda: self._launch(make, first))

    def say(self, text: str) -> None:
        """Show a message in the bar. While it stays, the bar also shows how long it has taken."""
        self._stage = self._said = text
        self._since = time.monotonic()
        self._bar.say(text, "info")

    def tick(self) -> bool:
        """Show how long the present stage has taken; called by the ticker."""
        if not self.busy:
            return False
        seconds = time.monotonic() - self._since
        # Another message than the launcher's is an error, or the run's own.
        if seconds > _PATIENCE and self._said and self._bar.message == self._said:
            self._said = tr("{stage} {seconds}\u00a0s", stage=self._stage, seconds=int(seconds))
            self._bar.say(self._said, "info")
        return True

    def progress(self, fraction: float | None, text: str) -> None:
        """Show the progress of a task in the bar.

        Args:
            fraction: From 0 to 1, `None` if it isn't known.
            text: The task.
        """
        if fraction is None:
            self.say(text)
        else:
            self.say(tr("{task} ({percent})", task=text, percent=format_percent(fraction)))

    def load(self, name: str) -> Dataset:
        """Load and normalize a data set. Only the last one is kept in memory.

        Args:
            name: A name of `dlwidgets.data`.

        Raises:
            DataError: The data set was not found and can't be downloaded.
        """
        if name not in self._datasets:
            self.say(tr("Loading the data…"))
            # One at a time: a normalized CIFAR-10 takes 700 MB.
            self._datasets = {}
            self._datasets[name] = data.load(name, progress=self.progress).normalized()
        return self._datasets[name]

    def failed(self, error: Exception) -> None:
        """Show an error in the bar, and enable the Start button again."""
        bar = self._bar
        # The message of a data error is written for the user, with the folders and a remedy.
        known = isinstance(error, data.DataError)
        bar.say(error_message(error) if known else explain(error), "error")
        with bar.hold_sync():
            bar.can_start, bar.can_restart = bar.state == "ready", bar.state != "ready"
            bar.seq += 1
        if self._on_error is not None:
            self._on_error()

    def close(self) -> None:
        """Stop the current run, and start no other."""
        self._worker.close()
        if self.run is not None and not self.run.state.ended:
            self.run.stop()

    def start_tensorflow(self) -> None:
        """Load TensorFlow, if it isn't loaded. On the thread."""
        if not is_loaded():
            self.say(tr("Starting TensorFlow, which takes a few seconds…"))
            load()

    def end(self) -> None:
        """Stop an active run, and wait for its end. On the thread."""
        run = self.run
        if run is not None and not run.state.ended:
            run.stop()
            run.wait()

    def _launch(self, make: Callable[[], Run], first: Callable[[], None] | None) -> None:
        self.end()
        if first is not None:
            first()
        self.start_tensorflow()
        self.run = make()


def start_prepared(run: Run) -> None:
    """Start a Run once its views show the untrained model, so that they follow from its first step.

    Args:
        run: The Run, which isn't started. Views that take long don't keep it waiting.
    """
    budget_of(run).wait_for_views(_FIRST_UPDATES)
    engine_of(run).start(run)  # unless the user has started it meanwhile
