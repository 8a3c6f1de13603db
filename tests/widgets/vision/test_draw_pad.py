"""The drawing pad on real, small models: what a user does, and what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from dlwidgets.vision import grad_cam
from dlwidgets.vision.drawing import place_drawing
from dlwidgets.widgets import DrawPad
from dlwidgets.widgets.primitives.draw_surface import SIDE, DrawSurface
from tests.helpers.page import messages, seen, set_on_page
from tests.helpers.viewers import as_bytes, maps_of, settled

if TYPE_CHECKING:
    from collections.abc import Iterator


def drawn(asked: int = 1) -> tuple[dict[str, Any], bytes]:
    ink = np.zeros((SIDE, SIDE), np.uint8)
    ink[20:90, 50:60] = 255
    return {"type": "ink", "asked": asked, "side": SIDE, "empty": False}, ink.tobytes()


def send_ink(surface: DrawSurface, content: dict[str, Any], raw: bytes) -> None:
    wire = {"method": "custom", "content": content}
    surface.comm.handle_msg({"content": {"data": wire}, "buffers": [memoryview(raw)]})


@pytest.fixture
def pad(trained_cnn: Any) -> Iterator[DrawPad]:
    made = DrawPad(trained_cnn)
    yield settled(made)
    made.close()


def test_a_drawing_is_seen_as_the_model_sees_it(pad: Any, trained_cnn: Any) -> None:
    assert (pad.bars.labels, pad.overlay.count) == ([], 0)
    content, raw = drawn()
    send_ink(pad.surface, content, raw)
    settled(pad)
    ink = np.frombuffer(raw, np.uint8).reshape(SIDE, SIDE)
    image = place_drawing(ink, (8, 8))
    outputs = np.asarray(trained_cnn(image[np.newaxis, ..., np.newaxis]))[0]
    np.testing.assert_allclose(pad.bars.values, outputs, atol=1e-4)
    assert pad.bars.labels == [str(i) for i in range(10)]
    seen_image = np.frombuffer(pad.surface.seen["data"], np.uint8).reshape(8, 8)
    np.testing.assert_allclose(seen_image, image * 255, atol=1)
    assert pad.surface.answered == 1
    wanted = grad_cam(trained_cnn, image[np.newaxis, ..., np.newaxis]).normalized()
    np.testing.assert_allclose(maps_of(pad.overlay), as_bytes(wanted), atol=1)
    assert pad.maps.title == "12 channels of second"
    pad.layer = "first"
    settled(pad)
    assert pad.maps.count == 8


def test_a_cleared_pad_shows_nothing(pad: Any) -> None:
    send_ink(pad.surface, *drawn())
    settled(pad)
    pad.clear()
    settled(pad)
    assert messages(pad.surface, "clear")
    assert (pad.bars.labels, pad.overlay.count, pad.maps.count) == ([], 0, 0)
    assert pad.surface.seen == {}
    empty = {"type": "ink", "asked": 5, "side": SIDE, "empty": True}
    send_ink(pad.surface, empty, bytes(SIDE * SIDE))
    settled(pad)
    assert pad.surface.answered == 5


def test_the_page_can_send_nothing_else(pad: Any) -> None:
    content, raw = drawn()
    for bad, data_of in [
        ({**content, "side": 10**9}, raw),
        ({**content, "asked": "1"}, raw),
        (content, raw[:-1]),
        ({**content, "side": None}, raw),
    ]:
        send_ink(pad.surface, bad, data_of)
    wire = {"method": "custom", "content": content}
    pad.surface.comm.handle_msg({"content": {"data": wire}, "buffers": []})
    settled(pad)
    assert pad.surface.asked == 0
    assert not pad.surface.ink.any()
    set_on_page(pad.surface, answered=9, title="<b>")
    assert (pad.surface.answered, pad.surface.title) == (0, "")


def test_models_of_other_kinds_to_draw_for(pad: Any) -> None:
    send_ink(pad.surface, *drawn())
    settled(pad)
    dense = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)]
    )
    pad.show(dense)
    settled(pad)
    assert "so saliency is shown instead of Grad-CAM" in pad.message
    assert pad.overlay.image["height"] == 28
    assert pad.overlay.count == 1
    pad.show(keras.Sequential([keras.Input((5,)), keras.layers.Dense(2)]))
    settled(pad)
    assert "Expected an image model. Received: a model with input shape (5,)." in pad.message
    color = keras.Sequential(
        [
            keras.Input((28, 28, 3)),
            keras.layers.Conv2D(2, 3),
            keras.layers.Flatten(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    pad.show(color, ["cat", "dog"])
    settled(pad)
    assert (pad.bars.labels, pad.message) == (["cat", "dog"], "")
    pad.layer = "nowhere"
    settled(pad)
    assert "There is no layer 'nowhere'" in pad.message
    assert pad.maps.count == 2


def test_the_newest_drawing_counts(pad: Any) -> None:
    for asked in range(1, 30):
        send_ink(pad.surface, *drawn(asked))
    settled(pad)
    assert pad.surface.answered == 29


def test_a_pad_is_told_what_is_shown_when_a_page_opens(pad: Any) -> None:
    seen(pad.surface)
    states = [d.get("state", {}) for _, d, _ in pad.surface.comm.sent]
    assert any("seen_label" in s for s in states)


def test_a_drawing_is_judged_by_the_output_that_is_chosen() -> None:
    inputs = keras.Input((12, 12, 1))
    z = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(8, 3)(inputs))
    heads = {
        "even": keras.layers.Dense(1, "sigmoid")(z),
        "digit": keras.layers.Dense(10, "softmax")(z),
    }
    pad = DrawPad(keras.Model(inputs, heads), [str(i) for i in range(10)])
    send_ink(pad.surface, *drawn())
    settled(pad)
    assert (pad.output, len(pad.bars.labels)) == ("digit", 10)
    pad.output_field.value = "even"
    settled(pad)
    assert (pad.output, len(pad.bars.labels)) == ("even", 2)
    pad.close()
