"""A training of a tutorial: its size, its panel, and the views that belong to it."""

from __future__ import annotations

import os
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import error_message, join_messages, tr, trn
from dlwidgets.data import DataError
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets.course.question import message
from dlwidgets.widgets.primitives.text_line import TextLine
from dlwidgets.widgets.training.panel import TrainingPanel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlwidgets.training.run import Run

    Train = Callable[[SimpleNamespace], Run]
    Views = Callable[[Run], Sequence[ipywidgets.Widget]]

FAST = "DLWIDGETS_FAST"
"""The environment variable that makes trials small, for tests."""

_LEAST = 64  # samples of a small trial


class Trial(ClosesChildren, ipywidgets.VBox):
    """A training that the reader starts, at a quick size or at that of the source.

    Nothing is trained before Start, so that the reader can predict what will happen.

    Args:
        train: Called with the settings of the chosen size. It builds and compiles a new model, and
            returns what `dl.fit` returns.
        quick: The settings of the quick size, such as ``{"samples": 10_000, "epochs": 3}``.
            ``"minutes"`` says how long it takes on two cores.
        full: Those of the full size. `None` if there is only one size.
        fast: Those of tests, where the environment variable `DLWIDGETS_FAST` is 1. `None`: one
            epoch with a twentieth of the samples.
        views: Called with each run; returns widgets that are shown below the panel.
        names: What the two choices are called, if they aren't sizes but two ways to train.
        title: What is trained.

    Attributes:
        panel: The `TrainingPanel`.
        size: The choice of the size.
        run: The last run; `None` before the first.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> def train(size):
        ...     model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        ...     x, y = digits.x_train[: size.samples], digits.y_train[: size.samples]
        ...     return dl.fit(model, x, y, epochs=size.epochs)
        >>> dl.Trial(train, quick={"samples": 200, "epochs": 2})
        <Trial>
    """

    def __init__(
        self,
        train: Train,
        quick: Mapping[str, Any],
        *,
        full: Mapping[str, Any] | None = None,
        fast: Mapping[str, Any] | None = None,
        views: Views | None = None,
        names: tuple[str, str] | None = None,
        title: str = "",
    ) -> None:
        self._train, self._make_views = train, views
        small = os.environ.get(FAST, "") not in ("", "0")
        self.sizes: dict[str, dict[str, Any]] = {
            "quick": (dict(fast) if fast else _small(quick)) if small else dict(quick)
        }
        if full is not None:
            self.sizes["full"] = dict(full)
        self.run: Run | None = None
        self._prepared = threading.Event()
        self._prepared.set()
        self._listeners: list[Callable[[Run], None]] = []
        self.size = ipywidgets.ToggleButtons(
            options=list(zip(names or _NAMES, self.sizes, strict=False)),
            layout={"width": "auto", "display": None if full is not None else "none"},
        )
        self.size.add_class("dlw-trial-size")
        self.size.style.button_width = "auto"
        self._about = TextLine()
        self.panel = TrainingPanel(on_start=self.start, empty_text=tr("Predict, then press Start."))
        self._views = ipywidgets.VBox([])
        self._worker = Worker("dlwidgets-trial", self._failed)
        self.size.observe(lambda _: self._describe(), "value")
        self._describe()
        heading = [TextLine(message(title))] if title else []
        for line in heading:
            line.add_class("dlw-trial-title")
        head = ipywidgets.HBox([self.size, self._about])
        head.add_class("dlw-trial-head")
        super().__init__([*heading, head, self.panel, self._views])
        self.add_class("dlw-trial")

    def on_run(self, listener: Callable[[Run], None]) -> None:
        """Call a function with each run that is started.

        Args:
            listener: The function.
        """
        self._listeners.append(listener)
        if self.run is not None:
            listener(self.run)

    def start(self, size: str | None = None) -> None:
        """Start a new run, as the Start button does. An active run is stopped first.

        Args:
            size: `"quick"` or `"full"`; `None` for the chosen one.

        Raises:
            ValueError: There is no such size.
        """
        if size is not None and size not in self.sizes:
            problem = f"Expected `size` to be one of {list(self.sizes)}. Received: {size!r}."
            raise ValueError(problem)
        if size is not None:
            self.size.value = size
        settings = SimpleNamespace(**self.sizes[self.size.value])
        self.panel.bar.say(tr("Preparing…"), "info")
        with self.panel.bar.hold_sync():
            self.panel.bar.can_start = self.panel.bar.can_restart = False
        self._prepared.clear()
        self._worker.submit(lambda: self._begin(settings))

    def wait(self, timeout: float | None = None) -> Run:
        """Wait for the end of the run that was started.

        Args:
            timeout: Seconds; `None` for no limit.

        Returns:
            The run.

        Raises:
            RuntimeError: None was started, or it couldn't be prepared.
            TimeoutError: It isn't over by then.
        """
        self._prepared.wait(timeout)
        if self.run is None:
            problem = str(self.panel.message or "Expected a trial that was started.")
            raise RuntimeError(problem)
        return self.run.wait(timeout)

    def _begin(self, settings: SimpleNamespace) -> None:
        """Make and show a run. On the worker's thread."""
        if self.run is not None and not self.run.state.ended:
            self.run.stop()
            self.run.wait()
        self.run = None
        run = self._train(settings)
        self.run = run
        self.panel.show(run)
        old = self._views.children
        made = () if self._make_views is None else tuple(self._make_views(run))
        self._views.children = made
        for view in old:
            view.close()
        for listener in self._listeners:
            listener(run)
        self._prepared.set()

    def _failed(self, error: Exception) -> None:
        said = error_message(error) if isinstance(error, DataError) else explain(error)
        bar = self.panel.bar
        if self.run is not None:  # its end will clear the panel's message
            line = TextLine()
            line.say(said, bad=True)
            self._views.children = (line,)
            self._prepared.set()
            return
        bar.say(said, "error")
        with bar.hold_sync():
            bar.can_start, bar.can_restart = bar.state == "ready", bar.state != "ready"
            bar.seq += 1
        self._prepared.set()

    def _describe(self) -> None:
        self._about.say(_words(self.sizes[self.size.value]))

    def _release(self) -> None:
        self._worker.close()
        if self.run is not None and not self.run.state.ended:
            self.run.stop()


_NAMES = (tr("Quick"), tr("Full size"))


def _small(quick: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a test: one epoch with a twentieth of the samples."""
    made = dict(quick)
    if made.get("samples"):
        made["samples"] = max(_LEAST, int(made["samples"]) // 20)
    if made.get("epochs"):
        made["epochs"] = 1
    return made


def _words(settings: Mapping[str, Any]) -> str:
    """Return the settings in words: "10,000 samples, 3 epochs, about 1 min"."""
    samples, epochs = settings.get("samples"), settings.get("epochs")
    parts: list[str] = []
    if samples:
        parts.append(tr("{n} samples", n=f"{samples:,}"))
    elif "samples" in settings:
        parts.append(tr("all samples"))
    if epochs:
        parts.append(trn("{n} epoch", "{n} epochs", int(epochs)))
    rest = {k: v for k, v in settings.items() if k not in ("samples", "epochs", "minutes")}
    parts += [f"{name.replace('_', ' ')} {value}" for name, value in rest.items()]
    minutes = settings.get("minutes")
    if minutes:
        long = minutes >= 1
        parts.append(
            tr("about {n} min", n=f"{minutes:g}")
            if long
            else tr("about {n} s", n=f"{60 * minutes:.0f}")
        )
    return join_messages(parts, ", ")
