"""Checks of the labeled samples that viewers of a classifier are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.data._structures import is_structure
from dlwidgets.inspect.endings import label_kind
from dlwidgets.inspect.outcomes import true_classes
from dlwidgets.widgets._core.text import as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import Nested


def parts_of(x: Nested) -> list[Nested]:
    """Return the inputs of a model one by one.

    Args:
        x: An array, or a list, tuple or dict of them.
    """
    several = list(x.values()) if isinstance(x, dict) else x
    return list(several) if isinstance(several, (list, tuple)) else [x]


def count_samples(x: Nested) -> int:
    """Return the number of samples.

    Args:
        x: An array of shape (n, …), or a list, tuple or dict of them.
    """
    parts = parts_of(x)
    return len(parts[0]) if parts else 0


def take_samples(x: Nested, rows: NDArray[np.int64]) -> Nested:
    """Return some of the samples.

    Args:
        x: An array of shape (n, …), or a list, tuple or dict of them.
        rows: Row numbers, shape (m,).
    """
    if isinstance(x, dict):
        return {key: np.asarray(part)[rows] for key, part in x.items()}
    if isinstance(x, (list, tuple)):
        return [np.asarray(part)[rows] for part in x]
    return np.asarray(x)[rows]


def check_labels(x: Nested, y: ArrayLike | None) -> tuple[NDArray[np.int64], int]:
    """Return the true classes, and the number of classes that their form or values imply.

    Args:
        x: Samples, shape (n, …); a list, tuple or dict of arrays for several inputs.
        y: Their classes, as for `inspect.outcomes`.

    Raises:
        ValueError: `y` holds no classes, or not one per sample.
    """
    if y is None:
        message = tr("Expected `y` with the class of each sample. Received: None.")
        raise ValueError(message)
    truth, columns = true_classes(y)
    count = count_samples(x)
    if count != len(truth) or not count:
        raise ValueError(_other_count(count, len(truth)))
    return truth, max(columns, int(truth.max()) + 1)


def _other_count(x: int, y: int) -> str:
    return tr(
        "`x` and `y` must have the same number of samples, at least 1. Received: {x} and {y}.",
        x=x,
        y=y,
    )


def check_targets(x: Nested, y: Any) -> tuple[Any, int]:
    """Return labels as arrays, and the number of classes that their form or values imply.

    Args:
        x: Samples, shape (n, …); a list, tuple or dict of arrays for several inputs.
        y: Labels as for `inspect.outcomes`; labels per time step or pixel, shape (n, …); or, for
            several outputs, a dict, list or tuple of labels.

    Returns:
        An array, dict or list; and the number, 0 where it depends on the output.

    Raises:
        ValueError: `y` holds no classes, or there isn't one label per sample.
    """
    count = count_samples(x)
    if isinstance(y, dict):
        parts: Any = {str(key): np.asarray(part) for key, part in y.items()}
    elif isinstance(y, (list, tuple)) and len(y) != count and all(np.ndim(p) > 0 for p in y):
        parts = [np.asarray(part) for part in y]
    else:
        array = np.asarray(y) if y is not None else None
        flat = array is None or array.ndim < 2 or array.shape[1:] == (1,)
        if array is None or flat or len(array) != count:
            truth, classes = check_labels(x, array)
            return truth, classes
        return array, 0
    for part in parts.values() if isinstance(parts, dict) else parts:
        if len(part) != count or not count:
            raise ValueError(_other_count(count, len(part)))
    return parts, 0


def check_class_names(class_names: Sequence[str], classes: int) -> list[str]:
    """Return one name per class; their numbers if there are no names.

    Args:
        class_names: Names, or an empty sequence.
        classes: Number of classes.

    Raises:
        ValueError: There are names, but not for all classes.
    """
    if class_names and len(class_names) < classes:
        message = tr(
            "Expected at least {classes} `class_names`. Received: {names}.",
            classes=classes,
            names=len(class_names),
        )
        raise ValueError(message)
    return [as_text(name) for name in class_names] or [str(i) for i in range(classes)]


def class_texts(y: ArrayLike | None, class_names: Sequence[str] = ()) -> list[str]:
    """Return the name of each sample's class, or the names of its labels; none if it has others.

    Args:
        y: Classes, as for `inspect.outcomes`; for several labels per sample rows of 0s and 1s;
            `None` for none. Labels of several outputs, or per time step, aren't named.
        class_names: One name per class. Default: their numbers.

    Raises:
        ValueError: `y` holds no classes, or a class has no name.

    Example:
        >>> from dlwidgets.widgets._live.samples import class_texts
        >>> class_texts([1, 0], ["cat", "dog"])
        ['dog', 'cat']
    """
    if y is None or is_structure(y):
        return []
    kind = label_kind(y)
    if np.ndim(y) > 2 or (np.ndim(y) == 2 and np.shape(y)[1] > 1 and kind == "classes"):
        return []
    if np.ndim(y) == 2 and kind == "multi_hot":
        rows = np.asarray(y).astype(bool)
        names = check_class_names(class_names, rows.shape[1])
        return [", ".join(names[i] for i in np.flatnonzero(row)) or tr("no label") for row in rows]
    truth, columns = true_classes(y)
    names = check_class_names(class_names, max(columns, int(truth.max(initial=-1)) + 1))
    return [names[i] for i in truth]


def check_one_per_sample(images: NDArray[Any] | None, count: int | None) -> None:
    """Raise an error unless there is one image per sample.

    Args:
        images: Images, shape (n, …); `None` for none.
        count: Number of samples; `None` if it isn't known.

    Raises:
        ValueError: The numbers differ.
    """
    if images is not None and count is not None and len(images) != count:
        message = tr(
            "Expected one image per sample. Received: {images} images for {samples} samples.",
            images=len(images),
            samples=count,
        )
        raise ValueError(message)
