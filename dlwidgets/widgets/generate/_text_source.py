"""The model that a text view samples from: a finished one, or a copy of one that trains."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from dlwidgets.generate import CharTokenizer, TextModel
from dlwidgets.training.cloning import clone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.training.run import Run

_BOUNDARY_TIMEOUT = 60.0  # seconds; one step of a large model can take long


class TextSource:
    """Gives a `TextModel` with the newest weights, to one user at a time.

    Args:
        tokenizer: Made for the model's vocabulary.
        model: A finished Keras model, or a `TextModel`.
        run: A Run instead, of whose model a copy is used.

    Attributes:
        step: Steps done by the weights that were used last; None for a finished model.
    """

    def __init__(
        self, tokenizer: CharTokenizer, *, model: Any = None, run: Run | None = None
    ) -> None:
        if (model is None) is (run is None):
            message = "give a model or a run, one of both"
            raise ValueError(message)
        self.tokenizer = tokenizer
        self.run = run
        self.step: int | None = None
        self._lock = threading.Lock()
        self._copy: Any | None = None
        self._text: TextModel | None = None
        if model is not None:
            self._text = model if isinstance(model, TextModel) else TextModel(model, tokenizer)

    @property
    def name(self) -> str:
        """The model's name."""
        if self.run is not None:
            return str(self.run.model.name)
        assert self._text is not None
        return str(self._text.model.name)

    @contextlib.contextmanager
    def use(self) -> Iterator[TextModel]:
        """The model, with weights that stay as they are until the end of the block.

        Raises:
            ValueError: The model is none for text, or not for this vocabulary.
            RuntimeError: It trains, and cannot be copied.
            TimeoutError: The run reached no boundary within a minute.
        """
        with self._lock:
            if self.run is not None:
                self._refresh(self.run)
            assert self._text is not None
            yield self._text

    def _refresh(self, run: Run) -> None:
        if self._text is None:
            copy = run.at_boundary(lambda: clone(run.model)).result(_BOUNDARY_TIMEOUT)
            if copy is None and not run.state.ended:
                message = (
                    "this model cannot be copied while it trains: sample from it when the training "
                    "has ended"
                )
                raise RuntimeError(message)
            self._copy = copy
            self._text = TextModel(run.model if copy is None else copy, self.tokenizer)
        if self._copy is not None and self.step != run.step_count:
            snapshot = run.snapshot(_BOUNDARY_TIMEOUT)
            snapshot.load_into(self._copy)
            self.step = snapshot.step
