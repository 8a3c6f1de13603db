"""Heat maps on real, small models: what a user does, and what is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.vision import grad_cam, heatmaps, occlusion
from dlwidgets.widgets import HeatmapViewer
from dlwidgets.widgets._core.text import own_name
from tests.helpers.models import small_cnn
from tests.helpers.page import from_page, send_file
from tests.helpers.viewers import as_bytes, maps_of, png, settled
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.data import Dataset


@pytest.fixture
def viewer(trained_cnn: Any, digits: Dataset) -> Iterator[HeatmapViewer]:
    made = HeatmapViewer(trained_cnn, digits.x_test, digits.y_test, digits.class_names)
    yield settled(made)
    made.close()


def test_it_shows_where_the_model_looks(viewer: Any, trained_cnn: Any, digits: Dataset) -> None:
    wanted = grad_cam(trained_cnn, digits.x_test[:1]).normalized()
    np.testing.assert_allclose(maps_of(viewer.overlay), as_bytes(wanted), atol=1)
    outputs = np.asarray(trained_cnn(digits.x_test[:1]))[0]
    top = np.argsort(-outputs)[:3]
    assert viewer.bars.labels == [str(i) for i in top]
    np.testing.assert_allclose(viewer.bars.values, outputs[top], atol=1e-5)
    assert viewer.overlay.image_caption == f"True class: {digits.y_test[0]}"
    assert "second" in viewer.overlay.captions[0]
    assert "\N{NO-BREAK SPACE}ms" in viewer.overlay.captions[0]
    assert viewer.caption.value == f"Evidence for the predicted class “{top[0]}”"
    assert len(viewer.form.class_field.options) == 11
    assert [v for _, v in viewer.form.layer_field.options] == ["", "first", "second"]


def test_class_layer_and_image_can_be_chosen(
    viewer: Any, trained_cnn: Any, digits: Dataset
) -> None:
    viewer.form.class_field.value = 7
    viewer.form.layer_field.value = "first"
    viewer.grid.selected = 5
    settled(viewer)
    assert (viewer.layer, viewer.index, viewer.index_field.value) == ("first", 5, 5)
    wanted = grad_cam(trained_cnn, digits.x_test[5:6], 7, layer="first").normalized()
    np.testing.assert_allclose(maps_of(viewer.overlay), as_bytes(wanted), atol=1)
    assert viewer.caption.value == "Evidence for class “7”"
    viewer.index, viewer.layer = 200, "second"  # from another widget, beyond the thumbnails
    settled(viewer)
    assert (viewer.grid.selected, viewer.index_field.value) == (-1, 200)
    assert viewer.overlay.image_title == "Image 200"
    viewer.index = 10**6
    settled(viewer)
    assert viewer.overlay.image_title == f"Image {len(digits.x_test) - 1:,}"


def test_all_methods_side_by_side(viewer: Any, trained_cnn: Any, digits: Dataset) -> None:
    viewer.methods = list(heatmaps.METHODS)
    settled(viewer)
    assert viewer.overlay.titles == [method.label for method in heatmaps.METHODS.values()]
    assert viewer.overlay.signed == [False] * 4 + [True] * 2
    wanted = occlusion(trained_cnn, digits.x_test[:1]).normalized()[0]
    np.testing.assert_allclose(maps_of(viewer.overlay)[5], 128 + 127 * wanted, atol=1)
    assert not viewer.progress.visible
    viewer.methods = []
    settled(viewer)
    assert viewer.overlay.count == 0
    assert viewer.bars.labels != []
    assert viewer.caption.value.startswith("Select a method to see the evidence for class")
    with pytest.raises(ValueError, match="Received: 'magic'"):
        viewer.methods = ["magic"]
    with pytest.raises(ValueError, match="Expected `methods` from"):
        HeatmapViewer(methods=())


def test_a_layer_that_does_not_do_is_named_and_the_picture_stays(viewer: Any) -> None:
    viewer.layer = "secnd"
    settled(viewer)
    assert "There is no layer 'secnd'. The nearest is 'second'. The last" in viewer.message
    assert viewer.overlay.count == 1
    assert viewer.form.layer_field.value is None
    viewer.layer = "classes"
    settled(viewer)
    assert "'classes' has no height and width" in viewer.message
    viewer.layer = "first"
    settled(viewer)
    assert viewer.message == ""


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
    said = viewer.message
    assert "Grad-CAM, Grad-CAM++: Grad-CAM needs a convolutional layer" in said
    assert said.count("needs a convolutional layer") == 1
    assert viewer.overlay.titles == ["Saliency"]
    assert len(viewer.form.class_field.options) == 4


def test_an_upload_and_the_way_back(viewer: Any, digits: Dataset) -> None:
    send_file(viewer.upload_field, "me.png", png())
    settled(viewer)
    assert viewer.overlay.image_title == "me.png"
    assert "The image was converted to gray. Resized from 40×40 to 8×8 pixels." in viewer.message
    assert viewer.overlay.image_caption == ""
    viewer.grid.selected = 0
    settled(viewer)
    assert viewer.overlay.image_title == "Image 0"
    viewer.upload("no.png", b"text")
    assert "no.png isn't an image file. Expected one of PNG" in viewer.message
    from_page(viewer.upload_field, {"type": "file", "name": "big.png", "size": 100_000_000})
    assert "Choose a file of at most 8\u00a0MB." in viewer.message


def test_names_are_text_and_there_may_be_too_few(trained_cnn: Any, digits: Dataset) -> None:
    made = settled(HeatmapViewer(trained_cnn, digits.x_test[:3], class_names=["<img>", "one"]))
    assert [n for n, _ in made.form.class_field.options][1:4] == [
        *map(own_name, ("<img>", "one", "2"))
    ]
    assert made.overlay.image_caption == ""
    made.close()


def test_images_of_another_size_and_bytes(trained_cnn: Any) -> None:
    x = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 3), np.uint8)
    made = settled(HeatmapViewer(trained_cnn, x, [1, 2, 3], preprocess=lambda images: images / 255))
    assert "Resized from 16×16 to 8×8" in made.message
    assert made.overlay.image["height"] == 8
    made.close()
    with pytest.raises(ValueError, match="one class per image"):
        HeatmapViewer(trained_cnn, x, [1, 2])
    with pytest.raises(ValueError, match=r"shape \(3, 5\)"):
        HeatmapViewer(trained_cnn, np.zeros((3, 5)))


def test_a_model_of_grey_pictures_without_a_channel_axis() -> None:
    parts = keras.layers
    net = keras.Sequential(
        [keras.Input((8, 8)), parts.Flatten(), parts.Dense(3, activation="softmax")]
    )
    x = np.random.default_rng(0).random((4, 8, 8)).astype("float32")
    made = settled(HeatmapViewer(net, x, methods=["saliency", "occlusion"]))
    assert made.overlay.titles == ["Saliency", "Occlusion"]
    assert made.message == ""
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
        assert made.message == ""
        np.testing.assert_allclose(maps_of(made.overlay)[0], as_bytes(wanted)[0], atol=1)
    made.show(net, {"image": x[1], "numbers": x[0]})
    settled(made)
    assert "Expected the inputs ['numbers', 'picture']. Received: 'image'" in made.message
    made.close()


def test_slow_methods_show_how_far_they_are_and_can_be_cancelled(
    viewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from dlwidgets.widgets.vision import heatmap_viewer

    monkeypatch.setattr(heatmap_viewer, "_QUIET_SECONDS", 0.0)
    reached, go_on = threading.Event(), threading.Event()
    shown: list[Any] = []

    def slow(*_: Any, progress: Any, canceled: Any, **__: Any) -> Any:
        progress(0.25)
        shown.append((viewer.progress.bar.value, viewer.progress.text.value, viewer.overlay.titles))
        reached.set()
        go_on.wait(30)
        if canceled():
            raise dl.vision.CanceledError
        return pytest.fail("it was not asked to stop")

    slow_method = replace(heatmaps.METHODS["occlusion"], function=slow)
    monkeypatch.setitem(heatmaps.METHODS, "occlusion", slow_method)
    viewer.methods = ["grad_cam", "occlusion"]
    assert reached.wait(30)
    assert shown == [(0.25, "Occlusion: 25%", ["Grad-CAM", "Occlusion"])]
    assert viewer.progress.visible
    viewer.progress.cancel.click()
    go_on.set()
    settled(viewer)
    assert viewer.methods == ["grad_cam"]
    assert viewer.overlay.titles == ["Grad-CAM"]
    assert not viewer.progress.visible


def test_it_follows_a_run(digits: Dataset, still: None) -> None:
    net = small_cnn()
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
