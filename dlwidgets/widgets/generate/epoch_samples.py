"""A fresh sample after each epoch of a Run, kept to scroll back through."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from dlwidgets.generate import sample_text
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets.primitives.text_stream import TextStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.run import Run
    from dlwidgets.widgets.generate._text_form import TextSettings
    from dlwidgets.widgets.generate._text_source import TextSource

_LONGEST = 200
_SHARE = 0.01  # of the training's time at most


class EpochSamples(TextStream):
    """Follows a Run: one short text after each epoch, under a heading with the epoch's loss.

    The state is carried wherever the model allows it, which takes milliseconds. Sampling takes at
    most 1 % of the time: where an epoch is shorter than that allows, some have no sample.

    Args:
        settings: Gives the settings to sample with.
        on_sample: Called after each sample, on a thread of this widget.
    """

    def __init__(
        self, settings: Callable[[], TextSettings], on_sample: Callable[[], None] = lambda: None
    ) -> None:
        self._settings, self._on_sample = settings, on_sample
        self._source: TextSource | None = None
        self._worker = Worker("dlwidgets-epoch-samples", self._failed)
        self._cancel = threading.Event()
        self._seen = -1
        self._next = 0.0
        super().__init__(
            title="A sample after each epoch",
            empty_text="Each epoch leaves a sample here.",
            max_height=320,
        )

    def follow(self, source: TextSource) -> None:
        """Follow another Run from now on.

        Args:
            source: Of a Run.
        """
        self._cancel.set()
        self._cancel = threading.Event()
        self._source, self._seen, self._next = source, -1, 0.0
        self.begin(list(source.tokenizer.characters))
        self.streaming = False
        TICKER.add(self)

    def tick(self) -> bool:
        """Send what is new and ask for a sample when there is reason to; called by the pump."""
        waiting = super().tick()
        source = self._source
        run = source.run if source is not None else None
        if source is None or run is None:
            return waiting
        ended, news = run.state.ended, _epochs(run) != self._seen
        # Weights exist after the first step; the last epoch's sample is not left out.
        due = run.step_count > 0 and (ended or time.monotonic() >= self._next)
        if news and due and not self._worker.busy:
            cancel = self._cancel
            self._worker.submit(lambda: self._sample(source, run, cancel))
        return waiting or not ended or (news and run.step_count > 0) or self._worker.busy

    def document(self) -> str:
        """All samples as text, each under its heading, with the seed text of each."""
        text, headings = self.text, self.headings
        ends = [h["at"] for h in headings[1:]] + [len(text)]
        parts = [
            f"# {h['text']}\n# seed text: {h['seed_text']!r}\n\n{text[h['at'] : end]}\n"
            for h, end in zip(headings, ends, strict=True)
        ]
        return "\n".join(parts)

    def close(self) -> None:
        """Take the view off the page."""
        self._cancel.set()
        self._worker.close()
        super().close()

    def _sample(self, source: TextSource, run: Run, cancel: threading.Event) -> None:
        settings = self._settings()
        epochs = _epochs(run)
        with source.use() as model:
            settings = replace(settings, carry_state=model.can_carry())
            begun = time.perf_counter()
            chunks = sample_text(
                model,
                source.tokenizer,
                settings.seed_text,
                min(settings.length, _LONGEST),
                settings.temperature,
                settings.top_k,
                settings.top_p,
                settings.seed,
                settings.carry_state,
            )
            self.heading(f"{_when(run, epochs)}: {settings.label}", settings.seed_text)
            for chunk in chunks:
                if cancel.is_set():
                    return
                self.append(chunk)
        # The first one builds the graph, which is not done again.
        cost = 0.0 if self._seen < 0 else time.perf_counter() - begun
        self._seen, self._next = epochs, time.monotonic() + cost / _SHARE
        self.caption = ""
        self.finish()
        self._on_sample()

    def _failed(self, error: Exception) -> None:
        source = self._source
        if source is not None and source.run is not None:
            self._seen = _epochs(source.run)
        self.caption = f"No sample: {explain(error)}"[:400]


def _epochs(run: Run) -> int:
    return max((len(values) for values in run.history.values()), default=0)


def _when(run: Run, epochs: int) -> str:
    if not epochs:
        return f"Epoch 1, step {run.step_count:,}"
    loss = run.history.get("loss", [])
    shown = f", loss {loss[epochs - 1]:.3f}" if len(loss) >= epochs else ""
    return f"After epoch {epochs}{shown}"
