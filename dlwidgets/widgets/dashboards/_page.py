"""What every page that trains does before its Run: TensorFlow, data, and a word about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets import data
from dlwidgets._tensorflow import is_loaded, load
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import ipywidgets

    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run
    from dlwidgets.widgets.primitives.run_bar import RunBar
    from dlwidgets.widgets.training.panel import TrainingPanel


class RunLauncher:
    """Begins a page's Runs on a thread of its own, one at a time, and says in its bar what it does.

    Args:
        bar: Where to say it.
        name: Of the thread.

    Attributes:
        run: The present Run, None before the first.
    """

    def __init__(self, bar: RunBar, name: str) -> None:
        self._bar = bar
        self._worker = Worker(f"dlwidgets-{name}", self.failed)
        self._datasets: dict[str, Dataset] = {}
        self.run: Run | None = None

    @property
    def busy(self) -> bool:
        """Whether a Run is being prepared."""
        return self._worker.busy

    def submit(self, work: Callable[[], None]) -> None:
        """Do something on the thread; what it raises is said in the bar."""
        self._worker.submit(work)

    def begin(self, make: Callable[[], Run], first: Callable[[], None] | None = None) -> None:
        """Call `make` on the thread, unless a Run goes or is being prepared.

        Args:
            make: Shows and starts a Run, and returns it.
            first: What can be done before TensorFlow is there, which takes seconds.
        """
        if self.busy or (self.run is not None and not self.run.state.ended):
            return
        self.say("Getting ready…")
        with self._bar.hold_sync():
            self._bar.can_start = self._bar.can_restart = False
        self._worker.submit(lambda: self._begin(make, first))

    def say(self, text: str) -> None:
        """Tell what is being done."""
        self._bar.say(text, "info")

    def progress(self, fraction: float | None, text: str) -> None:
        """Tell how far something is.

        Args:
            fraction: 0 to 1, None where it cannot be known.
            text: What is being done.
        """
        self.say(text if fraction is None else f"{text} ({fraction:.0%})")

    def load(self, name: str) -> Dataset:
        """Load data by name and normalise it; only the last is kept.

        Args:
            name: A name of `dlwidgets.data`.

        Raises:
            DataError: It is neither here nor to be had.
        """
        if name not in self._datasets:
            self.say("Loading the data…")
            # One at a time: a normalised CIFAR-10 takes 700 MB.
            self._datasets = {}
            self._datasets[name] = data.load(name, progress=self.progress).normalized()
        return self._datasets[name]

    def failed(self, error: Exception) -> None:
        """Say what went wrong, and let the visitor try again."""
        bar = self._bar
        # What a data set's error says is all for the reader: where it looked, and what to do.
        bar.say(str(error) if isinstance(error, data.DataError) else explain(error), "error")
        ended = self.run is not None and self.run.state.ended
        with bar.hold_sync():
            bar.can_start, bar.can_restart = self.run is None, ended
            bar.seq += 1

    def close(self) -> None:
        """Stop the Run, and begin no other."""
        self._worker.close()
        if self.run is not None and not self.run.state.ended:
            self.run.stop()

    def _begin(self, make: Callable[[], Run], first: Callable[[], None] | None) -> None:
        if first is not None:
            first()
        if not is_loaded():
            self.say("Starting TensorFlow, which takes some seconds…")
            load()
        self.run = make()


class TrainingPage(ClosesChildren):
    """What all pages have whose panel begins a Run; to be named before the widget they are."""

    panel: TrainingPanel
    _starter: RunLauncher

    @property
    def run(self) -> Run | None:
        """The present Run, None before the first."""
        return self._starter.run

    def close(self) -> None:
        """Take the page's widgets off it; a training that runs is stopped."""
        self._starter.close()
        super().close()
        # A page may show only a part of it, or show a view elsewhere.
        for view in (*self._views(), self.panel):
            view.close()

    def _views(self) -> Iterable[ipywidgets.Widget]:
        """What is closed with the page, besides its panel."""
        return ()
