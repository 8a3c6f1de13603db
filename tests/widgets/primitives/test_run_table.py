"""The table of runs: what the page may ask for, and what it is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dlwidgets.widgets.primitives.run_table import MAX_NAME, MOST_DRAWN, Act, RunTable
from tests.helpers.page import from_page, messages, set_on_page, state_of

pytestmark = pytest.mark.usefixtures("still")


def runs(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"id": f"r{i}", "name": f"run {i}", "created": float(i), **more} for i in range(count)]


@pytest.fixture
def calls() -> list[Any]:
    return []


@pytest.fixture
def table(calls: list[Any]) -> RunTable:
    table = RunTable()
    table.on_act(
        calls.append,
        rename=lambda *asked: calls.append(("rename", *asked)),
        tag=lambda *asked: calls.append(("tag", *asked)),
        undo=lambda: calls.append(("undo",)),
    )
    table.show(runs(6))
    return table


def test_the_newest_runs_are_drawn_and_keep_their_colors(table: RunTable) -> None:
    assert table.drawn == ["r5", "r4", "r3", "r2"]
    assert table.slots == {"r5": 0, "r4": 1, "r3": 2, "r2": 3}
    set_on_page(table, drawn=["r5", "r3", "r0"])
    # The color that is free goes to the next run; no other run changes its color.
    assert table.slots == {"r5": 0, "r3": 2, "r0": 1}
    table.show([*runs(6), {"id": "new", "created": 99.0}])
    assert table.drawn == ["r5", "r3", "r0", "new"]
    table.show(runs(4))
    assert (table.drawn, set(table.slots)) == (["r3", "r0"], {"r3", "r0"})


def test_only_known_runs_can_be_selected_or_drawn(table: RunTable) -> None:
    set_on_page(table, selected=["r1", "../../etc", "r1", "r2"], drawn=["no"])
    assert (table.selected, table.drawn) == (["r1", "r2"], [])
    for wrong in ({"selected": [1, {}]}, {"drawn": "r1"}, {"sort": "evil"}, {"runs": []}):
        set_on_page(table, **wrong)
    assert (table.selected, table.sort, len(table.runs)) == (["r1", "r2"], "created", 6)
    table.show(runs(MOST_DRAWN + 9))
    set_on_page(table, drawn=[f"r{i}" for i in range(MOST_DRAWN + 9)], search="x" * 999)
    assert (len(table.drawn), len(table.search)) == (MOST_DRAWN, 200)


def test_names_and_tags_from_the_page_are_one_short_line(table: RunTable, calls: list[Any]) -> None:
    from_page(table, {"type": "rename", "id": "r1", "name": " a\n\x00b\t<i> "})
    from_page(table, {"type": "rename", "id": "r1", "name": "n" * 5000})
    from_page(table, {"type": "tag", "id": "r2", "tag": "base"})
    from_page(table, {"type": "untag", "id": "r2", "tag": "base"})
    assert calls == [
        ("rename", "r1", "a b <i>"),
        ("rename", "r1", "n" * MAX_NAME),
        ("tag", "r2", "base", True),
        ("tag", "r2", "base", False),
    ]


@pytest.mark.parametrize(
    "content",
    [
        {"type": "rename", "id": "stranger", "name": "x"},
        {"type": "rename", "id": ["r1"], "name": "x"},
        {"type": "rename", "id": "r1", "name": 7},
        {"type": "rename", "id": "r1", "name": " \n "},
        {"type": "tag", "id": "r1"},
        {"type": "act", "name": "delete", "ids": ["r1"]},  # isn't offered
        {"type": "act", "name": "resume", "ids": ["r1"]},  # can't be done now
        {"type": "act", "name": "open", "ids": "r1"},
        {"type": "act", "name": "open", "ids": ["stranger", 7, None]},
        {"type": "act", "name": "open"},
        {"type": "act", "name": "more", "ids": ["r1"], "value": "many"},
        {"type": "act", "name": {"a": 1}, "ids": ["r1"]},
        {"type": "act", "name": "go", "ids": ["r1"], "choice": "elsewhere"},
        {"type": "act", "name": "go", "ids": ["r1"], "choice": ["mistakes"]},
        {"type": "act", "name": "go", "ids": ["r1"], "choice": "dream"},
        {"type": "undo"},
        {"type": "_on_act"},
    ],
)
def test_what_is_not_offered_is_not_done(table: RunTable, calls: list[Any], content: Any) -> None:
    table.actions = [
        {"name": "open", "title": "Open"},
        {"name": "resume", "title": "Resume", "problem": "It has finished."},
        {"name": "more", "title": "Continue…", "value": 10, "low": 1, "high": 100},
        {
            "name": "go",
            "title": "Open in…",
            "choices": [{"value": "mistakes"}, {"value": "dream", "problem": "No layers."}],
        },
    ]
    from_page(table, content)
    assert calls == []


def test_an_action_has_its_runs_and_a_number_within_bounds(
    table: RunTable, calls: list[Any]
) -> None:
    table.actions = [{"name": "more", "title": "Continue…", "value": 10, "low": 1, "high": 100}]
    from_page(
        table, {"type": "act", "name": "more", "ids": ["r1", "x"], "value": 1e9, "request": 3}
    )
    assert calls == [Act("more", ("r1",), 100.0, "", 3)]
    table.answer(3, type="go", page="look-inside", query="saved=x")
    sent, _ = messages(table, "go")[-1]
    assert sent == {"type": "go", "page": "look-inside", "query": "saved=x", "request": 3}


def test_a_menu_gives_one_of_its_entries(table: RunTable, calls: list[Any]) -> None:
    table.actions = [{"name": "go", "title": "Open in…", "choices": [{"value": "mistakes"}]}]
    asked = {"type": "act", "name": "go", "ids": ["r1"], "choice": "mistakes", "served": True}
    from_page(table, asked)
    assert calls == [Act("go", ("r1",), choice="mistakes", served=True)]


def test_undo_is_possible_once_it_is_offered(table: RunTable, calls: list[Any]) -> None:
    table.say("1 run was deleted.", undo=True)
    from_page(table, {"type": "undo"})
    assert calls == [("undo",)]


def test_a_run_that_goes_on_is_sent_without_the_others(table: RunTable) -> None:
    table.show(runs(500, model="MLP", data="digits", tags=["a", "b"]))
    before = len(table.comm.sent)
    table.grow({"r3": {"step": 900, "epoch": 4}, "gone": {"step": 1}})
    sent = [data for kind, data, _ in table.comm.sent[before:] if kind == "comm_msg"]
    assert sum(len(json.dumps(one)) for one in sent) < 400
    assert state_of(table, "live") == {"r3": {"step": 900, "epoch": 4}}
    table.show(runs(2))
    assert table.live == {}
