"""DeepDream by hand: a slider for each layer, and the picture follows."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets.vision.dream import deep_dream
from dlwidgets.widgets._fields.image import ImageField
from dlwidgets.widgets.vision._layer_sliders import LayerSliders
from dlwidgets.widgets.vision._studio import Studio, network_for, rounded, slider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.vision.dream import DreamProgress
    from dlwidgets.vision.features import Scaling


class DreamStudio(Studio):
    """Dream with a network: choose a picture, weigh its layers, and watch the picture change.

    Without a model, a small network is trained on photograph patches while the page is open, and
    dreams as it learns. Each result can be saved as a PNG that holds its settings.

    Args:
        model: A built Keras model that takes pictures, or a `Run` whose model is followed while it
            trains; None for the networks that this machine has.
        scaling: What a given model expects of its pixels: "signed" (−1 to 1), "unit", "pixels",
            "caffe" or "torch".

    Attributes:
        result: The newest picture and its settings, None before the first.

    Raises:
        ValueError: A model that takes no pictures or has no feature maps.

    Example:
        >>> import keras
        >>> model = keras.applications.InceptionV3(include_top=False)  # doctest: +SKIP
        >>> dl.DreamStudio(model)  # doctest: +SKIP
    """

    kind = "dream"

    def __init__(self, model: Any = None, *, scaling: Scaling = "signed") -> None:
        network = network_for(model, scaling)
        self.picture = ImageField("Picture")
        self.longest = slider("Longer side", 320, 64, 800, 16, continuous_update=False)
        self._weights = LayerSliders(network.chosen.dream, low=-2.0, title="Layer weights")
        self.surprise = ipywidgets.Button(
            description="Surprise me",
            tooltip="Other layer weights, at random",
            layout={"width": "auto"},
        )
        self.octaves = slider("Octaves", 3, 1, 6, 1)
        self.scale = slider("Octave scale", 1.4, 1.1, 2.0, 0.05)
        self.steps = slider("Steps", 20, 1, 100, 1)
        self.step_size = ipywidgets.FloatLogSlider(
            description="Step size",
            value=0.01,
            min=-3,
            max=-0.7,
            step=0.05,
            readout_format=".3g",
            style={"description_width": "96px"},
            layout={"width": "100%"},
        )
        self.max_loss = ipywidgets.FloatLogSlider(
            description="Max. loss",
            value=1000,
            min=-1,
            max=4,
            step=0.1,
            readout_format=".5g",
            tooltip="A size ends when the loss passes this",
            style={"description_width": "96px"},
            layout={"width": "100%"},
        )
        self.jitter = slider("Jitter", 4, 0, 32, 1, tooltip="Random shift before each step, pixels")
        self.seed = ipywidgets.BoundedIntText(
            description="Seed",
            value=0,
            min=0,
            max=2**31 - 1,
            style={"description_width": "96px"},
            layout={"width": "100%"},
        )
        numbers = [
            self.octaves,
            self.scale,
            self.steps,
            self.step_size,
            self.max_loss,
            self.jitter,
            self.seed,
        ]
        super().__init__(
            network,
            [self.picture, self.longest, self._weights, self.surprise, *numbers],
            {"loss": "loss"},
            title="Loss: what the layers find",
            y_label="loss",
        )
        for field in [self.longest, *numbers]:
            field.observe(self.changed, "value")
        self.picture.on_change(self._picture_changed)
        self._weights.on_change(self.changed)
        self.surprise.on_click(lambda _: self._randomise())

    @property
    def layers(self) -> dict[str, Any]:
        """The sliders, by layer."""
        return self._weights.sliders

    def settings(self) -> dict[str, Any]:
        """What the form says, as JSON can hold it: the arguments of `deep_dream`, and the rest."""
        return {
            "method": "deep_dream",
            "picture": self.picture.image.name,
            "longest": int(self.longest.value),
            "network": self.chosen.name,
            "scaling": self.chosen.scaling,
            "layers": self._weights.weights,
            "octaves": int(self.octaves.value),
            "octave_scale": rounded(self.scale.value),
            "steps": int(self.steps.value),
            "step_size": rounded(self.step_size.value),
            "max_loss": rounded(self.max_loss.value),
            "jitter": int(self.jitter.value),
            "seed": int(self.seed.value),
        }

    def _network_changed(self) -> None:
        self._weights.offer(self.chosen.dream)

    def _picture_changed(self) -> None:
        self.show_before()
        self.picture_changed()

    def _randomise(self) -> None:
        follow, self.follow.value = self.follow.value, False
        for field in self.layers.values():
            field.value = round(random.choice((0, 0, random.uniform(0, 3))), 1)  # noqa: S311
        if not any(field.value for field in self.layers.values()):
            random.choice(list(self.layers.values())).value = 1.0  # noqa: S311
        self.follow.value = follow
        self._press_start()

    def _before(self) -> NDArray[np.uint8]:
        return self.picture.image.scaled(int(self.longest.value)).pixels

    def _states(
        self, settings: dict[str, Any], stop: Callable[[], bool]
    ) -> Iterator[DreamProgress]:
        weights = settings["layers"]
        if not weights:
            message = "every layer's weight is 0: move one of the sliders"
            raise ValueError(message)
        names = ("octaves", "octave_scale", "steps", "step_size", "max_loss", "jitter", "seed")
        return deep_dream(
            self.network.features(list(weights)),
            self._before(),
            weights,
            stop=stop,
            **{name: settings[name] for name in names},
        )

    def _point(self, state: DreamProgress) -> dict[str, float]:
        return {"loss": state.loss}

    def _words(self, state: DreamProgress) -> str:
        height, width = state.image.shape[:2]
        limit = " The loss has passed its limit." if state.at_limit else ""
        return (
            f"Octave {state.octave} of {state.octaves} ({width}×{height} pixels), "
            f"step {state.step} of {state.steps}, loss {state.loss:.3g}.{limit}"
        )
