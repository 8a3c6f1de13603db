"""A text sample after each epoch of a Run, kept to scroll back through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import join_messages, tr
from dlwidgets.generate import sample_text
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets.primitives.text_stream import RECORD_SIZE, TextStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets.generate import CharTokenizer, TextModel
    from dlwidgets.recording import RecordedRun, Sample
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.run import Run
    from dlwidgets.widgets.generate._text_form import TextSettings

_MAX_LENGTH = 120  # two or three lines, so that many epochs are seen at once
_MOST = 400  # samples that are kept
_NAME = "epoch sample"  # of a recorded text, with its seed text
_MARKS = "epoch sample marks"  # of its characters with their probabilities


@dataclass(frozen=True, eq=False)
class _Kept:
    """A sample: after which step, under which heading, and its characters with their marks."""

    step: int
    heading: str
    seed_text: str
    records: NDArray[np.uint16]


class EpochSamples(TextStream):
    """Text samples of a Run, one per epoch, below headings with the epoch's loss.

    The recurrent state is carried if the model allows it, because this takes only milliseconds. A
    Run that is recorded records them, and they are shown again with the recorded run.

    Example:
        >>> from dlwidgets.widgets.generate.epoch_samples import EpochSamples
        >>> EpochSamples().document()
        ''
    """

    def __init__(self) -> None:
        self._epochs = -1
        self._kept: list[_Kept] = []
        self._read: set[int] = set()  # the recorded steps that were looked at
        self._until: int | None = None
        self._characters: list[str] = []
        super().__init__(
            title=tr("Samples after each epoch"),
            empty_text=tr("A sample appears here after each epoch."),
            max_height=400,
        )
        self.add_class("dlw-epoch-samples")

    def restart(self, tokenizer: CharTokenizer) -> None:
        """Remove the samples, for another Run.

        Args:
            tokenizer: A tokenizer of its model's vocabulary.
        """
        self._epochs, self._kept, self._read, self._until = -1, [], set(), None
        self._characters = list(tokenizer.characters)
        self.begin(self._characters)
        self.streaming = False

    def sample(
        self,
        run: Run,
        text: TextModel,
        step: int,
        settings: TextSettings,
        stop: Callable[[], bool],
    ) -> None:
        """Add a sample, unless the epoch has one already.

        Args:
            run: The Run.
            text: The text model with the weights after `step`.
            step: Training steps, at least 1.
            settings: The settings to sample with.
            stop: Returns whether to end early.
        """
        epochs, loss = finished_epochs(engine_of(run).recorder, step)
        if epochs == self._epochs:
            return
        settings = replace(settings, carry_state=text.can_carry())
        chunks = sample_text(
            text,
            text.tokenizer,
            settings.seed_text,
            min(settings.length, _MAX_LENGTH),
            settings.temperature,
            settings.top_k,
            settings.top_p,
            settings.seed,
            settings.carry_state,
        )
        heading = join_messages([_heading(epochs, step, loss), settings.label], ": ")
        before = len(self.text)
        self.heading(heading, settings.seed_text)
        for chunk in chunks:
            if stop():
                return
            self.append(chunk)
        self._epochs = epochs
        self.finish()
        written = self.text  # whose beginning may have been dropped
        start = self.headings[-1]["at"] if len(written) < before else before
        sample = _Kept(step, heading, settings.seed_text, self.records(start))
        self._kept = [*self._kept[1 - _MOST :], sample]
        self._record(run, sample, written[start:])

    def show_until(self, step: int | None) -> None:
        """Show only the samples up to a step.

        Args:
            step: The step; None for all.
        """
        before = self._shown()
        self._until = step
        if self._shown() != before:
            self._redraw()

    def show_recorded(self, recorded: RecordedRun, until: int | None) -> None:
        """Show the samples that a run has recorded, up to a step.

        Args:
            recorded: The recorded run.
            until: The step; None for all.

        Raises:
            RecordingError: A sample is damaged.
        """
        found = recorded.samples(_MARKS)
        texts = {sample.step: sample for sample in recorded.samples(_NAME)}
        before = self._shown()
        self._until = until
        for sample in found:
            if sample.step in self._read or sample.step not in texts:
                continue
            self._read.add(sample.step)
            kept = self._kept_of(recorded, sample, str(texts[sample.step].load()))
            if kept is not None:
                self._kept.append(kept)
        if self._shown() != before:
            self._redraw()

    @property
    def count(self) -> int:
        """The number of samples, also of those that aren't shown."""
        return len(self._kept)

    def _kept_of(self, recorded: RecordedRun, sample: Sample, whole: str) -> _Kept | None:
        """Return a recorded sample, unless it is of another alphabet."""
        records = np.asarray(sample.load(), np.uint16)
        ids = records.reshape(-1, RECORD_SIZE)[:, 0]
        if ids.size and int(ids.max()) >= len(self._characters):
            return None
        text = "".join(self._characters[i] for i in ids)
        if not whole.endswith(text):
            return None
        epochs, loss = finished_epochs(recorded.recorder, sample.step)
        heading = _heading(epochs, sample.step, loss)
        return _Kept(sample.step, heading, whole[: len(whole) - len(text)], records)

    def _shown(self) -> list[_Kept]:
        return [kept for kept in self._kept if self._until is None or kept.step <= self._until]

    def _redraw(self) -> None:
        self.begin(self._characters)
        for kept in self._shown():
            self.heading(kept.heading, kept.seed_text)
            self.append_records(kept.records)
        self.finish()

    @staticmethod
    def _record(run: Run, sample: _Kept, text: str) -> None:
        recording = engine_of(run).recording
        if recording is not None:
            writer = recording.writer
            writer.media(sample.step, _NAME, sample.seed_text + text, "text")
            writer.media(sample.step, _MARKS, sample.records, "marks")

    def document(self) -> str:
        """Return all samples as one text, each below its heading and its seed text."""
        text, headings = self.text, self.headings
        ends = [h["at"] for h in headings[1:]] + [len(text)]
        parts = [
            f"# {h['text']}\n# seed text: {h['seed_text']!r}\n\n{text[h['at'] : end]}\n"
            for h, end in zip(headings, ends, strict=False)
        ]
        return "\n".join(parts)


def finished_epochs(recorder: Recorder, step: int) -> tuple[int, float | None]:
    """Return the number of epochs that ended by a step, and the loss of the last of them.

    Args:
        recorder: What a run has recorded.
        step: Training steps.
    """
    table = recorder.epochs
    names = table.names
    if not names:
        return 0, None
    points = table.points("loss" if "loss" in names else names[0])
    count = int((points.step <= step).sum())
    loss = float(points.value[count - 1]) if count and "loss" in names else None
    return count, loss


def _heading(epochs: int, step: int, loss: float | None) -> str:
    if not epochs:
        return tr("Epoch 1, step {step}", step=step)
    if loss is None:
        return tr("After epoch {epoch}", epoch=epochs)
    return tr("After epoch {epoch}, loss {loss}", epoch=epochs, loss=f"{loss:.3f}")
