"""A text sample after each epoch of a Run, kept to scroll back through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dlwidgets._messages import join_messages, tr
from dlwidgets.generate import sample_text
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets.primitives.text_stream import TextStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.generate import CharTokenizer, TextModel
    from dlwidgets.training.run import Run
    from dlwidgets.widgets.generate._text_form import TextSettings

_MAX_LENGTH = 120  # two or three lines, so that many epochs are seen at once


class EpochSamples(TextStream):
    """Text samples of a Run, one per epoch, below headings with the epoch's loss.

    The recurrent state is carried if the model allows it, because this takes only milliseconds.

    Example:
        >>> from dlwidgets.widgets.generate.epoch_samples import EpochSamples
        >>> EpochSamples().document()
        ''
    """

    def __init__(self) -> None:
        self._epochs = -1
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
        self._epochs = -1
        self.begin(list(tokenizer.characters))
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
        epochs, loss = finished_epochs(run, step)
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
        when = _heading(epochs, step, loss)
        self.heading(join_messages([when, settings.label], ": "), settings.seed_text)
        for chunk in chunks:
            if stop():
                return
            self.append(chunk)
        self._epochs = epochs
        self.finish()

    def document(self) -> str:
        """Return all samples as one text, each below its heading and its seed text."""
        text, headings = self.text, self.headings
        ends = [h["at"] for h in headings[1:]] + [len(text)]
        parts = [
            f"# {h['text']}\n# seed text: {h['seed_text']!r}\n\n{text[h['at'] : end]}\n"
            for h, end in zip(headings, ends, strict=False)
        ]
        return "\n".join(parts)


def finished_epochs(run: Run, step: int) -> tuple[int, float | None]:
    """Return the number of epochs that ended by a step, and the loss of the last of them.

    Args:
        run: The Run.
        step: Training steps.
    """
    table = engine_of(run).recorder.epochs
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
