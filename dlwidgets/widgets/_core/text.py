"""Traits for texts that people read, which the page shows in the reader's language."""

from __future__ import annotations

from typing import Any

from traitlets import List, Unicode

from dlwidgets._messages import Message


def to_page(value: Any, _widget: Any = None) -> Any:
    """Return a value as it travels to the page: a `Message` as its id and arguments.

    Args:
        value: A text, or lists and dicts with texts among their values.

    Example:
        >>> from dlwidgets._messages import tr
        >>> from dlwidgets.widgets._core.text import to_page
        >>> to_page(["cat", tr("{n} images", n=3)])[1]["id"]
        '{n} images'
    """
    if isinstance(value, Message):
        return value.to_json()
    if isinstance(value, dict):
        return {key: to_page(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_page(item) for item in value]
    return value


def as_text(value: object) -> str:
    """Return a text as it is, `Message` included, and anything else as text.

    Args:
        value: Such as the name or number of a class.

    Example:
        >>> from dlwidgets.widgets._core.text import as_text
        >>> as_text(7)
        '7'
    """
    return value if isinstance(value, str) else str(value)


def own_name(name: str) -> str:
    """Return a name that the user gave for a menu of ipywidgets, which isn't translated there.

    Pages find the translation of such a menu by its English text, and a class may have a name that
    is also a label of ours. An invisible character at the end tells them apart.

    Args:
        name: Such as a class or a layer. A `Message` isn't the user's, and stays as it is.

    Example:
        >>> from dlwidgets.widgets._core.text import own_name
        >>> own_name("Flower") == "Flower", own_name("Flower").startswith("Flower")
        (False, True)
    """
    return name if isinstance(name, Message) else f"{name}\u2060"


class Text(Unicode):  # type: ignore[type-arg]  # traitlets' own parameters are not public
    """A text for people. A `Message` arrives as such, and the page translates it.

    Args:
        default: The text at first.
    """

    def __init__(self, default: str = "", **kwargs: Any) -> None:
        super().__init__(default, **kwargs)
        self.tag(sync=True, to_json=to_page)


class Records(List):  # type: ignore[type-arg]
    """A list of dicts, or of lists, with texts for people among their values."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tag(sync=True, to_json=to_page)


class Texts(List):  # type: ignore[type-arg]
    """A list of texts for people; each may be a `Message`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Unicode(), **kwargs)
        self.tag(sync=True, to_json=to_page)
