"""Words in the plane while a model learns them, and GloVe beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Bool, Dict, Unicode

from dlwidgets._messages import error_message, tr
from dlwidgets.concepts import _embeddings as engine
from dlwidgets.inspect.vectors import embedding_vectors
from dlwidgets.training.run import Run
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.inspect.projection import Projection
    from dlwidgets.widgets.concepts._lesson import Step


class Embeddings(Concept):
    """Words as vectors, as `dl.concepts.embeddings` makes it."""

    concept = "embeddings"
    fields = engine.FIELDS
    parts = (
        *("task", "word", "analogy", "color", "show", "moment"),
        *("legend", "learned", "glove", "notes"),
    )
    events = ("point",)
    steps = ("learn", "word", "task", "own", "color")

    _model_name = Unicode("EmbeddingsModel").tag(sync=True)
    _view_name = Unicode("EmbeddingsView").tag(sync=True)
    _most: ClassVar[int] = engine.MOST_MOMENTS

    learned = Dict().tag(sync=True)
    glove = Dict().tag(sync=True)
    sentiment = Dict().tag(sync=True)
    message = Text()
    training = Bool(False).tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self.follower: Follower[tuple[int, NDArray[Any]]] | None = None
        super().__init__(**kwargs)

    def follow(
        self,
        source: KerasModel | Run,
        vocabulary: Sequence[str] | Mapping[str, int],
        words: Sequence[str] | None = None,
        *,
        layer: str | None = None,
    ) -> None:
        """Show the words of a model; of a run, while it trains.

        Args:
            source: A built Keras model with an Embedding layer, or a Run.
            vocabulary: The word of each row of the layer's weights, such as `get_vocabulary()` of
                a `TextVectorization`; or a dict from words to rows.
            words: The words to show, at most 400. Default: the first ones of the vocabulary.
            layer: The path of the Embedding layer. Default: the first one.

        Raises:
            ValueError: The words don't fit the layer, or the model has no Embedding layer.
        """
        model: KerasModel = source.model if isinstance(source, Run) else source
        vectors, path = embedding_vectors(model, layer)
        names = engine.checked_words(vocabulary, len(vectors))
        rows = engine.chosen_rows(names, words)
        self._release()
        self._rows, self._names = rows, [names[row] for row in rows]
        self._moments: list[tuple[int, NDArray[np.float32]]] = []
        self._before: Projection | None = None
        self.training = isinstance(source, Run)
        self.follower = Follower(
            lambda now: (self._step(), embedding_vectors(now, path)[0]),
            lambda news: self._draw(*news),
            self._failed,
            name="embeddings",
        )
        # So that there is something to see before the first step.
        self._draw(0 if self.training else -1, vectors)
        if self.training:
            self.follower.show(source)

    def _step(self) -> int:
        return -1 if self.follower is None else self.follower.step

    def _draw(self, step: int, vectors: NDArray[Any]) -> None:
        """Add a moment, and send what is to be shown."""
        some = np.asarray(vectors, np.float32)[self._rows, : engine.MOST_DIMS]
        if not np.isfinite(some).all():
            self.message = tr("The vectors contain NaN. The last finite ones are shown.")
            return
        self._moments = [one for one in self._moments if one[0] < step] + [(step, some)]
        chosen = None
        if len(self._moments) > self._most:
            chosen = self._thin_out()
        plane = engine.plane_of(some, self._before)
        self._before = plane.projection
        with self.hold_sync():
            self.message = ""
            if chosen is not None:
                self.set(moment=[chosen])
            self.learned = _space(
                self._names,
                np.stack([one for _, one in self._moments]),
                plane,
                [at for at, _ in self._moments],
            )

    def _thin_out(self) -> int | None:
        """Keep every second moment, the last ones, and the one that is chosen; return its place."""
        last = len(self._moments) - 1
        kept = {*range(0, last - 1, 2), last - 1, last}
        chosen = [min(last, int(one + 0.5)) for one in self.values["moment"]]
        order = sorted(kept.union(chosen))
        self._moments = [self._moments[place] for place in order]
        return order.index(chosen[0]) if chosen else None

    def _failed(self, error: Exception) -> None:
        self.message = error_message(error)

    def _release(self) -> None:
        if self.follower is not None:
            self.follower.close()
        super()._release()


def _space(
    words: Sequence[str], moments: NDArray[Any], plane: engine.Plane, steps: Sequence[int]
) -> dict[str, Any]:
    """Return words and vectors as the page gets them."""
    return {
        "words": list(words),
        "dims": moments.shape[-1],
        "steps": list(steps),
        "explained": plane.explained,
        "data": raw_bytes(moments.astype("<f4")),
        "axes": raw_bytes(plane.axes.astype("<f4")),
    }


def embeddings(
    source: KerasModel | Run | ArrayLike | None = None,
    vocabulary: Sequence[str] | Mapping[str, int] | None = None,
    *,
    words: Sequence[str] | None = None,
    layer: str | None = None,
    glove: str | os.PathLike[str] | None = None,
    sentiment: Mapping[str, float] | None = None,
    word: str | None = None,
    task: str | None = None,
    a: str | None = None,
    b: str | None = None,
    c: str | None = None,
    color: str | None = None,
    show: str | None = None,
    moment: float | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Embeddings:
    """Show words in the plane while a model learns them, beside the vectors of GloVe.

    Without arguments, a recorded learning on reviews of movies is shown. Neighbors and analogies
    are found by the cosine, in all dimensions.

    Args:
        source: Your own Keras model with an Embedding layer, or a Run, whose words are shown while
            it trains; or an array of vectors, shape (words, dimensions).
        vocabulary: The word of each row of the layer or array; or a dict from words to rows.
        words: The words to show, at most 400. Default: the first ones of the vocabulary.
        layer: The path of the Embedding layer. Default: the first one.
        glove: A file of vectors in GloVe's text format, such as `"glove.6B.100d.txt"`, that is
            shown beside, for the same words.
        sentiment: A number from 0 (negative) to 1 (positive) for some words, as their color.
        word: Whose neighbors are shown. Default: `"excellent"`, or your first word where that isn't
            among yours; likewise for an analogy.
        task: `"neighbors"` or `"analogy"`.
        a: In an analogy, the word that is to `b`,
        b: the word that `a` is compared with,
        c: as this one is to the word that is found.
        color: `"sentiment"` or `"similarity"` to the word.
        show: `"both"`, `"learned"` or `"glove"`.
        moment: Which moment of the training is shown, from 0. By default it is played.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["glove"]`.
        lesson: `True` for a lesson of five steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.
        `widget.follow(run, vocabulary)` shows another model.

    Raises:
        FileNotFoundError: There is no file of vectors.
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.embeddings(task="analogy", a="cat", b="tiger", c="dog").state
        'task=analogy;a=cat;b=tiger;c=dog'
        >>> vectors = np.random.default_rng(0).normal(size=(4, 8))
        >>> dl.concepts.embeddings(vectors, ["red", "green", "blue", "white"], word="red").state
        'word=red'
    """
    values: dict[str, Any] = {
        "word": word,
        "task": task,
        "a": a,
        "b": b,
        "c": c,
        "color": color,
        "show": show,
        "moment": None if moment is None else [moment],
    }
    extra: dict[str, Any] = {}
    shown: list[str] = engine.recording()["words"]
    if sentiment is not None:
        extra["sentiment"] = engine.checked_sentiment(sentiment)
    if source is None or vocabulary is None:
        if source is not None or vocabulary is not None or words is not None:
            message = "Expected `source` and `vocabulary`, the word of each of its rows. "
            raise ValueError(message + "Give both, such as a model and `get_vocabulary()`.")
        widget = Embeddings(state=state, hide=hide, lesson=lesson, values=values, **extra)
    elif isinstance(source, Run) or hasattr(source, "layers"):
        widget = Embeddings(state=state, hide=hide, lesson=lesson, values=values, **extra)
        model: Any = source
        widget.follow(model, vocabulary, words, layer=layer)
        shown = widget.learned["words"]
    else:
        extra["learned"], shown = _array(source, vocabulary, words)
        widget = Embeddings(state=state, hide=hide, lesson=lesson, values=values, **extra)
    if glove is not None:
        widget.glove = _file(glove, shown)
    return widget


def _array(
    source: Any, vocabulary: Sequence[str] | Mapping[str, int], words: Sequence[str] | None
) -> tuple[dict[str, Any], list[str]]:
    """Return the user's own vectors as the page gets them, and their words."""
    array = np.asarray(source)
    good = array.dtype.kind in "biuf" and array.ndim == 2 and array.shape[1] > 0
    if not good or not np.isfinite(array.astype(float)).all():
        message = "Expected `source` to be a Keras model, a Run or finite numbers of shape "
        raise ValueError(
            message + f"(words, dimensions). Received: shape {array.shape} of {array.dtype}."
        )
    names = engine.checked_words(vocabulary, len(array))
    rows = engine.chosen_rows(names, words)
    shown = [names[row] for row in rows]
    some = array[rows, : engine.MOST_DIMS].astype(np.float32)
    return _space(shown, some[None], engine.plane_of(some), [-1]), shown


def _file(path: str | os.PathLike[str], words: Sequence[str]) -> dict[str, Any]:
    """Return vectors from a file as the page gets them."""
    found = engine.read_vectors(path, words)
    names = [one for one in words if one in found]
    if len(names) < 3:
        message = f"Expected vectors of at least 3 of the words in {path!s}. "
        raise ValueError(message + f"Received: {len(names)}.")
    vectors = np.stack([found[one] for one in names])[:, : engine.MOST_DIMS]
    return _space(names, vectors[None], engine.plane_of(vectors), [])
