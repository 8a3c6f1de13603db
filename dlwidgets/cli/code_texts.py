"""Texts for readers in the code of notebooks: questions, and the titles of views."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = "dl"
"""The name under which notebooks import dlwidgets."""

# Of `dl.Question(text, choices, answer, why)`.
_QUESTION = {0: "text", 1: "choices", 3: "why"}


@dataclass(frozen=True)
class Literal:
    """A text in code, and the place of its literal.

    Attributes:
        text: The text.
        begin: The index of its first character in the UTF-8 bytes of the code.
        end: The index after its last one.
    """

    text: str
    begin: int
    end: int


def code_texts(source: str) -> list[str]:
    """Return the texts in a code cell that a translator translates.

    Args:
        source: The cell's source.

    Returns:
        The string literals of `dl.Question(…)`, and of `title=` in any call of `dl.…`. None of
        those without a letter, such as numbers.

    Example:
        >>> from dlwidgets.cli.code_texts import code_texts
        >>> code_texts('dl.Question("How many?", ["5", "Ten"], answer=1, why="Because.")')
        ['How many?', 'Ten', 'Because.']
    """
    return [literal.text for literal in _literals(source)]


def translate_code(source: str, translate: Callable[[str], str]) -> str:
    """Translate the texts in a code cell.

    Args:
        source: The cell's source.
        translate: Gives the translation of one of `code_texts(source)`.

    Returns:
        The same code with translated texts.

    Example:
        >>> from dlwidgets.cli.code_texts import translate_code
        >>> translate_code('dl.Trial(train, title="Digits")', str.upper)
        'dl.Trial(train, title="DIGITS")'
    """
    code = source.encode()
    for literal in reversed(_literals(source)):
        translated = translate(literal.text)
        if translated != literal.text:
            written = json.dumps(translated, ensure_ascii=False).encode()
            code = code[: literal.begin] + written + code[literal.end :]
    return code.decode()


def _literals(source: str) -> list[Literal]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic of IPython
        return []
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = {
        Literal(
            node.value,
            starts[node.lineno - 1] + node.col_offset,
            starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0),
        )
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for node in _texts_of(call)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"[^\W\d_]", node.value)
    }
    return sorted(found, key=lambda literal: literal.begin)


def _texts_of(call: ast.Call) -> Iterator[ast.expr]:
    function = call.func
    if not isinstance(function, ast.Attribute) or not _is_of_package(function.value):
        return
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if "title" in named:
        yield named["title"]
    if function.attr != "Question":
        return
    for place, name in _QUESTION.items():
        given = call.args[place] if place < len(call.args) else named.get(name)
        if isinstance(given, ast.List | ast.Tuple):
            yield from given.elts
        elif given is not None:
            yield given


def _is_of_package(node: ast.expr) -> bool:
    """Whether it is `dl`, or a module in it such as `dl.concepts`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id == PACKAGE
