"""Base class of the concept widgets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Bool, List, TraitError, Unicode, validate

from dlwidgets.concepts._fields import read_state, write_state
from dlwidgets.widgets._core.text import to_page
from dlwidgets.widgets._core.view import View
from dlwidgets.widgets.concepts._lesson import Step, checked_lesson

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    import traitlets

    from dlwidgets.concepts._fields import Field

COMMON_PARTS = ("title", "controls", "link", "formula", "words", "lesson", "about")
"""The parts that every concept widget has; `controls` are play, step, slow and reset."""
COMMON_EVENTS = ("play", "step", "slow", "reset")
"""What can happen in every concept widget, as conditions of lessons."""

SAVED_TYPE = "application/vnd.dlwidgets.concept+json"
"""What a notebook keeps, so that the widget lives without its kernel."""


class Concept(View):
    """A widget that computes in the page, with its state in a short text.

    The page and Python set the same `state`. A subclass names its fields, its parts and the steps
    of its own lesson.

    Args:
        state: The state, as another widget had it; the other arguments come on top.
        hide: The names of parts that aren't shown.
        lesson: `True` for the widget's own lesson; or a list of its steps and of `Step` objects.
        values: Values of the state by name. `None` leaves what `state` says.

    Attributes:
        state: What differs from the defaults, such as `"stride=2;padding=same"`.
        hide: The names of parts that aren't shown.
        lesson: The steps of the lesson, as the page gets them.
        explained: Whether the explanation below the widget is open at first.

    Raises:
        ValueError: The state, a value, a part or a step can't be used.
    """

    concept: ClassVar[str] = ""
    """The name in `dl.concepts`."""
    fields: ClassVar[Mapping[str, Field]] = {}
    """What the state consists of, by name."""
    parts: ClassVar[Sequence[str]] = ()
    """The names of the parts, beside those that every concept widget has."""
    events: ClassVar[Sequence[str]] = ()
    """What can happen beside changes of the state, for the conditions of lessons."""
    steps: ClassVar[Sequence[str]] = ()
    """The names of the steps of the widget's own lesson."""

    _controls: ClassVar[frozenset[str]] = frozenset({"state"})

    state = Unicode("").tag(sync=True)
    hide = List(Unicode()).tag(sync=True)
    lesson: List[Any] = List().tag(sync=True, to_json=to_page)

    explained = Bool(False).tag(sync=True)

    def __init__(
        self,
        *,
        state: str = "",
        hide: Iterable[str] = (),
        lesson: bool | Sequence[str | Step] = False,
        values: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        given = {name: value for name, value in (values or {}).items() if value is not None}
        whole = write_state({**read_state(state, self.fields), **given}, self.fields)
        self.read(whole)
        hidden = self._checked_parts(hide)
        parts = (*COMMON_PARTS, *self.parts)
        events = (*COMMON_EVENTS, *self.events)
        steps = checked_lesson(lesson, self.steps, parts, self.fields, events)
        super().__init__(state=whole, hide=hidden, lesson=steps, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        """All values of the state by name, those of the defaults as well."""
        return read_state(self.state, self.fields)

    def read(self, state: str) -> dict[str, Any]:
        """Return the values that a state stands for.

        Args:
            state: The state, which may come from a stranger.

        Raises:
            ValueError: It names something unknown, or values that can't be used.
        """
        values = read_state(state, self.fields)
        self._check_values(values)
        return values

    def set(self, **values: Any) -> None:
        """Set values of the state.

        Args:
            values: The values by name.

        Raises:
            ValueError: A value is unknown or can't be used.
        """
        whole = write_state({**self.values, **values}, self.fields)
        self.read(whole)
        self.state = whole

    def code(self) -> str:
        """Return the code that displays the widget as it is now."""
        state = f"state={self.state!r}" if self.state else ""
        return f"import dlwidgets as dl\n\ndl.concepts.{self.concept}({state})\n"

    def save_html(self, path: str | os.PathLike[str], *, language: str | None = None) -> Path:
        """Write the widget as one HTML file that opens from disk, without a kernel or a network.

        Args:
            path: The file, which is replaced if there is one.
            language: The language that it is shown in, such as `"zh"`. Default: the reader's.

        Returns:
            The file.

        Raises:
            OSError: The file can't be written.
            FileNotFoundError: dlwidgets was installed without its front end.
        """
        from dlwidgets.widgets.concepts._page import page

        target = Path(path)
        target.write_text(page(self, language=language), "utf-8")
        return target

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        from dlwidgets.widgets.concepts._page import saved

        bundle = dict(super()._repr_mimebundle_(**options) or {})
        return {**bundle, SAVED_TYPE: saved(self)}

    def _check_values(self, values: Mapping[str, Any]) -> None:
        """Raise a ValueError where values don't belong together."""

    @validate("state")
    def _validate_state(self, proposal: traitlets.Bunch) -> str:
        try:
            values = self.read(proposal["value"])
        except ValueError as error:
            raise TraitError(str(error)) from error
        return write_state(values, self.fields)

    def _checked_parts(self, hide: Iterable[str]) -> list[str]:
        hidden = [hide] if isinstance(hide, str) else list(hide)
        known = (*COMMON_PARTS, *self.parts)
        unknown = [name for name in hidden if name not in known]
        if unknown:
            message = f"Expected `hide` to name parts: {', '.join(known)}. "
            raise ValueError(message + f"Received: {', '.join(map(repr, unknown))}.")
        return hidden
