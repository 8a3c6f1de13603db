"""What a recorder has got since the last time: new steps, epochs and markers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.recording import layout
from dlwidgets.training.table import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlwidgets.recording.run_files import RunFiles
    from dlwidgets.training.recorder import Recorder

_MANY = 20  # rows that are worth a block soon
_SOON = 0.4  # seconds between two blocks at least
_LONGEST = 0.5  # seconds that fewer wait

_LOWER_IS_BETTER = (
    "loss",
    "error",
    "mse",
    "mae",
    "mape",
    "msle",
    "perplexity",
    "divergence",
    "fid",
)


class Following:
    """Writes down what a recorder has got since the last time.

    Args:
        recorder: The recorder.
        steps: The last step that is on disk already; for a resumed run its recorder has it too.
        epochs: The step of the last epoch's end that is on disk already.
        markers: Kind, step and time of the markers that are on disk already.
    """

    def __init__(
        self,
        recorder: Recorder,
        *,
        steps: int = 0,
        epochs: int = 0,
        markers: Iterable[tuple[str, int, float]] = (),
    ) -> None:
        self.recorder = recorder
        self._row = _after(recorder.steps.rows(), steps)
        self._epoch_row = _after(recorder.epochs.rows(), epochs)
        self._revision = recorder.steps.revision
        self._rates = len(recorder.learning_rates) if steps else 0
        known = set(markers)
        self._markers = sum((m.kind, m.step, m.time) in known for m in recorder.markers)
        self._written = 0.0

    def pull(self, files: RunFiles, *, all_of_it: bool = False) -> bool:
        """Write down what is new.

        Args:
            files: Where to.
            all_of_it: Also few rows, which otherwise wait a little for others.

        Returns:
            Whether an epoch has ended.

        Raises:
            OSError: It can't be written.
        """
        if files.board is not None:
            files.board.update(self.recorder)
        table, now = self.recorder.steps, time.monotonic()
        waiting = len(table) - self._row
        pause = _SOON if waiting >= _MANY else _LONGEST
        due = all_of_it or now - self._written >= pause
        if due and (waiting or table.revision != self._revision):
            self._pull_steps(files)
            self._written = now
        parts = self.recorder.learning_rates.parts(self._rates)
        self._rates += len(parts)
        for part in parts:
            files.learning_rates(part)
        markers = self.recorder.markers
        for marker in markers[self._markers :]:
            files.event(
                {
                    "kind": marker.kind,
                    "step": marker.step,
                    "epoch": marker.epoch,
                    "time": marker.time,
                    "at": time.time(),
                    "text": marker.text,
                    "marker": True,
                }
            )
        self._markers = len(markers)
        return self._pull_epochs(files)

    def _pull_steps(self, files: RunFiles) -> None:
        table = self.recorder.steps
        revision = table.revision  # before the rows: what changes meanwhile is written next time
        rows = table.rows(self._row)
        if len(rows):
            files.rows(layout.STEPS, rows, rows.values)
        self._row += len(rows)
        if revision != self._revision:
            before = table.rows()
            written = slice(0, self._row)
            files.epochs_of_steps(
                Rows(before.step[written], before.epoch[written], before.time[written], {})
            )
            self._revision = revision

    def _pull_epochs(self, files: RunFiles) -> bool:
        table = self.recorder.epochs
        if len(table) == self._epoch_row:
            return False
        rows = table.rows(self._epoch_row)
        for i in range(len(rows)):
            one = Rows(rows.step[i : i + 1], rows.epoch[i : i + 1], rows.time[i : i + 1], {})
            # What this epoch didn't log has no column, and what it logged as NaN has NaN.
            logged = self.recorder.logged(self._epoch_row + i)
            columns = {
                n: values[i : i + 1]
                for n, values in rows.values.items()
                if (not np.isnan(values[i]) if logged is None else n in logged)
            }
            files.rows(layout.EPOCHS, one, columns)
        self._epoch_row += len(rows)
        return True

    def progress(self) -> dict[str, Any]:
        """Return how far the run is, for run.json."""
        recorder = self.recorder
        rows = recorder.epochs.rows()
        last = {n: float(v[-1]) for n, v in rows.values.items() if len(v)}
        return {
            "step": recorder.step,
            "epoch": recorder.epoch,
            "epochs_done": len(recorder.epochs),
            "seconds": round(recorder.clock.seconds, 3),
            "steps_per_epoch": recorder.steps_per_epoch,
            "exact": sorted(recorder.exact),
            "last": {n: v for n, v in last.items() if np.isfinite(v)},
            "best": {n: b for n, v in rows.values.items() if (b := _best(n, v, rows)) is not None},
        }


def _best(name: str, values: np.ndarray, rows: Rows) -> dict[str, float] | None:
    finite = np.isfinite(values)
    if not finite.any():
        return None
    lower = any(word in name.lower() for word in _LOWER_IS_BETTER)
    order = np.where(finite, values if lower else -values, np.inf)
    index = int(order.argmin())
    return {"value": float(values[index]), "epoch": float(rows.epoch[index])}


def _after(rows: Rows, step: int) -> int:
    """The first row after a step."""
    return int(np.searchsorted(rows.step, step, "right")) if step else 0
