"""Style transfer by hand: one picture in the textures of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets.vision.style import transfer_style
from dlwidgets.widgets._fields.image import ImageField
from dlwidgets.widgets.vision._layer_sliders import LayerSliders
from dlwidgets.widgets.vision._studio import Studio, network_for, rounded, slider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.vision.features import Scaling
    from dlwidgets.vision.style import StyleProgress


class StyleStudio(Studio):
    """Paint a picture in the style of another, and watch it develop.

    Without a model, a small network is trained on photograph patches while the page is open. Each
    result can be saved as a PNG that holds its settings.

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
        >>> model = keras.applications.VGG19(include_top=False)  # doctest: +SKIP
        >>> dl.StyleStudio(model, scaling="caffe")  # doctest: +SKIP
    """

    kind = "style"

    def __init__(self, model: Any = None, *, scaling: Scaling = "signed") -> None:
        network = network_for(model, scaling)
        self.picture = ImageField("Content")
        self.style = ImageField("Style", "flower")
        self.longest = slider("Longer side", 256, 64, 640, 16, continuous_update=False)
        self.content_layer = _dropdown("Content layer")
        self._shares = LayerSliders({}, title="Style layers, which share the style's weight")
        self.content_weight = _weight("Content", 1.0)
        self.style_weight = _weight("Style", 1.0)
        self.variation = _weight("Smoothness", 0.1)
        self.steps = slider("Steps", 100, 1, 400, 1)
        self.optimizer = _dropdown("Optimizer", [("L-BFGS", "lbfgs"), ("Adam", "adam")])
        self.origin = _dropdown("Begin with", [("the content", "content"), ("noise", "noise")])
        self.seed = ipywidgets.BoundedIntText(
            description="Seed",
            value=0,
            min=0,
            max=2**31 - 1,
            style={"description_width": "96px"},
            layout={"width": "100%"},
        )
        above = [
            self.longest,
            self.content_layer,
            self.content_weight,
            self.style_weight,
            self.variation,
        ]
        below = [self.steps, self.optimizer, self.origin, self.seed]
        self._offer(network.chosen)
        super().__init__(
            network,
            [self.picture, self.style, *above, self._shares, *below],
            {"content": "content", "style": "style", "variation": "variation"},
            title="Parts of the loss, relative to their targets",
            y_label="loss",
            log_y=True,
        )
        for field in (*above, *below):
            field.observe(self.changed, "value")
        self._shares.on_change(self.changed)
        self.picture.on_change(self._picture_changed)
        self.style.on_change(self.picture_changed)

    @property
    def style_layers(self) -> dict[str, Any]:
        """The sliders of the style layers, by layer."""
        return self._shares.sliders

    def settings(self) -> dict[str, Any]:
        """What the form says, as JSON can hold it: arguments of `transfer_style`, and the rest."""
        return {
            "method": "transfer_style",
            "picture": self.picture.image.name,
            "style": self.style.image.name,
            "longest": int(self.longest.value),
            "network": self.chosen.name,
            "scaling": self.chosen.scaling,
            "content_layer": self.content_layer.value,
            "style_layers": self._shares.weights,
            "weights": [
                rounded(w.value) for w in (self.content_weight, self.style_weight, self.variation)
            ],
            "steps": int(self.steps.value),
            "optimizer": self.optimizer.value,
            "start": self.origin.value,
            "seed": int(self.seed.value),
        }

    def _offer(self, network: Any) -> None:
        names = network.layers
        self.content_layer.options = names
        self.content_layer.value = network.content
        self._shares.offer({name: float(name in network.style) for name in names})

    def _network_changed(self) -> None:
        follow, self.follow.value = self.follow.value, False
        self._offer(self.chosen)
        self.follow.value = follow

    def _picture_changed(self) -> None:
        self.show_before()
        self.picture_changed()

    def _before(self) -> NDArray[np.uint8]:
        return self.picture.image.scaled(int(self.longest.value)).pixels

    def _states(
        self, settings: dict[str, Any], stop: Callable[[], bool]
    ) -> Iterator[StyleProgress]:
        content, styles = settings["content_layer"], settings["style_layers"]
        if not styles:
            message = "every style layer's weight is 0: move one of the sliders"
            raise ValueError(message)
        names = ("weights", "steps", "optimizer", "start", "seed")
        return transfer_style(
            self.network.features(list(dict.fromkeys([*styles, content]))),
            self._before(),
            self.style.image.scaled(settings["longest"]).pixels,
            content,
            styles,
            stop=stop,
            **{name: settings[name] for name in names},
        )

    def _point(self, state: StyleProgress) -> dict[str, float]:
        return {"content": state.content, "style": state.style, "variation": state.variation}

    def _words(self, state: StyleProgress) -> str:
        return (
            f"Step {state.step} of {state.steps}, loss {state.best:.3g}: content "
            f"{state.content:.2g}, style {state.style:.2g}, variation {state.variation:.2g}."
        )


def _dropdown(label: str, options: Any = ()) -> Any:
    return ipywidgets.Dropdown(
        description=label,
        options=options,
        style={"description_width": "96px"},
        layout={"width": "100%"},
    )


def _weight(label: str, value: float) -> Any:
    return ipywidgets.FloatLogSlider(
        description=label,
        value=value,
        min=-3,
        max=1,
        step=0.05,
        readout_format=".3g",
        tooltip="How much this part of the loss counts",
        style={"description_width": "96px"},
        layout={"width": "100%"},
    )
