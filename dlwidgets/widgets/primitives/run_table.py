"""A table of training runs: which are drawn, which are selected, and what is done with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Bool, Dict, Enum, Int, List, Unicode, validate

from dlwidgets._messages import tr
from dlwidgets.widgets._core.text import Records, Text
from dlwidgets.widgets._core.view import View, finite_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

COLUMNS = ("state", "name", "model", "data", "best", "epoch", "seconds", "created", "tags")
"""The columns that rows can be sorted by."""

MOST_DRAWN = 24
"""Runs whose curves are drawn at the same time: more can't be told apart."""

MAX_NAME = 100
MAX_TAG = 40
MOST_TAGS = 12
_MAX_SEARCH = 200


@dataclass(frozen=True)
class Act:
    """What the user wants to do with runs.

    Attributes:
        name: The name of the action.
        ids: The ids of the runs, at least one.
        value: The number in the action's field, `None` if it has none.
        choice: The value of the entry that was chosen, "" if the action has no menu.
        request: What the page is answered with.
        served: Whether the page is served, and not a notebook.
    """

    name: str
    ids: tuple[str, ...]
    value: float | None = None
    choice: str = ""
    request: Any = None
    served: bool = False


class RunTable(View):
    """A table of runs with state, model, data, best epoch, progress, date and tags.

    The eye of a row says whether its curves are drawn, in the color beside it. Rows are selected by
    a click or the keyboard; the buttons above the table act on them. Rows can be sorted by each
    column and searched, also by `tag:`, `state:`, `model:`, `data:` and `name:`. All methods may be
    called from any thread.

    Args:
        title: Shown above the table.
        empty_text: Shown while there are no runs.
        max_height: Pixels. A taller table scrolls.

    Attributes:
        runs: One dict per run: `"id"`, `"name"`, `"state"`, `"model"`, `"data"`, `"metric"` with
            its `"best"` value and `"best_epoch"`, `"step"`, `"epoch"`, `"epochs"`, `"seconds"`,
            `"created"` (Unix time), `"tags"`, and as `"message"` what its state means.
        drawn: Ids of the runs whose curves are drawn, in the order in which they were chosen.
        selected: Ids of the selected runs.
        pinned: Id of the reference run; `""` for none.
        actions: What can be done with the selected runs, one dict each: `"name"`, `"title"`,
            optionally a tooltip as `"hint"`, as `"problem"` why it can't be done now, a number to
            ask for as `"label"`, `"value"`, `"low"` and `"high"`, or a menu as `"label"` and
            `"choices"`, each with `"value"`, `"title"` and `"problem"`; and the flags `"primary"`,
            `"danger"`, `"leaves"` (opens another page where pages are served), and `"served"`
            (only there).
        slots: The place of each drawn run in the palette, by id.

    Example:
        >>> from dlwidgets.widgets.primitives.run_table import RunTable
        >>> table = RunTable()
        >>> table.show([{"id": "a", "name": "first", "state": "finished"}])
        >>> table.drawn
        ['a']
    """

    _model_name = Unicode("RunTableModel").tag(sync=True)
    _view_name = Unicode("RunTableView").tag(sync=True)
    _controls: ClassVar[frozenset[str]] = frozenset(
        {"drawn", "selected", "search", "sort", "descending"}
    )
    _messages: ClassVar[frozenset[str]] = frozenset({"rename", "tag", "untag", "act", "undo"})

    runs = Records()
    live = Dict().tag(sync=True)
    drawn: List[str] = List(Unicode()).tag(sync=True)
    slots = Dict().tag(sync=True)
    selected: List[str] = List(Unicode()).tag(sync=True)
    pinned = Unicode("").tag(sync=True)
    search = Unicode("").tag(sync=True)
    sort = Enum(list(COLUMNS), default_value="created").tag(sync=True)
    descending = Bool(True).tag(sync=True)
    actions = Records()
    notice = Text()
    notice_bad = Bool(False).tag(sync=True)
    undo = Bool(False).tag(sync=True)
    title = Text()
    empty_text = Text(tr("No runs yet."))
    max_height = Int(420, min=120, max=10_000).tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self._ids: frozenset[str] = frozenset()
        self._seen: set[str] = set()
        self._on_rename_asked: Callable[[str, str], None] | None = None
        self._on_tag_asked: Callable[[str, str, bool], None] | None = None
        self._on_act_asked: Callable[[Act], None] | None = None
        self._on_undo_asked: Callable[[], None] | None = None
        super().__init__(**kwargs)

    # -- what it shows -------------------------------------------------------------------------

    def show(self, runs: Sequence[Mapping[str, Any]], *, draw: int = 4) -> None:
        """Show runs in place of the current ones. What is selected and drawn stays so.

        Args:
            runs: As in `runs`. A key that is missing means that nothing is known.
            draw: Runs that are drawn at first: the newest of those that are new to the table, as
                long as no more than this are drawn.
        """
        rows = [dict(run) for run in runs]
        ids = [row["id"] for row in rows]
        with self.hold_sync():
            self._ids = frozenset(ids)
            fresh = [row for row in rows if row["id"] not in self._seen]
            self._seen.update(ids)
            self.runs = rows
            self.live = {key: value for key, value in self.live.items() if key in self._ids}
            kept = [key for key in self.drawn if key in self._ids]
            fresh.sort(key=lambda row: row.get("created") or 0.0, reverse=True)
            wanted = [row["id"] for row in fresh[: max(0, draw - len(kept))]]
            self.drawn = [*kept, *wanted]
            self.selected = [key for key in self.selected if key in self._ids]
            if self.pinned not in self._ids:
                self.pinned = ""

    def grow(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Show new numbers of runs that go on, without sending the others again.

        Args:
            changes: The changed values of `runs` by id.
        """
        now = {**self.live, **{key: dict(value) for key, value in changes.items()}}
        self.live = {key: value for key, value in now.items() if key in self._ids}

    def say(self, text: str, *, bad: bool = False, undo: bool = False) -> None:
        """Show a message above the table.

        Args:
            text: A whole sentence; `""` for none.
            bad: Whether it says what went wrong.
            undo: Whether a button takes back what was done.
        """
        with self.hold_sync():
            self.notice, self.notice_bad, self.undo = text, bad, undo

    def answer(self, request: Any, **content: Any) -> None:
        """Answer the page that pressed a button, such as with the address to open.

        Args:
            request: As `on_act` was given it.
            **content: The message, with its type.
        """
        self.send({**content, "request": request})

    def on_act(
        self,
        act: Callable[[Act], None],
        *,
        rename: Callable[[str, str], None],
        tag: Callable[[str, str, bool], None],
        undo: Callable[[], None],
    ) -> None:
        """Set what is called when the user does something.

        Args:
            act: Called with what the user wants to do with the selected runs.
            rename: Called with an id and a new name.
            tag: Called with an id, a tag, and whether it is added.
            undo: Called when the user takes the last thing back.
        """
        self._on_act_asked, self._on_rename_asked = act, rename
        self._on_tag_asked, self._on_undo_asked = tag, undo

    # -- what the page sets --------------------------------------------------------------------

    @validate("drawn")
    def _check_drawn(self, proposal: Any) -> list[str]:
        drawn = self._known(proposal["value"])[:MOST_DRAWN]
        self.slots = _slots(drawn, self.slots)
        return drawn

    @validate("selected")
    def _check_selected(self, proposal: Any) -> list[str]:
        return self._known(proposal["value"])

    @validate("search")
    def _check_search(self, proposal: Any) -> str:
        return str(proposal["value"])[:_MAX_SEARCH]

    def _known(self, ids: Iterable[str]) -> list[str]:
        return [key for key in dict.fromkeys(ids) if key in self._ids]

    def _id_of(self, content: dict[str, Any]) -> str:
        """Return the id of a known run in a message; `""` for none."""
        key = content.get("id")
        return key if isinstance(key, str) and key in self._ids else ""

    def _on_rename(self, content: dict[str, Any]) -> None:
        key, name = self._id_of(content), _line(content.get("name"), MAX_NAME)
        if key and name and self._on_rename_asked is not None:
            self._on_rename_asked(key, name)

    def _on_tag(self, content: dict[str, Any]) -> None:
        self._tag(content, add=True)

    def _on_untag(self, content: dict[str, Any]) -> None:
        self._tag(content, add=False)

    def _tag(self, content: dict[str, Any], *, add: bool) -> None:
        key, tag = self._id_of(content), _line(content.get("tag"), MAX_TAG)
        if key and tag and self._on_tag_asked is not None:
            self._on_tag_asked(key, tag, add)

    def _on_act(self, content: dict[str, Any]) -> None:
        act = self._asked(content)
        if act is None or self._on_act_asked is None:
            # Such as what can't be done any more: the page may have opened a tab for it.
            self.answer(content.get("request"), type="failed")
        else:
            self._on_act_asked(act)

    def _asked(self, content: dict[str, Any]) -> Act | None:
        """Return what the page asks for; `None` for what can't be done."""
        name = content.get("name")
        offered = next((one for one in self.actions if one["name"] == name), None)
        if offered is None or offered.get("problem"):
            return None
        value = None
        if "low" in offered:
            number = finite_number(content, "value")
            if number is None:
                return None
            value = float(min(max(number, offered["low"]), offered["high"]))
        choices = [one["value"] for one in offered.get("choices", ()) if not one.get("problem")]
        choice = str(content.get("choice")) if choices else ""
        if choices and choice not in choices:
            return None
        # The selection that the page has acted on, which may be newer than the one known here.
        asked = content.get("ids")
        listed = asked if isinstance(asked, list) else []
        ids = self._known(one for one in listed if isinstance(one, str))
        if not ids:
            return None
        served = content.get("served") is True
        return Act(offered["name"], tuple(ids), value, choice, content.get("request"), served)

    def _on_undo(self, _content: dict[str, Any]) -> None:
        if self.undo and self._on_undo_asked is not None:
            self._on_undo_asked()


def _line(value: object, longest: int) -> str:
    """Return a text from the page as one line without control characters, cut to a length."""
    if not isinstance(value, str):
        return ""
    printable = "".join(c if c.isprintable() else " " for c in value[: 4 * longest])
    return " ".join(printable.split())[:longest].strip()


def _slots(drawn: Sequence[str], before: Mapping[str, int]) -> dict[str, int]:
    """Return a place in the palette for each id: the one it has, or the first that is free."""
    slots = {key: before[key] for key in drawn if key in before}
    used, place = set(slots.values()), 0
    for key in drawn:
        if key in slots:
            continue
        while place in used:
            place += 1
        slots[key] = place
        used.add(place)
    return slots
