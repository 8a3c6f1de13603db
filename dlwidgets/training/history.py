"""The history of a Run, in the form of Keras's `History`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Mapping


class History(dict[str, list[float]]):
    """For each logged name one value per finished epoch; also what Keras's `History` holds.

    Args:
        values: The values by name.
        first: The index of the first epoch.
        epochs: Finished epochs.
        params: `epochs`, `steps` and `verbose`, as Keras hands them to callbacks.

    Attributes:
        epoch: The indices of the finished epochs, from 0.
        params: `epochs`, `steps` and `verbose`, as Keras hands them to callbacks.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> history = dl.fit(model, digits.x_train, digits.y_train, epochs=3).wait().history
        >>> len(history["loss"]), len(history.history["loss"]), history.epoch
        (3, 3, [0, 1, 2])
    """

    def __init__(
        self,
        values: Mapping[str, list[float]],
        *,
        first: int,
        epochs: int,
        params: Mapping[str, Any],
    ) -> None:
        super().__init__(values)
        self.epoch = list(range(first, first + epochs))
        self.params = dict(params)

    @property
    def history(self) -> dict[str, list[float]]:
        """The values by name."""
        return dict(self)

    def __missing__(self, name: str) -> list[float]:
        if not self.epoch:
            raise KeyError(
                tr(
                    "No epoch has ended yet, so there is no {name}. Wait for the run with "
                    "`run.wait()`.",
                    name=repr(name),
                )
            )
        raise KeyError(
            tr("Expected one of {names}. Received: {name}", names=", ".join(self), name=repr(name))
        )
