"""What a filter viewer is to draw: of which layer, from which weights, with which settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets.vision.features import LayerError
from dlwidgets.vision.filter_layer import FilterLayer, filter_layers, no_filters
from dlwidgets.vision.filters import Regularizers, kernel_images, maximize_filters
from dlwidgets.widgets.vision._filter_messages import first_layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.vision.filters import FilterProgress

_EVERY = 4  # steps between two looks
_EPSILON = 1e-12  # the book's 1e-5 would stop filters whose gradients are small but sound
_KEPT = 4  # graphs of layers looked at before


@dataclass(frozen=True)
class Job:
    """What is to be drawn.

    Attributes:
        request: Number of the visitor's wish.
        target: The layer's copy.
        layers: Path name and number of filters of each layer to choose from.
        kernels: The layer's kernels as pictures; None where it sees feature maps.
        settings: What the form said, with the names of layer and model and the model's steps.
        large_only: Whether only the chosen filter's large picture is wanted.
        notes: Why it is another layer than the one that was wished for; "" if it is not.
    """

    request: int
    target: FilterLayer
    layers: list[tuple[str, int]]
    kernels: NDArray[np.uint8] | None
    settings: dict[str, Any]
    large_only: bool
    notes: str

    def states(
        self, filters: list[int], size: tuple[int, int] | None, stop: Callable[[], bool]
    ) -> Iterator[FilterProgress]:
        """Make pictures, and tell how far they are every few steps.

        Args:
            filters: Which.
            size: Height and width; None for a layer that takes no other than its own.
            stop: Asked before each look; True ends it.
        """
        settings = self.settings
        return maximize_filters(
            self.target,
            filters=filters,
            size=size,
            steps=settings["steps"],
            step_size=settings["step_size"],
            seed=settings["seed"],
            regularizers=Regularizers(**settings["regularizers"]),
            value_range=tuple(settings["value_range"]),
            epsilon=_EPSILON,
            every=_EVERY,
            before_activation=settings["before_activation"],
            stop=stop,
        )


class Jobs:
    """Makes jobs; the copies of layers, whose graphs take seconds to build, are kept.

    Args:
        say: Told what takes time.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._targets: dict[tuple[int, str], tuple[Any, FilterLayer]] = {}

    def forget(self) -> None:
        """Let go of all layers: another model is shown."""
        self._targets.clear()

    def make(
        self,
        model: Any,
        wanted: str,
        settings: dict[str, Any],
        *,
        step: int,
        request: int,
        large_only: bool,
    ) -> Job:
        """The job for a layer of a model.

        Args:
            model: The model.
            wanted: The layer's path name, "" for the first convolution.
            settings: What the form says.
            step: Steps of training behind the model's weights, 0 for a finished one.
            request: As for `Job`.
            large_only: As for `Job`.

        Raises:
            LayerError: The model has no layer whose filters could be shown, or not this one.
        """
        layers = filter_layers(model)
        if not layers:
            message = f"the model {model.name!r} has no layer whose filters could be shown"
            raise LayerError(message)
        notes = ""
        try:
            if wanted and wanted not in dict(layers):
                raise LayerError(no_filters(model, wanted, layers))
            target = self._target(model, wanted or first_layer(layers))
        except LayerError as error:
            if not wanted:
                raise
            notes = f"{str(error)[:1].upper()}{str(error)[1:]}"
            target = self._target(model, first_layer(layers))
        try:
            kernels = kernel_images(model, target.layer)
        except LayerError:  # it sees feature maps, not pictures
            kernels = None
        settings = {
            "layer": target.layer,
            "model": str(model.name),
            "network_steps": step,
            **settings,
        }
        return Job(request, target, layers, kernels, settings, large_only, notes)

    def _target(self, model: Any, layer: str) -> FilterLayer:
        known = self._targets.get((id(model), layer))
        if known is not None and known[0] is model:
            known[1].update()
            return known[1]
        self._say("Building the graph…")
        target = FilterLayer(model, layer)
        self._targets[id(model), layer] = model, target
        while len(self._targets) > _KEPT:
            self._targets.pop(next(iter(self._targets)))
        return target
