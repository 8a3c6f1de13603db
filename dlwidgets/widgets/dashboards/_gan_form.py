"""The form on which a GAN is put together: data, rates, and the tricks as switches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets import data
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._fields.labeled import field

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.widgets._core.change import Change

DATASETS = ("digits", "mnist", "fashion_mnist", "cifar10")
_OUTPUTS = {
    "tanh": "tanh, data −1 to 1",
    "sigmoid": "sigmoid, data 0 to 1",
    "mismatch": "tanh, data 0 to 1 (as printed)",
}
_ABOUT = {
    "digits": "Two dense networks with 103,000 parameters: digits after half a minute.",
    "cifar10": "The book's convolutional GAN on 5,000 frogs. Made for a GPU: on two processor "
    "cores a step takes 5 to 10 s, and an epoch has 250.",
}
_ABOUT_OTHERS = "Two dense networks: coarse images after some minutes."


@dataclass(frozen=True)
class GanSettings:
    """What a form says.

    Attributes:
        dataset: A name of `dl.data`.
        output: "tanh", "sigmoid" or "mismatch": tanh with data from 0 to 1.
        label_noise: 0 to below 0.5.
        dropout: 0 to below 1.
        clip: Whether gradient values are clipped to 1.
        d_learning_rate: Above 0.
        g_learning_rate: Above 0.
        latent_dim: Size of a latent vector.
        batch_size: Real images per step.
        epochs: At least 1.
        seed: Of everything random in the model.
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
    """Choose data, learning rates and tricks of a GAN.

    Example:
        >>> GanForm().settings.dataset
        'digits'
    """

    def __init__(self) -> None:
        found = data.available()
        titles = {name: found[name].title for name in DATASETS}
        titles["cifar10"] += " frogs"
        self.dataset = field(
            ipywidgets.Dropdown,
            "Data",
            options=[
                (f"{title} (download)" if found[name].where == "download" else title, name)
                for name, title in titles.items()
            ],
        )
        self._about = _remark()
        self.d_learning_rate = _rate(
            "Discriminator", "Its learning rate; may be changed while it trains"
        )
        self.g_learning_rate = _rate(
            "Generator", "Its learning rate; may be changed while it trains, here or above"
        )
        self.label_noise = field(
            ipywidgets.FloatSlider,
            "Label noise",
            value=0.05,
            min=0.0,
            max=0.45,
            step=0.01,
            readout_format=".2f",
            tooltip="How far labels move towards the other one; may be changed while it trains",
        )
        self.dropout = field(
            ipywidgets.FloatSlider,
            "Dropout",
            value=0.3,
            min=0.0,
            max=0.8,
            step=0.05,
            readout_format=".2f",
            tooltip="Share of the discriminator's activations set to zero",
        )
        self.clip = ipywidgets.Checkbox(
            value=True,
            description="Clip gradients at 1",
            indent=False,
            tooltip="No single value of a gradient is larger",
        )
        self.output = field(
            ipywidgets.Dropdown,
            "Output",
            options=[(v, k) for k, v in _OUTPUTS.items()],
            tooltip="The generator's last activation, and how the real images are scaled",
        )
        self.latent_dim = _count("Latent size", 16, 512, "Numbers in a latent vector")
        self.batch_size = field(
            ipywidgets.Dropdown,
            "Batch size",
            options=[8, 16, 20, 32, 64, 128, 256],
            value=64,
            tooltip="Real images per step, and as many generated ones",
        )
        self.epochs = _count("Epochs", 500, 100_000, "Passes over the real images")
        self.seed = _count("Seed", 1, 2**31 - 1, "Same seed, same training", least=0)
        self._now = _remark("At once, also while it trains:")
        self._later = _remark("With the next start:")
        super().__init__(
            [
                self.dataset,
                self._about,
                self._now,
                self.d_learning_rate,
                self.g_learning_rate,
                self.label_noise,
                self._later,
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
        self.dataset.observe(self._dataset_chosen, "value")
        self._dataset_chosen()

    @property
    def settings(self) -> GanSettings:
        """What the form says now."""
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
        """Call ``listener(name, value)`` when something is moved that acts while it trains.

        Args:
            listener: Receives "d_learning_rate", "g_learning_rate" or "label_noise", and a number.
        """
        for name in ("d_learning_rate", "g_learning_rate", "label_noise"):
            getattr(self, name).observe(
                lambda change, name=name: listener(name, float(change["new"])), "value"
            )

    def _dataset_chosen(self, _change: Change[object] | None = None) -> None:
        name = self.dataset.value
        frogs = name == "cifar10"
        self._about.value = _ABOUT.get(name, _ABOUT_OTHERS)
        # The book's numbers for its own network.
        self.d_learning_rate.value = 8e-4 if frogs else 2e-3
        self.g_learning_rate.value = 4e-4 if frogs else 1e-3
        self.latent_dim.value = 32 if frogs else 16
        self.batch_size.value = 20 if frogs else 64
        self.epochs.value = 40 if frogs else 500
        self.dropout.value = 0.4 if frogs else 0.3


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


def _count(label: str, value: int, most: int, tooltip: str, *, least: int = 1) -> Any:
    return field(
        ipywidgets.BoundedIntText, label, value=value, min=least, max=most, tooltip=tooltip
    )


def _remark(text: str = "") -> ipywidgets.Label:
    remark = ipywidgets.Label(value=text, layout={"width": "100%"})
    remark.add_class("dlw-group-title" if text else "dlw-field-message")
    return remark
