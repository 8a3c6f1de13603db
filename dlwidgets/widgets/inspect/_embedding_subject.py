"""What an embedding view shows besides the model: samples or words, and their classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.data._structures import is_structure
from dlwidgets.inspect.choosing import Choice, Targets
from dlwidgets.inspect.endings import label_kind
from dlwidgets.inspect.layers import LayerError, find_path
from dlwidgets.inspect.outcomes import true_classes
from dlwidgets.inspect.vectors import embedding_layers
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

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.choosing import ClassNames
    from dlwidgets.widgets.inspect._sample_images import ValueRange


@dataclass(frozen=True, eq=False)
class Subject:
    """What is shown besides the model.

    Attributes:
        x: The samples; `None` where only words are shown.
        targets: What belongs to the samples: their labels and names.
        layer: The Embedding layer that the words belong to; "" for any.
        words: The word of each row of its weights.
        word_classes: The class of each row of its weights; `None` for none.
        word_class_names: One name per class of words.
        images: Images of the samples; `None` for none.
        low_high: The values shown as black and as white.
    """

    x: Nested = None
    targets: Targets = field(default_factory=Targets)
    layer: str = ""
    words: tuple[str, ...] = ()
    word_classes: NDArray[np.int64] | None = None
    word_class_names: tuple[str, ...] = ()
    images: NDArray[Any] | None = None
    low_high: ValueRange = (None, None)

    def has_words_of(self, layer: str, model: KerasModel) -> bool:
        """Return whether the words and their classes are those of a layer.

        Args:
            layer: The path of an Embedding layer.
            model: The model.
        """
        if not self.layer:
            return True
        try:
            return find_path(self.layer, embedding_layers(model)) == layer
        except LayerError:  # the layer that they belong to is in another model
            return False


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
    """Check the arguments of `show`.

    With a layer, labels belong to its words, unless they are those of several outputs.
    """
    if x is None and not layer:
        message = "Expected `x` for the vectors of the last hidden layer. Received: None."
        raise ValueError(message)
    shown = sample_images(x, images)
    check_one_per_sample(shown, None if x is None else count_samples(x))
    words = tuple(as_text(word) for word in words)
    subject = Subject(x, layer=layer, words=words, images=shown, low_high=value_range(shown))
    if layer and not (isinstance(class_names, Mapping) or is_structure(y)):
        word_classes, known = None, 0
        if y is not None:
            word_classes, columns = true_classes(y)
            known = max(columns, int(word_classes.max(initial=-1)) + 1)
        names = tuple(check_class_names(class_names, known))
        targets = Targets(output=output)
        return replace(subject, targets=targets, word_classes=word_classes, word_class_names=names)
    if x is None:
        message = tr(
            "Expected `y` as the class of each word of layer {layer}, as there are no samples. "
            "Received: labels or class names of several outputs.",
            layer=repr(layer),
        )
        raise ValueError(message)
    truth, classes = (None, 0) if y is None else check_targets(x, y)
    if not isinstance(class_names, Mapping) and class_names:
        class_names = check_class_names(class_names, classes)
    return replace(subject, targets=Targets(truth, class_names, output))


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
