"""A question that is answered before the answer is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Int, Unicode

from dlwidgets._messages import Message
from dlwidgets.widgets._core.text import Text, Texts
from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence


def message(text: str) -> str:
    """Return a text of a notebook as one that the page translates, if a catalog has it."""
    return text if isinstance(text, Message) or not text else Message(text, text, {})


class Question(View):
    """Predict, then run: a question with choices, whose answer appears after the reader's own.

    Args:
        text: The question. ``**bold**`` and ```code``` are shown as such.
        choices: What may be chosen, at least two.
        answer: The index of the right choice.
        why: Why it is right, in a sentence or two.

    Attributes:
        chosen: The index of the reader's choice; -1 before it.

    Raises:
        ValueError: There are fewer than two choices, or `answer` isn't the index of one.

    Example:
        >>> question = dl.Question(
        ...     "How many updates does one epoch of 60,000 samples in batches of 128 make?",
        ...     ["128", "469", "60,000"],
        ...     answer=1,
        ...     why="60,000 / 128 = 468.75; the last batch has 96 samples.",
        ... )
        >>> question.chosen
        -1
    """

    _model_name = Unicode("QuestionModel").tag(sync=True)
    _view_name = Unicode("QuestionView").tag(sync=True)
    _controls: ClassVar[frozenset[str]] = frozenset({"chosen"})

    text = Text()
    choices = Texts()
    answer = Int(0).tag(sync=True)
    why = Text()
    chosen = Int(-1, min=-1).tag(sync=True)

    def __init__(
        self, text: str = "", choices: Sequence[str] = (), answer: int = 0, why: str = "", **kw: Any
    ) -> None:
        if text and (isinstance(choices, str) or len(choices) < 2):
            problem = f"Expected `choices` to be at least two texts. Received: {choices!r}."
            raise ValueError(problem)
        if text and not 0 <= answer < len(choices):
            problem = f"Expected `answer` to be from 0 to {len(choices) - 1}. Received: {answer}."
            raise ValueError(problem)
        super().__init__(
            text=message(text),
            choices=[message(choice) for choice in choices],
            answer=answer,
            why=message(why),
            **kw,
        )
