"""The Where-it-looks page: a network learns, and with it where it looks; and a pad to draw on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets import models
from dlwidgets._tensorflow import load_keras, warm_up
from dlwidgets.vision.imagenet import CLASSIFIERS, class_names
from dlwidgets.vision.images import photographs
from dlwidgets.widgets._fields.labeled import (
    ACTS_LATER,
    data_field,
    epochs_field,
    model_field,
    page_form,
    remark,
    seed_field,
)
from dlwidgets.widgets.dashboards._page import RunLauncher, TrainingPage
from dlwidgets.widgets.training.panel import TrainingPanel
from dlwidgets.widgets.vision.draw_pad import DrawPad
from dlwidgets.widgets.vision.heatmap_viewer import HeatmapViewer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run
    from dlwidgets.vision.imagenet import Classifier
    from dlwidgets.widgets._core.change import Change

_DATASETS = ("digits", "mnist", "fashion_mnist", "cifar10")
_DRAWN = ("digits", "mnist")  # what can be drawn
_MODELS = ("small_cnn", "batch_norm_cnn", "mlp")
_EPOCHS = {"digits": 100}
_SHOWN = 2000


class WhereItLooksDashboard(TrainingPage, ipywidgets.VBox):
    """Heat maps that move while a network learns, and a pad to draw on.

    Where this machine has a network of `keras.applications` with its ImageNet weights, the page
    offers it as well; nothing is downloaded.

    Args:
        start: Begin to train as soon as a page shows it.

    Attributes:
        panel: The `TrainingPanel`.
        viewer: The `HeatmapViewer`.
        pad: The `DrawPad`.

    Example:
        >>> dl.WhereItLooksDashboard()  # doctest: +SKIP
    """

    def __init__(self, *, start: bool = True) -> None:
        self._networks = {f"imagenet/{n.name}": n for n in CLASSIFIERS if n.found}
        finished = [(f"Photographs, {n.title} (ImageNet)", k) for k, n in self._networks.items()]
        self.dataset, self.model = data_field(_DATASETS, finished), model_field(_MODELS)
        self.epochs, self.seed = epochs_field(100), seed_field()
        self.note = remark(self._about())
        form = page_form([self.dataset, self.model, self.epochs, self.seed], self.note)
        self.panel = TrainingPanel(
            on_start=self._start, empty_text="Press Start: every step's loss appears here."
        )
        self._starter = RunLauncher(self.panel.bar, "start-where-it-looks")
        self.viewer = HeatmapViewer(methods=("grad_cam", "saliency", "occlusion"))
        self.pad = DrawPad()
        self._pad_title = ipywidgets.Label("Draw one yourself")
        self._pad_title.add_class("dlw-section-title")
        self._draw = ipywidgets.VBox([self._pad_title, self.pad])
        self._draw.add_class("dlw-section")
        super().__init__([form, self.panel.bar, self.viewer, self._draw, *self.panel.children[1:]])
        self.add_class("dlw-page")
        self.panel.bar.model_name = models.catalog()[self.model.value].title
        self.dataset.observe(self._data_changed, "value")
        warm_up()
        if start:
            self.panel.bar.when_seen(self._start)

    def _views(self) -> Sequence[ipywidgets.Widget]:
        return (self.viewer, self.pad)

    def _about(self) -> str:
        text: str = ACTS_LATER
        if not self._networks:
            text += (
                " No network with ImageNet weights is on this machine; see below how to get one."
            )
        return text

    def _data_changed(self, change: Change[str]) -> None:
        network = self._networks.get(change["new"])
        for control in (self.model, self.epochs, self.seed):
            control.disabled = network is not None
        self.epochs.value = _EPOCHS.get(change["new"], 10)
        if network is not None:  # there is nothing to train
            self._starter.submit(lambda: self._show_network(network))

    def _show_network(self, network: Classifier) -> None:
        """Look into a finished network; on the starter's thread."""
        run = self._starter.run
        if run is not None and not run.state.ended:
            run.stop()
        self._starter.say(f"Loading {network.title}…")
        model = network.load()
        pictures = np.stack([_square(p.pixels, network.side) for p in photographs().values()])
        self.viewer.show(
            model,
            pictures,
            None,
            class_names(),
            value_range=(0, 255),
            preprocess=network.preprocess,
        )
        self._draw.layout.display = "none"
        self._starter.say(f"{network.title} has been trained already: there is nothing to start.")

    def _start(self) -> None:
        name = self.dataset.value
        if name in self._networks:
            return
        settings = name, self.model.value, self.epochs.value, self.seed.value
        self._starter.begin(lambda: self._begin(*settings))

    def _begin(self, name: str, kind: str, epochs: int, seed: int) -> Run:
        """Load the data, build the model, and begin; on the starter's thread."""
        from dlwidgets.training import fit

        dataset = self._starter.load(name)
        self._starter.say("Building the model…")
        load_keras().utils.set_random_seed(seed)
        model = models.compiled(kind, input_shape=dataset.input_shape, classes=dataset.num_classes)
        run = fit(
            model,
            dataset.x_train,
            dataset.y_train,
            batch_size=32,
            epochs=epochs,
            validation_data=(dataset.x_test[:_SHOWN], dataset.y_test[:_SHOWN]),
            validation_batch_size=512,
            start=False,
        )
        self.panel.show(run)
        self._show(run, dataset)
        run.start()
        return run

    def _show(self, run: Run, dataset: Dataset) -> None:
        x, y, names = dataset.x_test[:_SHOWN], dataset.y_test[:_SHOWN], dataset.class_names
        self.viewer.show(run, x, y, names, value_range=(0.0, 1.0))
        drawn = dataset.name in _DRAWN
        self._draw.layout.display = None if drawn else "none"
        if drawn:
            self.pad.show(run, names)


def _square(pixels: Any, side: int) -> Any:
    """The middle of a picture, float 0 to 255, shape (side, side, 3)."""
    from dlwidgets.vision.fit_images import fit_images

    height, width = pixels.shape[:2]
    least = min(height, width)
    top, left = (height - least) // 2, (width - least) // 2
    middle = pixels[top : top + least, left : left + least]
    return fit_images(middle[np.newaxis].astype(np.float32), (side, side, 3))[0][0]
