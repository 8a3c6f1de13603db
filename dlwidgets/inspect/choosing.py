"""Which output of a model a view shows, and which labels and class names belong to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.inspect.model_outputs import (
    default_output,
    find_output,
    is_structure,
    labels_of,
    outputs_of,
)

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel
    from dlwidgets.inspect.endings import Ending, LabelKind
    from dlwidgets.inspect.model_outputs import ModelOutput

ClassNames = Sequence[str] | Mapping[str, Sequence[str]]
"""One name per class; or, for a model with several outputs, a dict of them by output."""


@dataclass(frozen=True, eq=False)
class Targets:
    """What a view is given besides the samples.

    Attributes:
        y: Labels of one output; a dict or list of those of several; or `None`.
        class_names: One name per class, or a dict of them by output; may be empty.
        output: Name or index of the output that labels and names belong to; `None` for the one that
            they fit.
    """

    y: Any = None
    class_names: ClassNames = ()
    output: str | int | None = None
    _choices: dict[Any, Choice] = field(default_factory=dict, init=False, repr=False)


@dataclass(frozen=True, eq=False)
class Choice:
    """What a view shows.

    Attributes:
        output: The output.
        outputs: The names of all outputs, in the model's order.
        y: The labels of the output; `None` if there are none.
        class_names: The names of its classes; empty if there are none.
        doubt: Why there are no labels although some were given, as a sentence; "" otherwise.
    """

    output: ModelOutput
    outputs: tuple[str, ...]
    y: Any = field(default=None, repr=False)
    class_names: tuple[str, ...] = ()
    doubt: str = ""

    @cached_property
    def labels(self) -> LabelKind:
        """What the labels are; "" if there are none."""
        return self.output.kind_of(self.y)

    @property
    def ending(self) -> Ending:
        """What the numbers of the output mean."""
        return self.output.ending(self.labels, len(self.class_names) or None)


def choose(model: KerasModel, targets: Targets, wanted: str | int | None = None) -> Choice:
    """Return what a view of a model shows.

    Labels and names are never those of another output: if it isn't clear which one they belong to,
    there are none, and `Choice.doubt` says so.

    Args:
        model: A built Keras model.
        targets: What the view was given.
        wanted: Name or index of the output that the user chose; `None` for none.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It isn't built, or has no such output.

    Example:
        >>> from dlwidgets.inspect.choosing import Targets, choose
        >>> choose(dl.models.line_neuron(), Targets(y=[0, 1])).output.name
        'neuron'
    """
    found = tuple(outputs_of(model))
    if (found, wanted) not in targets._choices:  # all labels are looked at once
        targets._choices[found, wanted] = _choose(found, targets, wanted)
    return targets._choices[found, wanted]


def _choose(found: tuple[ModelOutput, ...], targets: Targets, wanted: str | int | None) -> Choice:
    y, names = targets.y, targets.class_names
    by_output = isinstance(names, Mapping)
    several = is_structure(y, found)
    count = None if by_output else len(names) or None
    owner: ModelOutput | None
    if targets.output is not None:
        owner, sure = find_output(found, targets.output), True
    else:
        owner, sure = default_output(found, y, count)
    shown = owner if wanted is None else find_output(found, wanted)
    if not sure:  # the first choice says what they belong to
        owner = shown if wanted is not None else None
    own: Sequence[str] = ()
    if isinstance(names, Mapping):
        own = names.get(shown.name, ())
    elif shown is owner or len(found) == 1:
        own = names
    labels, doubt = y, ""
    if several:
        labels = labels_of(shown, found, y)
        doubt = "" if labels is not None else _no_labels(shown, y)
    elif y is not None and shown is not owner:
        labels, doubt = None, _other_labels(shown, owner, found)
    every = tuple(output.name for output in found)
    return Choice(shown, every, labels, tuple(own), doubt)


def _no_labels(shown: ModelOutput, y: Any) -> str:
    keys = ", ".join(map(repr, y)) if isinstance(y, dict) else str(len(y))
    return tr(
        "There are no labels for output {name} in `y`, which has those of {keys}.",
        name=repr(shown.name),
        keys=keys,
    )


def _other_labels(
    shown: ModelOutput, owner: ModelOutput | None, found: Sequence[ModelOutput]
) -> str:
    if owner is None:
        return tr(
            "It isn't clear which of the outputs {names} the labels belong to. Choose one under "
            "Output, or pass `y` as a dict by output.",
            names=", ".join(repr(o.name) for o in found),
        )
    return tr(
        "The labels are those of output {owner}. To judge output {name} as well, pass `y` as a "
        "dict by output.",
        owner=repr(owner.name),
        name=repr(shown.name),
    )
