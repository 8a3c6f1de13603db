"""Texts that people read: marked where they are written, translated where they are shown."""

from __future__ import annotations

import functools
import gettext
import os
import re
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict

from dlwidgets._causes import cause_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

LOCALE_FOLDER = Path(__file__).resolve().parent / "locale"
DOMAIN = "dlwidgets"
SOURCE_LANGUAGE = "en"

_FIELD = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_MOST_PATTERNS = 4096  # whose fields are kept
_VARIABLES = ("DLWIDGETS_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

Argument = int | str
"""What fills a field: a whole number, a text, or a `Message`, which is a text."""


class MessageJson(TypedDict):
    """A message as it travels to the page."""

    id: str
    args: dict[str, int | str | MessageJson]
    text: str
    plural: NotRequired[str]
    n: NotRequired[int]


class Message(str):
    """English text that remembers its message id and arguments, so that it can be translated.

    As a value (`==`, slices, JSON) it is the English text. `str(message)` and f-strings give the
    text in the language of `set_language`.

    Args:
        text: The English text.
        id: The English text with its `{fields}`.
        args: What fills the fields.
        plural: The id of the plural form, if the text counts something.
        n: The number counted.
    """

    id: str
    args: dict[str, Argument]
    plural: str | None
    n: int | None

    def __new__(
        cls,
        text: str,
        id: str,  # noqa: A002
        args: Mapping[str, Argument],
        plural: str | None = None,
        n: int | None = None,
    ) -> Message:
        message = super().__new__(cls, text)
        message.id, message.args = id, dict(args)
        message.plural, message.n = plural, n
        return message

    def __getnewargs__(  # type: ignore[override]  # str gives its text alone
        self,
    ) -> tuple[str, str, dict[str, Argument], str | None, int | None]:
        return self.english, self.id, self.args, self.plural, self.n

    def __str__(self) -> str:
        return self.translated()

    def __format__(self, spec: str) -> str:
        return format(self.translated(), spec)

    @property
    def english(self) -> str:
        """The English text as a plain `str`."""
        return str.__str__(self)

    def translated(self, language: str | None = None) -> str:
        """Return the text in a language.

        Args:
            language: A language tag, such as `"zh"`. `None`: the language of `set_language`.

        Returns:
            The text; English if there is no translation.
        """
        language = _language if language is None else match_language(language)
        if language == SOURCE_LANGUAGE:
            return self.english
        catalog = catalog_of(language)
        if self.plural is None or self.n is None:
            pattern = catalog.gettext(self.id)
        else:
            pattern = catalog.ngettext(self.id, self.plural, self.n)
        return _fill(pattern, self.args, language)

    def to_json(self) -> MessageJson:
        """Return the message as it travels to the page.

        Example:
            >>> from dlwidgets._messages import tr
            >>> tr("Loss became NaN at step {step}.", step=812).to_json()["args"]
            {'step': 812}
        """
        args: dict[str, int | str | MessageJson] = {}
        for name, value in self.args.items():
            args[name] = value.to_json() if isinstance(value, Message) else value
        made: MessageJson = {"id": self.id, "args": args, "text": self.english}
        if self.plural is not None and self.n is not None:
            made["plural"], made["n"] = self.plural, self.n
        return made


def tr(text: str, /, **args: object) -> Message:
    """Mark a text for translation and fill in its fields.

    Args:
        text: The English text, a literal. Fields are plain names: `{step}`.
        **args: What fills the fields. Whole numbers get thousands separators; pass years, ports and
            other identifiers as strings. Format floats and units first. An exception gives its
            message. Anything else is turned into a string.

    Returns:
        The English text, as a `str` that can be translated later.

    Raises:
        TypeError: The fields and the arguments differ.

    Example:
        >>> from dlwidgets._messages import tr
        >>> tr("Loss became NaN at step {step}.", step=1812)
        'Loss became NaN at step 1,812.'
    """
    values = _arguments(args)
    _check_fields(text, values)
    return Message(_fill(text, values, SOURCE_LANGUAGE), text, values)


def trn(singular: str, plural: str, n: int, /, **args: object) -> Message:
    """Mark a text that counts something for translation and fill in its fields.

    Args:
        singular: The English text for one, a literal. The field `{n}` is the number counted.
        plural: The English text for any other number, a literal.
        n: The number counted.
        **args: What fills the other fields, as in `tr`.

    Returns:
        The English text, as a `str` that can be translated later.

    Raises:
        TypeError: The fields and the arguments differ.

    Example:
        >>> from dlwidgets._messages import trn
        >>> trn("{n} sample", "{n} samples", 2)
        '2 samples'
    """
    number = int(n)
    values = _arguments({"n": number, **args})
    for text in (singular, plural):
        _check_fields(text, values, optional={"n"})
    text = singular if number == 1 else plural
    return Message(_fill(text, values, SOURCE_LANGUAGE), singular, values, plural, number)


def join_messages(parts: Iterable[str], separator: str = " ") -> str:
    """Join texts that stand by themselves, such as sentences, so that each stays translatable.

    Args:
        parts: The texts; empty ones are left out.
        separator: What to write between them.

    Returns:
        The joined text.

    Example:
        >>> from dlwidgets._messages import join_messages, tr
        >>> join_messages([tr("{n} images", n=3), "", tr("after step {step}", step=5)], " · ")
        '3 images · after step 5'
    """
    texts = [part for part in parts if part]
    if len(texts) < 2:
        return texts[0] if texts else ""
    values: dict[str, Argument] = {f"part_{i}": text for i, text in enumerate(texts)}
    # No catalog has this id: it stands for itself, and its arguments are translated.
    pattern = separator.join(f"{{{name}}}" for name in values)
    return Message(_fill(pattern, values, SOURCE_LANGUAGE), pattern, values)


def error_message(error: BaseException) -> str:
    """Return what an exception says, still translatable if it was raised with a `Message`.

    Args:
        error: Any exception.

    Returns:
        Its message; the name of its class if it has none. Of the long texts of Keras and
        TensorFlow the line that names the cause.

    Example:
        >>> from dlwidgets._messages import error_message, tr
        >>> error_message(ValueError(tr("Expected {n} images.", n=3))).to_json()["id"]
        'Expected {n} images.'
    """
    if len(error.args) == 1 and isinstance(error.args[0], Message):
        return error.args[0]
    if isinstance(error, KeyError) and error.args:  # its text is a key alone
        return f"{type(error).__name__}: {error}"
    return cause_of(str(error)) or type(error).__name__


def languages() -> list[str]:
    """Return the languages that texts can be shown in, English first.

    Example:
        >>> from dlwidgets._messages import languages
        >>> languages()[0]
        'en'
    """
    return [SOURCE_LANGUAGE, *_languages_in(LOCALE_FOLDER)]


@functools.cache
def _languages_in(folder: Path) -> tuple[str, ...]:
    paths = sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return tuple(path.parents[1].name for path in paths)


def match_language(tag: str) -> str:
    """Return the language that serves a reader's language tag best.

    Args:
        tag: A language tag or locale name: `"zh"`, `"zh-Hans-CN"`, `"zh_CN.UTF-8"`.

    Returns:
        One of `languages()`; `"en"` for a language without translation.
    """
    primary = re.split(r"[-_.@]", tag.strip().lower(), maxsplit=1)[0]
    return primary if primary in languages() else SOURCE_LANGUAGE


def language() -> str:
    """Return the language of the texts that Python shows by itself."""
    return _language


def set_language(tag: str | None) -> None:
    """Choose the language of dlwidgets' texts, in Python and in open pages.

    Without it, a page takes the language of the browser, and Python's own output that of
    `$DLWIDGETS_LANG` or the system's locale.

    Args:
        tag: A language tag, such as `"en"` or `"zh"`. `None`: as without a call.

    Raises:
        ValueError: dlwidgets has no translation into this language.

    Example:
        >>> dl.set_language("en")
        >>> dl.set_language(None)
    """
    global _chosen, _language  # noqa: PLW0603
    if tag is None:
        _language = language_of_environment(os.environ)
    else:
        matched = match_language(tag)
        if matched == SOURCE_LANGUAGE and not re.match(r"en([-_.@]|$)", tag.strip().lower()):
            raise ValueError(
                tr(
                    "Expected one of the languages {languages}. Received: {tag}",
                    languages=", ".join(languages()),
                    tag=repr(tag),
                )
            )
        _language = matched
    _chosen = "" if tag is None else _language
    for listener in _listeners:
        listener(_chosen)


def chosen_language() -> str:
    """Return the language of the last `set_language`; `""` if pages use the reader's language."""
    return _chosen


def on_language_change(listener: Callable[[str], None]) -> None:
    """Call a function at each `set_language`.

    Args:
        listener: Receives the language; `""` when it is left to each page again.
    """
    _listeners.append(listener)


def language_of_environment(environment: Mapping[str, str]) -> str:
    """Return the language that environment variables ask for.

    Args:
        environment: The variables; the first set one of `DLWIDGETS_LANG`, `LANGUAGE`, `LC_ALL`,
            `LC_MESSAGES` and `LANG` counts.

    Returns:
        One of `languages()`.
    """
    for variable in _VARIABLES:
        # LANGUAGE is a list of wishes, best first.
        wishes = [wish for wish in environment.get(variable, "").split(":") if wish]
        for wish in wishes:
            matched = match_language(wish)
            if matched != SOURCE_LANGUAGE or wish.lower().startswith("en"):
                return matched
        if wishes:
            return SOURCE_LANGUAGE
    return SOURCE_LANGUAGE


def _arguments(args: Mapping[str, object]) -> dict[str, Argument]:
    return {name: _argument(value) for name, value in args.items()}


def _argument(value: object) -> Argument:
    if isinstance(value, str) or type(value) is int:
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return f"{float(value):.4g}"
    if isinstance(value, BaseException):
        return error_message(value)
    return str(value)


def _check_fields(
    text: str, args: Mapping[str, Argument], optional: set[str] | None = None
) -> None:
    fields = _fields(text)
    if fields == args.keys():
        return
    if fields - args.keys() or args.keys() - fields - (optional or set()):
        message = f"The fields of {text!r} are {sorted(fields)}. Received: {sorted(args)}"
        raise TypeError(message)


def _fill(pattern: str, args: Mapping[str, Argument], language: str) -> str:
    parts = [*_parts(pattern)]
    for i in range(1, len(parts), 2):
        value = args.get(parts[i], f"{{{parts[i]}}}")
        if isinstance(value, Message):
            parts[i] = value.translated(language)
        else:
            parts[i] = value if isinstance(value, str) else f"{value:,}"
    return "".join(parts)


@functools.lru_cache(_MOST_PATTERNS)
def _parts(pattern: str) -> tuple[str, ...]:
    """What is between the fields of a pattern, and their names, in turn."""
    return tuple(_FIELD.split(pattern))


@functools.lru_cache(_MOST_PATTERNS)
def _fields(pattern: str) -> frozenset[str]:
    return frozenset(_FIELD.findall(pattern))


@functools.cache
def catalog_of(language: str) -> gettext.NullTranslations:
    """Return the translations into a language; English texts if it has none."""
    return gettext.translation(DOMAIN, str(LOCALE_FOLDER), [language], fallback=True)


_listeners: list[Callable[[str], None]] = []
_chosen = ""
_language = language_of_environment(os.environ)
