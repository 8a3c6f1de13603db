"""The Train page: a model that learns beside its curves, to steer and to compare with others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets import models
from dlwidgets._messages import tr
from dlwidgets.training import export
from dlwidgets.training.devices import device_scope
from dlwidgets.training.errors import NonFiniteLossError
from dlwidgets.training.resources import gpu_count
from dlwidgets.training.verdicts import outcome
from dlwidgets.widgets.dashboards._code import train_code
from dlwidgets.widgets.dashboards._page_fields import two_columns
from dlwidgets.widgets.dashboards._rate_slider import RateSlider
from dlwidgets.widgets.dashboards._train_form import TrainForm, TrainSettings
from dlwidgets.widgets.dashboards._training_page import TrainingPage
from dlwidgets.widgets.dashboards._tries_of_classifiers import TRAIN
from dlwidgets.widgets.inspect.model_graph import ModelGraph
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.training.predictions import MAX_IMAGES, Predictions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change


_GRAPH_HEIGHT = 340  # pixels
_CHART_HEIGHT = 196  # pixels
_IMAGE_SIDE = 48  # pixels of a held-out image
_LOAD_KEPT = tr("Load the kept weights")


class TrainDashboard(TrainingPage):
    """Dashboard for a first run: the model with its feature maps beside the curves of the run.

    A held-out image that is selected goes through the model.

    Args:
        start: Whether to start training as soon as the page is visible.

    Attributes:
        form: The `TrainForm`.
        panel: The `TrainingPanel`.
        graph: The `ModelGraph`, with what each layer gives for one image.
        predictions: The `Predictions` on held-out data.
        run: The current Run, `None` before the first.

    Example:
        >>> dl.TrainDashboard()  # doctest: +SKIP
    """

    page_name = "train"
    tries = TRAIN
    model_kind = "classifier"
    has_code = True
    load_kept = tr("Press “{button}” to load them.", button=_LOAD_KEPT)
    form: TrainForm
    start_again: ipywidgets.Button
    graph: ModelGraph
    predictions: Predictions
    keep: ipywidgets.Button
    restore: ipywidgets.Button
    forget: ipywidgets.Button
    save_steps: DownloadButton
    save_epochs: DownloadButton
    save_all: DownloadButton
    kept: ipywidgets.VBox
    _shown: TrainSettings | None = None
    _begun: Run | None = None
    _first_kept: dict[str, TrainSettings]
    _kept_of: list[str]

    def fields(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the form, and the button that starts with its settings."""
        again = _button(
            tr("Start with these settings"),
            tr("Train a new model in place of the one that is shown."),
            lambda _: self.restart(),
        )
        again.add_class("dlw-primary")
        return {"form": TrainForm(gpus=gpu_count()), "start_again": again}

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the graph, the predictions, the buttons, and the list of reference runs."""
        return {
            "graph": ModelGraph(
                compact=True,
                height=_GRAPH_HEIGHT,
                empty_text=tr("The model appears here, with an image that runs through it."),
            ),
            "keep": _button(
                tr("Keep as reference"), tr("Keep these curves on the charts, pale."), self._keep
            ),
            "forget": _button(tr("Clear references"), tr("Remove all pale curves."), self._forget),
            "restore": _button(
                _LOAD_KEPT,
                tr("Load the last weights that were finite into the model."),
                self._restore,
            ),
            "save_steps": DownloadButton(
                lambda: self._file("steps.csv", export.steps_csv),
                label=tr("Steps (CSV)"),
                hint=tr("The loss and metrics of each step, with epoch and time in seconds."),
            ),
            "save_epochs": DownloadButton(
                lambda: self._file("epochs.csv", export.epochs_csv),
                label=tr("Epochs (CSV)"),
                hint=tr("The logs of each epoch, with validation, as in Keras."),
            ),
            "save_all": DownloadButton(
                lambda: self._file("run.json", export.to_json),
                label=tr("Everything (JSON)"),
                hint=tr("Steps, epochs, history and markers."),
            ),
            "kept": ipywidgets.VBox([]),
            "predictions": Predictions(),
        }

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return the form beside the run: model and images on the left, curves on the right."""
        actions = ipywidgets.Box(
            [
                self.keep,
                self.forget,
                self.restore,
                self.save_steps,
                self.save_epochs,
                self.save_all,
            ],
            layout={"flex_flow": "row wrap", "align_items": "center"},
        )
        actions.add_class("dlw-actions")
        self.kept.add_class("dlw-kept")
        bar, charts, doctor = self.panel.children
        curves = ipywidgets.VBox([charts, doctor, actions, self.kept])
        curves.add_class("dlw-train-curves")
        views = ipywidgets.Box([self.graph, curves, self.predictions])
        views.add_class("dlw-train-views")
        start = ipywidgets.Box([self.start_again])
        start.add_class("dlw-actions")
        main = ipywidgets.VBox([bar, views])
        main.add_class("dlw-training-panel")
        return [two_columns([self.form, start, self.tools], [main])]

    def connect(self) -> None:
        """Disable what needs a run, and name the model that Start will train."""
        self.add_class("dlw-train")
        self._first_kept, self._kept_of = {}, []
        for chart in self.panel.charts:
            chart.height = _CHART_HEIGHT
        self._rate = RateSlider(self.form.learning_rate, self.panel.bar, self._rate_acts)
        self.predictions.grid.cell_size = _IMAGE_SIDE
        self.predictions.grid.observe(self._on_image, ["selected", "atlas"])
        self._enable(False)
        self.forget.disabled = True
        self._show_plan()
        self.form.on_change(self._show_plan)
        self.restore.layout.display = "none"
        self.panel.bar.observe(self._offer_weights, "state")

    def _enable(self, enabled: bool) -> None:
        for control in (self.keep, self.save_steps, self.save_epochs, self.save_all):
            control.disabled = not enabled

    def _offer_weights(self, _change: Change[str]) -> None:
        """After a run whose weights became NaN, offer those that were kept."""
        run = self.run
        failed = run is not None and isinstance(run.error, NonFiniteLossError)
        kept = failed and run is not None and run.last_snapshot is not None
        self.restore.layout.display = None if kept else "none"

    def _restore(self, _button: ipywidgets.Button) -> None:
        run = self.run
        kept = None if run is None else run.last_snapshot
        if run is not None and kept is not None:
            run.restore(kept)
            self.predictions.show(run.model, self._dataset)
            said = (
                tr("The weights after step {step} are loaded.", step=kept.step)
                if kept.step
                else tr("The weights from before training are loaded.")
            )
            self.panel.bar.say(said, "info")

    def _on_image(self, change: Change[Any]) -> None:
        """Let the selected held-out image go through the model; there is always one."""
        grid = self.predictions.grid
        if change["name"] == "selected" and grid.selected >= 0:
            self.graph.index = grid.selected
        elif grid.count and grid.selected < 0:
            grid.selected = self.graph.index

    def _rate_acts(self) -> bool:
        """Return whether the form shows the model that is training, and the user sets its rate."""
        run, used, now = self._begun, self._shown, self.form.settings
        if run is None or run is not self.panel.bar.run or run.state.ended or used is None:
            return False
        if self._tries.setting or self.form.setting:
            return False
        return (used.dataset, used.model, used.optimizer) == (now.dataset, now.model, now.optimizer)

    def _show_plan(self) -> None:
        classifies = models.choices()[self.form.model.value].task == "classification"
        self.panel.plan(("accuracy",) if classifies else ())
        if self.run is None and self.form.model.value is not None:
            self.panel.bar.model_name = self.planned_model

    @property
    def planned_model(self) -> str:
        """The name of the selected model."""
        return models.choices()[self.form.model.value].title

    def controls(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the fields of the form."""
        return self.form.controls

    @property
    def settings(self) -> dict[str, TrainSettings]:
        """The values of the form."""
        return {"settings": self.form.settings}

    def make_run(self, settings: TrainSettings) -> Run:
        """Load the data, build the model, and show both."""
        self._dataset = dataset = self.load(settings.dataset)
        self.class_names = list(dataset.class_names)
        self.form.refresh_data()
        self.say(tr("Building the model…"))
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
        self._compare_within(settings.dataset)
        run = self.fit(
            model,
            dataset.x_train,
            dataset.y_train,
            batch_size=settings.batch_size,
            epochs=settings.epochs,
            validation_data=(dataset.x_test, dataset.y_test),
            validation_batch_size=max(256, settings.batch_size),
            device=settings.device,
        )
        if dataset.kind == "image":
            x, y = dataset.x_test[:MAX_IMAGES], dataset.y_test[:MAX_IMAGES]
            self.graph.show(run, x, y, dataset.class_names, name=self.shown_name)
        else:
            self.graph.show(run, name=self.shown_name)
        self.predictions.show(run, dataset)
        return run

    def started(self, run: Run, settings: dict[str, TrainSettings]) -> None:
        """Enable what needs a run, and hand over the learning rate."""
        self._shown = settings["settings"]
        self._enable(True)
        self._begun = run
        self._rate.begin(settings["settings"].learning_rate)

    def _keep(self, _button: ipywidgets.Button) -> None:
        self.keep_curves()

    def keep_curves(self) -> None:
        """Keep the curves of the run as a reference, if there are any."""
        run, settings = self.run, self._shown
        if run is None or settings is None or not run.step_count:
            return
        first = self._first_kept.setdefault(settings.dataset, settings)
        name = self.panel.keep_as_reference(what=settings.unlike(first))
        line = ipywidgets.Label(
            tr(
                "{name}: {settings}. {outcome}",
                name=name,
                settings=settings.label,
                outcome=outcome(run),
            )
        )
        self._kept_of.append(settings.dataset)
        self.kept.children = (*self.kept.children, line)
        self.forget.disabled = False

    def _compare_within(self, dataset: str) -> None:
        """Show the references of this data set alone: losses of others can't be compared."""
        self.panel.compare_within(dataset)
        for kept_of, line in zip(self._kept_of, self.kept.children, strict=True):
            line.layout.display = None if kept_of == dataset else "none"

    def _forget(self, _button: ipywidgets.Button) -> None:
        self.panel.clear_references()
        for line in self.kept.children:
            line.close()
        self._first_kept, self._kept_of, self.kept.children = {}, [], ()
        self.forget.disabled = True

    def code(self) -> str:
        """Return the notebook code of the model and the views."""
        form = self.form
        used = self.shown_settings
        return train_code(used, form.half if used["mixed"] else None)

    def _file(self, name: str, write: Callable[[Run], str]) -> tuple[str, bytes]:
        run = self.run
        assert run is not None, "the button is disabled until there is a run"
        return f"{run.model.name}-{name}", write(run).encode()


def _button(
    text: str, tooltip: str, action: Callable[[ipywidgets.Button], None]
) -> ipywidgets.Button:
    button = ipywidgets.Button(description=text, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(action)
    return button
