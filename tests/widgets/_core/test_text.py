"""Texts on their way to the page."""

from dlwidgets._messages import Message, set_language, tr, trn
from dlwidgets.widgets._core.text import Records, Text, Texts, as_text
from dlwidgets.widgets._core.view import View
from tests.helpers.page import messages


class Panel(View):
    note = Text()
    captions = Texts()


def test_a_message_travels_with_its_parts() -> None:
    panel = Panel(note=tr("Stopped at step {step}.", step=3))
    assert isinstance(panel.note, Message)
    assert panel.get_state("note") == {
        "note": {
            "id": "Stopped at step {step}.",
            "args": {"step": 3},
            "text": "Stopped at step 3.",
        }
    }
    panel.close()


def test_plain_text_travels_as_it_is() -> None:
    panel = Panel(note="as typed", captions=["cat", trn("{n} image", "{n} images", 2)])
    state = panel.get_state(["note", "captions"])
    assert state["note"] == "as typed"
    assert state["captions"][0] == "cat"
    assert state["captions"][1]["plural"] == "{n} images"
    panel.close()


class Table(View):
    rows = Records()


def test_texts_inside_records_and_messages_travel_with_their_parts() -> None:
    table = Table(rows=[{"name": tr("Layer"), "n": 3}, [tr("Shape"), "cat"]])
    state = table.get_state("rows")["rows"]
    assert state[0] == {"name": {"id": "Layer", "args": {}, "text": "Layer"}, "n": 3}
    assert state[1][0]["id"] == "Shape"
    assert state[1][1] == "cat"
    table.send({"type": "problem", "text": tr("Layer")})
    (content, _), *_ = messages(table, "problem")
    assert content["text"]["id"] == "Layer"
    table.close()


def test_text_stays_what_it_is_and_anything_else_becomes_text() -> None:
    message = tr("Layer")
    assert as_text(message) is message
    assert as_text(7) == "7"


def test_open_widgets_and_new_ones_follow_the_language() -> None:
    before = Panel()
    assert before.get_state("_language") == {"_language": ""}
    try:
        set_language("zh")
        after = Panel()
        assert before.get_state("_language") == {"_language": "zh"}
        assert after.get_state("_language") == {"_language": "zh"}
        after.close()
    finally:
        set_language(None)
    assert before.get_state("_language") == {"_language": ""}
    before.close()
