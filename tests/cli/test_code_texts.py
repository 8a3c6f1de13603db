"""Texts for readers in the code of notebooks."""

from __future__ import annotations

import ast

import pytest

from dlwidgets.cli.code_texts import code_texts, translate_code

CELL = """\
label = "Größe"  # ein Kommentar: dl.Question("not this")
question = dl.Question(
    "How many "
    "steps?",
    ["5", "Ten", f"{label}"],
    answer=1,
    why="Because 10 > 5.",
)
dl.Trial(train, quick={"samples": 10}, title="Ω: digits")
other("Not this", title="Nor this")
dl.concepts.batches("Nor that")
"""


def test_texts_are_those_of_questions_and_titles() -> None:
    assert code_texts(CELL) == ["How many steps?", "Ten", "Because 10 > 5.", "Ω: digits"]


@pytest.mark.parametrize("order", ["text=t, choices=c, why=w", "why=w, choices=c, text=t"])
def test_a_question_may_name_its_arguments(order: str) -> None:
    code = order.replace("=t", "='T'").replace("=c", "=['C']").replace("=w", "='W'")
    assert sorted(code_texts(f"dl.Question({code}, answer=0)")) == ["C", "T", "W"]


def test_code_keeps_all_but_the_texts() -> None:
    made = translate_code(CELL, lambda text: f'“{text}” "译"')
    assert code_texts(made) == [f'“{text}” "译"' for text in code_texts(CELL)]
    assert 'label = "Größe"  # ein Kommentar: dl.Question("not this")' in made
    assert "answer=1" in made
    ast.parse(made)
    assert translate_code(CELL, lambda text: text) == CELL


def test_a_magic_has_no_texts() -> None:
    assert code_texts('%time dl.Question("Why?")') == []
