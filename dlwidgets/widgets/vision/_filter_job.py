"""What a filter viewer draws: of which layer, from which weights, with which settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import error_message, tr
from dlwidgets.inspect.layers import LayerError
from dlwidgets.vision.filter_layer import FilterLayer, filter_layers, find_filter_layer
from dlwidgets.vision.filter_presets import Regularizers
from dlwidgets.vision.filters import kernel_images, maximize_filters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.vision.filters import FilterProgress

_EVERY = 4  # steps between two updates
_EPSILON = 1e-12  # the book's 1e-5 would stop filters whose gradients are small
_KEPT = 4  # clones of layers shown before


@dataclass(frozen=True)
class Job:
    """What is drawn for one request.

    Attributes:
        request: The number of the request.
        target: The layer's clone.
        layers: Path name and number of filters of each layer to choose from.
        kernels: The layer's kernels as images; `None` if its inputs are feature maps.
        settings: What the form says, with the names of layer and model and the model's steps.
        large_only: Whether only the selected filter's large image is computed.
        notes: Why it isn't the requested layer; "" if it is.
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
        """Maximize filters, and yield the state every few steps.

        Args:
            filters: Which filters.
            size: Height and width; `None` for a layer that takes one size only.
            stop: Called before each update; `True` stops.
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


def shown_of(state: FilterProgress, settings: dict[str, Any]) -> NDArray[np.uint8]:
    """Return the images of a state as the settings of its job show them."""
    return state.stretched if settings["stretch"] else state.images


class Jobs:
    """Makes jobs, and keeps the clones of layers, whose graphs take seconds to build.

    Args:
        say: Called with a message about what takes time.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._targets: dict[tuple[int, str], tuple[Any, FilterLayer]] = {}

    def forget(self) -> None:
        """Drop all clones, because another model is shown."""
        self._targets.clear()

    def make(
        self,
        model: KerasModel,
        wanted: str,
        settings: dict[str, Any],
        *,
        step: int,
        request: int,
        large_only: bool,
    ) -> Job:
        """Return the job for a layer of a model.

        Args:
            model: The model.
            wanted: The layer's path name, "" for the default one.
            settings: What the form says.
            step: Training steps of the model's weights, 0 for a finished model.
            request: As for `Job`.
            large_only: As for `Job`.

        Raises:
            LayerError: The model has no layers whose filters can be shown.
        """
        notes = ""
        try:
            target = self._target(model, find_filter_layer(model, wanted))
        except LayerError as error:
            if not wanted:
                raise
            notes = error_message(error)
            target = self._target(model, find_filter_layer(model))
        try:
            kernels = kernel_images(model, target.layer)
        except LayerError:  # its inputs are feature maps, not images
            kernels = None
        settings = {
            "layer": target.layer,
            "model": str(model.name),
            "network_steps": step,
            **settings,
        }
        layers = filter_layers(model)
        return Job(request, target, layers, kernels, settings, large_only, notes)

    def _target(self, model: KerasModel, layer: str) -> FilterLayer:
        known = self._targets.get((id(model), layer))
        if known is not None and known[0] is model:
            known[1].update()
            return known[1]
        self._say(tr("Building the graph…"))
        target = FilterLayer(model, layer)
        self._targets[id(model), layer] = model, target
        while len(self._targets) > _KEPT:
            self._targets.pop(next(iter(self._targets)))
        return target
