"""Style transfer: one image with the textures of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.vision.style import StyleWeights, transfer_style
from dlwidgets.vision.style_balance import STEP, balance_of, weights_at
from dlwidgets.vision.style_images import STYLE_TITLES, style_images
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._core.text import own_name
from dlwidgets.widgets._fields.gallery import Gallery
from dlwidgets.widgets._fields.image import ImageField
from dlwidgets.widgets._fields.labeled import field
from dlwidgets.widgets.vision._kept_images import KeptImage, KeptImages
from dlwidgets.widgets.vision._layer_sliders import LayerSliders
from dlwidgets.widgets.vision._studio import Studio
from dlwidgets.widgets.vision._studio_fields import (
    labeled,
    log_slider,
    longer_side,
    rounded,
    seed_field,
    slider,
    weights_text,
)
from dlwidgets.widgets.vision._studio_network import StudioNetwork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.training.run import Run
    from dlwidgets.vision.features import Scaling
    from dlwidgets.vision.networks import Network
    from dlwidgets.vision.style import StyleProgress
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.vision._studio_job import Job

_OPTIMIZERS = {"lbfgs": "L-BFGS", "adam": "Adam"}
_ORIGINS = {"content": tr("the content image"), "noise": tr("noise")}


class StyleStudio(Studio["StyleProgress"]):
    """Style transfer: an image with the content of one image and the style of another.

    One slider goes from more content to more style. Up to three images can be kept side by side.
    Without a model, a small network is trained on patches of photos while the page is open, and the
    image is made again as it learns. Each image can be saved as a PNG file that contains its
    settings.

    Args:
        source: A built Keras image model, or a `Run` to follow; None for the networks that
            dlwidgets trains here or finds on this machine.
        content_layer: The layer of your own model that represents the content. Default: one at 60%
            of the depth, at which the block of a convolution is complete.
        style_layers: The layers that represent the style. Default: some up to that one. Others can
            be chosen in the form.
        scaling: The pixel values that your own model expects: "signed" (from −1 to 1), "unit" (from
            0 to 1), "pixels" (from 0 to 255), "caffe" or "torch" (as in `keras.applications`).

    Attributes:
        result: The newest image, uint8 (height, width, 3), and its settings; None before the first.
        job: The newest image in progress, or the last one.
        balance: The slider from content, 0, to style, 1. It sets the weights of both.
        kept: The kept images: its `button`, `grid` and `images`.
        hold: Whether a Run's new weights are ignored; settable.
        busy: Whether an image is in progress.
        message: What happens or went wrong.

    Raises:
        ValueError: The source isn't an image model, or has no feature maps. Of a Run in progress
            the studio learns this at its next step, and shows it as `message`.

    Example:
        >>> import keras
        >>> model = keras.applications.VGG19(include_top=False)  # doctest: +SKIP
        >>> dl.StyleStudio(model, scaling="caffe")  # doctest: +SKIP
    """

    kind = "style"
    title = tr("Style")

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        *,
        content_layer: str = "",
        style_layers: Sequence[str] = (),
        scaling: Scaling = "signed",
    ) -> None:
        chosen = {"content": content_layer, "style": style_layers}
        network = StudioNetwork(source, scaling, chosen)
        self.image = ImageField(tr("Content"))
        self.style = ImageField(tr("Style"), "flower", titles=STYLE_TITLES, images=style_images)
        self.gallery = Gallery(self._choose_style, title=tr("Style"))
        self.longest = longer_side(256, 640)
        self.content_layer = _menu(tr("Content layer"))
        self._shares = LayerSliders({}, title=tr("Style layers, which share the style weight"))
        usual = StyleWeights()
        self._setting = SignalBlocker()
        self.balance = _balance_slider()
        self.kept = KeptImages(self._to_keep, self._kept_selected)
        self._newest: dict[str, NDArray[np.uint8]] = {}
        self._made_of: NDArray[np.uint8] | None = None  # the original of the newest result
        self.content_weight = _weight(tr("Content"), weights_at(0.5)[0])
        self.style_weight = _weight(tr("Style"), usual.style)
        self.variation = _weight(tr("Smoothness"), usual.variation)
        self.steps = slider(
            tr("Steps"), 100, 1, 400, 1, tooltip=tr("Number of steps of the optimizer.")
        )
        self.optimizer = _menu(tr("Optimizer"), _OPTIMIZERS)
        self.origin = _menu(tr("Begin with"), _ORIGINS)
        self.seed = seed_field()
        weights = [self.content_weight, self.style_weight, self.variation]
        above = [self.longest, self.content_layer, *weights]
        below = [self.steps, self.optimizer, self.origin, self.seed]
        self._offer(network.chosen, network.layers)
        super().__init__(
            network,
            [self.image, self.style],
            {"content": tr("content"), "style": tr("style"), "variation": tr("variation")},
            title=tr("Parts of the loss, relative to their targets"),
            folded={
                tr("Weights"): weights,
                tr("Layers"): [self.content_layer, self._shares],
                tr("Size and steps"): [self.longest, *below],
            },
            gallery=self.gallery,
            actions=[self.balance, self.kept.button],
            beneath=[self.kept],
            y_label=tr("loss"),
            log_y=True,
        )
        for control in (*above, *below):
            control.observe(self.changed, "value")
        self.balance.observe(self._balance_moved, "value")
        for weight in (self.content_weight, self.style_weight):
            weight.observe(lambda _: self._show_balance(), "value")
        self._shares.on_change(self.changed)
        self.image.on_change(self._image_changed)
        self.style.on_change(self._style_changed)
        self._show_styles()

    @property
    def style_layers(self) -> dict[str, Any]:
        """The sliders of the style layers by layer."""
        return self._shares.sliders

    @property
    def more_layers(self) -> Any:
        """The menu of the network's other layers, which adds a slider."""
        return self._shares.more

    def settings(self) -> dict[str, Any]:
        """Return the settings in JSON types: arguments of `transfer_style`, and the rest."""
        return {
            "method": "transfer_style",
            "image": self.image.image.name,
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

    def _in_words(self, settings: dict[str, Any]) -> list[tuple[str, str]]:
        content, style, smoothness = settings["weights"]
        weights = tr(
            "content {content}, style {style}, smoothness {smoothness}",
            content=content,
            style=style,
            smoothness=smoothness,
        )
        return [
            (tr("Content"), self.image.title_of(settings["image"])),
            (tr("Style"), self.style.title_of(settings["style"])),
            (tr("Weights"), weights),
            (tr("Content layer"), settings["content_layer"]),
            (tr("Style layers"), weights_text(settings["style_layers"])),
            *labeled({"longest": self.longest, "steps": self.steps}, settings),
            (tr("Optimizer"), _OPTIMIZERS[settings["optimizer"]]),
            (tr("Begin with"), _ORIGINS[settings["start"]]),
            *labeled({"seed": self.seed}, settings),
        ]

    def _offer(self, network: Network, names: Sequence[str]) -> None:
        self.content_layer.options = [(own_name(name), name) for name in names or network.layers]
        self.content_layer.value = network.content or None  # as long as the network waits
        shares = {name: float(name in network.style) for name in network.layers}
        self._shares.offer(shares, names)

    def changed(self, change: Change[object] | None = None) -> None:
        """Start an image if the form differs, once for what the balance sets together."""
        if not self._setting:
            super().changed(change)

    def _balance_moved(self, change: Change[float]) -> None:
        if self._setting:
            return
        with self._setting:
            self.content_weight.value, self.style_weight.value = weights_at(change["new"])
        self.changed()

    def _show_balance(self) -> None:
        if not self._setting:
            with self._setting:
                self.balance.value = balance_of(self.content_weight.value, self.style_weight.value)

    # -- kept images ---------------------------------------------------------------------------

    def _start(self) -> None:
        self.kept.leave()  # whoever starts an image wants to see it
        super()._start()

    def _present(self, **images: NDArray[np.uint8]) -> None:
        self._newest = {**self._newest, **images}  # a thread may be reading the other one
        if self.kept.selected is None:
            super()._present(**images)

    def _finish(self, job: Job, last: StyleProgress, seconds: float) -> None:
        super()._finish(job, last, seconds)
        self._made_of = job.original
        self.kept.button.disabled = False

    def _in_view(self) -> tuple[NDArray[np.uint8], dict[str, Any]] | None:
        kept = self.kept.selected
        return super()._in_view() if kept is None else (kept.pixels, kept.settings)

    def _to_keep(self) -> KeptImage | None:
        if self.result is None or self._made_of is None:
            return None
        pixels, settings = self.result
        content, style, _ = settings["weights"]
        label = tr(
            "{share} style\n{image}",
            share=f"{balance_of(content, style):.0%}",
            image=self.style.title_of(settings["style"]),
        )
        return KeptImage(self._made_of, pixels, settings, label)

    def _kept_selected(self) -> None:
        """Show a kept image in place of the newest, or the newest again."""
        kept = self.kept.selected
        self.compare.after_label = self.title if kept is None else kept.label
        if kept is None:
            self.compare.show(**self._newest)
        else:
            self.compare.show(before=kept.original, after=kept.pixels)
        self._describe_settings()

    def _show_network(self) -> None:
        restart, self.restart.value = self.restart.value, False
        self._offer(self.chosen, self.known_layers)
        self.restart.value = restart

    def _offer_layers(self) -> None:
        names = self.network.layers
        if [value for _, value in self.content_layer.options] != names:
            selected = self.content_layer.value
            self.content_layer.unobserve(self.changed, "value")  # new options select the first one
            self.content_layer.options = [(own_name(name), name) for name in names]
            self.content_layer.value = selected
            self.content_layer.observe(self.changed, "value")
        self._shares.offer_more(names)

    def _image_changed(self) -> None:
        self.kept.leave()
        self._newest = {"before": self._original()}
        self.show_original()
        self.image_changed()

    def _show_styles(self) -> None:
        """Show all styles beside the result, and which one it has."""
        offered = self.style.offered
        self.gallery.offer([(name, title, image.pixels) for name, title, image in offered])
        self.gallery.mark(self.style.choice.value)

    def _choose_style(self, name: str) -> None:
        self.style.choice.value = name

    def _style_changed(self) -> None:
        self._show_styles()
        self.image_changed()

    def _original(self) -> NDArray[np.uint8]:
        return self.image.image.scaled(int(self.longest.value)).pixels

    def _steps(
        self, settings: dict[str, Any], original: NDArray[np.uint8], stop: Callable[[], bool]
    ) -> Iterator[StyleProgress]:
        content, styles = settings["content_layer"], settings["style_layers"]
        if not styles:
            message = tr("All weights of style layers are 0. Move at least one of the sliders.")
            raise ValueError(message)
        names = ("weights", "steps", "optimizer", "start", "seed")
        return transfer_style(
            self.network.features(list(dict.fromkeys([*styles, content]))),
            original,
            self.style.image.scaled(settings["longest"]).pixels,
            content,
            styles,
            stop=stop,
            **{name: settings[name] for name in names},
        )

    def _losses(self, state: StyleProgress) -> dict[str, float]:
        return {"content": state.content, "style": state.style, "variation": state.variation}

    def _presentable(self, state: StyleProgress) -> bool:
        # Each image begins with its content. Until it is on its way, the last one is better.
        return self.result is None or 2 * state.step >= state.steps

    def _describe(self, state: StyleProgress) -> str:
        return tr(
            "Step {step} of {steps}, loss {loss}: content {content}, style {style}, variation "
            "{variation}.",
            step=state.step,
            steps=state.steps,
            loss=f"{state.best:.3g}",
            content=f"{state.content:.2g}",
            style=f"{state.style:.2g}",
            variation=f"{state.variation:.2g}",
        )


def _menu(label: str, titles: Mapping[str, str] | None = None) -> Any:
    options = [(title, value) for value, title in (titles or {}).items()]
    return field(ipywidgets.Dropdown, label, options=options)


def _balance_slider() -> Any:
    return ipywidgets.FloatSlider(
        description=tr("More content – more style"),
        value=0.5,
        min=0.0,
        max=1.0,
        step=STEP,
        readout_format=".0%",
        tooltip=tr("How much of the style the image takes. Sets the weights of both."),
        style={"description_width": "initial"},
        layout={"flex": "1 1 300px", "max_width": "480px"},
    )


def _weight(label: str, value: float) -> Any:
    return log_slider(
        label,
        value,
        -3,
        1,
        0.05,
        readout_format=".3g",
        tooltip=tr("Weight of this part of the loss."),
    )
