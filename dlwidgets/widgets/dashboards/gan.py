"""The GAN page: two networks, their tricks as switches, and what they make."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets import data, models
from dlwidgets._tensorflow import warm_up
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets.dashboards._gan_form import GanForm
from dlwidgets.widgets.dashboards._page import RunLauncher, TrainingPage
from dlwidgets.widgets.generate.gan_monitor import GanMonitor
from dlwidgets.widgets.training.panel import TrainingPanel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run
    from dlwidgets.widgets.dashboards._gan_form import GanSettings

_FROGS = 6  # CIFAR-10's class


class _Head(TrainingPanel):
    """A panel's head without its charts, which the monitor draws."""

    def _follow_metrics(self, run: Run) -> None:
        """Nothing to draw here."""


class GanDashboard(TrainingPage, ipywidgets.Box):
    """Everything for a GAN on one page.

    Args:
        start: Begin to train at once.

    Attributes:
        form: The `GanForm`.
        panel: What steers the Run.
        monitor: The `GanMonitor`.
        run: The present Run, None before the first.

    Example:
        >>> dl.GanDashboard()  # doctest: +SKIP
    """

    def __init__(self, *, start: bool = False) -> None:
        self._data: dict[str, NDArray[Any]] = {}
        self.form = GanForm()
        self.panel = _Head(on_start=self._start)
        self.panel.children = (self.panel.bar,)
        self._starter = RunLauncher(self.panel.bar, "start-gan")
        self.panel.bar.model_name = "GAN"
        self.monitor = GanMonitor()
        left = ipywidgets.VBox([self.form])
        left.add_class("dlw-dashboard-form")
        right = ipywidgets.VBox([self.panel, self.monitor])
        right.add_class("dlw-dashboard-main")
        super().__init__([left, right])
        self.add_class("dlw-dashboard")
        self.form.on_steer(self._steer)
        warm_up()
        if start:
            self.panel.bar.when_seen(self._start)

    def _views(self) -> Sequence[ipywidgets.Widget]:
        return (self.monitor,)

    def _start(self) -> None:
        settings = self.form.settings
        self._starter.begin(lambda: self._begin(settings), lambda: self._prepare(settings))

    def _prepare(self, settings: GanSettings) -> None:
        """Load the data, and show it where there is nothing else yet."""
        images = self._load(settings.dataset)
        if self.run is None:
            self.monitor.show_real(images)  # something to look at until TensorFlow is there

    def _begin(self, settings: GanSettings) -> Run:
        """Build the networks, and begin; on the starter's thread."""
        from dlwidgets.models.gan import to_range
        from dlwidgets.training import fit

        images = self._load(settings.dataset)
        self._starter.say("Building the networks…")
        gan = build(settings, images.shape[1:])
        x = images if settings.output == "mismatch" else to_range(images, gan.data_range)
        run = fit(gan, x, batch_size=settings.batch_size, epochs=settings.epochs, start=False)
        self.panel.show(run)
        self.monitor.settings = dataclasses.asdict(settings)
        self.monitor.show(run, x)
        run.start()
        # What was moved while it was built.
        now = self.form.settings
        for name in ("d_learning_rate", "g_learning_rate", "label_noise"):
            if getattr(now, name) != getattr(settings, name):
                self._steer_run(run, name, getattr(now, name))
        return run

    def _load(self, name: str) -> NDArray[Any]:
        if name not in self._data:
            self._starter.say("Loading the data…")
            loaded = data.load(name, progress=self._starter.progress)
            self._data = {name: _images(loaded)}  # one at a time
        return self._data[name]

    def _steer(self, name: str, value: float) -> None:
        run = self.run
        if run is not None and not run.state.ended:
            self._steer_run(run, name, value)

    def _steer_run(self, run: Run, name: str, value: float) -> None:
        gan = run.model
        self.monitor.settings = {**self.monitor.settings, name: value}
        if name == "g_learning_rate":
            run.set_learning_rate(value)
            return

        def apply() -> None:
            if name == "label_noise":
                gan.label_noise = value
            else:
                gan.d_optimizer.learning_rate = value
            what = name.replace("d_", "discriminator's ").replace("_", " ")
            engine_of(run).recorder.mark("note", f"{what} {value:.3g}")

        run.at_boundary(apply)


def build(settings: GanSettings, image_shape: tuple[int, ...]) -> Any:
    """The GAN that a form describes, compiled.

    Args:
        settings: What the form says.
        image_shape: Height, width, channels; (32, 32, 3) takes the book's network.
    """
    common: dict[str, Any] = {
        "latent_dim": settings.latent_dim,
        "label_noise": settings.label_noise,
        "dropout": settings.dropout,
        "clip": 1.0 if settings.clip else None,
        "output": "sigmoid" if settings.output == "sigmoid" else "tanh",
        "d_learning_rate": settings.d_learning_rate,
        "g_learning_rate": settings.g_learning_rate,
        "seed": settings.seed,
    }
    if settings.dataset == "cifar10":
        return models.dcgan(**common)
    return models.small_gan(image_shape, **common)


def _images(dataset: Dataset) -> NDArray[Any]:
    """The training images from 0 to 1; of CIFAR-10 the frogs, as in the book."""
    if dataset.name == "cifar10":
        frogs = dataset.y_train.ravel() == _FROGS
        dataset = dataclasses.replace(
            dataset,
            x_train=dataset.x_train[frogs],
            y_train=dataset.y_train[frogs],
            x_test=dataset.x_test[:1],
            y_test=dataset.y_test[:1],
        )
    images: NDArray[Any] = dataset.normalized().x_train
    return images
