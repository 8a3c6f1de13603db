"""DeepDream with a slider for each layer."""

from __future__ import annotations

import contextlib
import functools
import random
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import join_messages, tr
from dlwidgets.vision.dream import deep_dream
from dlwidgets.vision.dream_presets import DREAM_PRESETS, DreamPreset
from dlwidgets.vision.film import Film
from dlwidgets.vision.images import from_bytes
from dlwidgets.vision.registry import CIFAR10_CNN
from dlwidgets.widgets._fields.gallery import Gallery
from dlwidgets.widgets._fields.image import ImageField
from dlwidgets.widgets.vision._film_player import FilmPlayer
from dlwidgets.widgets.vision._layer_sliders import LayerSliders
from dlwidgets.widgets.vision._studio import Studio
from dlwidgets.widgets.vision._studio_fields import (
    file_stem,
    labeled,
    log_slider,
    longer_side,
    number,
    rounded,
    seed_field,
    slider,
    weights_text,
)
from dlwidgets.widgets.vision._studio_network import StudioNetwork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.training.run import Run
    from dlwidgets.vision.dream import DreamProgress
    from dlwidgets.vision.features import Scaling
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.vision._studio_job import Job


_MAX_LOSS = 100.0  # times the loss of the original image


@functools.cache
def thumbnail(name: str) -> NDArray[np.uint8]:
    """Return the thumbnail of a preset, which `docs/dream_thumbnails.py` makes."""
    file = resources.files("dlwidgets.widgets.vision") / "thumbnails" / f"{name}.jpg"
    return from_bytes(file.read_bytes(), name=name).pixels


class DreamStudio(Studio["DreamProgress"]):
    """DeepDream: an image changed so that it excites the layers of a network.

    Set the weights of the layers and watch the image develop. Without a model, it begins
    with a small network whose weights come with dlwidgets. A menu also has networks that are
    trained while the page is open; the image is made again as they learn.
    Each image can be saved as a PNG file that contains its settings.

    Args:
        source: A built Keras image model, or a `Run` to follow; None for the networks that
            dlwidgets trains here or finds on this machine.
        layers: Layers of your own model with their initial weights, or only their names. Default:
            some at which the block of a convolution is complete, one of them with a weight of 1.
            Others can be added in the form.
        scaling: The pixel values that your own model expects: "signed" (from −1 to 1), "unit" (from
            0 to 1), "pixels" (from 0 to 255), "caffe" or "torch" (as in `keras.applications`).

    Attributes:
        result: The newest image, uint8 (height, width, 3), and its settings; None before the first.
        job: The newest image in progress, or the last one.
        film: The buttons that play the steps of the newest image, and save them as a GIF.
        hold: Whether a Run's new weights are ignored; settable.
        busy: Whether an image is in progress.
        message: What happens or went wrong.

    Raises:
        ValueError: The source isn't an image model, or has no feature maps. Of a Run in progress
            the studio learns this at its next step, and shows it as `message`.

    Example:
        >>> import keras
        >>> model = keras.applications.InceptionV3(include_top=False)  # doctest: +SKIP
        >>> dl.DreamStudio(model)  # doctest: +SKIP
    """

    kind = "dream"
    title = tr("Dream")

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        *,
        layers: Mapping[str, float] | Sequence[str] | None = None,
        scaling: Scaling = "signed",
    ) -> None:
        given = layers if isinstance(layers, Mapping) else dict.fromkeys(layers or (), 1.0)
        # Its weights come with dlwidgets: an untrained network would only blur the first image.
        network = StudioNetwork(source, scaling, {"dream": given}, first=CIFAR10_CNN.name)
        self.image = ImageField(tr("Image"))
        self.longest = longer_side(320, 800)
        self._weights = LayerSliders({}, low=-2.0, title=tr("Layer weights"))
        self._weights.offer(network.chosen.dream, network.layers)
        self.surprise = ipywidgets.Button(
            description=tr("Surprise me"),
            tooltip=tr("Choose random layer weights."),
            layout={"width": "auto"},
        )
        self.octaves = slider(
            tr("Octaves"), 3, 1, 6, 1, tooltip=tr("Number of sizes, from small to large.")
        )
        self.scale = slider(
            tr("Octave scale"),
            1.4,
            1.1,
            2.0,
            0.05,
            tooltip=tr("Ratio of the sides of one octave to those of the octave before."),
        )
        self.steps = slider(
            tr("Steps"), 20, 1, 100, 1, tooltip=tr("Number of steps of gradient ascent per octave.")
        )
        self.step_size = log_slider(
            tr("Step size"),
            DREAM_PRESETS["textures"].step_size,
            -3,
            -0.7,
            0.05,
            readout_format=".3g",
            tooltip=tr("Mean change of a pixel in each step, on a scale from −1 to 1."),
        )
        self.max_loss = log_slider(
            tr("Max. loss"),
            _MAX_LOSS,
            0.1,
            3,
            0.1,
            readout_format=".4g",
            tooltip=tr(
                "An octave ends when the loss exceeds this value, in multiples of the original "
                "image's loss."
            ),
        )
        self.jitter = slider(
            tr("Jitter"), 4, 0, 32, 1, tooltip=tr("Random shift before each step, in pixels.")
        )
        self.color = slider(
            tr("Natural colors"),
            1.0,
            0.0,
            1.0,
            0.1,
            tooltip=tr("0: each color changes for itself. 1: as colors vary in photographs."),
        )
        self.detail = slider(
            tr("Detail"),
            8,
            0,
            40,
            1,
            tooltip=tr("Leave out changes of larger areas, in pixels; 0 leaves out nothing."),
        )
        self.seed = seed_field()
        self._numbers = {
            "longest": self.longest,
            "octaves": self.octaves,
            "octave_scale": self.scale,
            "steps": self.steps,
            "step_size": self.step_size,
            "max_loss": self.max_loss,
            "jitter": self.jitter,
            "color": self.color,
            "detail": self.detail,
            "seed": self.seed,
        }
        self._film = Film()
        self.film = FilmPlayer(self._play, self.say_error)
        self.presets = Gallery(self.choose_preset, title=tr("Presets"))
        self.presets.offer(
            [(name, preset.label, thumbnail(name)) for name, preset in DREAM_PRESETS.items()],
            [preset.about for preset in DREAM_PRESETS.values()],
        )
        super().__init__(
            network,
            [self.image],
            {"loss": tr("loss")},
            folded={
                tr("Layers"): [self._weights, self.surprise],
                tr("Size and steps"): list(self._numbers.values()),
            },
            gallery=self.presets,
            actions=[self.film],
            title=tr("Loss: how strongly the layers respond"),
            y_label=tr("times the original's"),
        )
        for field in self._numbers.values():
            field.observe(self.changed, "value")
        self.image.on_change(self._image_changed)
        self._weights.on_change(self.changed)
        self.surprise.on_click(lambda _: self._randomize())
        self._mark_preset()

    @property
    def layers(self) -> dict[str, Any]:
        """The sliders by layer."""
        return self._weights.sliders

    @property
    def more_layers(self) -> Any:
        """The menu of the network's other layers, which adds a slider."""
        return self._weights.more

    def settings(self) -> dict[str, Any]:
        """Return the settings in JSON types: the arguments of `deep_dream`, and the rest."""
        return {
            "method": "deep_dream",
            "image": self.image.image.name,
            "network": self.chosen.name,
            "scaling": self.chosen.scaling,
            "layers": self._weights.weights,
            **{name: number(control) for name, control in self._numbers.items()},
        }

    def _in_words(self, settings: dict[str, Any]) -> list[tuple[str, str]]:
        return [
            (tr("Image"), self.image.title_of(settings["image"])),
            (tr("Layer weights"), weights_text(settings["layers"])),
            *labeled(self._numbers, settings),
        ]

    def _show_network(self) -> None:
        self._weights.offer(self.chosen.dream, self.known_layers)
        self._mark_preset()

    def _offer_layers(self) -> None:
        self._weights.offer_more(self.network.layers)

    def _image_changed(self) -> None:
        self.show_original()
        self.image_changed()

    def choose_preset(self, name: str) -> None:
        """Set the form to a preset, and make its image.

        Args:
            name: A name of the presets: `"textures"`, `"edges"`, `"shapes"`, `"watercolor"`
                or `"gentle"`.
        """
        preset = DREAM_PRESETS[name]
        with self._quiet():
            for layer, weight in preset.weights(list(self.layers)).items():
                self.layers[layer].value = weight
            for field, value in self._preset_fields(preset):
                field.value = value

    def changed(self, change: Change[object] | None = None) -> None:
        """Start an image if the form differs, and show whether it is a preset's."""
        super().changed(change)
        self._mark_preset()

    def _preset_fields(self, preset: DreamPreset) -> list[tuple[Any, float]]:
        """Return the fields that a preset sets, besides the layers, with its values."""
        return [
            (self.octaves, preset.octaves),
            (self.scale, preset.octave_scale),
            (self.steps, preset.steps),
            (self.step_size, preset.step_size),
            (self.max_loss, preset.max_loss),
            (self.jitter, preset.jitter),
            (self.color, preset.color),
            (self.detail, preset.detail),
        ]

    def _mark_preset(self) -> None:
        """Mark the preset that the form is set to, none where it differs from all."""
        weights = {name: field.value for name, field in self.layers.items()}
        self.presets.mark(
            next(
                (
                    name
                    for name, preset in DREAM_PRESETS.items()
                    if weights
                    and preset.weights(list(weights)) == weights
                    and all(
                        rounded(field.value) == rounded(value)
                        for field, value in self._preset_fields(preset)
                    )
                ),
                "",
            )
        )

    def _start(self) -> None:
        self.film.stop()  # whoever starts an image wants to see it
        super()._start()

    def _play(self, gif: bytes | None) -> None:
        self.compare.play(gif)

    @property
    def busy(self) -> bool:
        """Whether an image, the network or an animation is in progress."""
        return super().busy or self.film.busy

    def _record(self, state: DreamProgress) -> None:
        self._film.add(state.image)

    def _finish(self, job: Job, last: DreamProgress, seconds: float) -> None:
        super()._finish(job, last, seconds)
        self.film.offer(self._film.frames, f"dream-{file_stem(job.settings['image'])}")

    @contextlib.contextmanager
    def _quiet(self) -> Iterator[None]:
        """Start one image for all fields that are set inside."""
        restart, self.restart.value = self.restart.value, False
        try:
            yield
        finally:
            self.restart.value = restart
        self._mark_preset()
        self._start()

    def _randomize(self) -> None:
        with self._quiet():
            several = random.sample(list(self.layers), min(2, len(self.layers)))
            for name, field in self.layers.items():
                field.value = round(random.uniform(0.5, 2), 1) if name in several else 0.0  # noqa: S311
            self.octaves.value = random.randint(2, 5)  # noqa: S311
            self.scale.value = random.choice((1.25, 1.4, 1.6))  # noqa: S311

    def _original(self) -> NDArray[np.uint8]:
        return self.image.image.scaled(int(self.longest.value)).pixels

    def _steps(
        self, settings: dict[str, Any], original: NDArray[np.uint8], stop: Callable[[], bool]
    ) -> Iterator[DreamProgress]:
        weights = settings["layers"]
        if not weights:
            message = tr("All layer weights are 0. Move at least one of the sliders.")
            raise ValueError(message)
        names = ("octaves", "octave_scale", "steps", "step_size", "max_loss", "jitter")
        looks = ("color", "detail", "seed")
        self._film = Film()
        self._film.add(original)
        return deep_dream(
            self.network.features(list(weights)),
            original,
            weights,
            stop=stop,
            **{name: settings[name] for name in names + looks},
        )

    def _losses(self, state: DreamProgress) -> dict[str, float]:
        return {"loss": state.loss}

    def _presentable(self, state: DreamProgress) -> bool:
        return state.octave == state.octaves  # the others are smaller, so they would look blurred

    def _describe(self, state: DreamProgress) -> str:
        height, width = state.image.shape[:2]
        place = tr(
            "Octave {octave} of {octaves} ({width}×{height} pixels), step {step} of {steps}, loss "
            "{loss}.",
            octave=state.octave,
            octaves=state.octaves,
            width=str(width),
            height=str(height),
            step=state.step,
            steps=state.steps,
            loss=f"{state.loss:.3g}",
        )
        limit: str = ""
        if state.done and not state.taken:
            limit = tr(
                "No step was taken, because the loss exceeds its limit from the beginning. Raise "
                "the maximum loss."
            )
        elif state.at_limit:
            limit = tr("The loss has exceeded its limit.")
        return join_messages([place, limit])
