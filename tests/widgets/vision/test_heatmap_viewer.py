"""Heat maps and the drawing pad on real, small models: what a visitor does, and what is shown."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

import dlwidgets as dl
from dlwidgets.vision import grad_cam, heatmaps, occlusion
from dlwidgets.vision.drawing import place_drawing
from dlwidgets.widgets import ClassBars, DrawPad, HeatmapViewer, HeatOverlay
from dlwidgets.widgets.primitives.draw_surface import SIDE, DrawSurface
from tests.helpers.page import from_page, messages, seen, send_file, set_on_page, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.data import Dataset


@pytest.fixture(scope="module")
def model(digits: Dataset) -> Any:
    built = cnn()
    built.fit(digits.x_train, digits.y_train, epochs=4, batch_size=64, verbose=0)
    return built


def cnn() -> Any:
    keras.utils.set_random_seed(3)
    parts = keras.layers
    built = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            parts.Conv2D(8, 3, padding="same", activation="relu", name="first"),
            parts.Conv2D(12, 3, activation="relu", name="second"),
            parts.Flatten(name="flat"),
            parts.Dense(10, activation="softmax", name="classes"),
        ]
    )
    built.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy")
    return built


@pytest.fixture
def viewer(model: Any, digits: Dataset) -> Iterator[HeatmapViewer]:
    made = HeatmapViewer(model, digits.x_test, digits.y_test, digits.class_names)
    yield settled(made)
    made.close()


def settled(one: Any) -> Any:
    until(lambda: not one.busy, "the picture", 60)
    return one


def maps_of(overlay: HeatOverlay) -> np.ndarray:
    a = overlay.maps
    return np.frombuffer(a["data"], np.uint8).reshape(a["count"], a["height"], a["width"])


def as_bytes(maps: np.ndarray) -> np.ndarray:
    return np.rint(maps * 255).astype(np.uint8)


def remark(one: Any) -> str:
    shown = one._remark.layout.display != "none"
    return one._remark.value if shown else ""


def png(side: int = 40) -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


# -- overlay and bars ------------------------------------------------------------------------------


def test_the_overlay_sends_one_byte_per_pixel() -> None:
    overlay = HeatOverlay()
    maps = np.float32([[[0, 1], [0.5, 2]], [[-1, 1], [0, np.nan]]])
    overlay.show(np.eye(2), maps, ["a", "b"], signed=[False, True], low=0, high=1)
    assert maps_of(overlay).tolist() == [[[0, 255], [128, 255]], [[1, 255], [128, 128]]]
    with pytest.raises(ValueError, match="maps of the image's size 2×2"):
        overlay.show(np.eye(2), np.zeros((1, 3, 3)), ["a"])
    with pytest.raises(ValueError, match=r"Expected 1 `titles`.*Received: 2"):
        overlay.show(np.eye(2), np.zeros((1, 2, 2)), ["a", "b"])
    set_on_page(overlay, opacity=0.25, colormap="viridis", titles=["<b>"])
    assert (overlay.opacity, overlay.colormap, overlay.titles) == (0.25, "viridis", ["a", "b"])
    set_on_page(overlay, colormap="jet")
    assert overlay.colormap == "jet"
    set_on_page(overlay, opacity=7.0)
    assert overlay.opacity == 0.25 or 0 <= overlay.opacity <= 1
    with pytest.raises(TraitError):
        overlay.colormap = "rainbow"


def test_the_bars_show_the_highest_first() -> None:
    bars = ClassBars()
    bars.show(np.array([0.1, 0.6, 0.3]), ["a", "b", "c"], top=2)
    assert (bars.labels, bars.values, bars.marked) == (["b", "c"], [0.6, 0.3], 0)
    bars.show(np.array([0.1, 0.6, 0.3]), ["a", "b", "c"])
    assert (bars.labels, bars.marked) == (["a", "b", "c"], 1)
    bars.show(np.array([np.nan, 0.5]), ["a", "b"])
    assert (bars.values, bars.marked) == ([None, 0.5], -1)
    with pytest.raises(ValueError, match="Expected 2 class names"):
        bars.show(np.zeros(2), ["a"])


# -- the viewer ------------------------------------------------------------------------------------


def test_it_shows_where_the_model_looks(viewer: Any, model: Any, digits: Dataset) -> None:
    wanted = grad_cam(model, digits.x_test[:1]).normalized()
    np.testing.assert_allclose(maps_of(viewer.overlay), as_bytes(wanted), atol=1)
    outputs = np.asarray(model(digits.x_test[:1]))[0]
    top = np.argsort(-outputs)[:3]
    assert viewer.bars.labels == [str(i) for i in top]
    np.testing.assert_allclose(viewer.bars.values, outputs[top], atol=1e-5)
    assert viewer.overlay.image_caption == f"True class: {digits.y_test[0]}"
    assert "second" in viewer.overlay.captions[0]
    assert "\N{NO-BREAK SPACE}ms" in viewer.overlay.captions[0]
    assert viewer.about.value == f"What speaks for the predicted class “{top[0]}”"
    assert len(viewer.class_field.options) == 11
    assert [v for _, v in viewer.layer_field.options] == ["", "first", "second"]


def test_class_layer_and_image_can_be_chosen(viewer: Any, model: Any, digits: Dataset) -> None:
    viewer.class_field.value = 7
    viewer.layer_field.value = "first"
    viewer.grid.selected = 5
    settled(viewer)
    assert (viewer.layer, viewer.index, viewer.index_field.value) == ("first", 5, 5)
    wanted = grad_cam(model, digits.x_test[5:6], 7, layer="first").normalized()
    np.testing.assert_allclose(maps_of(viewer.overlay), as_bytes(wanted), atol=1)
    assert viewer.about.value == "What speaks for class “7”"
    viewer.index, viewer.layer = 200, "second"  # from another widget, beyond the thumbnails
    settled(viewer)
    assert (viewer.grid.selected, viewer.index_field.value) == (-1, 200)
    assert viewer.overlay.image_title == "Image 200"
    viewer.index = 10**6
    settled(viewer)
    assert viewer.overlay.image_title == f"Image {len(digits.x_test) - 1:,}"


def test_all_methods_side_by_side(viewer: Any, model: Any, digits: Dataset) -> None:
    viewer.methods = list(heatmaps.METHODS)
    settled(viewer)
    assert viewer.overlay.titles == [method.label for method in heatmaps.METHODS.values()]
    assert viewer.overlay.signed == [False] * 4 + [True] * 2
    wanted = occlusion(model, digits.x_test[:1]).normalized()[0]
    np.testing.assert_allclose(maps_of(viewer.overlay)[5], 128 + 127 * wanted, atol=1)
    assert viewer._work.layout.display == "none"
    viewer.methods = []
    settled(viewer)
    assert viewer.overlay.count == 0
    assert viewer.bars.labels != []
    assert viewer.about.value.startswith("Choose a method to see what speaks for the predicted")
    with pytest.raises(ValueError, match="Received: 'magic'"):
        viewer.methods = ["magic"]
    with pytest.raises(ValueError, match="methods must be some of"):
        HeatmapViewer(methods=())


def test_a_layer_that_does_not_do_is_named_and_the_picture_stays(viewer: Any) -> None:
    viewer.layer = "secnd"
    settled(viewer)
    assert "There is no layer 'secnd'. The nearest is 'second'. The last" in remark(viewer)
    assert viewer.overlay.count == 1
    assert viewer.layer_field.value is None
    viewer.layer = "classes"
    settled(viewer)
    assert "'classes' has no height and width" in remark(viewer)
    viewer.layer = "first"
    settled(viewer)
    assert remark(viewer) == ""


def test_a_model_without_convolutions(viewer: Any) -> None:
    dense = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    viewer.methods = ["grad_cam", "grad_cam_plus_plus", "saliency"]
    viewer.show(dense)  # replaced while it is open
    settled(viewer)
    said = remark(viewer)
    assert "Grad-CAM, Grad-CAM++: Grad-CAM needs a convolutional layer" in said
    assert said.count("needs a convolutional layer") == 1
    assert viewer.overlay.titles == ["Saliency"]
    assert len(viewer.class_field.options) == 4


def test_an_upload_and_the_way_back(viewer: Any, digits: Dataset) -> None:
    send_file(viewer.upload_field, "me.png", png())
    settled(viewer)
    assert viewer.overlay.image_title == "me.png"
    assert "The image was converted to gray. Resized from 40×40 to 8×8 pixels." in remark(viewer)
    assert viewer.overlay.image_caption == ""
    viewer.grid.selected = 0
    settled(viewer)
    assert viewer.overlay.image_title == "Image 0"
    viewer.upload("no.png", b"text")
    assert "no.png isn't an image file. Expected one of PNG" in remark(viewer)
    from_page(viewer.upload_field, {"type": "file", "name": "big.png", "size": 100_000_000})
    assert "Choose a file of at most 8\u00a0MB." in remark(viewer)


def test_names_are_text_and_there_may_be_too_few(model: Any, digits: Dataset) -> None:
    made = settled(HeatmapViewer(model, digits.x_test[:3], class_names=["<img>", "one"]))
    assert [n for n, _ in made.class_field.options][1:4] == ["<img>", "one", "2"]
    assert made.overlay.image_caption == ""
    made.close()


def test_images_of_another_size_and_bytes(model: Any) -> None:
    x = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 3), np.uint8)
    made = settled(HeatmapViewer(model, x, [1, 2, 3], preprocess=lambda images: images / 255))
    assert "Resized from 16×16 to 8×8" in remark(made)
    assert made.overlay.image["height"] == 8
    made.close()
    with pytest.raises(ValueError, match="one class per image"):
        HeatmapViewer(model, x, [1, 2])
    with pytest.raises(ValueError, match=r"shape \(3, 5\)"):
        HeatmapViewer(model, np.zeros((3, 5)))


def test_a_model_of_grey_pictures_without_a_channel_axis() -> None:
    parts = keras.layers
    net = keras.Sequential(
        [keras.Input((8, 8)), parts.Flatten(), parts.Dense(3, activation="softmax")]
    )
    x = np.random.default_rng(0).random((4, 8, 8)).astype("float32")
    made = settled(HeatmapViewer(net, x, methods=["saliency", "occlusion"]))
    assert made.overlay.titles == ["Saliency", "Occlusion"]
    assert remark(made) == ""
    of = int(np.argmax(net(x[:1])[0]))
    kernel = np.abs(net.get_weights()[0][:, of].reshape(8, 8))  # the gradient of one dense layer
    np.testing.assert_allclose(maps_of(made.overlay)[0], as_bytes(kernel / kernel.max()), atol=1)
    made.close()


def test_logits_are_shown_as_probabilities() -> None:
    net = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])
    x = np.random.default_rng(0).random((2, 4, 4, 1)).astype("float32")
    net.set_weights([10 * w for w in net.get_weights()])
    made = settled(HeatmapViewer(net, x, methods=["saliency"]))
    powers = np.exp(np.asarray(net(x[:1]))[0])
    expected = np.sort(powers / powers.sum())[::-1]
    np.testing.assert_allclose(made.bars.values, expected, atol=1e-5)
    made.close()


def test_two_inputs() -> None:
    parts = keras.layers
    left, right = keras.Input((8, 8, 1), name="picture"), keras.Input((3,), name="numbers")
    maps = parts.Conv2D(3, 3, name="eye")(left)
    both = parts.Concatenate()([parts.Flatten()(maps), right])
    net = keras.Model([right, left], parts.Dense(4, activation="softmax")(both))
    rng = np.random.default_rng(0)
    x = [rng.random((6, 3)), rng.random((6, 8, 8, 1))]
    made = settled(HeatmapViewer(net, x, input_index=1, methods=["grad_cam", "occlusion"]))
    assert made.overlay.titles == ["Grad-CAM", "Occlusion"]
    wanted = grad_cam(net, [a[2:3] for a in x], input_index=1).normalized()
    made.index = 2
    settled(made)
    np.testing.assert_allclose(maps_of(made.overlay)[0], as_bytes(wanted)[0], atol=1)
    # The same as a tuple, and by name in another order.
    for other, at in ((tuple(x), 1), ({"picture": x[1], "numbers": x[0]}, 0)):
        made.show(net, other, input_index=at)
        made.index = 2
        settled(made)
        assert remark(made) == ""
        np.testing.assert_allclose(maps_of(made.overlay)[0], as_bytes(wanted)[0], atol=1)
    made.show(net, {"image": x[1], "numbers": x[0]})
    settled(made)
    assert "Expected the inputs ['numbers', 'picture']. Received: 'image'" in remark(made)
    made.close()


def test_slow_methods_show_how_far_they_are_and_can_be_cancelled(
    viewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from dlwidgets.widgets.vision import heatmap_viewer

    monkeypatch.setattr(heatmap_viewer, "_PATIENCE", 0.0)
    reached, go_on = threading.Event(), threading.Event()
    shown: list[Any] = []

    def slow(*_: Any, progress: Any, canceled: Any, **__: Any) -> Any:
        progress(0.25)
        shown.append((viewer.progress.value, viewer._progress_text.value, viewer.overlay.titles))
        reached.set()
        go_on.wait(30)
        if canceled():
            raise dl.vision.CanceledError
        return pytest.fail("it was not asked to stop")

    slow_method = replace(heatmaps.METHODS["occlusion"], function=slow)
    monkeypatch.setitem(heatmaps.METHODS, "occlusion", slow_method)
    viewer.methods = ["grad_cam", "occlusion"]
    assert reached.wait(30)
    assert shown == [(0.25, "Occlusion, 25%", ["Grad-CAM", "Occlusion"])]
    assert viewer._work.layout.display is None
    viewer.cancel.click()
    go_on.set()
    settled(viewer)
    assert viewer.methods == ["grad_cam"]
    assert viewer.overlay.titles == ["Grad-CAM"]
    assert viewer._work.layout.display == "none"


def test_it_follows_a_run(digits: Dataset, still: None) -> None:
    net = cnn()
    run = dl.fit(
        net, digits.x_train[:256], digits.y_train[:256], batch_size=32, epochs=2, start=False
    )
    made = HeatmapViewer(run, digits.x_test, digits.y_test)
    made.follower.tick()
    settled(made)
    before = maps_of(made.overlay).copy()
    run.start()
    run.wait()
    until(lambda: not made.follower.tick(), "the last weights")
    settled(made)
    assert made.follower.step == run.step_count
    wanted = grad_cam(net, digits.x_test[:1]).normalized()
    np.testing.assert_allclose(maps_of(made.overlay), as_bytes(wanted), atol=1)
    assert not np.array_equal(before, maps_of(made.overlay))
    made.close()


# -- drawing ---------------------------------------------------------------------------------------


def drawn(asked: int = 1) -> tuple[dict[str, Any], bytes]:
    ink = np.zeros((SIDE, SIDE), np.uint8)
    ink[20:90, 50:60] = 255
    return {"type": "ink", "asked": asked, "side": SIDE, "empty": False}, ink.tobytes()


def send_ink(surface: DrawSurface, content: dict[str, Any], raw: bytes) -> None:
    wire = {"method": "custom", "content": content}
    surface.comm.handle_msg({"content": {"data": wire}, "buffers": [memoryview(raw)]})


@pytest.fixture
def pad(model: Any) -> Iterator[DrawPad]:
    made = DrawPad(model)
    yield settled(made)
    made.close()


def test_a_drawing_is_seen_as_the_model_sees_it(pad: Any, model: Any) -> None:
    assert (pad.bars.labels, pad.overlay.count) == ([], 0)
    content, raw = drawn()
    send_ink(pad.surface, content, raw)
    settled(pad)
    ink = np.frombuffer(raw, np.uint8).reshape(SIDE, SIDE)
    image = place_drawing(ink, (8, 8))
    outputs = np.asarray(model(image[np.newaxis, ..., np.newaxis]))[0]
    np.testing.assert_allclose(pad.bars.values, outputs, atol=1e-4)
    assert pad.bars.labels == [str(i) for i in range(10)]
    seen_image = np.frombuffer(pad.surface.seen["data"], np.uint8).reshape(8, 8)
    np.testing.assert_allclose(seen_image, image * 255, atol=1)
    assert pad.surface.answered == 1
    wanted = grad_cam(model, image[np.newaxis, ..., np.newaxis]).normalized()
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
    assert "this model has none: saliency" in remark(pad)
    assert pad.overlay.image["height"] == 28
    assert pad.overlay.count == 1
    pad.show(keras.Sequential([keras.Input((5,)), keras.layers.Dense(2)]))
    settled(pad)
    assert "The model takes no pictures to draw" in remark(pad)
    colour = keras.Sequential(
        [
            keras.Input((28, 28, 3)),
            keras.layers.Conv2D(2, 3),
            keras.layers.Flatten(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    pad.show(colour, ["cat", "dog"])
    settled(pad)
    assert (pad.bars.labels, remark(pad)) == (["cat", "dog"], "")
    pad.layer = "nowhere"
    settled(pad)
    assert "There is no layer 'nowhere'" in remark(pad)
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
