"""The space in which a model tells samples, or words, apart."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from traitlets import Int, Unicode

from dlwidgets._canceled import CanceledError
from dlwidgets._formatting import format_percent
from dlwidgets.inspect.final_activation import ending
from dlwidgets.inspect.outcomes import outcomes, true_classes
from dlwidgets.inspect.projection import Projection, project
from dlwidgets.inspect.vectors import embedding_layers, embedding_vectors, hidden_vectors
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets.inspect._sample_images import (
    CARD,
    checked_pictures,
    picture_of,
    pictures_in,
    range_of,
)
from dlwidgets.widgets.primitives.vector_plane import NO_CLASS, VectorPlane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.widgets._core.change import Change

METHODS = {"pca": "PCA", "tsne": "t-SNE"}
_MOST = {"pca": 3000, "tsne": 1500}  # points
_WAITING = "Vectors appear here."
_HIDDEN = "the last hidden layer"


@dataclass(frozen=True, eq=False)
class _Subject:
    """What is shown besides the model."""

    x: Any = None
    truth: NDArray[np.int64] | None = None
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    images: NDArray[Any] | None = None
    low_high: tuple[float | None, float | None] = (None, None)


@dataclass(frozen=True, eq=False)
class _Vectors:
    """What was found in the model, before it is projected."""

    subject: _Subject
    layer: str
    rows: NDArray[np.int64]
    vectors: NDArray[Any]
    wrong: NDArray[np.bool_]
    where: str
    note: str
    step: int


class EmbeddingView(ClosesChildren, ipywidgets.VBox):
    """A scatter of vectors: of the last hidden layer for samples, or of an Embedding layer's words.

    Colour is the class, a ring means predicted wrong; under the pointer the image or the word
    appears. With a Run it follows the training, turning over as little as it can.

    Args:
        source: A built Keras model, or a Run; None for an empty view until `show`.
        x: Samples that the model takes, shape (n, …); not needed for an Embedding layer.
        y: The class of each sample, or of each word of an Embedding layer; None for no colours.
        class_names: One name per class; their numbers by default.
        layer: "" for the last hidden layer, or the path name of an Embedding layer.
        words: For an Embedding layer, the word of each row of its weights.
        images: Pictures of the samples; by default `x` where it has that shape.
        method: "pca" or "tsne".
        title: Shown above.

    Raises:
        ValueError: Arrays that do not go together, or another method.

    Attributes:
        index: Row number of the chosen sample or word, -1 for none; may be set.
        layer: As above; may be set. Of a layer that is not there the view names the nearest.
        method: A `Dropdown` of the methods.
        where: A `Dropdown` of the layers, for a model with Embedding layers.
        plane: The points as they are drawn, a `VectorPlane`.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> dl.EmbeddingView(model, digits.x_test, digits.y_test)
        EmbeddingView(...)
        >>> text_model = dl.models.char_gru(3)
        >>> layer = dl.inspect.embedding_layers(text_model)[0]
        >>> dl.EmbeddingView(text_model, layer=layer, words=["a", "b", "c"])
        EmbeddingView(...)
    """

    index = Int(-1)
    layer = Unicode("")

    def __init__(
        self,
        source: Any = None,
        x: Any = None,
        y: Any = None,
        class_names: Sequence[str] = (),
        *,
        layer: str = "",
        words: Sequence[str] = (),
        images: NDArray[Any] | None = None,
        method: str = "pca",
        title: str = "How the model sees them",
    ) -> None:
        self._subject = _Subject()
        self._before: tuple[str, Projection] | None = None
        self._shown: NDArray[np.int64] = np.zeros(0, np.int64)
        self._cancel = threading.Event()
        self._offering = False
        self.plane = VectorPlane(title=title, notice=_WAITING)
        self.method = ipywidgets.Dropdown(
            options=[(text, name) for name, text in METHODS.items()],
            description="Projection",
            layout={"width": "190px"},
            tooltip="PCA keeps distances; t-SNE keeps neighbours together, and takes seconds",
        )
        self.where = ipywidgets.Dropdown(
            options=[(_HIDDEN, "")],
            description="Vectors of",
            layout={"width": "280px", "display": "none"},
        )
        self.cancel = ipywidgets.Button(
            description="Cancel",
            tooltip="End the projection that is under way",
            layout={"display": "none", "width": "auto"},
        )
        self.follower: Follower[_Vectors] = Follower(
            self._find, self._place, self._failed, name="embedding"
        )
        actions = ipywidgets.Box([self.where, self.method, self.cancel])
        actions.add_class("dlw-viewer-actions")
        super().__init__([self.plane, actions, self.follower.controls], layer=layer)
        self.add_class("dlw-viewer")
        if method not in METHODS:
            message = f"method must be one of {', '.join(METHODS)}. Received: {method!r}"
            raise ValueError(message)
        self.method.value = method
        self.method.observe(self._changed, "value")
        self.observe(self._changed, "layer")
        self.observe(self._index_set, "index")
        self.where.observe(self._where_chosen, "value")
        self.cancel.on_click(lambda _: self._cancel.set())
        self.plane.on_hover(self._hovered)
        self.plane.on_pick(self._picked)
        if source is not None:
            self.show(source, x, y, class_names, layer=layer, words=words, images=images)

    def show(
        self,
        source: Any,
        x: Any = None,
        y: Any = None,
        class_names: Sequence[str] = (),
        *,
        layer: str = "",
        words: Sequence[str] = (),
        images: NDArray[Any] | None = None,
    ) -> None:
        """Show another model, or other samples; arguments as those of the class.

        Raises:
            ValueError: As for the class; what was shown before stays.
        """
        if x is None and not layer:
            message = "x is needed for the last hidden layer. Received: neither x nor a layer"
            raise ValueError(message)
        truth = None if y is None else true_classes(y)[0]
        count = None if layer else _count(x)
        if truth is not None and count is not None and len(truth) != count:
            message = f"x and y must be equally long. Received: {count} and {len(truth)} samples"
            raise ValueError(message)
        pictures = pictures_in(x) if images is None else checked_pictures(images)
        if pictures is not None and count is not None and len(pictures) != count:
            message = f"one image per sample is needed. Received: {len(pictures)} for {count}"
            raise ValueError(message)
        classes = 0 if truth is None else int(truth.max(initial=-1)) + 1
        if class_names and len(class_names) < classes:
            message = f"class {classes - 1} has no name. Received: {len(class_names)} class names"
            raise ValueError(message)
        names = [str(n) for n in class_names] or [str(i) for i in range(classes)]
        self._cancel.set()
        self.follower.leave()
        self._subject = _Subject(
            x, truth, tuple(names), tuple(str(w) for w in words), pictures, range_of(pictures)
        )
        self._before, self.index = None, -1
        with self.plane.hold_sync():
            self.plane.points, self.plane.hovered = {}, {}
            self.plane.summary, self.plane.notice = "", _WAITING
        self.layer = layer
        self.follower.show(source)

    def close(self) -> None:
        """Take the view off the page."""
        self._cancel.set()
        self.follower.close()
        super().close()

    # -- on the worker's thread ------------------------------------------------------------------

    def _find(self, model: Any) -> _Vectors:
        subject, layer, step = self._subject, self.layer, self.follower.step
        self._offer(embedding_layers(model), hidden=subject.x is not None)
        if layer:
            vectors, where = embedding_vectors(model, layer)
            rows = np.arange(len(vectors))
            return _Vectors(
                subject, layer, rows, vectors, np.zeros(len(rows), bool), where, "", step
            )
        n, most = _count(subject.x), _MOST[self.method.value]
        rows, note = np.arange(n), ""
        if n > most:
            # The same ones each time, and before the model is asked: it need not answer for all.
            rows = np.sort(np.random.default_rng(0).choice(n, most, replace=False))
            note = f"a random sample of {most:,} of {n:,}"
        vectors, output, where = hidden_vectors(model, _take(subject.x, rows))
        wrong = np.zeros(len(rows), bool)
        if subject.truth is not None and output.ndim == 2:
            judged = outcomes(subject.truth[rows], output, activation=ending(model))
            wrong = ~judged.right
        return _Vectors(subject, layer, rows, vectors, wrong, where, note, step)

    def _offer(self, names: list[str], *, hidden: bool) -> None:
        """Let the visitor choose between the last hidden layer and the Embedding layers."""
        options = [(_HIDDEN, "")] if hidden or not names else []
        options += [(name, name) for name in names]
        if list(self.where.options) != options:
            self._offering = True
            self.where.options = options
            self._offering = False
        values = [value for _, value in options]
        if self.layer in values and self.where.value != self.layer:
            self.where.value = self.layer
        self.where.layout.display = None if len(options) > 1 else "none"

    def _place(self, found: _Vectors) -> None:
        method, key = self.method.value, f"{self.method.value} {found.where}"
        self._cancel.clear()
        if found.subject is not self._subject:
            return
        slow = method == "tsne"
        before = self._before[1] if self._before is not None and self._before[0] == key else None
        try:
            if slow:
                self.plane.progress = 0.0
                self.cancel.layout.display = None
            placed = project(
                found.vectors,
                method,
                most=_MOST[method],
                before=before,
                canceled=self._cancel.is_set,
                progress=lambda share, now: self._draw(found, now, share),
            )
        except CanceledError as error:
            self.plane.summary = str(error)
            return
        finally:
            self.plane.progress = 1.0
            self.cancel.layout.display = "none"
        self._before = (key, placed)
        self._draw(found, placed, 1.0)

    def _draw(self, found: _Vectors, placed: Projection, share: float) -> None:
        if found.subject is not self._subject:
            return
        subject, rows = found.subject, found.rows[placed.index]
        classes = np.full(len(rows), NO_CLASS)
        if subject.truth is not None:
            known = rows < len(subject.truth)
            classes[known] = subject.truth[rows[known]]
        words = [f"{found.vectors.shape[1]:,} dimensions of {found.where}"]
        words += [f"{len(rows):,} {'words' if found.layer else 'samples'}"]
        words += [note for note in (found.note, placed.note) if note]
        if placed.explained:
            words.append(f"the plane holds {format_percent(sum(placed.explained))} of the variance")
        words += [f"after step {found.step:,}"] if found.step >= 0 else []
        axes = ["", ""]
        if placed.explained:
            axes = [
                f"component {i + 1} ({format_percent(v)})" for i, v in enumerate(placed.explained)
            ]
        plane = self.plane
        with plane.hold_sync():
            plane.progress = share
            plane.summary, plane.notice = " · ".join(words), ""
            plane.x_label, plane.y_label = axes
            plane.show_points(
                placed.places, rows, classes, found.wrong[placed.index], subject.names
            )
        self._shown = rows

    def _failed(self, error: Exception) -> None:
        with self.plane.hold_sync():
            self.plane.points, self.plane.summary = {}, ""
            self.plane.notice = f"No vectors: {explain(error)}"[:600]

    # -- the visitor -----------------------------------------------------------------------------

    def _where_chosen(self, change: Change[str]) -> None:
        if not self._offering:
            self.layer = change["new"]

    def _changed(self, _change: Change[object]) -> None:
        self._cancel.set()  # what is under way is no longer wanted
        self.follower.ask()

    def _hovered(self, row: int, asked: int) -> None:
        self.plane.hovered = {"asked": asked, "row": row, **self._about(row)}

    def _about(self, row: int) -> dict[str, Any]:
        """Image and text of a point."""
        subject = self._subject
        if self.layer:
            word = subject.words[row] if row < len(subject.words) else f"row {row}"
            text = word
        else:
            text = f"sample {row:,}"
        if subject.truth is not None and row < len(subject.truth):
            text += f"\n{subject.names[subject.truth[row]]}"
        about: dict[str, Any] = {"text": text, "image": {}}
        if not self.layer and subject.images is not None and row < len(subject.images):
            about["image"] = picture_of(subject.images[row : row + 1], subject.low_high, CARD)
        return about

    def _picked(self, row: int) -> None:
        self.index = row if row in self._shown else -1

    def _index_set(self, change: Change[int]) -> None:
        self.plane.selected = change["new"]


def _count(x: Any) -> int:
    several = list(x.values()) if isinstance(x, dict) else x
    parts = several if isinstance(several, (list, tuple)) else [x]
    return len(parts[0])


def _take(x: Any, rows: NDArray[np.int64]) -> Any:
    if isinstance(x, dict):
        return {key: np.asarray(part)[rows] for key, part in x.items()}
    if isinstance(x, (list, tuple)):
        return [np.asarray(part)[rows] for part in x]
    return np.asarray(x)[rows]
