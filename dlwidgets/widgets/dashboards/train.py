"""The Train page: put a training together, watch it, steer it, compare it with the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets import models
from dlwidgets._tensorflow import warm_up
from dlwidgets.training import export
from dlwidgets.training.devices import device_scope
from dlwidgets.training.resources import gpu_count
from dlwidgets.training.verdicts import outcome
from dlwidgets.widgets.dashboards._page import RunLauncher, TrainingPage
from dlwidgets.widgets.dashboards._train_form import TrainForm, TrainSettings
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.training.panel import TrainingPanel
from dlwidgets.widgets.training.predictions import Predictions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.training.run import Run


class TrainDashboard(TrainingPage, ipywidgets.Box):
    """Everything for a first training on one page.

    Attributes:
        form: The `TrainForm`.
        panel: The `TrainingPanel`.
        predictions: The `Predictions` on held-out data.
        run: The present Run, None before the first.

    Example:
        >>> dl.TrainDashboard()  # doctest: +SKIP
    """

    def __init__(self) -> None:
        self._settings: TrainSettings | None = None
        self.form = TrainForm(gpus=gpu_count())
        self.panel = TrainingPanel(
            on_start=self._start, empty_text="Press Start: every step's loss appears here."
        )
        self._starter = RunLauncher(self.panel.bar, "start")
        self.predictions = Predictions()
        self.keep = _button(
            "Keep as reference", "Leave these curves on the charts, pale", self._keep
        )
        self.forget = _button("Clear references", "Take all pale curves away", self._forget)
        self.save_steps = DownloadButton(
            lambda: self._file("steps.csv", export.steps_csv),
            label="Steps (CSV)",
            hint="Every step: loss and metrics, with epoch and seconds",
        )
        self.save_epochs = DownloadButton(
            lambda: self._file("epochs.csv", export.epochs_csv),
            label="Epochs (CSV)",
            hint="Every epoch, with validation, as Keras logs it",
        )
        self.save_all = DownloadButton(
            lambda: self._file("run.json", export.to_json),
            label="Everything (JSON)",
            hint="Steps, epochs, history and markers",
        )
        for control in (self.keep, self.save_steps, self.save_epochs, self.save_all):
            control.disabled = True
        self.forget.disabled = True
        actions = ipywidgets.Box(
            [self.keep, self.forget, self.save_steps, self.save_epochs, self.save_all],
            layout={"flex_flow": "row wrap", "align_items": "center"},
        )
        actions.add_class("dlw-actions")
        left = ipywidgets.VBox([self.form])
        left.add_class("dlw-dashboard-form")
        self.kept = ipywidgets.VBox([])
        self.kept.add_class("dlw-kept")
        right = ipywidgets.VBox([self.panel, actions, self.kept, self.predictions])
        right.add_class("dlw-dashboard-main")
        super().__init__([left, right])
        self.add_class("dlw-dashboard")
        warm_up()
        self._show_plan()
        self.form.on_change(self._show_plan)

    def _show_plan(self) -> None:
        """Before a run begins: name what Start will train."""
        bar = self.panel.bar
        if self.run is None and self.form.model.value is not None:
            bar.model_name = models.catalog()[self.form.model.value].title

    def _views(self) -> Sequence[ipywidgets.Widget]:
        return (self.predictions,)

    def _start(self) -> None:
        settings = self.form.settings
        self._starter.begin(lambda: self._begin(settings))

    def _begin(self, settings: TrainSettings) -> Run:
        """Load the data, build the model, and begin; on the worker's thread."""
        from dlwidgets.training import fit

        dataset = self._starter.load(settings.dataset)
        self.form.refresh_data()
        self._starter.say("Building the model…")
        with device_scope(settings.device):
            model = models.compiled(
                settings.model,
                input_shape=dataset.input_shape,
                classes=dataset.num_classes,
                optimizer=settings.optimizer,
                learning_rate=settings.learning_rate,
                dropout=settings.dropout,
                l2=settings.l2,
                dtype=None if settings.precision == "float32" else settings.precision,
                xla=settings.xla,
            )
        run = fit(
            model,
            dataset.x_train,
            dataset.y_train,
            batch_size=settings.batch_size,
            epochs=settings.epochs,
            validation_data=(dataset.x_test, dataset.y_test),
            validation_batch_size=max(256, settings.batch_size),
            start=False,
            device=settings.device,
        )
        self.panel.show(run)
        run.start()
        self._settings = settings
        self.predictions.show(run, dataset)
        for control in (self.keep, self.save_steps, self.save_epochs, self.save_all):
            control.disabled = False
        return run

    def _keep(self, _button: Any) -> None:
        run, settings = self.run, self._settings
        if run is None or settings is None or not run.step_count:
            return
        name = self.panel.keep_as_reference()
        line = ipywidgets.Label(f"{name}: {settings.label}. {outcome(run)}")
        self.kept.children = (*self.kept.children, line)
        self.forget.disabled = False

    def _forget(self, _button: Any) -> None:
        self.panel.clear_references()
        for line in self.kept.children:
            line.close()
        self.kept.children = ()
        self.forget.disabled = True

    def _file(self, name: str, write: Any) -> tuple[str, bytes]:
        run = self.run
        assert run is not None, "the button is disabled until there is a run"
        return f"{run.model.name}-{name}", write(run).encode()


def _button(text: str, tooltip: str, action: Any) -> ipywidgets.Button:
    button = ipywidgets.Button(description=text, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(action)
    return button
