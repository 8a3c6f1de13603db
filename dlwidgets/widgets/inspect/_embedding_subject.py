"""What an embedding view shows besides the model: samples or words, and their classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.inspect.choosing import Choice, Targets
from dlwidgets.inspect.endings import label_kind
from dlwidgets.inspect.outcomes import true_classes
from dlwidgets.widgets._core.text import as_text
from dlwidgets.widgets._live.samples import (
    check_class_names,
    check_one_per_sample,
    check_targets,
    count_samples,
)
from dlwidgets.widgets.inspect._sample_images import sample_images, value_range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import Nested
    from dlwidgets.inspect.choosing import ClassNames
    from dlwidgets.widgets.inspect._sample_images import ValueRange


@dataclass(frozen=True, eq=False)
class Subject:
    """What is shown besides the model."""

    x: Nested = None
    targets: Targets = field(default_factory=Targets)
    words: tuple[str, ...] = ()
    images: NDArray[Any] | None = None
    low_high: ValueRange = (None, None)


def subject_of(
    x: Nested,
    y: Any,
    class_names: ClassNames,
    *,
    output: str | int | None,
    layer: str,
    words: Sequence[str],
    images: ArrayLike | None,
) -> Subject:
    """Check the arguments of `show`."""
    if x is None and not layer:
        message = "Expected `x` for the vectors of the last hidden layer. Received: None."
        raise ValueError(message)
    truth, classes = None, 0
    if y is not None and layer:
        truth, _ = true_classes(y)
        classes = int(truth.max(initial=-1)) + 1
    elif y is not None:
        truth, classes = check_targets(x, y)
    shown = sample_images(x, images)
    check_one_per_sample(shown, None if layer else count_samples(x))
    if not isinstance(class_names, Mapping) and (layer or class_names):
        class_names = check_class_names(class_names, classes)
    targets = Targets(truth, class_names, output)
    return Subject(x, targets, tuple(as_text(word) for word in words), shown, value_range(shown))


def colors_of(choice: Choice) -> tuple[NDArray[np.int64] | None, tuple[str, ...], str]:
    """The classes of the samples, their names, and why there are none."""
    if choice.y is None:
        return None, (), choice.doubt
    y = np.asarray(choice.y)
    if y.ndim > 2 or label_kind(y) not in {"binary", "classes", "one_hot"}:
        no = tr(
            "no colors: output {name} hasn't one class per sample", name=repr(choice.output.name)
        )
        return None, (), no
    truth, columns = true_classes(y)
    names = choice.class_names
    known = max(columns, int(truth.max(initial=-1)) + 1, choice.ending.classes)
    more = tuple(str(i) for i in range(len(names), known))
    return truth, tuple(as_text(name) for name in names) + more, ""
