"""The form of the GAN page: data, learning rates, and training tricks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets import data
from dlwidgets._messages import tr
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._fields.labeled import field, remark
from dlwidgets.widgets.dashboards._page_fields import count_field, data_field, epochs_field

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.widgets._core.change import Change

FROGS = 6  # the class of CIFAR-10 that the book trains on
POINTS = "ring"  # the data set of points in a plane

_OUTPUTS = {
    "tanh": tr("tanh, data from −1 to 1"),
    "sigmoid": tr("sigmoid, data from 0 to 1"),
    "mismatch": tr("tanh, data from 0 to 1 (as printed in the book)"),
}
_ABOUT = {
    POINTS: tr(
        "Two small dense networks on points in a plane, where you can watch the whole distribution "
        "and everything that the discriminator thinks."
    ),
    "digits": tr("Two dense networks with 103,000 parameters. Digits appear after 30 s."),
    "cifar10": tr(
        "The convolutional GAN from the book on 5,000 images of frogs. It needs a GPU: on two CPU "
        "cores a step takes 5 to 10 s, and an epoch has 250 steps."
    ),
}
# What the fields begin with; for CIFAR-10 the numbers of the book for its own network.
_FIRST: dict[str, dict[str, float]] = {
    "digits": {
        "d_learning_rate": 2e-3,
        "g_learning_rate": 1e-3,
        "label_noise": 0.05,
        "latent_dim": 16,
        "batch_size": 64,
        "epochs": 500,
        "dropout": 0.3,
    },
    "cifar10": {
        "d_learning_rate": 8e-4,
        "g_learning_rate": 4e-4,
        "label_noise": 0.05,
        "latent_dim": 32,
        "batch_size": 20,
        "epochs": 40,
        "dropout": 0.4,
    },
    POINTS: {
        "d_learning_rate": 2e-3,
        "g_learning_rate": 1e-3,
        "label_noise": 0.0,
        "latent_dim": 8,
        "batch_size": 128,
        "epochs": 1000,
        "dropout": 0.0,
    },
}
_ABOUT_OTHERS = tr("Two dense networks. Coarse images appear after a few minutes.")


@dataclass(frozen=True)
class GanSettings:
    """The values of a `GanForm`.

    Attributes:
        dataset: A name of `dl.data`.
        output: `"tanh"`, `"sigmoid"` or `"mismatch"`, which is tanh with data from 0 to 1.
        label_noise: The label noise, at least 0 and below 0.5.
        dropout: The dropout rate of the discriminator, at least 0 and below 1.
        clip: Whether gradient values are clipped at 1.
        d_learning_rate: The learning rate of the discriminator, above 0.
        g_learning_rate: The learning rate of the generator, above 0.
        latent_dim: The number of latent dimensions.
        batch_size: Real images per step.
        epochs: The number of epochs, at least 1.
        seed: The random seed of the model.
    """

    dataset: str
    output: str
    label_noise: float
    dropout: float
    clip: bool
    d_learning_rate: float
    g_learning_rate: float
    latent_dim: int
    batch_size: int
    epochs: int
    seed: int


class GanForm(ClosesChildren, ipywidgets.VBox):
    """Form with the data, the learning rates and the training tricks of a GAN.

    Attributes:
        settings: The current values, as a `GanSettings`.

    Example:
        >>> GanForm().settings.dataset
        'digits'
    """

    def __init__(self) -> None:
        found = data.available(kind="image")
        found["cifar10"] = replace(found["cifar10"], title=tr("CIFAR-10 frogs"))
        found = {"digits": found.pop("digits"), POINTS: data.available()[POINTS], **found}
        self.dataset = data_field(found.values())
        self._about = remark()
        self._make_steering()
        self._make_tricks()
        self._make_sizes()
        super().__init__(
            [
                self.dataset,
                self._about,
                _group(tr("During training:")),
                self.d_learning_rate,
                self.g_learning_rate,
                self.label_noise,
                _group(tr("At the next start:")),
                self.dropout,
                self.clip,
                self.output,
                self.latent_dim,
                self.batch_size,
                self.epochs,
                self.seed,
            ]
        )
        self.add_class("dlw-form")
        self.dataset.observe(self._on_dataset, "value")
        self._on_dataset()

    def _make_steering(self) -> None:
        self.d_learning_rate = _rate(
            tr("Discriminator's learning rate"), tr("Takes effect at the next step.")
        )
        self.g_learning_rate = _rate(
            tr("Generator's learning rate"), tr("Takes effect at the next step.")
        )
        self.label_noise = field(
            ipywidgets.FloatSlider,
            tr("Label noise"),
            value=0.05,
            min=0.0,
            max=0.45,
            step=0.01,
            readout_format=".2f",
            tooltip=tr("Largest random shift of a label toward the other label."),
        )

    def _make_tricks(self) -> None:
        self.dropout = field(
            ipywidgets.FloatSlider,
            tr("Dropout"),
            value=0.3,
            min=0.0,
            max=0.8,
            step=0.05,
            readout_format=".2f",
            tooltip=tr("Fraction of the discriminator's activations that are set to 0."),
        )
        self.clip = ipywidgets.Checkbox(
            value=True,
            description=tr("Clip gradients at 1"),
            indent=False,
            tooltip=tr("Limits each value of a gradient to the range from −1 to 1."),
        )
        self.output = field(
            ipywidgets.Dropdown,
            tr("Output"),
            options=[(title, name) for name, title in _OUTPUTS.items()],
            tooltip=tr("The last activation of the generator, and the range of the real images."),
        )

    def _make_sizes(self) -> None:
        self.latent_dim = count_field(
            tr("Latent size"), 16, high=512, tooltip=tr("Number of latent dimensions.")
        )
        self.batch_size = field(
            ipywidgets.Dropdown,
            tr("Batch size"),
            options=[8, 16, 20, 32, 64, 128, 256],
            value=64,
            tooltip=tr("Number of real images per step, and of generated ones."),
        )
        self.epochs = epochs_field(500)
        self.seed = count_field(
            tr("Random seed"),
            1,
            low=0,
            high=2**31 - 1,
            tooltip=tr("The same seed and settings give the same run."),
        )

    @property
    def controls(self) -> dict[str, ipywidgets.Widget]:
        """The fields by the name of their setting."""
        names = [entry.name for entry in dataclass_fields(GanSettings)]
        return {name: getattr(self, name) for name in names}

    @property
    def settings(self) -> GanSettings:
        """The current values."""
        return GanSettings(
            dataset=self.dataset.value,
            output=self.output.value,
            label_noise=round(float(self.label_noise.value), 6),
            dropout=round(float(self.dropout.value), 6),
            clip=bool(self.clip.value),
            d_learning_rate=float(self.d_learning_rate.value),
            g_learning_rate=float(self.g_learning_rate.value),
            latent_dim=int(self.latent_dim.value),
            batch_size=int(self.batch_size.value),
            epochs=int(self.epochs.value),
            seed=int(self.seed.value),
        )

    def on_steer(self, listener: Callable[[str, float], None]) -> None:
        """Call `listener(name, value)` when a control that acts during training is moved.

        Args:
            listener: Receives `"d_learning_rate"`, `"g_learning_rate"` or `"label_noise"`, and the
                new value.
        """
        for name in ("d_learning_rate", "g_learning_rate", "label_noise"):
            getattr(self, name).observe(
                lambda change, name=name: listener(name, float(change["new"])), "value"
            )

    def _on_dataset(self, _change: Change[object] | None = None) -> None:
        name = self.dataset.value
        self._about.value = _ABOUT.get(name, _ABOUT_OTHERS)
        for setting, value in _FIRST.get(name, _FIRST["digits"]).items():
            getattr(self, setting).value = value
        self.output.disabled = name == POINTS  # which aren't scaled


def _rate(label: str, tooltip: str) -> Any:
    return field(
        ipywidgets.FloatLogSlider,
        label,
        value=1e-3,
        min=-5,
        max=-1,
        step=0.01,
        readout_format=".2g",
        tooltip=tooltip,
        continuous_update=False,
    )


def _group(title: str) -> ipywidgets.Label:
    label = ipywidgets.Label(value=title, layout={"width": "100%"})
    label.add_class("dlw-group-title")
    return label
