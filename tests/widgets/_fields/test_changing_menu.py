"""A choice that is gone does no harm."""

from __future__ import annotations

from dlwidgets.widgets._fields.changing_menu import ChangingMenu


def test_a_choice_that_is_gone_is_dropped() -> None:
    menu = ChangingMenu(options=["a", "b", "c"], tooltip="")
    menu.set_state({"index": 1})
    assert menu.value == "b"
    menu.options = ["a"]
    menu.set_state({"index": 2})
    assert menu.value == "a"
    menu.set_state({"index": -1})
    assert menu.value == "a"
