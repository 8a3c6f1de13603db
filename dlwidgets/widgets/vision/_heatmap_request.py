"""One look of a heat map viewer: what was wished for, and what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._canceled import CanceledError
from dlwidgets.vision import heatmaps
from dlwidgets.vision.features import LayerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets.vision.heatmaps import HeatMaps, Method
    from dlwidgets.widgets.vision._heatmap_samples import Sample, SampleProvider


@dataclass(frozen=True)
class Request:
    """What the controls say.

    Attributes:
        methods: The chosen methods.
        class_index: The class; -1 for the predicted one.
        layer: The layer; "" for the last convolution.
        index: Which image.
        note: What of the controls is not wished for now, as a sentence.
    """

    methods: Sequence[Method]
    class_index: int
    layer: str
    index: int
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One heat map.

    Attributes:
        method: How it was made.
        caption: What to write below it.
        signed: Whether values below 0 speak against the class.
        map: The map, 0 to 1 or −1 to 1.
        notes: What a reader should know, as sentences.
    """

    method: Method
    caption: str
    signed: bool
    map: NDArray[Any]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What came of a wish.

    Attributes:
        wish: The wish.
        sample: The image.
        outputs: The model's probabilities for it, shape (classes,).
        class_index: The class that is explained.
        rows: One per heat map.
        layers: The layers to choose from.
        notes: What a reader should know, as sentences.
    """

    wish: Request
    sample: Sample
    outputs: NDArray[Any]
    class_index: int
    rows: list[Row]
    layers: list[str]
    notes: list[str]

    @property
    def maps(self) -> NDArray[Any]:
        """All maps, shape (n, height, width)."""
        height, width = self.sample.picture.shape[:2]
        return np.stack([r.map for r in self.rows]) if self.rows else np.zeros((0, height, width))


@dataclass(frozen=True)
class Callbacks:
    """Who watches the work on a look.

    Attributes:
        stop: Whether the wish has become old.
        progress: Takes a slow method and the part of it that is done.
        between: Takes what there is while slow methods are still to come.
        seen_graphs: Graphs that have been used before; those used now are added.
    """

    stop: Callable[[], bool]
    progress: Callable[[Method, float], None]
    between: Callable[[Result], None]
    seen_graphs: set[tuple[int, str, str]]


def explain_image(model: Any, images: SampleProvider, wish: Request, watching: Callbacks) -> Result:
    """Ask a model for what is wished for.

    Args:
        model: The model.
        images: Where the image comes from.
        wish: The wish.
        watching: Who watches.

    Raises:
        CanceledError: The wish has become old.
        ValueError: An image or a model that does not do; the message says why.
    """
    model = images.models.form(model)
    sample = images.sample(model, wish.index)
    which = sample.input_index
    outputs = heatmaps.class_probabilities(model, sample.given)[0]
    finite = bool(np.isfinite(outputs).all())
    wanted = wish.class_index if 0 <= wish.class_index < len(outputs) else int(np.argmax(outputs))
    notes = [] if finite else ["The model's output is not a number."]
    layers = heatmaps.heat_layers(model, input_index=which)
    rows: list[Row] = []
    refused: dict[str, list[str]] = {}
    blank = np.zeros(sample.picture.shape[:2], np.float32)
    for i, method in enumerate(wish.methods):
        if method in heatmaps.SLOW and i:
            later = [Row(m, "computing…", False, blank) for m in wish.methods[i:]]
            watching.between(Result(wish, sample, outputs, wanted, [*rows, *later], layers, notes))
        if watching.stop():
            raise CanceledError
        options: dict[str, Any] = {"class_index": wanted, "input_index": which}
        try:
            if method in heatmaps.LAYERED:
                options["layer"] = _layer(model, wish.layer, which, notes)
            rows.append(_row(model, method, sample.given, options, watching))
        except LayerError as error:
            refused.setdefault(str(error), []).append(heatmaps.METHODS[method])
            continue
        notes.extend(rows[-1].notes)
    # Methods that cannot be drawn for the same reason share the sentence that says it.
    notes.extend(f"{', '.join(names)}: {error}." for error, names in refused.items())
    return Result(wish, sample, outputs, wanted, rows, layers, list(dict.fromkeys(notes)))


def _layer(model: Any, wanted: str, which: int | None, notes: list[str]) -> str | None:
    """The layer to look at; None for the last convolution where the wanted one does not do."""
    if not wanted:
        return None
    try:
        return heatmaps.check_layer(model, wanted, input_index=which)
    except LayerError as error:
        text = str(error)
        notes.append(f"{text[:1].upper()}{text[1:]} The last convolution is shown.")
        return None


def _row(
    model: Any, method: Method, given: Any, options: dict[str, Any], watching: Callbacks
) -> Row:
    if method in heatmaps.SLOW:
        options |= {"stop": watching.stop, "progress": lambda p: watching.progress(method, p)}
    begun = time.perf_counter()
    found: HeatMaps = heatmaps.MAKERS[method](model, given, **options)
    took = time.perf_counter() - begun
    key = (id(model), method, found.layer)
    first = key not in watching.seen_graphs
    watching.seen_graphs.add(key)
    caption = _caption(found, took, first=first)
    return Row(method, caption, found.signed, found.normalized()[0], found.notes)


def _caption(found: HeatMaps, took: float, *, first: bool) -> str:
    cost = f"{1000 * took:,.0f} ms" if took >= 0.0095 else f"{1000 * took:.1f} ms"
    parts = [found.layer, cost + (" the first time" if first else "")]
    if found.blank[0]:
        parts.append("0 everywhere: nothing speaks for this class")
    return " · ".join(part for part in parts if part)
