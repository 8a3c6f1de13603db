"""`dl.Live`: watch an ordinary, blocking ``model.fit``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._display import display_live
from dlwidgets._keras_models import is_legacy, not_a_model
from dlwidgets._tensorflow import load_keras
from dlwidgets.training.run import Run
from dlwidgets.training.run_callback import RunCallback
from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlwidgets._keras_types import KerasModel

Callback: Any = load_keras().callbacks.Callback


class Live(Callback):
    """Keras callback that shows a run live while the cell that runs ``model.fit`` is busy.

    Put it last in ``callbacks``. It records every step's own loss. Because the cell blocks, its
    buttons can't react; use `dl.fit` to steer a run.

    Args:
        each_batch: True runs one step at a time, because a callback can't know whether another one
            needs the model after each batch. False runs steps in executions, as
            `dl.fit` does, which is faster.
        stop_on_nan: As in `dl.fit`.

    Attributes:
        run: The Run of the current or last `fit`; None before the first.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> live = dl.Live()
        >>> model.fit(digits.x_train, digits.y_train, epochs=2, callbacks=[live])  # doctest: +SKIP
        >>> live.run.metrics["loss"].value  # one for each step  # doctest: +SKIP
    """

    def __init__(self, *, each_batch: bool = True, stop_on_nan: bool = True) -> None:
        super().__init__()
        self._each_batch, self._stop_on_nan = each_batch, stop_on_nan
        self.run: Run | None = None
        self._callback: RunCallback | None = None

    def _active(self) -> RunCallback:
        assert self._callback is not None, "Keras calls on_train_begin first"
        return self._callback

    def set_model(self, model: KerasModel) -> None:
        """Note the model that is about to be trained.

        Raises:
            TypeError: It isn't a Keras 3 model.
        """
        if is_legacy(model):
            raise TypeError(not_a_model(model))
        super().set_model(model)

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Begin a Run, show it, and take over the steps of this fit."""
        self.run = Run(self.model, None, epochs=(self.params or {}).get("epochs", 1))
        engine = engine_of(self.run)
        self._callback = RunCallback(
            engine,
            [],
            blocking=True,
            each_step=self._each_batch,
            stop_on_nan=self._stop_on_nan,
        )
        self._callback.set_params(self.params)
        self._callback.set_model(self.model)
        engine.begin_blocking(self._callback.remove)
        self._callback.install(self.model)
        self._callback.on_train_begin(logs)
        display_live(self.run)

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Pass the call on."""
        self._active().on_train_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Pass the call on."""
        self._active().on_train_batch_end(batch, logs)

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Pass the call on."""
        self._active().on_epoch_begin(epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Pass the call on."""
        self._active().on_epoch_end(epoch, logs)

    def on_test_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Pass the call on."""
        if self._callback is not None:
            self._callback.on_test_begin(logs)

    def on_test_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Pass the call on."""
        if self._callback is not None:
            self._callback.on_test_end(logs)

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Give the model back its own functions, and end the Run."""
        self._active().remove()
        self._active().on_train_end(logs)
        if self.run is not None and not self.run.state.ended:
            engine_of(self.run).end_with(None)
