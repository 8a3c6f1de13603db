"""What the model says about held-out samples, while it learns."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import ipywidgets
import numpy as np
import plotly.graph_objects as go

from dlwidgets.training.errors import explain
from dlwidgets.training.events import State
from dlwidgets.training.live_predictor import Viewer
from dlwidgets.training.verdicts import judge, straight_line
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets.primitives.figure import Figure
from dlwidgets.widgets.primitives.image_grid import ImageGrid

if TYPE_CHECKING:
    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run

_INTERVAL = 1.0  # seconds between two pictures at least
_SHARE = 0.02  # of the time at most, for a model that is slow to ask
_SHOWN = 24
_NOT_CLONED = (
    "This model cannot be copied, so it is asked between two steps: each picture holds the "
    "training up for a moment."
)

_TITLE = "Held-out images"


class Predictions(ClosesChildren, ipywidgets.VBox):
    """Held-out images with true class, predicted class and confidence; or points and the fit.

    Follows a Run through a copy of its model, at most once a second and with at most 2 % of the
    time.

    Args:
        dataset: Normalised data; the first images of its test part are shown.
        run: The Run to follow; None for an empty view until `show`.

    Attributes:
        grid: The `ImageGrid`, for images.
        figure: The `Figure`, for a regression on one number.
    """

    def __init__(self, dataset: Dataset | None = None, run: Run | None = None) -> None:
        self.grid = ImageGrid(
            title=_TITLE,
            description="held-out images with true class, predicted class and confidence",
            empty_text="Predictions on images that the model never trains on appear here.",
        )
        self.figure = Figure(height=320)
        self.figure.layout.display = "none"
        self._worker = Worker("dlwidgets-predictions", self._failed)
        self._viewer: Viewer | None = None
        self._dataset: Dataset | None = None
        self._next = 0.0
        self._seen = -1
        self._remark = ipywidgets.Label()
        self._remark.add_class("dlw-message")
        self._remark.layout.display = "none"
        super().__init__([self.grid, self.figure, self._remark])
        self.add_class("dlw-predictions")
        if dataset is not None and run is not None:
            self.show(dataset, run)

    def show(self, dataset: Dataset, run: Run) -> None:
        """Follow another Run from now on.

        Args:
            dataset: What it trains on, normalised.
            run: The Run.
        """
        self._dataset, self._viewer = dataset, Viewer(run)
        self._seen, self._next = -1, 0.0
        images = dataset.kind == "image"
        self.grid.layout.display = None if images else "none"
        self.figure.layout.display = "none" if images else None
        self.grid.clear()
        self.grid.title = _TITLE
        self._say("")
        TICKER.add(self)

    def tick(self) -> bool:
        """Ask for a new picture when there is reason to; called by the pump."""
        viewer = self._viewer
        if viewer is None:
            return False
        run = viewer.run
        ended = run.state.ended
        news = run.step_count != self._seen
        # A run that rests is not held up by a look at it, and single steps are there to be seen.
        rests = ended or run.state is State.PAUSED
        if not viewer.ready:
            return not ended  # its weights come with the first step
        if news and not self._worker.busy and (rests or time.monotonic() >= self._next):
            self._worker.submit(self._refresh)
        return not ended or news or self._worker.busy

    def close(self) -> None:
        """Take the view off the page."""
        TICKER.remove(self)
        self._worker.close()
        super().close()

    def _say(self, text: str) -> None:
        self._remark.value = text
        self._remark.layout.display = None if text else "none"

    def _refresh(self) -> None:
        viewer, dataset = self._viewer, self._dataset
        if viewer is None or dataset is None:
            return
        seen, first = viewer.run.step_count, viewer.cloned is None
        if dataset.kind == "image":
            self._show_images(viewer, dataset)
        else:
            self._show_fit(viewer, dataset)
        if viewer is self._viewer:
            self._seen = seen
            self._say("" if viewer.cloned else _NOT_CLONED)
        # The first look builds what all later ones use: its time says nothing of theirs.
        wait = _INTERVAL if first else max(_INTERVAL, viewer.seconds / _SHARE)
        self._next = time.monotonic() + wait

    def _show_images(self, viewer: Viewer, dataset: Dataset) -> None:
        n = min(_SHOWN, len(dataset.x_test))
        images = dataset.x_test[:n]
        truth = dataset.y_test[:n]
        outputs = viewer.predict(images)
        verdicts = judge(outputs, truth, activation=viewer.ending)
        if viewer is not self._viewer:  # another run was shown meanwhile
            return
        rows = [
            (dataset.class_names[guess], float(confidence), dataset.class_names[int(true)])
            for guess, confidence, true in zip(
                verdicts.predicted, verdicts.confidence, truth, strict=True
            )
        ]
        self.grid.title = (
            f"{_TITLE}: {int(verdicts.right.sum())} of {n} right after step {viewer.step:,}"
        )
        self.grid.show(
            images,
            low=0.0,
            high=1.0,
            labels=[
                f"{guess} {confidence:.0%}\n({true})"
                if math.isfinite(confidence)
                else f"no answer\n({true})"
                for guess, confidence, true in rows
            ],
            tooltips=[
                f"Predicted: {guess}, confidence {confidence:.1%}. True class: {true}."
                if math.isfinite(confidence)
                else f"The model's output is not a number. True class: {true}."
                for guess, confidence, true in rows
            ],
            border_colors=["good" if right else "bad" for right in verdicts.right],
        )

    def _show_fit(self, viewer: Viewer, dataset: Dataset) -> None:
        x = np.concatenate([dataset.x_train, dataset.x_test]).ravel()
        line = np.linspace(x.min(), x.max(), 50, dtype=np.float32)
        fit = viewer.predict(line[:, np.newaxis]).ravel()
        figure = go.Figure()
        figure.add_scatter(
            x=dataset.x_train.ravel(), y=dataset.y_train.ravel(), mode="markers", name="training"
        )
        figure.add_scatter(
            x=dataset.x_test.ravel(), y=dataset.y_test.ravel(), mode="markers", name="held out"
        )
        figure.add_scatter(x=line, y=fit, mode="lines", name="model")
        slope, intercept = straight_line(line, fit)
        sign = "+" if intercept >= 0 else "−"
        figure.update_layout(
            title=f"The model now: y = {slope:.4g}·x {sign} {abs(intercept):.4g}",
            xaxis_title="x",
            yaxis_title="y",
        )
        self.figure.show(figure)

    def _failed(self, error: Exception) -> None:
        self._seen = self._viewer.run.step_count if self._viewer is not None else -1
        self._say(f"No predictions: {explain(error)}"[:400])
