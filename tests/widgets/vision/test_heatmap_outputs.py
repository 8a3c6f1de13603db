"""The viewer of heat maps for binary logits, several outputs, series, volumes and films."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.vision import grad_cam
from dlwidgets.widgets import HeatmapViewer
from tests.helpers.viewers import as_bytes, maps_of, png, settled

K = keras.layers
RNG = np.random.default_rng(0)


def bright_or_dark(loss: Any = None) -> tuple[Any, np.ndarray, np.ndarray]:
    """A trained classifier with one logit of dark and bright pictures, and pictures of both."""
    y = np.arange(64) % 2
    x = (RNG.random((64, 12, 12, 1)) * 0.2 + 0.8 * y[:, None, None, None]).astype("float32")
    model = keras.Sequential(
        [keras.Input((12, 12, 1)), K.Conv2D(4, 3), K.GlobalAveragePooling2D(), K.Dense(1)]
    )
    model.compile(
        keras.optimizers.Adam(0.1), loss or keras.losses.BinaryCrossentropy(from_logits=True)
    )
    model.fit(x, y, epochs=30, verbose=0)
    return model, x, y


def test_one_logit_names_the_right_class() -> None:
    model, x, y = bright_or_dark()
    view = settled(HeatmapViewer(model, x, y, ["dark", "bright"]))
    for index, name in ((0, "dark"), (1, "bright")):
        view.index = index
        settled(view)
        assert view.caption.value == f"Evidence for the predicted class “{name}”"
        assert view.bars.labels[0] == name
        p = 1 / (1 + np.exp(-float(model(x[index : index + 1])[0, 0])))
        assert view.bars.values[0] == pytest.approx(p if index else 1 - p, abs=1e-5)
        assert view.overlay.image_caption == f"True class: {name}"
    listed = [n.rstrip("\u2060") for n, _ in view.form.class_field.options]
    assert listed == ["Predicted class", "dark", "bright"]
    view.close()


def test_one_logit_of_a_run_and_of_an_uncompiled_model() -> None:
    model, x, y = bright_or_dark()
    run = dl.fit(model, x, y, epochs=1)
    run.wait()
    for source in (run, keras.models.clone_model(model)):
        view = HeatmapViewer(source, x, y, ["dark", "bright"])
        view.follower.tick()
        settled(view)
        assert len(view.bars.labels) == 2
        assert sum(view.bars.values) == pytest.approx(1, abs=1e-5)
        view.close()


def test_a_regression_is_no_class() -> None:
    model, x, y = bright_or_dark("mse")
    view = settled(HeatmapViewer(model, x, y * 30.5 + 1))
    value = float(model(x[:1])[0, 0])
    assert view.caption.value.startswith("Evidence for the output “dense")
    assert view.caption.value.endswith(f"which is {value:.4g}".replace("-", "−"))
    assert view.bars.labels == []
    assert view.overlay.image_caption == "True value: 1"
    view.close()


def pets() -> tuple[Any, np.ndarray]:
    inputs = keras.Input((12, 12, 3))
    z = K.GlobalAveragePooling2D()(K.Conv2D(8, 3)(inputs))
    heads = {
        "sex": K.Dense(1, "sigmoid")(z),
        "breed": K.Dense(4, "softmax")(z),
        "age": K.Dense(1)(z),
        "tags": K.Dense(3, "sigmoid")(z),
        "where": K.Dense(8)(z)[:, None, :],
    }
    return keras.Model(inputs, heads), RNG.random((8, 12, 12, 3)).astype("float32")


def test_an_output_is_chosen_and_named() -> None:
    model, x = pets()
    breed, names = np.arange(8) % 4, ["pug", "boxer", "corgi", "husky"]
    view = settled(HeatmapViewer(model, x, breed, names))
    field = view.form.output_field
    assert (view.output, field.description) == ("breed", "Output")
    assert [name for _, name in field.options] == ["sex", "breed", "age", "tags", "where"]
    assert field.layout.display is None
    p = np.asarray(model(x[:1])["breed"])[0]
    assert view.bars.labels[0] == names[int(p.argmax())]
    wanted = grad_cam(model, x[:1], output="breed").normalized()
    np.testing.assert_allclose(maps_of(view.overlay), as_bytes(wanted), atol=1)
    assert view.overlay.image_caption == "True class: pug"
    field.value = "sex"
    settled(view)
    assert (view.output, len(view.bars.labels), view.overlay.image_caption) == ("sex", 2, "")
    assert "The labels are those of output 'breed'." in view.message
    assert "pug" not in view.bars.labels
    view.output = "where"
    settled(view)
    assert "A heat map explains an output of shape (batch, classes)" in view.message
    view.output = "age"  # the way back
    settled(view)
    assert view.caption.value.startswith("Evidence for the output “age”")
    view.close()


def test_labels_of_each_output() -> None:
    model, x = pets()
    tags = np.tile([[1, 0, 1]], (8, 1))
    y = {"breed": np.arange(8) % 4, "sex": np.ones(8, int), "tags": tags, "age": np.arange(8) + 0.5}
    names = {"sex": ["f", "m"], "tags": ["old", "big", "kind"]}
    view = settled(HeatmapViewer(model, x, y, names, output="sex"))
    assert view.overlay.image_caption == "True class: m"
    for output, caption in (
        ("tags", "True classes: old, kind"),
        ("age", "True value: 0.5"),
        ("breed", "True class: 0"),
    ):
        view.output = output
        settled(view)
        assert (view.overlay.image_caption, view.message) == (caption, "")
    view.close()
    with pytest.raises(ValueError, match="one class per image"):
        HeatmapViewer(model, x, {"sex": [1, 0]})


def test_a_series_is_a_line_with_heat_along_the_time() -> None:
    model = keras.Sequential(
        [
            keras.Input((60, 3)),
            K.Conv1D(4, 5, activation="relu", name="conv"),
            K.GlobalAveragePooling1D(),
            K.Dense(2, "softmax"),
        ]
    )
    x = RNG.normal(size=(5, 60, 3)).astype("float32")
    view = settled(HeatmapViewer(model, x, [0, 1, 0, 1, 0], methods=["grad_cam", "occlusion"]))
    assert view.message == ""
    assert view.overlay.titles == ["Grad-CAM", "Occlusion"]
    assert view.form.layer_field.layout.display is None
    wanted = grad_cam(model, x[:1]).normalized()[0]
    heat = maps_of(view.overlay)[0]
    assert (heat == heat[:1]).all()  # bands over all lines
    np.testing.assert_allclose(heat[0, :: heat.shape[1] // 60], as_bytes(wanted), atol=1)
    assert view.overlay.image["width"] == heat.shape[1]
    assert view.grid.count == 5
    view.upload("me.png", png())
    settled(view)
    assert "Expected an image model. Received: a model with input shape (60, 3)" in view.message
    view.close()


def test_many_channels_are_rows() -> None:
    model = keras.Sequential([keras.Input((20, 12)), K.LSTM(4), K.Dense(2, "softmax")])
    x = RNG.normal(size=(3, 20, 12)).astype("float32")
    view = settled(HeatmapViewer(model, x, methods=["saliency"]))
    assert (view.message, view.overlay.count) == ("", 1)
    view.close()


def test_a_volume_is_shown_slice_by_slice() -> None:
    model = keras.Sequential(
        [keras.Input((6, 10, 12, 2)), K.Conv3D(3, 3), K.Flatten(), K.Dense(3, "softmax")]
    )
    x = RNG.random((4, 6, 10, 12, 2)).astype("float32")
    view = settled(HeatmapViewer(model, x, [0, 1, 2, 0]))
    assert view.message == ""
    assert (view.slice_field.layout.display, view.slice_field.max) == (None, 5)
    wanted = grad_cam(model, x[:1]).normalized()[0]
    assert view.slice_field.value == 3
    np.testing.assert_allclose(maps_of(view.overlay)[0], as_bytes(wanted[3]), atol=1)
    view.slice_field.value = 0
    np.testing.assert_allclose(maps_of(view.overlay)[0], as_bytes(wanted[0]), atol=1)
    view.index = 1
    settled(view)
    assert view.slice_field.value == 0  # kept
    view.close()
