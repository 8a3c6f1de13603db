"""The vectors of samples or words inside a model, as a scatter plot."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from traitlets import Int, Unicode

from dlwidgets._canceled import CanceledError
from dlwidgets._formatting import format_percent
from dlwidgets._messages import error_message, join_messages, tr, trn
from dlwidgets.inspect.outcomes import outcomes
from dlwidgets.inspect.projection import Projection, project
from dlwidgets.inspect.vectors import embedding_layers, embedding_vectors, hidden_vectors
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._core.text import own_name
from dlwidgets.widgets._fields.output import OutputField, ShowsOneOutput
from dlwidgets.widgets._live.feed import samples_for
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.samples import count_samples, take_samples
from dlwidgets.widgets.inspect._embedding_subject import Subject, colors_of, subject_of
from dlwidgets.widgets.inspect._sample_images import CARD_SIDE, small_atlas
from dlwidgets.widgets.inspect._sample_view import SampleView
from dlwidgets.widgets.primitives.vector_plane import NO_CLASS, VectorPlane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.choosing import ClassNames
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change

METHODS = {"pca": "PCA", "tsne": "t-SNE"}
_MAX_POINTS = {"pca": 3000, "tsne": 1500}
_WAITING = tr("Vectors appear here.")
_HIDDEN = tr("the last hidden layer")


@dataclass(frozen=True, eq=False)
class _Vectors:
    """Vectors from the model, before their projection."""

    subject: Subject
    layer: str
    rows: NDArray[np.int64]
    vectors: NDArray[Any]
    truth: NDArray[np.int64] | None
    names: tuple[str, ...]
    wrong: NDArray[np.bool_]
    where: str
    note: str
    step: int
    words: tuple[str, ...] = ()


class EmbeddingView(ShowsOneOutput, SampleView):
    """A scatter plot of vectors: of the last hidden layer, or of an Embedding layer's words.

    The color is the class, and a ring marks a wrong prediction. Under the pointer, the image or the
    word appears. With a Run it is updated during training, keeping the orientation of the plot.

    Args:
        source: A built Keras model or a Run. `None` for an empty view until `show`.
        x: Samples as the model takes them, shape (n, …); not needed for an Embedding layer. Or a
            data set or generator, of which the first 3,000 samples are used; see `dl.data.take`.
        y: The class of each sample; with `layer`, of each word of that layer. For several outputs a
            dict or list of the classes of samples. `None` for no colors. A data set brings its own.
        class_names: One name per class, or a dict of them by output. Default: the data set's, or
            their numbers.
        output: Name or index of the output whose last hidden layer is shown and that `y` belongs
            to, for a model with several. Default: the one that `y` and `class_names` fit.
        layer: "" for the last hidden layer, or the path of an Embedding layer.
        words: The word of each row of the weights of `layer`, or of the model's Embedding layer.
        images: Images of the samples, shape (n, height, width[, channels]). Default: `x`, if it has
            that shape.
        method: `"pca"` or `"tsne"`.
        title: Shown above.

    Raises:
        ValueError: `x`, `y`, `class_names` and `images` don't fit together, or the method is
            unknown.

    Attributes:
        index: Row number of the selected sample or word; -1 for none. Settable.
        layer: As above. Settable. For a layer that doesn't exist, the message names the most
            similar one.
        method: A menu of the methods.
        where: A menu of the layers, for a model with Embedding layers.
        plane: The points, a `VectorPlane`.
        hold: Whether the view is frozen while its Run continues. Settable.
        busy: Whether an update is in progress.
        message: Why the vectors can't be shown, or how many samples are used; "" for nothing.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> dl.EmbeddingView(model, digits.x_test, digits.y_test)
        <EmbeddingView>
        >>> text_model = dl.models.char_gru(3)
        >>> layer = dl.inspect.embedding_layers(text_model)[0]
        >>> dl.EmbeddingView(text_model, layer=layer, words=["a", "b", "c"])
        <EmbeddingView>
    """

    index = Int(-1)
    layer = Unicode("")

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        x: Nested = None,
        y: Any = None,
        class_names: ClassNames = (),
        *,
        output: str | int | None = None,
        layer: str = "",
        words: Sequence[str] = (),
        images: ArrayLike | None = None,
        method: str = "pca",
        title: str = "",
    ) -> None:
        self._subject = Subject()
        self._found: _Vectors | None = None
        self.output_field = OutputField(self._choose)
        self._before: tuple[str, Projection] | None = None
        self._shown: NDArray[np.int64] = np.zeros(0, np.int64)
        self._cancel = threading.Event()
        self._offering = SignalBlocker()
        self.plane = VectorPlane(title=title or tr("Embedding"), notice=_WAITING)
        follower: Follower[_Vectors] = Follower(
            self._find, self._place, self._failed, name="embedding"
        )
        super().__init__(follower, self.plane, self._make_actions(), layer=layer)
        if method not in METHODS:
            message = f"Expected `method` to be one of {', '.join(METHODS)}. Received: {method!r}"
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
            self.show(
                source, x, y, class_names, output=output, layer=layer, words=words, images=images
            )

    def _make_actions(self) -> ipywidgets.Box:
        self.method = ipywidgets.Dropdown(
            options=[(text, name) for name, text in METHODS.items()],
            description=tr("Projection"),
            layout={"width": "190px"},
            tooltip=tr("PCA preserves distances. t-SNE preserves neighbors and takes seconds."),
        )
        self.where = ipywidgets.Dropdown(
            options=[(_HIDDEN, "")],
            description=tr("Vectors of"),
            tooltip=tr("The layer whose vectors are shown."),
            layout={"width": "280px", "display": "none"},
        )
        self.cancel = ipywidgets.Button(
            description=tr("Cancel"),
            tooltip=tr("Cancel the projection that is in progress."),
            layout={"display": "none", "width": "auto"},
        )
        actions = ipywidgets.Box([self.output_field, self.where, self.method, self.cancel])
        actions.add_class("dlw-viewer-actions")
        return actions

    def show(
        self,
        source: KerasModel | Run,
        x: Nested = None,
        y: Any = None,
        class_names: ClassNames = (),
        *,
        output: str | int | None = None,
        layer: str = "",
        words: Sequence[str] = (),
        images: ArrayLike | None = None,
    ) -> None:
        """Show another model or other samples.

        Args:
            source: A built Keras model or a Run.
            x: As for the class.
            y: As for the class.
            class_names: As for the class.
            output: As for the class.
            layer: As for the class.
            words: As for the class.
            images: As for the class.

        Raises:
            ValueError: As for the class; the view stays as it was.
        """
        taken = samples_for(source, x, y, limit=_MAX_POINTS["pca"])
        subject = subject_of(
            taken.x,
            taken.y,
            class_names or taken.class_names,
            output=output,
            layer=layer,
            words=words,
            images=images,
        )
        self._cancel.set()
        self.follower.leave()
        self._subject, self._wanted, self.note = subject, None, taken.note
        self._before, self._found, self.index = None, None, -1
        self.say("")
        with self.plane.hold_sync():
            self.plane.points, self.plane.hovered = {}, {}
            self.plane.summary, self.plane.notice = "", _WAITING
        self.layer = layer
        self.follower.show(source)

    def _release(self) -> None:
        self._cancel.set()
        super()._release()

    # -- on the worker's thread ------------------------------------------------------------------

    def _find(self, model: KerasModel) -> _Vectors:
        subject, layer, step = self._subject, self.layer, self.follower.step
        self._offer(embedding_layers(model), hidden=subject.x is not None)
        if layer:
            self.output_field.offer((), "")
            return _words_of(model, subject, layer, step)
        choice = self._choice(model, subject.targets)
        n, most = count_samples(subject.x), _MAX_POINTS[self.method.value]
        rows, note = np.arange(n), ""
        if n > most:
            # The same ones each time, and before the model is evaluated.
            rows = np.sort(np.random.default_rng(0).choice(n, most, replace=False))
            note = tr("a random sample of {shown} of {total}", shown=most, total=n)
        some = take_samples(subject.x, rows)
        vectors, values, where = hidden_vectors(model, some, output=choice.output.index)
        truth, names, said = colors_of(choice)
        wrong = np.zeros(len(rows), bool)
        if truth is not None and values.ndim == 2 and choice.ending.classes:
            answers = choice.ending.probabilities(values)
            wrong = ~outcomes(truth[rows], answers, activation="softmax").right
        note = join_messages([note, said], " · ")
        return _Vectors(subject, layer, rows, vectors, truth, names, wrong, where, note, step)

    def _offer(self, names: list[str], *, hidden: bool) -> None:
        """List the last hidden layer and the Embedding layers in the menu."""
        options: list[tuple[str, str]] = [(_HIDDEN, "")] if hidden or not names else []
        options += [(own_name(name), name) for name in names]
        if list(self.where.options) != options:
            with self._offering:
                self.where.options = options
        values = [value for _, value in options]
        if self.layer in values and self.where.value != self.layer:
            self.where.value = self.layer
        self.where.layout.display = None if len(options) > 1 else "none"

    def _place(self, found: _Vectors) -> None:
        method, key = self.method.value, f"{self.method.value} {found.where}"
        self._cancel.clear()
        if found.subject is not self._subject:
            return
        before = self._before[1] if self._before is not None and self._before[0] == key else None
        try:
            if method == "tsne":
                self.plane.progress = 0.0
                self.cancel.layout.display = None
            placed = project(
                found.vectors,
                method,
                most=_MAX_POINTS[method],
                before=before,
                canceled=self._cancel.is_set,
                progress=lambda share, now: self._draw(found, now, share),
            )
        except CanceledError as error:
            self.plane.summary = error_message(error)
            return
        finally:
            self.plane.progress = 1.0
            self.cancel.layout.display = "none"
        self._before = (key, placed)
        self._draw(found, placed, 1.0)

    def _draw(self, found: _Vectors, placed: Projection, share: float) -> None:
        if found.subject is not self._subject:
            return
        rows = found.rows[placed.index]
        classes = np.full(len(rows), NO_CLASS)
        if found.truth is not None:
            known = rows < len(found.truth)
            classes[known] = found.truth[rows[known]]
        plane = self.plane
        with plane.hold_sync():
            plane.progress = share
            plane.summary, plane.notice = _summary(found, placed), ""
            plane.x_label, plane.y_label = _axis_labels(placed)
            plane.show_points(placed.places, rows, classes, found.wrong[placed.index], found.names)
        self._shown, self._found = rows, found
        self.say("")

    def _failed(self, error: Exception) -> None:
        with self.plane.hold_sync():
            self.plane.points, self.plane.summary = {}, ""
            self.plane.notice = tr("No vectors.")
        self.say_error(error)

    # -- what the user does ----------------------------------------------------------------------

    def _output_chosen(self) -> None:
        self._changed(None)

    def _where_chosen(self, change: Change[str]) -> None:
        if not self._offering:
            self.layer = change["new"]

    def _changed(self, _change: Change[object] | None) -> None:
        self._cancel.set()  # the projection in progress is outdated
        self.follower.ask()

    def _hovered(self, row: int, asked: int) -> None:
        self.plane.hovered = {"asked": asked, "row": row, **self._describe(row)}

    def _describe(self, row: int) -> dict[str, Any]:
        """Return image and text of a point."""
        subject, found = self._subject, self._found
        layer = self.layer if found is None else found.layer
        if not layer:
            text: str = tr("sample {number}", number=row)
        elif found is not None and row < len(found.words):
            text = found.words[row]
        else:
            text = tr("row {number}", number=row)
        if found is not None and found.truth is not None and row < len(found.truth):
            text = join_messages([text, found.names[found.truth[row]]], "\n")
        described: dict[str, Any] = {"text": text, "image": {}}
        if not layer and subject.images is not None and row < len(subject.images):
            image = subject.images[row : row + 1]
            described["image"] = small_atlas(image, subject.low_high, CARD_SIDE)
        return described

    def _picked(self, row: int) -> None:
        self.index = row if row in self._shown else -1

    def _index_set(self, change: Change[int]) -> None:
        self.plane.selected = change["new"]


def _words_of(model: KerasModel, subject: Subject, layer: str, step: int) -> _Vectors:
    """The vectors of an Embedding layer, with the words and classes that belong to it."""
    vectors, where = embedding_vectors(model, layer)
    rows = np.arange(len(vectors))
    truth, names, words = subject.word_classes, subject.word_class_names, subject.words
    if not subject.has_words_of(where, model):
        truth, names, words = None, (), ()
    wrong = np.zeros(len(rows), bool)
    return _Vectors(subject, layer, rows, vectors, truth, names, wrong, where, "", step, words)


def _summary(found: _Vectors, placed: Projection) -> str:
    """Return the line above the points."""
    n = len(placed.index)
    variance = format_percent(sum(placed.explained))
    return join_messages(
        [
            tr("{n} dimensions of {layer}", n=found.vectors.shape[1], layer=found.where),
            trn("{n} word", "{n} words", n) if found.layer else trn("{n} sample", "{n} samples", n),
            found.note,
            placed.note,
            tr("the plane shows {percent} of the variance", percent=variance)
            if placed.explained
            else "",
            tr("after step {step}", step=found.step) if found.step >= 0 else "",
        ],
        " · ",
    )


def _axis_labels(placed: Projection) -> tuple[str, str]:
    labels: list[str] = [
        tr("component {number} ({percent})", number=i, percent=format_percent(share))
        for i, share in enumerate(placed.explained, 1)
    ]
    x, y = [*labels, "", ""][:2]
    return x, y
