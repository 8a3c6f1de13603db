from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from traitlets import TraitError

import dlwidgets as dl
from dlwidgets.concepts._convolution import PRESETS

if TYPE_CHECKING:
    from pathlib import Path


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.convolution("photo", "magnitude", stride=2, padding=1)
    assert widget.state == "image=photo;mode=magnitude;stride=2;padding=1"
    assert widget.values["kernel"] == PRESETS["sobel_x"][0]
    same = dl.concepts.convolution(state=widget.state, stride=1)
    assert same.state == "image=photo;mode=magnitude;padding=1"
    assert widget.code().endswith(f"dl.concepts.convolution(state={widget.state!r})\n")


def test_an_array_travels_as_it_is() -> None:
    image = np.arange(6, dtype="float32").reshape(2, 3) - 1
    widget = dl.concepts.convolution(image, kernel=[[1, -1]])
    sent = widget.picture
    assert widget.state == "image=own;kernel=1,-1"
    assert (sent["height"], sent["width"], sent["channels"]) == (2, 3, 1)
    assert np.frombuffer(sent["data"], "<f4").tolist() == image.ravel().tolist()
    large = dl.concepts.convolution(np.zeros((400, 400), np.uint8))
    assert "mean of 3×3 pixels" in large.picture_note


def test_the_page_sets_the_state_and_nothing_else() -> None:
    widget = dl.concepts.convolution(hide=["flip"])
    widget.set_state({"state": "stride=3", "hide": [], "picture": {"height": 1}})
    assert (widget.state, widget.hide, widget.picture) == ("stride=3", ["flip"], {})
    widget.set_state({"state": "stride=99"})
    assert widget.state == "stride=3"
    with pytest.raises(TraitError, match="`stride` to be an integer from 1 to 4"):
        widget.state = "stride=0"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"stride": 5}, "`stride` to be an integer from 1 to 4. Received: 5"),
        ({"stride": "two"}, "Received: 'two'"),
        ({"padding": "full"}, "one of 'valid', 'same', or an integer from 0 to 4"),
        ({"image": "cat"}, "`image` to be one of"),
        ({"kernel": [[1, 2]], "mode": "phase"}, "a square kernel"),
        ({"hide": ["stride", "color"]}, "Received: 'color'"),
        ({"lesson": ["swim"]}, "a step named"),
        ({"lesson": [dl.concepts.Step("x", part="nose")]}, "`part` to be one of"),
        ({"lesson": [dl.concepts.Step("x", done="stride=7")]}, "Received: 'stride=7'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.convolution(**arguments)


def test_a_lesson_has_steps_of_the_widget_and_of_a_teacher() -> None:
    own = dl.concepts.Step("Set the stride to 2.", part="stride", done="stride=2;play")
    widget = dl.concepts.convolution(lesson=["padding", own])
    assert widget.lesson[0] == "padding"
    assert widget.lesson[1]["done"] == "stride=2;play"
    assert dl.concepts.convolution(lesson=True).lesson[0] == "step"


def test_it_is_saved_as_one_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "front"
    folder.mkdir()
    (folder / "concepts.js").write_text("document.title = 'é'")
    (folder / "concepts.css").write_text(".dlw { color: red }")
    monkeypatch.setattr("dlwidgets.widgets.concepts._page.front_end", lambda: folder)
    widget = dl.concepts.convolution(np.eye(2), state="kernel=1", lesson=True)
    text = widget.save_html(tmp_path / "page.html", language="zh").read_text("utf-8")
    assert 'data-state="image=own;kernel=1"' in text
    assert 'data-dlw-lang="zh"' in text
    assert "$bytes" in text
    assert "&quot;padding&quot;" in text
    assert "sha256-" in text
    assert "http" not in text.replace("http-equiv", "")
