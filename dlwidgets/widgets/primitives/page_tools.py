"""Buttons of a page: its code, its models, and the way to other pages with the model."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Bool, Dict, Unicode

from dlwidgets._canceled import CanceledError
from dlwidgets._messages import error_message
from dlwidgets.recording.errors import RecordingError
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.text import Records, Text
from dlwidgets.widgets._core.view import View, log
from dlwidgets.widgets._core.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Tools(Protocol):
        """What the buttons do."""

        def code(self) -> str:
            """Return the code of what the page shows."""

        def save(self, name: str, canceled: Callable[[], bool]) -> str:
            """Save the model, and return a message. Called on a thread of its own."""

        def load(self, name: str) -> None:
            """Begin to load a saved model."""

        def keep(self) -> str:
            """Keep the recorded run, and return a message. Called on a thread of its own."""

        def hand_over(self, page: str, canceled: Callable[[], bool]) -> str:
            """Save the model for another page, and return the query of its address.

            Called on a thread of its own.
            """


MAX_NAME = 60  # characters of a name from the page


class PageTools(View):
    """A row of buttons: copy the code, save and load a model, open it on another page.

    It also keeps the settings in the page's address, and lets the browser ask before a page is
    left while it trains. Both happen on served pages only, not in a notebook.

    Args:
        tools: What the buttons do.

    Attributes:
        active: Whether leaving the page loses a run.
        link: The settings in the address by name; `""` removes one.
        has_code: Whether the page has code to copy.
        keeps: Whether the page saves and loads models.
        can_save: Whether there is a model to save or open elsewhere.
        can_keep: Whether there is a recorded run to keep.
        saving: Whether it is being saved. A run that trains saves it after its current step.
        saved: The saved models that this page can load, each with `name` and `text`.
        targets: The pages that a model may be opened on, each with `page`, `title`, and as
            `problem` why it can't be, "" if it can.
        notice: What happened or went wrong.
    """

    _model_name = Unicode("PageToolsModel").tag(sync=True)
    _view_name = Unicode("PageToolsView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset(
        {"code", "save", "load", "open", "keep", "cancel"}
    )

    active = Bool(False).tag(sync=True)
    link = Dict().tag(sync=True)
    has_code = Bool(False).tag(sync=True)
    keeps = Bool(False).tag(sync=True)
    can_save = Bool(False).tag(sync=True)
    can_keep = Bool(False).tag(sync=True)
    saving = Bool(False).tag(sync=True)
    saved = Records()
    targets = Records()
    notice = Text()
    notice_bad = Bool(False).tag(sync=True)

    def __init__(self, tools: Tools, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._tools = tools
        self._worker = Worker("dlwidgets-save")
        self._canceled = threading.Event()

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show a message below the buttons.

        Args:
            text: A whole sentence; `""` for none.
            bad: Whether it says what went wrong.
        """
        with self.hold_sync():
            self.notice, self.notice_bad = text, bad

    def _on_code(self, content: dict[str, Any]) -> None:
        self._answer(content, lambda: {"type": "code", "text": self._tools.code()})

    def _on_save(self, content: dict[str, Any]) -> None:
        name = content.get("name")
        if self.keeps and self.can_save and isinstance(name, str):
            canceled = self._canceled.is_set
            self._save(lambda: self._do(lambda: self._tools.save(name[:MAX_NAME], canceled)))

    def _on_load(self, content: dict[str, Any]) -> None:
        name = content.get("name")
        # Only what this page was offered: a name is never a path.
        if isinstance(name, str) and name in [entry["name"] for entry in self.saved]:
            self._do(lambda: self._tools.load(name))

    def _on_open(self, content: dict[str, Any]) -> None:
        page = content.get("page")
        known = [target["page"] for target in self.targets if not target["problem"]]
        if self.can_save and isinstance(page, str) and page in known:

            def go() -> dict[str, str]:
                query = self._tools.hand_over(page, self._canceled.is_set)
                return {"type": "go", "page": page, "query": query}

            self._save(lambda: self._answer(content, go))

    def _on_keep(self, _content: dict[str, Any]) -> None:
        if self.can_keep:
            self._save(lambda: self._do(self._tools.keep))

    def _on_cancel(self, _content: dict[str, Any]) -> None:
        self._canceled.set()

    def _save(self, action: Callable[[], None]) -> None:
        """Save on a thread of its own: a step of a run may take long, and the page must live."""

        def work() -> None:
            try:
                action()
            finally:
                self.saving = False

        if self.saving:
            return
        self._canceled.clear()
        self.say("")
        self.saving = True
        self._worker.submit(work)

    def _release(self) -> None:
        self._canceled.set()
        self._worker.close()
        super()._release()

    def _do(self, action: Callable[[], str | None]) -> None:
        try:
            self.say(action() or "")
        except Exception as error:  # noqa: BLE001 - the page shows it
            self._failed(error)

    def _answer(self, content: dict[str, Any], make: Callable[[], dict[str, str]]) -> None:
        request = content.get("request")
        try:
            self.send({**make(), "request": request})
            self.say("")
        except Exception as error:  # noqa: BLE001 - the page shows it
            self._failed(error)
            self.send({"type": "failed", "request": request})

    def _failed(self, error: Exception) -> None:
        log.info("%s: %s", type(self).__name__, error)
        if isinstance(error, CanceledError):
            self.say(error_message(error))
            return
        known = isinstance(error, ValueError | FileNotFoundError | RecordingError)
        self.say(error_message(error) if known else explain(error), bad=True)
