"""What the latent explorer draws, on threads of its own, and what it draws from."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.generate import latent
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ipywidgets
    from numpy.typing import NDArray

    from dlwidgets.generate.latent_source import LatentSource
    from dlwidgets.widgets.generate._latent_controls import (
        ConceptControls,
        GridControls,
        PathControls,
        PlaneControls,
    )
    from dlwidgets.widgets.primitives.image_grid import ImageGrid
    from dlwidgets.widgets.primitives.latent_pad import LatentPad

LOW, HIGH = 0.05, 0.95
"""The probabilities between which the grid lies, as in the book."""

QUICK = ("picture", "original", "concept", "path")
"""What follows the hand, the most urgent first."""

SLOW = ("refresh", "codes", "grid")
"""What follows a training: it waits for a boundary, which the hand must not."""

_SHARE = 0.01  # of the time at most, for a model that is slow to look at
_HAND_RESTS = 0.3  # seconds without a movement after which the training is followed again
_LONGEST = 10.0  # seconds between two looks at a training, even for a slow model
_STRENGTHS = (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5)
_NOT_CLONED = (
    "This model cannot be copied, so it is asked between two steps: each picture holds the "
    "training up for a moment."
)


@dataclass(frozen=True, eq=False)
class Material:
    """A model, and the images whose codes are shown.

    Attributes:
        source: The model.
        images: Shape (n, …), as its encoder takes them; None for none.
        labels: The class of each image, int64, shape (n,).
        names: One per class.
        value_range: The values shown as black and as white.
    """

    source: LatentSource
    images: NDArray[Any] | None
    labels: NDArray[np.int64]
    names: list[str]
    value_range: tuple[float, float] = (0.0, 1.0)

    @property
    def grouped(self) -> bool:
        """Whether there are two classes at least."""
        return len(np.unique(self.labels)) > 1


@dataclass
class Widgets:
    """Where it is drawn, and the controls that say how."""

    pad: LatentPad
    plane: PlaneControls
    grid: ImageGrid
    grid_controls: GridControls
    grid_note: ipywidgets.Label
    path: ImageGrid
    path_controls: PathControls
    concept: ImageGrid
    concept_controls: ConceptControls


@dataclass
class Spot:
    """Where the visitor is in the latent space.

    Attributes:
        code: The latent vector at the handle, shape (latent_dim,).
        ends: The two ends of the path.
        picked: Indices of the images in the visitor's two groups.
    """

    code: NDArray[np.float32]
    ends: list[NDArray[np.float32]] = field(default_factory=list)
    picked: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))


class LatentDrawing:
    """Draws what is asked for: pictures under the hand on one thread, the training on another.

    Args:
        widgets: Where to draw.
        say: Shows a remark; called on any thread.
    """

    def __init__(self, widgets: Widgets, say: Callable[[str], None]) -> None:
        self._on, self._say = widgets, say
        self._lock = threading.Lock()
        self._asked: set[str] = set()
        self._hand = Worker("dlwidgets-latent", self._failed)
        self._training = Worker("dlwidgets-latent-training", self._failed)
        self._next = self._begun = self._moved = 0.0
        self._seen = -1
        self._first = True
        self.material: Material | None = None
        self.spot = Spot(np.zeros(2, np.float32))
        self.codes: NDArray[np.float32] = np.zeros((0, 2), np.float32)
        """The codes of the images, shape (n, latent_dim)."""

    def show(self, material: Material) -> None:
        """Draw from another model from now on, once asked to."""
        dims = material.source.latent_dim
        ends = np.zeros((2, dims), np.float32)
        ends[:, 0] = [-1.5, 1.5]
        with self._lock:
            self.material = material
            self._asked.clear()
            self.spot = Spot(np.zeros(dims, np.float32), list(ends))
            self.codes = np.zeros((0, dims), np.float32)
            self._seen, self._next, self._first = -1, 0.0, True

    def ask(self, *parts: str) -> None:
        """Draw these parts soon: names out of `QUICK` and `SLOW`."""
        if self.material is None:
            return
        with self._lock:
            self._asked.update(parts)
        if "picture" in parts:
            self._moved = time.monotonic()
        if any(part in QUICK for part in parts):
            self._hand.submit(lambda: self._work(QUICK))
        if any(part in SLOW for part in parts):
            self._training.submit(lambda: self._work(SLOW))

    def follow(self) -> bool:
        """Ask for a new look at a training when there is reason to; False once it is over."""
        run = None if self.material is None else self.material.source.run
        if run is None:
            return False
        ended = run.state.ended  # before the last look, so that nothing is missed
        news = run.step_count != self._seen and not self._on.grid_controls.hold.value
        # While the hand moves, the map stays: its picture must not wait for a whole grid.
        due = max(self._next, self._moved + _HAND_RESTS)
        if news and not self._training.busy and (ended or time.monotonic() >= due):
            self.ask("refresh")
        return not ended or run.step_count != self._seen or self._training.busy

    def close(self) -> None:
        """End the threads."""
        self._hand.close()
        self._training.close()

    @property
    def axes(self) -> tuple[int, int]:
        """The dimensions that the plane shows across and up."""
        x, y = self._on.plane.x.value, self._on.plane.y.value
        return (0 if x is None else x), (1 if y is None else y)

    def grid_codes(self) -> NDArray[np.float32]:
        """The latent vectors of the grid, shape (n, n, latent_dim)."""
        return latent.grid_codes(
            self._on.grid_controls.n.value,
            LOW,
            HIGH,
            latent_dim=len(self.spot.code),
            axes=self.axes,
            rest=self.spot.code,
        )

    def concept_vector(self) -> NDArray[np.float32] | None:
        """The direction between the two chosen groups; None where one has no codes."""
        chosen = self._on.concept_controls
        groups = [self._group(choice.value) for choice in (chosen.a, chosen.b)]
        if chosen.a.value == chosen.b.value or not all(len(group) for group in groups):
            return None
        return latent.concept_vector(*groups)

    def _group(self, chosen: int | None) -> NDArray[np.float32]:
        """The codes of a class, or of the images that the visitor picked (-1, -2)."""
        material, codes = self.material, self.codes
        if material is None or chosen is None or len(codes) != len(material.labels):
            return codes[:0]
        return codes[self.spot.picked[-1 - chosen] if chosen < 0 else material.labels == chosen]

    # -- on the threads ------------------------------------------------------------------------

    def _work(self, order: tuple[str, ...]) -> None:
        while True:
            with self._lock:
                part = next((p for p in order if p in self._asked), None)
                if part is None:
                    return
                self._asked.remove(part)
                material = self.material
            assert material is not None, "nothing is asked for without"
            getattr(self, f"_draw_{part}")(material)

    def _draw_refresh(self, material: Material) -> None:
        source = material.source
        seen = -1 if source.run is None else source.run.step_count
        source.refresh()
        # The wait for a boundary costs nobody anything.
        self._begun = time.perf_counter() - source.seconds
        if source.cloned is False:
            self._say(_NOT_CLONED)
        if material is self.material:
            self._seen = seen
            self.ask(*QUICK, "codes", "grid")

    def _draw_picture(self, material: Material) -> None:
        asked = self._on.pad.asked  # before the place is read: see LatentPad.show_picture
        image = material.source.decode(self.spot.code[np.newaxis])[0]
        if material is self.material:
            self._on.pad.show_picture(image, asked, *material.value_range)

    def _draw_codes(self, material: Material) -> None:
        pad, axes = self._on.pad, self.axes
        reach = float(latent.normal_quantiles(2, LOW, HIGH)[1])
        if material.images is None:
            pad.grid_reach = reach
            return
        codes = material.source.encode(material.images)
        if material is not self.material:
            return
        self.codes = codes
        centres = latent.group_centres(codes, material.labels, range(len(material.names)))
        with pad.hold_sync():
            pad.radius = latent.plane_radius(codes, axes)
            pad.grid_reach = reach
            pad.show_codes(
                codes[:, axes],
                material.labels,
                material.names,
                centres[:, axes] if material.grouped else None,
            )
        self.ask("concept")

    def _draw_original(self, material: Material) -> None:
        index, images = self._on.pad.selected, material.images
        if images is None or not 0 <= index < len(images):
            return
        label = f"Image {index + 1:,}"
        if material.grouped:
            label += f": {material.names[int(material.labels[index])]}"
        self._on.pad.show_original(images[index], label, *material.value_range)

    def _draw_concept(self, material: Material) -> None:
        vector, pad, strip = self.concept_vector(), self._on.pad, self._on.concept
        if vector is None:
            pad.arrow = []
            strip.clear()
            return
        strength = self._on.concept_controls.strength.value
        pad.arrow = [float(v) for v in strength * vector[list(self.axes)]]
        strengths = [strength, *_STRENGTHS]
        images = material.source.decode(self.spot.code + np.outer(strengths, vector))
        labels = [f"{s:+.2g}".replace("-", "−") if s else "no change" for s in strengths]
        labels[0] = f"now {labels[0]}"
        borders = ["good", *[""] * len(_STRENGTHS)]
        if material is self.material:
            _show_strip(strip, images, labels, borders, material.value_range)

    def _draw_path(self, material: Material) -> None:
        start, end = self.spot.ends
        codes = latent.path_codes(start, end, self._on.path_controls.steps.value)
        images = material.source.decode(codes)
        if material is not self.material:
            return
        labels = ["A", *[""] * (len(images) - 2), "B"]
        _show_strip(self._on.path, images, labels, (), material.value_range)
        axes = list(self.axes)
        self._on.pad.path = [[float(v) for v in code[axes]] for code in (start, end)]

    def _draw_grid(self, material: Material) -> None:
        codes = self.grid_codes()
        n = len(codes)
        images = material.source.decode(codes.reshape(n * n, -1))
        if material is not self.material:
            return
        low, high = material.value_range
        grid = self._on.grid
        with grid.hold_sync():
            grid.columns = n
            grid.cell_size = _cell(images.shape[1:3], 26)
            grid.show(images, low=low, high=high)
        self._note_grid(material.source, n)

    def _note_grid(self, source: LatentSource, n: int) -> None:
        text = f"{n} × {n} normal quantiles from {LOW} to {HIGH}"
        run = source.run
        if run is not None:
            cost = time.perf_counter() - self._begun
            if self._first:  # most of it builds graphs, once
                self._first, cost = False, 0.0
            wait = max(1.0 / self._on.grid_controls.rate.value, min(cost / _SHARE, _LONGEST))
            self._next = time.monotonic() + wait
            text += f" · after step {source.step:,}"
            if cost and not run.state.ended:
                text += f" · takes {1000 * cost:.0f} ms, redrawn every {wait:.1f} s"
        self._on.grid_note.value = text

    def _failed(self, error: Exception) -> None:
        run = None if self.material is None else self.material.source.run
        if run is not None:
            self._seen = run.step_count
            self._next = time.monotonic() + 1.0
        self._say(f"Not shown: {explain(error)}"[:400])


def _show_strip(
    strip: ImageGrid,
    images: NDArray[Any],
    labels: Sequence[str],
    borders: Sequence[str],
    value_range: tuple[float, float],
) -> None:
    low, high = value_range
    strip.cell_size = _cell(images.shape[1:3], 56)
    strip.show(images, low=low, high=high, labels=labels, border_colors=borders)


def _cell(size: Sequence[int], near: int) -> int:
    """A whole multiple of an image's longer side near this many pixels; less for a large one."""
    longest = max(size)
    return longest * max(1, round(near / longest)) if longest <= 1.5 * near else near
