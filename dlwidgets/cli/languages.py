"""The language of pages: what the reader asked for, and the texts in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import jinja2

from dlwidgets._messages import (
    SOURCE_LANGUAGE,
    Message,
    languages,
    match_language,
    tr,
)
from dlwidgets.cli.prose import translate_markdown

if TYPE_CHECKING:
    from tornado.web import RequestHandler

COOKIE = "dlw_lang"
"""Remembers which language the reader chose."""

MAX_WISHES = 20
"""Languages of an `Accept-Language` header that are read; browsers send fewer."""

PSEUDO_LANGUAGE = "xx"
"""English in disguise, `[Ťéxť~~~]`: what is not in brackets was not translated."""

_ACCENTS = str.maketrans("aeiouyAEIOUYnrstczNRSTCZ", "áéíóúýÁÉÍÓÚÝňřšťčžŇŘŠŤČŽ")


def names() -> dict[str, str]:
    """Return the languages of the pages, each with its name in itself."""
    # Catalogs have the language's name in itself here.
    name = tr("English")
    return {language: name.translated(language) for language in languages()}


def translate(text: str, language: str) -> str:
    """Return the translation of a text without fields.

    Args:
        text: The English text; also one that no catalog has, such as a user's own title.
        language: A language of `names()`, or `"xx"`.
    """
    if language == PSEUDO_LANGUAGE:
        return pseudo(text)
    return Message(text, text, {}).translated(language) if text else ""


def pseudo(text: str) -> str:
    """Return a text in the pseudo-language: accented, in brackets, and 40% longer."""
    # Fields keep their names.
    parts = re.split(r"(\{\w+\})", text)
    parts[::2] = [part.translate(_ACCENTS) for part in parts[::2]]
    return f"[{''.join(parts)}{'~' * round(0.4 * len(text))}]"


def accepted(header: str, default: str = SOURCE_LANGUAGE) -> str:
    """Return the language that an `Accept-Language` header asks for.

    Args:
        header: As the browser sent it: `"zh-CN,zh;q=0.9,en;q=0.8"`.
        default: The language if none of those wanted is available.
    """
    wishes = []
    for place, item in enumerate(header.split(",")[:MAX_WISHES]):
        tag, _, rest = item.strip().partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest)
        quality = float(weight[1]) if weight else 1.0
        if tag and quality > 0:
            wishes.append((-quality, place, tag))
    for _, _, tag in sorted(wishes):
        matched = match_language(tag)
        if matched != SOURCE_LANGUAGE or tag.lower().startswith(SOURCE_LANGUAGE):
            return matched
    return default


def asked_in_address(handler: RequestHandler) -> str:
    """Return the language that `?lang=` in the address asks for; `""` if none that exists."""
    wish = handler.get_query_argument("lang", "").lower()
    if wish == PSEUDO_LANGUAGE:
        return wish
    matched = match_language(wish)
    return matched if matched != SOURCE_LANGUAGE or wish.startswith(SOURCE_LANGUAGE) else ""


def requested(handler: RequestHandler, default: str = "") -> str:
    """Return the language of a page.

    Args:
        handler: Answers the request.
        default: The language of readers who have not chosen one; `""`: that of their browser.

    Returns:
        What `?lang=` asks for, else the reader's choice on an earlier page, else the default, else
        the browser's language.
    """
    asked = asked_in_address(handler)
    if asked:
        return asked
    chosen = handler.get_cookie(COOKIE, "") or ""
    if chosen in languages():
        return chosen
    return default or accepted(handler.request.headers.get("Accept-Language", ""))


def remember(handler: RequestHandler, path: str) -> None:
    """Keep the language that `?lang=` asks for, for the reader's next pages.

    Args:
        handler: Answers the request.
        path: The path that all pages of the server lie under.
    """
    asked = asked_in_address(handler)
    if asked in languages():
        handler.set_cookie(COOKIE, asked, expires_days=365, path=path, samesite="Lax")


def in_all_languages(text: str) -> dict[str, str]:
    """Return a text in every language, for a page that is made before its reader is known."""
    return {language: translate(text, language) for language in [*languages(), PSEUDO_LANGUAGE]}


def prose_in_all_languages(source: str) -> dict[str, str]:
    """Return a Markdown cell in every language that it is translated into.

    Args:
        source: The cell's source.

    Returns:
        One source per language; one for `""` alone if there are no translations.
    """
    made = {SOURCE_LANGUAGE: source}
    for language in languages()[1:]:
        made[language] = translate_markdown(source, lambda text: translate(text, language))  # noqa: B023
    return {"": source} if set(made.values()) == {source} else made


def install(environment: jinja2.Environment, default: str) -> None:
    """Let templates speak the reader's language: `_("…")` and `page_language()`.

    Args:
        environment: Of the templates.
        default: As in `requested`.
    """

    @jinja2.pass_context
    def page_language(context: jinja2.runtime.Context) -> str:
        # The forms for errors and for the token come from Jupyter Server's own handlers, which
        # pass nothing of the request but this method.
        handler = context["xsrf_form_html"].__self__
        return requested(handler, default)

    @jinja2.pass_context
    def translated(context: jinja2.runtime.Context, text: str) -> str:
        return translate(text, page_language(context))

    own: dict[str, Any] = {"_": translated, "page_language": page_language, "language_names": names}
    environment.globals.update(own)
