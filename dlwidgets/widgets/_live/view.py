"""What every live view has in common: `hold`, `busy`, `message`, and an end."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, ClassVar, Self

from dlwidgets._messages import Message, error_message, join_messages, tr
from dlwidgets._tensorflow import TensorFlowMissingError
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.view import finite_number
from dlwidgets.widgets._live.follower import SHARED
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.widgets._live.follower import Follower

_MAX_LENGTH = 500


class MessageLine(TextLine):
    """A line of text about what happens or went wrong. While it is empty, it takes no room.

    After each action of the user in its view, the page asks for an answer, and dims the view until
    it comes: when the view has shown what the user asked for.
    """

    _messages: ClassVar[frozenset[str]] = frozenset({"asked"})

    def __init__(self) -> None:
        super().__init__(layout={"display": "none"})
        self._waits: Callable[[], bool] = _never
        self._asked = 0.0
        self.add_class("dlw-message")
        self.add_class("dlw-answers")

    def answer_unless(self, waits: Callable[[], bool]) -> None:
        """Answer the page only while this returns `False`.

        Args:
            waits: Whether what the user asked for isn't shown yet. Must return at once.
        """
        self._waits = waits

    def tick(self) -> bool:
        """Answer, if there is nothing to wait for; called by the ticker."""
        if self._waits():
            return True
        self.send({"type": "answered", "asked": self._asked})
        return False

    def _on_asked(self, content: dict[str, Any]) -> None:
        asked = finite_number(content, "asked")
        if asked is None:
            return
        self._asked = asked
        if self.tick():
            TICKER.add(self)

    def _release(self) -> None:
        TICKER.remove(self)


def _never() -> bool:
    return False


class Holdable:
    """Mixin for what a `Follower` keeps up to date.

    Attributes:
        follower: What keeps the view up to date.
    """

    follower: Follower[Any]

    @property
    def hold(self) -> bool:
        """Whether the view is frozen while its Run continues; settable."""
        return self.follower.hold

    @hold.setter
    def hold(self, value: bool) -> None:
        self.follower.hold = value

    def at(self, step: int | None = SHARED) -> Self:
        """Show a recorded step in this view alone, whatever its run's timeline shows.

        Args:
            step: The step, of which the nearest snapshot is shown; None for the present. Without
                it, the view follows the timeline again.

        Returns:
            The view itself, for the end of a cell: ``view.at(step=1200)``.

        Raises:
            ValueError: The step is negative.
        """
        self.follower.go(step)
        return self

    @property
    def shown_step(self) -> int:
        """Steps that the weights shown were trained for; -1 for a finished model."""
        return self.follower.step


def no_update(error: Exception) -> str:
    """Return why a view can't be updated.

    Args:
        error: What was raised. The package's own errors say everything; of others it is explained
            what to do.
    """
    if isinstance(error, TensorFlowMissingError):
        return error_message(error)
    own = isinstance(error.args[0] if error.args else None, Message)
    text = error_message(error) if own else explain(error)
    if not isinstance(text, Message):
        text = text[:_MAX_LENGTH]
    return tr("This view can't be updated. {reason}", reason=text)


class LiveView(Holdable, ClosesChildren):
    """Mixin for widgets that show a model or follow a Run. List it before the widget class.

    A subclass makes `follower` and `message_line` before it calls `super().__init__`, and shows
    `message_line` and `follower.controls` among its children.

    Attributes:
        message_line: Where `message` is shown.
        note: What you should know about the samples, such as how many are used. It follows every
            message.
    """

    message_line: MessageLine
    note = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_class("dlw-live")  # type: ignore[attr-defined]
        waits = weakref.WeakMethod(self._awaited)
        self.message_line.answer_unless(lambda: (ask := waits()) is not None and ask())

    @property
    def busy(self) -> bool:
        """Whether something is being computed, or waits to be."""
        return self.follower.busy

    def _awaited(self) -> bool:
        """Return whether the page waits for what the user asked for: it dims the view meanwhile."""
        return self.busy

    @property
    def message(self) -> str:
        """What happens or went wrong; "" for nothing."""
        text: str = self.message_line.value
        return text

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show a message.

        Args:
            text: A whole sentence; "" for none.
            bad: Whether it says what went wrong.
        """
        self.message_line.say(join_messages([text, self.note]), bad=bad)

    def say_error(self, error: Exception) -> None:
        """Show why the view can't be updated.

        Args:
            error: What was raised.
        """
        self.say(no_update(error), bad=True)

    def _release(self) -> None:
        self.follower.close()
