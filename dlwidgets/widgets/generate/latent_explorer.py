"""Exploring the latent space of a generative model, finished or while it trains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets._messages import tr
from dlwidgets.generate import latent
from dlwidgets.generate.latent_source import LatentSource
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._live.feed import samples_for
from dlwidgets.widgets._live.film import Film
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.view import LiveView, MessageLine
from dlwidgets.widgets.generate._latent_map import LatentMap
from dlwidgets.widgets.generate._latent_state import MAX_IMAGES, LatentState, Square, state_of
from dlwidgets.widgets.generate._latent_strips import ConceptStrip, PathStrip, saved
from dlwidgets.widgets.generate._part_renderer import PartRenderer
from dlwidgets.widgets.primitives.pictures import picture_of_pad

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.recording.recorded_run import RecordedRun
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change

_HAND_RESTS = 0.3  # seconds without a movement after which the run is followed again


@dataclass(frozen=True, eq=False)
class _Map:
    """Tiles and latent vectors, after which step, and why the images couldn't be encoded."""

    state: LatentState
    square: Square
    tiles: NDArray[np.float32]
    codes: NDArray[np.float32] | None
    step: int
    error: Exception | None


class LatentExplorer(LiveView, ipywidgets.VBox):
    """A latent space as a map: drag a point to see the image that the decoder makes of it.

    The map shows what the decoder makes of each place of the plane, and on it the latent vectors of
    images. On the same plane lie a path between two points, along which the handle moves, and the
    direction from one group of images to another. The latent space of a Run is followed while it
    trains. Of a latent space with more dimensions, the map is a plane through the handle.

    Args:
        source: A built Keras model that has a `decoder` (and an `encoder`) as attribute, such as
            `dl.models.VAE`; a decoder, latent vectors in, images out; or a `Run` of such a model,
            or a recorded run. None for an empty view until `show`.
        x: Images as the encoder takes them, shape (n, …), best such as it wasn't trained on; or a
            data set or generator of them, see `dl.data.take`. The first 500 are shown.
        y: The class of each image, from 0 to 255. A data set brings its own.
        class_names: One name per class. Default: the data set's, or their numbers.
        encoder: A built Keras model, images in, latent vectors out, for a decoder without.
        n: Decoded images per side of the map, 2 to 25.
        value_range: The values of decoded images that are shown as black and as white.

    Raises:
        ValueError: Decoder and encoder have different latent sizes, or the decoder takes no
            latent vectors of at least two numbers.

    Attributes:
        pad: The plane with the map, a `LatentPad`.
        plane: Its axes, and sliders for the other dimensions.
        grid_size: The slider of the decoded images per side.
        save: The button that saves the map.
        path: The path: its `images`, and the controls `start`, `end` and `steps`.
        concept: The concept vector: its `images`, and the controls `a`, `b`, `strength`, `go`,
            `add` and `clear`.
        hold: Whether the map is frozen while the Run continues; settable.
        busy: Whether something is being drawn.
        message: What went wrong; "" for nothing.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> vae = dl.models.dense_vae((8, 8, 1), 2)
        >>> dl.LatentExplorer(vae, digits.x_test, digits.y_test)
        <LatentExplorer>
    """

    def __init__(
        self,
        source: KerasModel | Run | RecordedRun | None = None,
        x: Nested = None,
        y: ArrayLike | None = None,
        class_names: Sequence[str] = (),
        *,
        encoder: KerasModel | None = None,
        n: int = 15,
        value_range: tuple[float, float] = (0.0, 1.0),
    ) -> None:
        self._state: LatentState | None = None
        self._setting = SignalBlocker()
        self._range = value_range
        self.message_line = MessageLine()
        self.follower: Follower[_Map | None] = Follower(
            self._compute,
            self._draw,
            self.say_error,
            name="latent-map",
            parts=("decoder", "encoder"),
        )
        # What follows the hand, the most urgent first.
        self._hand = PartRenderer(
            "dlwidgets-latent",
            (self._draw_image, self._draw_original, self._draw_concept, self._draw_path),
            self.say_error,
        )
        self._map = LatentMap(n, self._map_file, self.follower.controls)
        self.pad, self.plane = self._map.pad, self._map.plane
        self.grid_size, self.save = self._map.grid_size, self._map.save
        self.path, self.concept = PathStrip(self._path_file), ConceptStrip(self._concept_file)
        self.concept.layout.display = "none"
        super().__init__([self.message_line, self._map, self.path, self.concept])
        self.add_class("dlw-latent-explorer")
        pad = self.pad
        self.follower.filmed = [
            Film(tr("Latent map"), lambda: picture_of_pad(pad), lambda: bool(pad.tiles))
        ]
        self._connect()
        if source is not None:
            self.show(source, x, y, class_names, encoder=encoder)

    def show(
        self,
        source: KerasModel | Run | RecordedRun,
        x: Nested = None,
        y: ArrayLike | None = None,
        class_names: Sequence[str] = (),
        *,
        encoder: KerasModel | None = None,
    ) -> None:
        """Show another model or Run; arguments as for the class.

        Raises:
            ValueError: As for the class. What was shown before stays.
        """
        found = LatentSource(source, encoder)
        latent.map_codes(2, latent_dim=found.latent_dim)  # raises where there is no plane
        taken = samples_for(
            source if encoder is None else encoder, x, y, class_names, limit=MAX_IMAGES
        )
        state = state_of(found, taken.x, taken.y, taken.class_names, self._range)
        self.follower.leave()
        self.note = taken.note
        self._hand.clear()
        with self._setting:
            self._state = state
            self.concept.offer(state.names if state.grouped else [])
            self.concept.show_picked((0, 0))
            self._map.clear(state)
            self._selection_changed()
        self.concept.layout.display = None if state.images is not None else "none"
        self.say("")
        self.follower.show(found.source)

    @property
    def code(self) -> NDArray[np.float32]:
        """The latent vector at the handle, shape (latent_dim,); set it to move the handle."""
        return np.zeros(2, np.float32) if self._state is None else self._state.code.copy()

    @code.setter
    def code(self, value: ArrayLike) -> None:
        code, state = np.asarray(value, np.float32).ravel(), self._state
        dims = len(self.code)
        if code.shape != (dims,) or not np.isfinite(code).all():
            message = tr(
                "Expected a latent vector of {n} finite numbers. Received: {value}",
                n=dims,
                value=repr(value),
            )
            raise ValueError(message)
        if state is None:
            return
        with self._setting:
            state.code = code
            self._map.show_handle(state)
        self._ask(self._draw_image, self._draw_concept)
        if dims > 2:
            self._ask_map()

    @property
    def busy(self) -> bool:
        """Whether something is being drawn, or waits to be."""
        return super().busy or self._hand.busy

    @property
    def settings(self) -> dict[str, Any]:
        """What `generate.latent.latent_map` makes the shown map from, and the step."""
        state, code, shown = self._state, self.code, self.pad.tiles
        x, y, radius = shown["region"] if shown else (0.0, 0.0, self.pad.radius)
        return {
            "n": shown.get("columns", self.grid_size.value),
            "center": [x, y],
            "radius": radius,
            "latent_dim": len(code),
            "axes": list((0, 1) if state is None else state.axes),
            "rest": _rounded(code),
            "step": -1 if state is None or state.step is None else state.step,
        }

    def _release(self) -> None:
        self._hand.close()
        super()._release()

    # -- what the user does --------------------------------------------------------------------

    def _connect(self) -> None:
        self.pad.observe(self._point_moved, "point")
        self.pad.on_pick(self.pick)
        self.pad.on_rest(self._rested)
        self.pad.on_end(self._end_moved)
        self.pad.on_along(self._go_along)
        self.pad.observe(lambda _: self._ask_map(), "region")
        for choice in (self.plane.x, self.plane.y):
            choice.observe(self._axes_changed, "value")
        for slider in self.plane.sliders:
            slider.observe(self._slider_moved, "value")
        self.grid_size.observe(lambda _: self._ask_map(), "value")
        self.path.start.on_click(lambda _: self._set_end(0))
        self.path.end.on_click(lambda _: self._set_end(1))
        self.path.steps.observe(lambda _: self._ask(self._draw_path), "value")
        for control in (self.concept.a, self.concept.b, self.concept.strength):
            control.observe(lambda _: self._ask(self._draw_concept), "value")
        self.concept.go.on_click(lambda _: self._go())
        for button in self.concept.add:
            button.on_click(self._pick_into)
        self.concept.clear.on_click(lambda _: self._set_picked([], []))

    def _ask(self, *parts: Callable[[], None]) -> None:
        if self._state is not None and not self._setting:
            self._hand.ask(*parts)

    def _ask_map(self) -> None:
        if not self._setting:
            self.follower.ask()

    def _point_moved(self, change: Change[list[float]]) -> None:
        state = self._state
        if self._setting or state is None:
            return
        code = state.code.copy()
        code[list(state.axes)] = change["new"]
        state.code = code
        # While the hand moves, the map stays: its image must not wait for a whole grid.
        self.follower.delay(_HAND_RESTS)
        self._ask(self._draw_image)  # alone, so that it keeps up with the hand

    def _rested(self) -> None:
        if self._state is not None:
            self.code = self._state.code

    def _end_moved(self, end: int, x: float, y: float) -> None:
        state = self._state
        if state is None:
            return
        codes = [code.copy() for code in state.ends]
        codes[end][list(state.axes)] = x, y
        state.ends = (codes[0], codes[1])
        self._map.show_path(state)
        self.follower.delay(_HAND_RESTS)
        self._ask(self._draw_path)

    def _go_along(self, share: float) -> None:
        """Take over the coordinates that the plane doesn't show; the handle moves by itself."""
        if self._state is not None:
            start, end = self._state.ends
            self._state.code = (1 - share) * start + share * end

    def keep_ghost(self) -> None:
        """Show in outline where the points are now, to compare with where they go."""
        self.pad.keep_ghost()

    def _slider_moved(self, change: Change[float]) -> None:
        state, index = self._state, self.plane.sliders.index(change["owner"])
        if self._setting or state is None or index >= len(state.code):
            return
        code = state.code.copy()
        code[index] = change["new"]
        state.code = code
        self._ask(self._draw_image, self._draw_concept)
        self._ask_map()

    def _axes_changed(self, change: Change[int]) -> None:
        state = self._state
        if self._setting or state is None:
            return
        x, y = self.plane.axes
        if x == y:  # the other axis takes what this one has left
            other = self.plane.y if change["owner"] is self.plane.x else self.plane.x
            other.value = change["old"]
            return
        state.axes = (x, y)
        self.plane.arrange(len(state.code))
        self._map.name_axes()
        self.pad.region, self.pad.ghost = [], {}  # of other axes
        self.code = state.code
        self._ask(self._draw_path, self._draw_concept)
        self._ask_map()

    def pick(self, index: int) -> None:
        """Select an image, and move the ring to its latent vector.

        Args:
            index: Index of the image in `x`. Nothing happens before the images have vectors.
        """
        if self._state is not None and index < len(self._state.codes):
            self.pad.selected = index
            self._selection_changed()
            self.code = self._state.codes[index]
            self._ask(self._draw_original)

    def _set_end(self, which: int) -> None:
        if self._state is not None:
            start, end = self._state.ends
            self._state.ends = (self.code, end) if which == 0 else (start, self.code)
            self._ask(self._draw_path)

    def _go(self) -> None:
        vector = None if self._state is None else self.concept.vector(self._state)
        if vector is not None:
            self.code = self.code + self.concept.strength.value * vector

    def _selection_changed(self) -> None:
        for button in self.concept.add:
            button.disabled = self.pad.selected < 0

    def _pick_into(self, button: ipywidgets.Button) -> None:
        group, index = self.concept.add.index(button), self.pad.selected
        if index >= 0 and self._state is not None:
            # An image is in one group at most.
            kept = [[i for i in of if i != index] for of in self._state.picked]
            kept[group].append(index)
            self._set_picked(*kept)

    def _set_picked(self, first: list[int], second: list[int]) -> None:
        if self._state is None:
            return
        self._state.picked = (first, second)
        with self._setting:
            self.concept.show_picked((len(first), len(second)))
            if first and second:
                self.concept.a.value, self.concept.b.value = -1, -2
        self._ask(self._draw_concept)

    # -- the map, on the follower's thread -----------------------------------------------------

    def _compute(self, decoder: KerasModel, encoder: KerasModel) -> _Map | None:
        state, n, step = self._state, self.grid_size.value, self.follower.step
        if state is None:
            return None
        codes, error = None, None
        if state.images is not None and state.step != step:
            try:
                codes = latent.encode(encoder, state.images)
            except ValueError as caught:  # images of another size: the map is shown nevertheless
                error = caught
        square = self._map.square(state.codes if codes is None else codes, state.axes)
        tiles = latent.decode(decoder, state.map_codes(n, square).reshape(n * n, -1))
        return _Map(state, square, tiles, codes, step, error)

    def _draw(self, found: _Map | None) -> None:
        if found is None or found.state is not self._state:
            return
        state = found.state
        if found.codes is not None:
            state.codes = found.codes
        state.step = found.step
        self._map.show(state, found.tiles, found.square)
        self._hand.ask()
        if found.error is None:
            self.say("")
        else:
            self.say_error(found.error)

    # -- what follows the hand, on a thread of its own -----------------------------------------

    def _draw_image(self) -> None:
        asked, state = self.pad.asked, self._state  # `asked` before the place is read
        if state is None:
            return
        image = state.source.decode(state.code[np.newaxis])[0]
        if state is self._state:
            self.pad.show_image(image, asked, *state.value_range)

    def _draw_original(self) -> None:
        state, index = self._state, self.pad.selected
        if state is None or state.images is None or not 0 <= index < len(state.images):
            return
        label = tr("Image {index}", index=index)
        if state.grouped:
            name = state.names[int(state.labels[index])]
            label = tr("Image {index}: {class_name}", index=index, class_name=name)
        self.pad.show_original(state.images[index], label, *state.value_range)

    def _draw_concept(self) -> None:
        state = self._state
        if state is None:
            return
        vector, strength = self.concept.vector(state), self.concept.strength.value
        self.pad.arrow = (
            [] if vector is None else [float(v) for v in strength * vector[list(state.axes)]]
        )
        self.concept.draw(state)

    def _draw_path(self) -> None:
        state = self._state
        if state is not None:
            self._map.show_path(state)
            self.path.draw(state)

    # -- files ---------------------------------------------------------------------------------

    def _map_file(self) -> tuple[str, bytes]:
        tiles = self.pad.tiles
        return saved(tiles, tiles.get("columns"), "latent-map.png", self.settings)

    def _path_file(self) -> tuple[str, bytes]:
        ends = [] if self._state is None else [_rounded(code) for code in self._state.ends]
        start, end = ends or ([], [])
        settings = {"start": start, "end": end, "steps": self.path.steps.value}
        settings["step"] = self.settings["step"]
        return saved(self.path.images.atlas, None, "latent-path.png", settings)

    def _concept_file(self) -> tuple[str, bytes]:
        state, concept = self._state, self.concept
        vector = None if state is None else concept.vector(state)
        settings = {
            "step": self.settings["step"],
            "code": _rounded(self.code),
            "vector": [] if vector is None else _rounded(vector),
            "from": concept.a.label,
            "to": concept.b.label,
            "strength": concept.strength.value,
            "picked": [] if state is None else [list(group) for group in state.picked],
        }
        return saved(concept.images.atlas, None, "latent-concept.png", settings)


def _rounded(code: NDArray[np.float32]) -> list[float]:
    return [round(float(v), 6) for v in code]
