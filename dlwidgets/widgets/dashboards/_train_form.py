"""The form of the Train page: data, model, optimizer and their settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets import data
from dlwidgets._messages import join_messages, tr
from dlwidgets.models import OPTIMIZERS, choices
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._fields.labeled import field, remark
from dlwidgets.widgets.dashboards._page_fields import data_field, epochs_field, epochs_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dlwidgets.widgets._core.change import Change

_PRECISIONS = {"float32": "float32", "mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
_LONGER = 3  # times the epochs of a model: those of a small data set are over in a moment
_L2 = (0.0, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2)


@dataclass(frozen=True)
class TrainSettings:
    """The values of a `TrainForm`.

    Attributes:
        dataset: A name of `dl.data`.
        model: A name of `dl.models.choices`.
        optimizer: A name of `dl.models.OPTIMIZERS`.
        learning_rate: The learning rate, above 0.
        batch_size: Samples per step.
        epochs: The number of epochs, at least 1.
        dropout: The dropout rate, at least 0 and below 1.
        l2: The factor of the L2 penalty, at least 0.
        precision: `"float32"`, `"mixed_float16"` or `"mixed_bfloat16"`.
        xla: Whether the training step is compiled with XLA.
        device: A device such as `"GPU:1"` or `"CPU"`. `None` to let TensorFlow choose.
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
        return join_messages(self._words(), ", ")

    def unlike(self, other: TrainSettings) -> str:
        """Return in a few words what these settings have that others don't; `""` for nothing.

        Args:
            other: The others.
        """
        pairs = zip(self._words(), other._words(), strict=True)
        return join_messages([mine for mine, theirs in pairs if mine != theirs], ", ")

    def _words(self) -> list[str]:
        rate = f"{self.learning_rate:.2g}"
        return [
            choices()[self.model].title,
            tr("{optimizer} {rate}", optimizer=OPTIMIZERS[self.optimizer], rate=rate),
            tr("batch {n}", n=self.batch_size),
            tr("dropout {rate}", rate=f"{self.dropout:g}") if self.dropout else "",
            f"L2 {self.l2:g}" if self.l2 else "",
            _PRECISIONS[self.precision] if self.precision != "float32" else "",
            "XLA" if self.xla else "",
        ]


class TrainForm(ClosesChildren, ipywidgets.VBox):
    """Form with data, model, optimizer, learning rate, batch size, epochs and regularization.

    The defaults depend on the model. For data that is not on this machine, the form shows the size
    of the download.

    Args:
        datasets: Names of the data sets to offer. The first is selected. `None` for all data sets
            that a model of `dl.models.choices` fits.
        gpus: Number of GPUs to choose from. With GPUs, mixed precision means float16, which is
            fast on GPUs. Without, it means bfloat16.

    Attributes:
        settings: The current values, as a `TrainSettings`.
        half: The dtype policy of mixed precision.
        setting: True while the form sets its fields to the defaults of a model.

    Example:
        >>> dl.widgets.TrainForm().settings.dataset
        'digits'
    """

    def __init__(self, datasets: Iterable[str] | None = None, *, gpus: int = 0) -> None:
        self._found = data.available()
        self.setting = SignalBlocker()
        self.half = "mixed_float16" if gpus else "mixed_bfloat16"
        fitting = (name for name, found in self._found.items() if choices(found))
        offered = [self._found[name] for name in (fitting if datasets is None else datasets)]
        self.dataset = data_field(offered)
        self._about_data, self._about_model = remark(), remark()
        self.model = field(ipywidgets.Dropdown, tr("Model"))
        self._make_optimization()
        self._make_regularization()
        self._make_computation(gpus)
        self.reset = ipywidgets.Button(
            description=tr("Reset to defaults"),
            tooltip=tr("Restore the defaults for this data and model."),
            layout={"width": "auto"},
        )
        self._about_layers = remark(tr("This model has no hidden layers to regularize."))
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
                self._about_layers,
                self.device,
                self.mixed,
                self.xla,
                self.reset,
            ]
        )
        self.add_class("dlw-form")
        self.dataset.observe(self._on_dataset, "value")
        self.model.observe(self._on_model, "value")
        self.reset.on_click(lambda _: self._set_defaults())
        self._on_dataset()

    def _make_optimization(self) -> None:
        optimizers = [(title, name) for name, title in OPTIMIZERS.items()]
        self.optimizer = field(ipywidgets.Dropdown, tr("Optimizer"), options=optimizers)
        self.learning_rate = field(
            ipywidgets.FloatLogSlider,
            tr("Learning rate"),
            value=1e-3,
            min=-5,
            max=0,
            step=0.05,
            readout_format=".2g",
            tooltip=tr(
                "Size of the weight update in each step. During training, a change acts at once on "
                "the model that is selected here."
            ),
            continuous_update=False,
        )
        self.batch_size = field(
            ipywidgets.Dropdown,
            tr("Batch size"),
            options=[2**i for i in range(12)],
            value=32,
            tooltip=tr("Number of samples per step."),
        )
        self.epochs = epochs_field(20, 10_000)

    def _make_regularization(self) -> None:
        self.dropout = field(
            ipywidgets.FloatSlider,
            tr("Dropout"),
            value=0.0,
            min=0.0,
            max=0.9,
            step=0.05,
            readout_format=".2f",
            tooltip=tr("Fraction of activations that are set to 0 during training."),
        )
        self.l2 = field(
            ipywidgets.SelectionSlider,
            "L2",
            value=0.0,
            options=[(f"{v:g}", v) for v in _L2],
            tooltip=tr("Factor of the squared weights in the loss."),
        )

    def _make_computation(self, gpus: int) -> None:
        self.device = field(
            ipywidgets.Dropdown,
            tr("Device"),
            options=[
                (tr("Automatic"), None),
                *((f"GPU {i}", f"GPU:{i}") for i in range(gpus)),
                ("CPU", "CPU"),
            ],
        )
        if not gpus:
            self.device.layout.display = "none"
        self.mixed = ipywidgets.Checkbox(
            description=tr("Mixed precision ({dtype})", dtype=_PRECISIONS[self.half]),
            indent=False,
            tooltip=tr("Compute in half precision. Faster on recent GPUs, slower on most CPUs."),
        )
        self.xla = ipywidgets.Checkbox(
            description=tr("Compile with XLA"),
            indent=False,
            tooltip=tr("Takes seconds before the first step. Later steps can be faster."),
        )

    @property
    def controls(self) -> dict[str, ipywidgets.Widget]:
        """The fields by the name of their setting."""
        names = (
            *("dataset", "model", "optimizer", "learning_rate", "batch_size", "epochs"),
            *("dropout", "l2", "device", "mixed", "xla"),
        )
        return {name: getattr(self, name) for name in names}

    @property
    def settings(self) -> TrainSettings:
        """The current values."""
        return TrainSettings(
            dataset=self.dataset.value,
            model=self.model.value,
            optimizer=self.optimizer.value,
            learning_rate=float(self.learning_rate.value),
            batch_size=int(self.batch_size.value),
            epochs=int(self.epochs.value),
            dropout=float(self.dropout.value),
            l2=float(self.l2.value),
            precision=self.half if self.mixed.value else "float32",
            xla=bool(self.xla.value),
            device=self.device.value,
        )

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call a function whenever another data set or model is selected.

        Args:
            listener: The function.
        """
        self.dataset.observe(lambda _: listener(), "value")
        self.model.observe(lambda _: listener(), "value")

    def refresh_data(self) -> None:
        """Find the data sets again, for example after a download."""
        self._found = data.available()
        selected = self.dataset.value
        names = [name for _, name in self.dataset.options]
        self.dataset.unobserve(self._on_dataset, "value")
        self.dataset.options = [(self._found[name].option, name) for name in names]
        self.dataset.value = selected
        self.dataset.observe(self._on_dataset, "value")
        self._describe()

    def _on_dataset(self, _change: Change[object] | None = None) -> None:
        fitting = choices(self._found[self.dataset.value])
        kept = self.model.value
        self.model.options = [(choice.title, name) for name, choice in fitting.items()]
        self.model.value = kept if kept in fitting else next(iter(fitting))
        self._describe()
        self._set_defaults()

    def _on_model(self, _change: Change[object]) -> None:
        if self.model.value is not None:
            self._describe()
            self._set_defaults()

    def _describe(self) -> None:
        self._about_data.value = self._found[self.dataset.value].describe()
        self._about_model.value = choices()[self.model.value].about

    def _set_defaults(self) -> None:
        choice = choices()[self.model.value]
        regression = choice.task == "regression"
        self.optimizer.value = choice.optimizer
        with self.setting:
            self.learning_rate.value = choice.learning_rate
        self.batch_size.value = choice.batch_size
        found = self._found[self.dataset.value]
        longer = _LONGER * choice.epochs if found.kind == "image" else choice.epochs
        self.epochs.value = epochs_for(found, longer, choice.epochs)
        self.dropout.value = choice.dropout
        self.l2.value = 0.0
        self.mixed.value = self.xla.value = False
        self.dropout.disabled = self.l2.disabled = regression
        self._about_layers.layout.display = None if regression else "none"
