"""The text model behind a text view: a finished model, or a clone of a Run's model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.generate import CharTokenizer, TextModel
from dlwidgets.training.model_source import ModelSource, OwnClone

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.recording import RecordedRun
    from dlwidgets.training.run import Run

    TextSubject = KerasModel | TextModel | Run | RecordedRun


class TextSource:
    """Makes a `TextModel` of what a `ModelSource` hands out.

    Sampling takes seconds, which the other views of a Run can't wait for. So it uses a clone of its
    own, with weights that stay the same until the next call.

    Args:
        source: A built Keras model, a `TextModel`, or a Run.
        tokenizer: A tokenizer of the model's vocabulary.

    Attributes:
        models: The `ModelSource`.
        run: The Run, None for a finished model.
        window: Characters of the model's window; None for any number.

    Raises:
        TypeError: The source is neither a model nor a Run.
        ValueError: The model isn't a text model, or has another vocabulary.
    """

    def __init__(self, source: TextSubject, tokenizer: CharTokenizer) -> None:
        self._given = source if isinstance(source, TextModel) else None
        self.models = ModelSource(source.model if isinstance(source, TextModel) else source)
        self.run, self.tokenizer = self.models.run, tokenizer
        self._own = OwnClone()
        self.at: Callable[[], int | None] = lambda: None
        """Returns the recorded step that `newest` takes; None for the present."""
        model = source.model if isinstance(source, TextModel) else self.models.architecture
        self.name: str = getattr(model, "name", type(model).__name__)
        if self._given is not None:
            self.window = self._given.window
        elif self.models.ready or self.run is None:
            self.window = TextModel(model, tokenizer).window  # what is wrong with it shows here
        else:
            self.window = None  # the model gets its shapes with the first step

    def of(self, model: KerasModel) -> TextModel:
        """Return the text model of what `models.use` hands out, while it does.

        Args:
            model: The model.

        Raises:
            ValueError: The Run's model can't be cloned, and the run hasn't ended.
        """
        if self._given is not None:
            return self._given
        if self.run is None and self.models.recorded is None:
            return TextModel(model, self.tokenizer)
        if self.run is not None and self.models.cloned is False:
            if not self.run.state.ended:
                message = tr(
                    "This model can't be cloned, so text can be sampled only after the run has "
                    "ended."
                )
                raise ValueError(message)
            return TextModel(model, self.tokenizer)
        return TextModel(self._own.of(model), self.tokenizer)

    def newest(self) -> tuple[TextModel, int]:
        """Return the text model with the newest weights, and the steps they were trained for.

        Returns:
            The text model, and the steps; -1 for a finished model.

        Raises:
            ValueError: As in `of`.
            TimeoutError: No step ended within a minute.
        """
        self.models.refresh(at=self.at())
        return self.models.use(lambda model: (self.of(model), self.models.step))
