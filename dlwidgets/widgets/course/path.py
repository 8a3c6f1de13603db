"""The tutorials as a path, and the step from one to the next."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Int, Unicode

from dlwidgets._messages import Message
from dlwidgets.course.path import lessons, tutorials_folder
from dlwidgets.widgets._core.text import Records
from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from dlwidgets.course.path import Lesson


def _message(text: str) -> str:
    return Message(text, text, {}) if text else ""


def _record(lesson: Lesson) -> dict[str, Any]:
    texts = {name: _message(getattr(lesson, name)) for name in ("title", "description", "part")}
    return {**vars(lesson), **texts}


def link_to(folder: Path, here: Path) -> str | None:
    """Return how a notebook links to a folder beside it.

    Args:
        folder: The folder of the tutorials.
        here: The folder of the notebook.

    Returns:
        `""` for the same folder, else a path that ends in a slash. `None` for a folder elsewhere:
        the server of the notebook may not serve it, and its path is no page's business.
    """
    relative = Path(os.path.relpath(folder.resolve(), here.resolve()))
    if ".." in relative.parts[1:]:
        return None
    return "" if relative == Path() else f"{relative.as_posix()}/"


class _OnThePath(View):
    """What knows the tutorials and how to get to them."""

    lessons = Records()
    folder = Unicode("").tag(sync=True)
    linked = Bool(True).tag(sync=True)

    def __init__(self, folder: str | Path | None = None, **kwargs: Any) -> None:
        place = tutorials_folder() if folder is None else Path(folder)
        if place is not None and not place.is_dir():
            message = f"Expected `folder` to be a folder of tutorials. Received: {str(folder)!r}."
            raise FileNotFoundError(message)
        link = None if place is None else link_to(place, Path.cwd())
        super().__init__(
            lessons=[] if place is None else [_record(lesson) for lesson in lessons(place)],
            folder=link or "",
            linked=link is not None,
            **kwargs,
        )


class CoursePath(_OnThePath):
    """The tutorials as a path: parts, minutes, what each builds on, and what you have done.

    What you have done is kept in your browser, for all notebooks and pages of the same server. A
    tutorial is begun once it is opened, and done once you say so.

    Args:
        folder: The folder of the tutorials. `None` for the one that the notebook is in, or the one
            that comes with dlwidgets.

    Attributes:
        lessons: The tutorials, in the order of their numbers.

    Raises:
        FileNotFoundError: The folder doesn't exist.

    Example:
        >>> path = dl.CoursePath()
        >>> [lesson["number"] for lesson in path.lessons][:1] in ([], [1], [2])
        True
    """

    _model_name = Unicode("CoursePathModel").tag(sync=True)
    _view_name = Unicode("CoursePathView").tag(sync=True)


class NextTutorial(_OnThePath):
    """The end of a tutorial: mark it as done, and go on to the next one or to all of them.

    Args:
        number: The number of this tutorial in the course, from 1.
        folder: As in `CoursePath`.

    Attributes:
        number: The number of this tutorial.

    Raises:
        ValueError: The number isn't from 1 to 99.
        FileNotFoundError: The folder doesn't exist.

    Example:
        >>> dl.NextTutorial(2).number
        2
    """

    _model_name = Unicode("NextTutorialModel").tag(sync=True)
    _view_name = Unicode("NextTutorialView").tag(sync=True)

    number = Int(1).tag(sync=True)

    def __init__(self, number: int = 1, folder: str | Path | None = None, **kwargs: Any) -> None:
        if type(number) is not int or not 0 < number < 100:
            message = (
                f"Expected `number` to be that of a tutorial, from 1 to 99. Received: {number!r}."
            )
            raise ValueError(message)
        super().__init__(folder, number=number, **kwargs)
