"""One update of a heat map viewer: what the controls ask for, and the result."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._canceled import CanceledError
from dlwidgets._formatting import format_duration
from dlwidgets._messages import error_message, join_messages, tr
from dlwidgets.inspect.layers import LayerError
from dlwidgets.vision.heatmaps import METHODS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.inspect.choosing import Choice
    from dlwidgets.vision.explainer import Explainer
    from dlwidgets.vision.heatmaps import HeatmapMethod, HeatMaps
    from dlwidgets.widgets.vision._heatmap_samples import ImageSample, SampleProvider


@dataclass(frozen=True)
class Request:
    """What the controls ask for.

    Attributes:
        methods: Names of the selected methods.
        class_index: The class; -1 for the predicted one.
        layer: The layer; "" for the last convolution.
        index: Which image.
        note: Which part of the controls can't be followed now, as a sentence.
    """

    methods: Sequence[str]
    class_index: int
    layer: str
    index: int
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One heat map.

    Attributes:
        method: The method.
        caption: What is written below the map and the method's description.
        signed: Whether values below 0 are evidence against the class.
        map: The map, 0 to 1 or −1 to 1.
    """

    method: HeatmapMethod
    caption: str
    signed: bool
    map: NDArray[Any]


@dataclass(frozen=True)
class Result:
    """What came of a request.

    Attributes:
        request: The request.
        sample: The image.
        choice: Which output is explained.
        outputs: The model's probabilities for it, shape (classes,); the numbers of a regression.
        class_index: The class that is explained.
        rows: One per heat map.
        layers: The layers to choose from.
        notes: What you should know about the maps, as sentences.
    """

    request: Request
    sample: ImageSample
    choice: Choice
    outputs: NDArray[Any]
    class_index: int
    rows: list[Row]
    layers: list[str]
    notes: list[str]

    @property
    def maps(self) -> NDArray[Any]:
        """All maps, shape (n, height, width); see `ImageSample.sides`."""
        none = np.zeros((0, *self.sample.sides))
        return np.stack([r.map for r in self.rows]) if self.rows else none


@dataclass(frozen=True)
class Callbacks:
    """What is called during the computation.

    Attributes:
        canceled: Returns whether there is a newer request.
        progress: Takes a slow method and the part of it that is done, from 0 to 1.
        between: Takes the result so far while slow methods are still to come.
        begin: Takes what is being done now, as a sentence.
        known_graphs: Graphs that have been used before; those used now are added.
    """

    canceled: Callable[[], bool]
    progress: Callable[[HeatmapMethod, float], None]
    between: Callable[[Result], None]
    begin: Callable[[str], None]
    known_graphs: set[tuple[int, str, str]]


def explain_image(
    model: KerasModel,
    images: SampleProvider,
    choice: Choice,
    request: Request,
    callbacks: Callbacks,
) -> Result:
    """Compute heat maps of one image.

    Args:
        model: The model.
        images: Provides the image.
        choice: Which output is explained.
        request: Which image, class, layer and methods.
        callbacks: What is called during the computation.

    Raises:
        CanceledError: There is a newer request.
        ValueError: An image or a model that can't be used; the message says why.
    """
    explainer = images.explainer(model, choice)
    sample = images.sample(explainer, request.index)
    outputs = explainer.probabilities(sample.inputs)[0]
    notes: list[str] = [choice.doubt] if choice.doubt else []
    if not np.isfinite(outputs).all():
        notes.append(tr("The model's output is NaN or infinite."))
    asked = 0 <= request.class_index < len(outputs)
    class_index = request.class_index if asked else int(np.argmax(outputs))
    layer = _usable_layer(explainer, request, notes)
    methods = [METHODS[name] for name in request.methods]
    rows: list[Row] = []
    refused: dict[str, list[str]] = {}
    blank = np.zeros(sample.sides, np.float32)

    def result(rows: list[Row]) -> Result:
        distinct = list(dict.fromkeys(notes))
        return Result(
            request, sample, choice, outputs, class_index, rows, explainer.layers, distinct
        )

    for i, method in enumerate(methods):
        if method.slow and i:
            later = [Row(m, tr("Computing…"), False, blank) for m in methods[i:]]
            callbacks.between(result([*rows, *later]))
        if callbacks.canceled():
            raise CanceledError
        callbacks.begin(
            tr(
                "{method}, {number} of {total}…",
                method=method.label,
                number=i + 1,
                total=len(methods),
            )
        )
        try:
            row, found = _row(
                explainer,
                method,
                sample.inputs,
                class_index=class_index,
                layer=layer,
                callbacks=callbacks,
            )
        except LayerError as error:
            refused.setdefault(error_message(error), []).append(method.label)
            continue
        rows.append(row)
        notes.extend(found.notes)
    # Methods that can't be drawn for the same reason share the sentence that says so.
    notes.extend(
        tr("{methods}: {reason}", methods=", ".join(labels), reason=reason)
        for reason, labels in refused.items()
    )
    return result(rows)


def _usable_layer(explainer: Explainer, request: Request, notes: list[str]) -> str:
    """The requested layer; "" for the last convolution if that layer can't be used."""
    if not request.layer or not any(METHODS[name].needs_layer for name in request.methods):
        return ""
    try:
        return explainer.layer(request.layer)
    except LayerError as error:
        notes.append(tr("{reason} The last convolution is shown.", reason=error_message(error)))
        return ""


def _row(
    explainer: Explainer,
    method: HeatmapMethod,
    inputs: Any,
    *,
    class_index: int,
    layer: str,
    callbacks: Callbacks,
) -> tuple[Row, HeatMaps]:
    options: dict[str, Any] = {"layer": layer} if method.needs_layer else {}
    if method.slow:
        options["canceled"] = callbacks.canceled
        options["progress"] = lambda part: callbacks.progress(method, part)
    begun = time.perf_counter()
    found = method.function(explainer, inputs, class_index, **options)
    seconds = time.perf_counter() - begun
    key = (id(explainer), method.name, found.layer)
    first = key not in callbacks.known_graphs
    callbacks.known_graphs.add(key)
    caption = _caption(found, seconds, first=first)
    return Row(method, caption, found.signed, found.normalized()[0]), found


def _caption(found: HeatMaps, seconds: float, *, first: bool) -> str:
    """Layer, duration, and whether the map is blank, separated by dots."""
    duration = format_duration(seconds)
    return join_messages(
        [
            found.layer,
            tr("{duration} the first time", duration=duration) if first else duration,
            tr("0 everywhere: no evidence for this class") if found.blank[0] else "",
        ],
        " · ",
    )
