"""Translate the Markdown of notebooks, a paragraph, heading or list item at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Before the text of a heading, list item or quotation.
_MARKER = re.compile(r"\s*(?:#+\s+|\d+\.\s+|[-*>]\s+)?")


def _lines(source: str) -> Iterator[tuple[str, str]]:
    """Split Markdown into lines of (marker, text); text is "" where there is nothing to read."""
    fenced = False
    for line in source.split("\n"):
        if line.lstrip().startswith("```"):
            fenced = not fenced
            yield line, ""
        elif fenced:
            yield line, ""
        else:
            start = _MARKER.match(line)
            cut = start.end() if start else 0
            text = line[cut:]
            yield (line[:cut], text) if re.search(r"\w", text) else (line, "")


def paragraphs(source: str) -> list[str]:
    """Return the texts of a Markdown cell that a translator translates.

    Args:
        source: The cell's source, with one line per paragraph.

    Returns:
        Paragraphs, headings and list items, without their markers. Code blocks are left out.
    """
    return [text for _, text in _lines(source) if text]


def translate_markdown(source: str, translate: Callable[[str], str]) -> str:
    """Translate a Markdown cell.

    Args:
        source: The cell's source, with one line per paragraph.
        translate: Gives the translation of one of `paragraphs(source)`.

    Returns:
        The same structure with translated texts.
    """
    return "\n".join(marker + (translate(text) if text else "") for marker, text in _lines(source))
