"""The GAN page: two networks, training tricks, and the images or points that they make."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

from dlwidgets import data, models
from dlwidgets._messages import tr
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets.dashboards._code import gan_code
from dlwidgets.widgets.dashboards._gan_form import FROGS, POINTS, GanForm
from dlwidgets.widgets.dashboards._page_fields import two_columns
from dlwidgets.widgets.dashboards._training_page import TrainingPage
from dlwidgets.widgets.dashboards._tries_of_generators import GAN
from dlwidgets.widgets.generate.gan_monitor import GanMonitor
from dlwidgets.widgets.training.panel import TrainingPanel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ipywidgets
    from numpy.typing import NDArray

    from dlwidgets.data import Dataset
    from dlwidgets.models.saved import SavedAbout
    from dlwidgets.recording import RecordedRun
    from dlwidgets.training.run import Run
    from dlwidgets.widgets.dashboards._gan_form import GanSettings

_OPTIMIZERS = {"g_learning_rate": "optimizer", "d_learning_rate": "d_optimizer"}


class _Head(TrainingPanel):
    """The head of a panel, without the charts, which the monitor draws."""

    def _follow_metrics(self, run: Run | RecordedRun) -> None:
        """Draw nothing."""


class GanDashboard(TrainingPage):
    """Dashboard of a GAN: form, training panel, and monitor.

    Args:
        start: Whether to start training as soon as the page is visible.

    Attributes:
        form: The `GanForm`.
        panel: The `TrainingPanel`, without charts.
        monitor: The `GanMonitor`.
        run: The current Run, `None` before the first.

    Example:
        >>> dl.GanDashboard()  # doctest: +SKIP
    """

    tries = GAN
    page_name = "gan"
    model_kind = "gan"
    can_open = True
    has_code = True
    model_title: ClassVar[str] = "GAN"
    form: GanForm
    monitor: GanMonitor

    def fields(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the form."""
        self._data: dict[str, NDArray[Any]] = {}
        self._modes: NDArray[Any] | None = None
        return {"form": GanForm()}

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the monitor."""
        return {"monitor": GanMonitor()}

    def make_panel(self) -> TrainingPanel:
        """Return a panel without charts."""
        panel = _Head(on_start=self.start)
        panel.bar.learning_rate_label = tr("Generator's learning rate now")
        panel.bar.optimizer = _OPTIMIZERS["g_learning_rate"]
        panel.children = (panel.bar,)
        return panel

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return run and form beside the monitor."""
        return [two_columns([self.panel, self.form, self.tools], [self.monitor])]

    def connect(self) -> None:
        """Hand to the run what acts during training."""
        self.form.on_steer(self._steer)

    def controls(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the fields of the form."""
        return self.form.controls

    @property
    def settings(self) -> dict[str, GanSettings]:
        """The values of the form."""
        return {"settings": self.form.settings}

    def prepare(self, settings: dict[str, GanSettings]) -> None:
        """Load the data, and show real images until TensorFlow is loaded."""
        images = self._images(settings["settings"].dataset)
        if self.run is None:
            self.monitor.show_real(images)

    def make_run(self, settings: GanSettings) -> Run:
        """Build the networks, and show the run."""
        from dlwidgets.models.gan import to_range

        images = self._images(settings.dataset)
        self.say(tr("Building the networks…"))
        gan = build(settings, images.shape[1:])
        as_is = settings.output == "mismatch" or settings.dataset == POINTS
        x = images if as_is else to_range(images, gan.data_range)
        run = self.fit(gan, x, batch_size=settings.batch_size, epochs=settings.epochs)
        self.monitor.settings = dataclasses.asdict(settings)
        self.monitor.show(run, x, self._modes)
        return run

    def show_model(self, model: Any, about: SavedAbout) -> None:
        """Show a finished GAN with the real images of its data."""
        from dlwidgets.models.gan import to_range

        images = self._images(about.dataset)
        as_is = about.settings.get("output") == "mismatch" or about.dataset == POINTS
        x = images if as_is else to_range(images, model.data_range)
        self.monitor.show(model, x, self._modes)

    def code(self) -> str:
        """Return the notebook code of the model and the monitor."""
        used = self.shown_settings
        frogs = FROGS if used["dataset"] == "cifar10" else None
        return gan_code(used, frogs=frogs, points=used["dataset"] == POINTS)

    def started(self, run: Run, settings: dict[str, GanSettings]) -> None:
        """Hand over what was moved while the networks were built."""
        before, now = settings["settings"], self.form.settings
        for name in ("d_learning_rate", "g_learning_rate", "label_noise"):
            if getattr(now, name) != getattr(before, name):
                self._steer_run(run, name, getattr(now, name))

    def _images(self, name: str) -> NDArray[Any]:
        if name not in self._data:
            self.say(tr("Loading the data…"))
            loaded = data.load(name, progress=self._launcher.progress)
            points = loaded.kind == "table"
            self._modes = loaded.y_train if points else None
            self._data = {name: loaded.x_train if points else _scaled(loaded)}  # one at a time
        return self._data[name]

    def _steer(self, name: str, value: float) -> None:
        run = self.run
        if run is not None and not run.state.ended:
            self._steer_run(run, name, value)

    def _steer_run(self, run: Run, name: str, value: float) -> None:
        gan = run.model
        self.monitor.settings = {**self.monitor.settings, name: value}
        if name in _OPTIMIZERS:
            run.set_learning_rate(value, _OPTIMIZERS[name])
            return

        def apply() -> None:
            gan.label_noise = value
            text = tr("label noise {value}", value=f"{value:.3g}")
            engine_of(run).recorder.mark("note", text)

        run.at_boundary(apply)


def build(settings: GanSettings, image_shape: tuple[int, ...]) -> Any:
    """Return the compiled GAN for the values of a form.

    Args:
        settings: The values.
        image_shape: Height, width and channels of an image.
    """
    common: dict[str, Any] = {
        "latent_dim": settings.latent_dim,
        "label_noise": settings.label_noise,
        "dropout": settings.dropout,
        "clip": 1.0 if settings.clip else None,
        "d_learning_rate": settings.d_learning_rate,
        "g_learning_rate": settings.g_learning_rate,
        "seed": settings.seed,
    }
    if settings.dataset == POINTS:
        return models.toy_gan(**common)
    common["output"] = "sigmoid" if settings.output == "sigmoid" else "tanh"
    if settings.dataset == "cifar10":
        return models.dcgan(**common)
    return models.small_gan(image_shape, **common)


def _scaled(dataset: Dataset) -> NDArray[Any]:
    """Return the training images, from 0 to 1. Of CIFAR-10 only the frogs, as in the book."""
    if dataset.name == "cifar10":
        frogs = dataset.y_train.ravel() == FROGS
        dataset = dataclasses.replace(
            dataset,
            x_train=dataset.x_train[frogs],
            y_train=dataset.y_train[frogs],
            x_test=dataset.x_test[:1],
            y_test=dataset.y_test[:1],
        )
    images: NDArray[Any] = dataset.normalized().x_train
    return images
