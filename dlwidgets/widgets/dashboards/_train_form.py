"""The form on which a training is put together: data, model, optimizer and their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets import data
from dlwidgets.models import OPTIMIZERS, catalog
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._fields.labeled import field, remark

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.widgets._core.change import Change

DATASETS = ("digits", "line", "mnist", "fashion_mnist", "cifar10")
_PRECISIONS = {"float32": "float32", "mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}


@dataclass(frozen=True)
class TrainSettings:
    """What a form says.

    Attributes:
        dataset: A name of `dl.data`.
        model: A name of `dl.models.catalog`.
        optimizer: A name of `dl.models.OPTIMIZERS`.
        learning_rate: Above 0.
        batch_size: Samples per step.
        epochs: At least 1.
        dropout: 0 to below 1.
        l2: At least 0.
        precision: "float32", "mixed_float16" or "mixed_bfloat16".
        xla: Whether the step is compiled with XLA.
        device: Such as "GPU:1" or "CPU"; None lets TensorFlow choose.
    """

    dataset: str
    model: str
    optimizer: str
    learning_rate: float
    batch_size: int
    epochs: int
    dropout: float
    l2: float
    precision: str
    xla: bool
    device: str | None = None

    @property
    def label(self) -> str:
        """The settings in a few words, for a legend."""
        words = [
            catalog()[self.model].title,
            f"{OPTIMIZERS[self.optimizer]} {self.learning_rate:.2g}",
            f"batch {self.batch_size}",
        ]
        words += [f"dropout {self.dropout:g}"] if self.dropout else []
        words += [f"L2 {self.l2:g}"] if self.l2 else []
        words += [_PRECISIONS[self.precision]] if self.precision != "float32" else []
        words += ["XLA"] if self.xla else []
        return ", ".join(words)


class TrainForm(ClosesChildren, ipywidgets.VBox):
    """Choose data, model, optimizer, learning rate, batch size, epochs, dropout, L2, precision.

    Defaults follow the chosen model. Data that is not on this machine is offered with the size of
    its download.

    Args:
        datasets: Names to offer, the first is chosen.
        gpus: How many GPUs to choose from. With any, mixed precision means float16, which GPUs
            are fast with, rather than bfloat16.

    Example:
        >>> dl.widgets.TrainForm().settings.dataset
        'digits'
    """

    def __init__(self, datasets: tuple[str, ...] = DATASETS, *, gpus: int = 0) -> None:
        self._found = data.available()
        self._half = "mixed_float16" if gpus else "mixed_bfloat16"
        self.dataset = field(
            ipywidgets.Dropdown, "Data", options=[(self._option(n), n) for n in datasets]
        )
        self._about_data = remark()
        self.model = field(ipywidgets.Dropdown, "Model")
        self._about_model = remark()
        self.optimizer = field(
            ipywidgets.Dropdown,
            "Optimizer",
            options=[(title, name) for name, title in OPTIMIZERS.items()],
        )
        self.learning_rate = field(
            ipywidgets.FloatLogSlider,
            "Learning rate",
            value=1e-3,
            min=-5,
            max=0,
            step=0.05,
            readout_format=".2g",
            tooltip="How far each step goes",
        )
        self.batch_size = field(
            ipywidgets.Dropdown,
            "Batch size",
            options=[2**i for i in range(12)],
            value=32,
            tooltip="Samples per step",
        )
        self.epochs = field(
            ipywidgets.BoundedIntText,
            "Epochs",
            value=20,
            min=1,
            max=10_000,
            tooltip="Passes over the training data",
        )
        self.dropout = field(
            ipywidgets.FloatSlider,
            "Dropout",
            value=0.0,
            min=0.0,
            max=0.9,
            step=0.05,
            readout_format=".2f",
            tooltip="Share of activations set to zero while training",
        )
        self.l2 = field(
            ipywidgets.SelectionSlider,
            "L2",
            value=0.0,
            options=[(f"{v:g}", v) for v in (0.0, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2)],
            tooltip="Factor of the squared weights in the loss",
        )
        short = _PRECISIONS[self._half]
        self.mixed = ipywidgets.Checkbox(
            description=f"Mixed precision ({short})",
            indent=False,
            tooltip="Computes in half precision: faster on GPUs made for it, slower on most CPUs",
        )
        self.xla = ipywidgets.Checkbox(
            description="Compile with XLA",
            indent=False,
            tooltip="Takes seconds before the first step, may be faster after that",
        )
        self.device = field(
            ipywidgets.Dropdown,
            "Device",
            options=[
                ("Automatic", None),
                *((f"GPU {i}", f"GPU:{i}") for i in range(gpus)),
                ("Processor", "CPU"),
            ],
        )
        if not gpus:
            self.device.layout.display = "none"
        self.reset = ipywidgets.Button(
            description="Reset to defaults",
            tooltip="Defaults for this data and model",
            layout={"width": "auto"},
        )
        self._numbers = (self.learning_rate, self.batch_size, self.epochs, self.dropout, self.l2)
        self.dataset.observe(self._dataset_chosen, "value")
        self.model.observe(self._model_chosen, "value")
        self.reset.on_click(lambda _: self._set_defaults())
        super().__init__(
            [
                self.dataset,
                self._about_data,
                self.model,
                self._about_model,
                self.optimizer,
                self.learning_rate,
                self.batch_size,
                self.epochs,
                self.dropout,
                self.l2,
                self.device,
                self.mixed,
                self.xla,
                self.reset,
            ]
        )
        self.add_class("dlw-form")
        self._dataset_chosen()

    @property
    def settings(self) -> TrainSettings:
        """What the form says now."""
        return TrainSettings(
            dataset=self.dataset.value,
            model=self.model.value,
            optimizer=self.optimizer.value,
            learning_rate=float(self.learning_rate.value),
            batch_size=int(self.batch_size.value),
            epochs=int(self.epochs.value),
            dropout=float(self.dropout.value),
            l2=float(self.l2.value),
            precision=self._half if self.mixed.value else "float32",
            xla=bool(self.xla.value),
            device=self.device.value,
        )

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever data or model is changed."""
        self.dataset.observe(lambda _: listener(), "value")
        self.model.observe(lambda _: listener(), "value")

    def refresh_data(self) -> None:
        """Look again where data is, for example after a download."""
        self._found = data.available()
        chosen = self.dataset.value
        names = [name for _, name in self.dataset.options]
        self.dataset.unobserve(self._dataset_chosen, "value")
        self.dataset.options = [(self._option(name), name) for name in names]
        self.dataset.value = chosen
        self.dataset.observe(self._dataset_chosen, "value")
        self._describe()

    def _option(self, name: str) -> str:
        found = self._found[name]
        return f"{found.title} (download)" if found.where == "download" else found.title

    def _dataset_chosen(self, _change: Change[object] | None = None) -> None:
        found = self._found[self.dataset.value]
        fitting = [
            (c.title, c.name)
            for c in catalog().values()
            if c.task == found.task and (found.kind == "image" or not c.images)
        ]
        kept = self.model.value
        self.model.options = fitting
        names = [name for _, name in fitting]
        self.model.value = kept if kept in names else names[0]
        self._describe()
        self._set_defaults()

    def _model_chosen(self, _change: Change[object] | None = None) -> None:
        if self.model.value is not None:
            self._describe()
            self._set_defaults()

    def _describe(self) -> None:
        self._about_data.value = self._found[self.dataset.value].describe()
        self._about_model.value = catalog()[self.model.value].about

    def _set_defaults(self) -> None:
        choice = catalog()[self.model.value]
        regression = choice.task == "regression"
        self.optimizer.value = "sgd" if regression else "adam"
        self.learning_rate.value = choice.learning_rate
        self.batch_size.value = choice.batch_size
        self.epochs.value = choice.epochs
        self.dropout.value = 0.25 if choice.name == "batch_norm_cnn" else 0.0
        self.l2.value = 0.0
        self.mixed.value = self.xla.value = False
        self.dropout.disabled = self.l2.disabled = regression
