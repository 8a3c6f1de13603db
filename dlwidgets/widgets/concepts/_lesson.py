"""Steps of a lesson, which the page ticks off when the user has done them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from dlwidgets.concepts._fields import Field


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    Args:
        text: What to do, in one or two sentences. ``**bold**`` and ```code``` are shown as such.
        part: The part of the widget that is highlighted; `""` for none.
        done: What the user does. Several conditions are separated by semicolons, and all must
            hold: ``stride=2`` (the state has this value), ``stride`` (the value was changed), or
            the name of something that happens in the widget, such as ``play``.

    Example:
        >>> step = dl.concepts.Step("Set the stride to 2.", part="stride", done="stride=2")
        >>> dl.concepts.convolution(lesson=[step]).lesson[0]["done"]
        'stride=2'
    """

    text: str
    part: str = ""
    done: str = ""


def checked_lesson(
    lesson: bool | Sequence[str | Step],
    steps: Sequence[str],
    parts: Sequence[str],
    fields: Mapping[str, Field],
    events: Container[str],
) -> list[str | dict[str, Any]]:
    """Return a lesson as the page gets it.

    Args:
        lesson: `True` for the widget's own steps, or names of them and steps of the user's.
        steps: The names of the widget's own steps.
        parts: The names of the parts that can be highlighted.
        fields: The fields of the state.
        events: What else can happen.

    Raises:
        TypeError: The lesson is neither a flag nor a sequence of steps.
        ValueError: A step, a part or a condition is unknown.
    """
    if isinstance(lesson, bool):
        return list(steps) if lesson else []
    if isinstance(lesson, str):
        message = f"Expected `lesson` to be True or a list of steps. Received: {lesson!r}."
        raise TypeError(message)
    return [_checked(step, steps, parts, fields, events) for step in lesson]


def _checked(
    step: object,
    steps: Sequence[str],
    parts: Sequence[str],
    fields: Mapping[str, Field],
    events: Container[str],
) -> str | dict[str, Any]:
    if isinstance(step, str):
        if step not in steps:
            message = f"Expected a step named {', '.join(map(repr, steps))}, or a "
            raise ValueError(message + f"`dl.concepts.Step`. Received: {step!r}.")
        return step
    if not isinstance(step, Step):
        message = "Expected a step's name or a `dl.concepts.Step`. "
        raise TypeError(message + f"Received: {type(step).__name__}.")
    if step.part and step.part not in parts:
        message = f"Expected `part` to be one of {', '.join(map(repr, parts))}. "
        raise ValueError(message + f"Received: {step.part!r}.")
    for condition in filter(None, step.done.split(";")):
        name, equals, text = condition.partition("=")
        known = name in fields and (not equals or fields[name].read(text) is not None)
        if not known and (equals or name not in events):
            message = "Expected `done` to name values of the state or events. "
            raise ValueError(message + f"Received: {condition!r}.")
    return {"text": step.text, "part": step.part, "done": step.done}
