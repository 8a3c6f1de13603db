"""Walking through the latent space of a generative model, finished or while it trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets.generate import latent
from dlwidgets.generate.latent_source import LatentSource, descendants
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets.generate._latent_controls import (
    MOST_SLIDERS,
    ConceptControls,
    GridControls,
    PathControls,
    PlaneControls,
    note,
    section,
)
from dlwidgets.widgets.generate._latent_renderer import HIGH, LOW, LatentDrawing, Material, Widgets
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.latent_pad import LatentPad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change

_MOST_CODES = 500  # images in the scatter


class LatentExplorer(ClosesChildren, ipywidgets.VBox):
    """A latent space as a map: drag a point and see what the decoder makes of it.

    With a Run of a model that has a `decoder` (and an `encoder`), such as `dl.models.VAE`,
    everything follows the training through a copy of the model, at most twice a second and with at
    most 1 % of the time.

    Args:
        decoder: A built Keras model, latent vector in, image out; or a model that has the attribute
            `decoder`, and perhaps `encoder`.
        encoder: A built Keras model, images in, codes out; None if there is none.
        images: Images that the encoder takes, shape (n, …), best such as it was not trained on; the
            first 500 are shown.
        labels: The class of each image, 0 to 255.
        class_names: One name per class; their numbers by default.
        run: A Run to follow instead of `decoder` and `encoder`.
        n: Images per side of the grid, 2 to 25.
        value_range: The values that the decoder's images show as black and as white.

    Raises:
        ValueError: Decoder and encoder have different latent sizes, or the decoder takes no
            latent vectors of at least two numbers.

    Attributes:
        pad: The plane, a `LatentPad`.
        grid: The grid of decoded images, an `ImageGrid`.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> vae = dl.models.dense_vae((8, 8, 1), 2)
        >>> dl.LatentExplorer(vae, images=digits.x_test, labels=digits.y_test)
        LatentExplorer(...)
    """

    def __init__(
        self,
        decoder: Any = None,
        encoder: Any = None,
        images: NDArray[Any] | None = None,
        labels: Any = None,
        class_names: Sequence[str] = (),
        *,
        run: Run | None = None,
        n: int = 15,
        value_range: tuple[float, float] = (0.0, 1.0),
    ) -> None:
        self._quiet = False  # while controls are set together
        self._range = value_range
        self.pad = LatentPad(title="The latent plane")
        self.plane = PlaneControls()
        self.grid = ImageGrid(
            title="What the decoder makes of each place",
            description="decoded images of a grid of latent vectors",
            empty_text="Decoded images appear here.",
            max_height=2000,
            tight=True,
        )
        self.grid_controls = GridControls(n)
        self.grid_note = note()
        self.save = DownloadButton(
            self._png, label="Grid (PNG)", hint="The grid as a picture, with its settings inside"
        )
        self.path = ImageGrid(description="decoded images between two points")
        self.path_controls = PathControls()
        self.concept = ImageGrid(description="the handle's image moved along a concept vector")
        self.concept_controls = ConceptControls()
        self.remark = note()
        widgets = Widgets(
            self.pad,
            self.plane,
            self.grid,
            self.grid_controls,
            self.grid_note,
            self.path,
            self.path_controls,
            self.concept,
            self.concept_controls,
        )
        self._drawing = LatentDrawing(widgets, self._say)
        self.save_path, self.save_concept = (
            DownloadButton(make, label="Strip (PNG)", hint="The strip with its settings inside")
            for make in (self._path_png, self._concept_png)
        )
        self._concept_box = section(
            "Concept vector", self.concept_controls, self.concept, self.save_concept
        )
        self._concept_box.layout.display = "none"
        self._say("")
        actions = ipywidgets.Box([*self.grid_controls.children, self.save])
        actions.add_class("dlw-row")
        actions.add_class("dlw-actions")
        left = ipywidgets.VBox([self.pad, self.plane])
        right = ipywidgets.VBox([self.grid, self.grid_note, actions])
        top = ipywidgets.Box([left, right])
        top.add_class("dlw-latent-top")
        path = section("Path from A to B", self.path_controls, self.path, self.save_path)
        super().__init__([self.remark, top, path, self._concept_box])
        self.add_class("dlw-latent-explorer")
        self._connect()
        if decoder is not None or run is not None:
            self.show(decoder, encoder, images, labels, class_names, run=run)

    def show(
        self,
        decoder: Any = None,
        encoder: Any = None,
        images: NDArray[Any] | None = None,
        labels: Any = None,
        class_names: Sequence[str] = (),
        *,
        run: Run | None = None,
    ) -> None:
        """Show another model; arguments as those of the class.

        Raises:
            ValueError: As for the class; what was shown before stays.
        """
        if run is None and encoder is None and decoder is not None:
            decoder, encoder = descendants(decoder)
        source = LatentSource(decoder, encoder, run=run)
        dims = source.latent_dim
        latent.grid_codes(2, latent_dim=dims)  # raises where there is no plane
        shown = None if images is None or not source.has_encoder else images[:_MOST_CODES]
        of = _checked_labels(labels, 0 if shown is None else len(shown))
        names = [str(name) for name in class_names] or [
            str(i) for i in range(of.max(initial=0) + 1)
        ]
        if of.max(initial=0) >= len(names):
            message = f"class {of.max()} has no name. Received: {len(names)} class names"
            raise ValueError(message)
        material = Material(source, shown, of, names, self._range)
        self._quiet = True
        try:
            self._drawing.show(material)
            self.plane.show(dims)
            self.concept_controls.show(names if material.grouped else [])
            self.concept_controls.show_picked((0, 0))
            with self.pad.hold_sync():
                self.pad.point, self.pad.selected = [0.0, 0.0], -1
                self._selection_changed()
                self.pad.show_original(None, "", *self._range)
                self.pad.show_codes(np.zeros((0, 2)), [], names)
                self.pad.arrow = []
                self._name_axes()
            self.grid.clear()
        finally:
            self._quiet = False
        self._concept_box.layout.display = None if shown is not None else "none"
        self.grid_controls.show_live(live=run is not None)
        further = dims - MOST_SLIDERS
        self._say(
            f"The last {further} dimensions have no slider and stay at 0." if further > 0 else ""
        )
        if run is None:
            self._ask("refresh")
        else:
            TICKER.add(self)

    @property
    def code(self) -> NDArray[np.float32]:
        """The latent vector at the handle, shape (latent_dim,); set it to go there."""
        return self._drawing.spot.code.copy()

    @code.setter
    def code(self, value: Any) -> None:
        code = np.asarray(value, np.float32).ravel()
        dims = len(self._drawing.spot.code)
        if code.shape != (dims,) or not np.isfinite(code).all():
            message = f"a code is {dims} finite numbers. Received: {value!r}"
            raise ValueError(message)
        self._quiet = True
        try:
            for slider, coordinate in zip(self.plane.sliders, code, strict=False):
                slider.value = float(coordinate)
            self._drawing.spot.code = code
            x, y = self._drawing.axes
            self.pad.point = [float(code[x]), float(code[y])]
        finally:
            self._quiet = False
        self._ask("picture", "concept", *(["grid"] if dims > 2 else []))

    @property
    def settings(self) -> dict[str, Any]:
        """What the shown grid can be made again from, with `generate.latent.latent_grid`."""
        material, code = self._drawing.material, self._drawing.spot.code
        return {
            "n": self.grid_controls.n.value,
            "low": LOW,
            "high": HIGH,
            "latent_dim": len(code),
            "axes": list(self._drawing.axes),
            "rest": [round(float(v), 6) for v in code],
            "step": -1 if material is None else material.source.step,
        }

    def tick(self) -> bool:
        """Follow the training; called by the pump."""
        return self._drawing.follow()

    def _release(self) -> None:
        TICKER.remove(self)
        self._drawing.close()

    def _owned(self) -> list[ipywidgets.Widget]:
        return [self.grid_controls]

    # -- what the visitor does -----------------------------------------------------------------

    def _connect(self) -> None:
        plane, grid, path, concept = (
            self.plane,
            self.grid_controls,
            self.path_controls,
            self.concept_controls,
        )
        self.pad.observe(self._point_moved, "point")
        self.pad.on_pick(self._pick)
        self.pad.on_rest(lambda: self._ask("concept"))
        self.grid.observe(self._cell_chosen, "selected")
        for choice in (plane.x, plane.y):
            choice.observe(self._axes_changed, "value")
        for slider in plane.sliders:
            slider.observe(self._slider_moved, "value")
        grid.n.observe(lambda _: self._ask("grid"), "value")
        path.start.on_click(lambda _: self._set_end(0))
        path.end.on_click(lambda _: self._set_end(1))
        path.steps.observe(lambda _: self._ask("path"), "value")
        for control in (concept.a, concept.b, concept.strength):
            control.observe(lambda _: self._ask("concept"), "value")
        concept.go.on_click(lambda _: self._go())
        for button in concept.add:
            button.on_click(self._pick_into)
        concept.clear.on_click(lambda _: self._picked_changed(((), ())))

    def _ask(self, *parts: str) -> None:
        if not self._quiet:
            self._drawing.ask(*parts)

    def _change(self, where: list[int], values: Any) -> None:
        code = self.code
        code[where] = values
        self._drawing.spot.code = code

    def _point_moved(self, change: Change[list[float]]) -> None:
        if not self._quiet:
            self._change(list(self._drawing.axes), change["new"])
            self._ask("picture")  # alone, so that it keeps up with the hand

    def _slider_moved(self, change: Change[float]) -> None:
        index = self.plane.sliders.index(change["owner"])
        if not self._quiet and index < len(self._drawing.spot.code):
            self._change([index], change["new"])
            self._ask("picture", "concept", "grid")

    def _axes_changed(self, change: Change[int]) -> None:
        if self._quiet:
            return
        x, y = self._drawing.axes
        if x == y:  # the other axis takes what this one has left
            other = self.plane.y if change["owner"] is self.plane.x else self.plane.x
            other.value = change["old"]
            return
        self.plane.arrange(len(self._drawing.spot.code))
        self._name_axes()
        self.code = self._drawing.spot.code
        self._ask("codes", "path", "concept", "grid")

    def _name_axes(self) -> None:
        x, y = self._drawing.axes
        self.pad.x_label, self.pad.y_label = f"z{x + 1}", f"z{y + 1}"

    def _pick(self, index: int) -> None:
        codes = self._drawing.codes
        if index < len(codes):
            self.pad.selected = index
            self._selection_changed()
            self.code = codes[index]
            self._ask("original")

    def _cell_chosen(self, change: Change[int]) -> None:
        cells = self._drawing.grid_codes().reshape(-1, len(self._drawing.spot.code))
        if 0 <= change["new"] < len(cells):
            self.code = cells[change["new"]]

    def _set_end(self, which: int) -> None:
        self._drawing.spot.ends[which] = self.code
        self._ask("path")

    def _go(self) -> None:
        vector = self._drawing.concept_vector()
        if vector is not None:
            self.code = self.code + self.concept_controls.strength.value * vector

    def _selection_changed(self) -> None:
        for button in self.concept_controls.add:
            button.disabled = self.pad.selected < 0

    def _pick_into(self, button: ipywidgets.Button) -> None:
        group, index = self.concept_controls.add.index(button), self.pad.selected
        if index >= 0:
            # An image is in one group at most.
            kept = [[i for i in of if i != index] for of in self._drawing.spot.picked]
            kept[group].append(index)
            self._picked_changed((kept[0], kept[1]))

    def _picked_changed(self, picked: tuple[Sequence[int], Sequence[int]]) -> None:
        first, second = list(picked[0]), list(picked[1])
        controls, quiet = self.concept_controls, self._quiet
        self._drawing.spot.picked = (first, second)
        self._quiet = True
        try:
            controls.show_picked((len(first), len(second)))
            if first and second:
                controls.a.value, controls.b.value = -1, -2
        finally:
            self._quiet = quiet
        self._ask("concept")

    # -- results and remarks -------------------------------------------------------------------

    def _png(self) -> tuple[str, bytes]:
        return _saved(self.grid, "latent-grid.png", self.settings)

    def _path_png(self) -> tuple[str, bytes]:
        start, end = ([round(float(v), 6) for v in code] for code in self._drawing.spot.ends)
        path = {"start": start, "end": end, "steps": self.path_controls.steps.value}
        return _saved(self.path, "latent-path.png", {**path, "step": self.settings["step"]})

    def _concept_png(self) -> tuple[str, bytes]:
        vector, controls = self._drawing.concept_vector(), self.concept_controls
        concept = {
            "step": self.settings["step"],
            "code": [round(float(v), 6) for v in self.code],
            "vector": [] if vector is None else [round(float(v), 6) for v in vector],
            "from": controls.a.label,
            "to": controls.b.label,
            "strength": controls.strength.value,
            "picked": [list(group) for group in self._drawing.spot.picked],
        }
        return _saved(
            self.concept, "latent-concept.png", {**concept, "step": self.settings["step"]}
        )

    def _say(self, text: str) -> None:
        self.remark.value = text
        self.remark.layout.display = None if text else "none"


def _saved(grid: ImageGrid, name: str, settings: dict[str, Any]) -> tuple[str, bytes]:
    """A grid's images as one picture with its settings inside."""
    from dlwidgets.vision.images import encode_png
    from dlwidgets.vision.mosaic import mosaic

    atlas = grid.atlas
    if not atlas:
        message = "there is nothing to save yet"
        raise ValueError(message)
    shape = (atlas["count"], atlas["height"], atlas["width"], atlas["channels"])
    images = np.frombuffer(atlas["data"], np.uint8).reshape(shape)
    return name, encode_png(mosaic(images, columns=grid.columns or len(images)), settings)


def _checked_labels(labels: Any, wanted: int) -> NDArray[np.int64]:
    if labels is None:
        return np.zeros(wanted, np.int64)
    of = np.asarray(labels).astype(np.int64).ravel()[:wanted]
    if len(of) != wanted or (of < 0).any() or (of > 255).any():
        message = f"labels must be one class of 0 to 255 per image. Received: {len(of)} labels"
        raise ValueError(message)
    return of
