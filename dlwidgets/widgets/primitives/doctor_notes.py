"""One quiet line about a run that opens into what was found, why, and what to try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Bool, Enum, Unicode

from dlwidgets._messages import tr
from dlwidgets.widgets._core.text import Records, Text
from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from collections.abc import Callable

TONES = ("waiting", "fine", "found")


class DoctorNotes(View):
    """A line that opens into findings, each with a reason, advice, and buttons that try a change.

    Args:
        on_try: Called with the id of a finding and the index of its remedy.

    Attributes:
        headline: The line.
        tone: `"waiting"`, `"fine"` or `"found"`.
        findings: One dict per finding: `id`, `title`, `reason`, `advice`, `where` (which part of
            the curves it is about; "" for all of them), and `remedies`, a list of dicts with
            `label` and `problem` (why it can't be tried; "" if it can).
        expanded: Whether the details are shown.
        selected: The id of the finding that is marked in the chart; "" for none.
        note: What couldn't be looked at, and what a button has done.
        busy: Whether a change is being set up.

    Example:
        >>> from dlwidgets.widgets.primitives.doctor_notes import DoctorNotes
        >>> DoctorNotes(print).headline
        'Doctor: no run yet'
    """

    _model_name = Unicode("DoctorNotesModel").tag(sync=True)
    _view_name = Unicode("DoctorNotesView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"try"})
    _controls: ClassVar[frozenset[str]] = frozenset({"expanded", "selected"})

    headline = Text(tr("Doctor: no run yet"))
    tone = Enum(TONES, default_value="waiting").tag(sync=True)
    findings = Records()
    expanded = Bool(False).tag(sync=True)
    selected = Unicode("").tag(sync=True)
    note = Text()
    busy = Bool(False).tag(sync=True)

    def __init__(self, on_try: Callable[[str, int], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._on_try_pressed = on_try

    def _on_try(self, content: dict[str, Any]) -> None:
        name, index = content.get("finding"), content.get("remedy")
        found = next((one for one in self.findings if one["id"] == name), None)
        if self.busy or found is None or type(index) is not int:
            return
        if 0 <= index < len(found["remedies"]) and not found["remedies"][index]["problem"]:
            self._on_try_pressed(found["id"], index)
