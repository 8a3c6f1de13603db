"""Texts on their way to the page."""

from dlwidgets._messages import Message, tr, trn
from dlwidgets.widgets._core.text import Text, Texts
from dlwidgets.widgets._core.view import View


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
