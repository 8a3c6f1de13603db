"""ActivationViewer, ChannelMap and Webcam: what they show, and what they make of bad input."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

import dlwidgets as dl
from dlwidgets.vision import activations, channel_images, most_active
from dlwidgets.vision.unit_terms import UnitSource
from dlwidgets.widgets import ActivationViewer, ChannelMap, Webcam
from tests.helpers.page import from_page, set_on_page
from tests.helpers.viewers import settled
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

layers = keras.layers


def cnn(channels: int = 1, filters: int = 6, activation: str = "relu") -> Any:
    keras.utils.set_random_seed(2)
    return keras.Sequential(
        [
            keras.Input((8, 8, channels)),
            layers.Conv2D(filters, 3, activation=activation, name="conv"),
            layers.GlobalAveragePooling2D(name="mean"),
            layers.Dense(3, activation="softmax", name="classes"),
        ],
        name="cnn",
    )


def images(n: int = 5, side: int = 8, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(0).random((n, side, side, channels)).astype("float32")


@pytest.fixture
def viewer() -> Iterator[Callable[..., Any]]:
    made: list[Any] = []

    def make(*arguments: Any, **options: Any) -> Any:
        made.append(ActivationViewer(*arguments, **options))
        return settled(made[-1])

    yield make
    for one in made:
        one.close()


def pixels(grid: Any) -> np.ndarray:
    a = grid.atlas
    return np.frombuffer(a["data"], np.uint8).reshape(a["count"], a["height"], a["width"])


def values(shown: ChannelMap) -> np.ndarray:
    v = shown.values
    return np.frombuffer(v["data"], "<f4").reshape(v["height"], v["width"])


def png(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


def test_all_feature_maps_the_most_active_first_and_one_of_them_large(viewer: Any) -> None:
    model, x = cnn(), images()
    one = viewer(model, x)
    maps = activations(model, x[:1])["conv"][0]
    order = most_active(maps)
    np.testing.assert_array_equal(pixels(one.grid), channel_images(maps)[order])
    assert one.grid.labels == [str(c) for c in order]
    np.testing.assert_array_equal(values(one.large), maps[..., order[0]])
    assert one.large.image["width"] == 8
    one.sort.value = False
    np.testing.assert_array_equal(pixels(one.grid), channel_images(maps))
    chosen = int(order[3])
    set_on_page(one.grid, selected=chosen)
    assert one.channel == chosen
    np.testing.assert_array_equal(values(one.large), maps[..., chosen])
    one.scaling.value = "raw"
    settled(one)
    np.testing.assert_array_equal(pixels(one.grid), channel_images(maps, "raw"))
    assert one.grid.selected == chosen


def test_channels_keep_their_places_while_the_model_learns(viewer: Any) -> None:
    model, x = cnn(), images()
    one = viewer(model, x)
    before = one.grid.labels
    kernel, bias = model.get_layer("conv").get_weights()
    model.get_layer("conv").set_weights([kernel[..., ::-1] * 2, bias])
    maps = activations(model, x[:1])["conv"][0]
    assert most_active(maps).tolist() != [int(label) for label in before]
    one.follower.ask()
    settled(one)
    assert one.grid.labels == before
    np.testing.assert_array_equal(pixels(one.grid), channel_images(maps)[[int(c) for c in before]])
    one.sort.value = False
    one.sort.value = True
    assert one.grid.labels == [str(c) for c in most_active(maps)]


def test_so_many_numbers_below_bars_as_fit(viewer: Any) -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(64, name="wide")])
    one = viewer(model, np.ones((2, 4), "float32"))
    axis, (trace,) = one.bars.figure["layout"]["xaxis"], one.bars.figure["data"]
    assert 8 <= len(axis["ticktext"]) <= 24
    assert axis["ticktext"] == [trace["customdata"][at] for at in axis["tickvals"]]


def test_choosing_a_sample_and_a_layer(viewer: Any) -> None:
    model, x = cnn(), images()
    one = viewer(model, x, class_names=["<b>cat</b>", "dog", "eel"])
    set_on_page(one.field.grid, selected=3)
    settled(one)
    assert one.index == 3
    np.testing.assert_array_equal(one.result.values, activations(model, x[3:4])["conv"][0])
    one.layer = "classes"
    settled(one)
    expected = activations(model, x[3:4])["classes"][0]
    np.testing.assert_allclose(one.result.values, expected)
    assert one.bars.layout.display is None
    assert one.grid.layout.display == "none"
    ticks = one.bars.figure["layout"]["xaxis"]["ticktext"]
    assert "&lt;b&gt;cat&lt;/b&gt;" in ticks  # Plotly would make it bold
    one.index = 1
    settled(one)
    assert one.field.grid.selected == 1
    from_page(one.overview, {"type": "click", "points": [{"curve": 0, "point": 2}]})
    settled(one)
    assert one.layer == "conv"
    assert one.choice.value == "conv"


def test_a_layer_that_is_not_there_is_told_and_the_next_one_is_shown(viewer: Any) -> None:
    one = viewer(cnn(), images())
    one.layer = "cnov"
    settled(one)
    assert "no layer 'cnov'. The nearest is 'conv'" in one.message
    one.layer = "mean"
    settled(one)
    assert one.message == ""
    assert one.result.layer == "mean"


def test_recurrent_layers_are_time_by_units(viewer: Any) -> None:
    model = keras.Sequential(
        [
            keras.Input((9,), dtype="int32"),
            layers.Embedding(20, 4, name="words"),
            layers.GRU(7, return_sequences=True, name="memory"),
        ]
    )
    x = np.random.default_rng(0).integers(0, 20, (3, 9))
    one = viewer(model, x)
    one.layer = "memory"
    settled(one)
    np.testing.assert_allclose(values(one.large), activations(model, x[:1])["memory"][0], rtol=1e-6)
    assert (one.large.row_name, one.large.column_name, one.large.stretch) == ("time", "unit", True)
    assert one.field.grid.layout.display == "none"
    one.field.number.value = 2
    settled(one)
    assert one.index == 2
    np.testing.assert_allclose(values(one.large), activations(model, x[2:])["memory"][0], rtol=1e-6)


def test_2048_channels(viewer: Any) -> None:
    one = viewer(cnn(filters=2048), images())
    assert one.grid.count == 2048
    assert "2,048 channels" in one.caption.value


def test_many_large_maps_are_sent_small_and_the_chosen_one_as_it_is(viewer: Any) -> None:
    net = keras.Sequential([keras.Input((66, 66, 1)), layers.Conv2D(700, 3, name="conv")])
    x = images(n=1, side=66)
    one = viewer(net, x)
    assert one.grid.count == 700
    assert 500_000 < len(one.grid.atlas["data"]) <= 1_000_000
    one.channel = 5
    expected = activations(net, x)["conv"][0, ..., 5]
    np.testing.assert_array_equal(values(one.large), expected)
    assert values(one.large).shape == (64, 64)


@pytest.mark.parametrize("kind", ["uint8", "float32"])
def test_large_samples_are_sent_as_small_as_they_are_drawn(viewer: Any, kind: str) -> None:
    side = 120
    x = np.zeros((60, side, side, 3), kind)
    x[:, : side // 2] = 255 if kind == "uint8" else 1
    one = viewer(None)
    one.field.show(x)
    atlas = one.field.grid.atlas
    assert (atlas["count"], atlas["height"], atlas["width"]) == (60, 80, 80)
    pixels = np.frombuffer(atlas["data"], np.uint8).reshape(60, 80, 80, 3)
    assert (pixels[:, :40] == 255).all()
    assert not pixels[:, 40:].any()
    assert one.field.sample().shape == (1, side, side, 3)


def test_broken_weights_are_shown_as_such(viewer: Any) -> None:
    model = cnn(activation="linear")  # ReLU makes 0 of what is no number
    kernel, bias = model.layers[0].get_weights()
    bias[0], kernel[..., 5] = np.nan, 0
    model.layers[0].set_weights([kernel, bias])
    one = viewer(model, images())
    assert "some values are NaN or infinite" in one.caption.value
    assert "1 of 6 is 0 for this sample" in one.caption.value
    position = one.grid.labels.index("0")
    assert not pixels(one.grid)[position].any()


def test_a_picture_of_one_s_own_is_fitted_with_a_word(viewer: Any) -> None:
    one = viewer(cnn(), images())
    one.field.take("<i>mine</i>.png", png(np.full((30, 40, 3), 255, np.uint8)))
    settled(one)
    assert one.index == -1
    assert "Resized from 40×30 to 8×8 pixels" in one.message
    assert one.result.sample.shape == (8, 8, 1)
    np.testing.assert_allclose(one.result.sample, 1.0, atol=1e-3)
    set_on_page(one.field.grid, selected=2)
    settled(one)
    assert one.index == 2
    assert one.message == ""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no picture", "isn't an image file"),
        (b"x" * 9_000_000, "at most 8\u00a0MB"),
        (b"", "isn't an image file"),
    ],
)
def test_an_upload_that_is_no_picture(viewer: Any, content: bytes, says: str) -> None:
    one = viewer(cnn(), images())
    one.field.take("file.png", content)
    assert says in one.field.message.value
    assert one.index == 0
    from_page(one.field.upload, {"type": "file", "name": "big.png", "size": 1e8})
    assert "'big.png' is too large (100\u00a0MB)" in one.field.message.value
    one.index = 1
    settled(one)
    assert one.result is not None


def test_samples_that_do_not_fit_are_fitted_or_refused(viewer: Any) -> None:
    one = viewer(cnn(), images(side=12, channels=3))
    assert "Resized from 12×12 to 8×8" in one.message
    assert "gray" in one.message
    one.show(cnn(), np.ones((2, 5)))
    settled(one)
    assert "(batch, 8, 8, 1)" in one.message
    one.show(cnn(), images())
    settled(one)
    assert one.message == ""
    before = one.result
    with pytest.raises(ValueError, match="at least one sample"):
        one.show(cnn(), np.zeros((0, 8, 8, 1)))
    settled(one)
    assert one.message == ""
    assert one.result is before


def test_another_model_while_it_is_open(viewer: Any) -> None:
    one = viewer(cnn(), images())
    one.layer = "conv"
    other = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(name="flat")])
    one.show(other)
    settled(one)
    assert "no layer 'conv'" in one.message
    assert one.result.layer == "flat"
    assert [value for _, value in one.choice.options] == ["flat"]


def test_it_follows_a_run(viewer: Any) -> None:
    digits = dl.data.load("digits").normalized()
    model = cnn()
    model.compile("adam", "sparse_categorical_crossentropy")
    run = dl.fit(model, digits.x_train[:64], digits.y_train[:64] % 3, epochs=2, batch_size=16)
    one = viewer(run, digits.x_test[:4])
    run.wait()
    until(lambda: one.follower.step == run.step_count and not one.follower.busy, "the end")
    expected = activations(model, digits.x_test[:1])["conv"][0]
    np.testing.assert_allclose(one.result.values, expected, atol=1e-5)
    assert one.follower.controls.layout.display is None


def test_the_channel_map_takes_matrices_only_and_no_wild_opacity() -> None:
    shown = ChannelMap()
    shown.show(np.array([[1e300, np.nan]]), np.zeros((4, 4, 3)))
    assert np.isinf(values(shown)[0, 0])
    with pytest.raises(ValueError, match="shape \\(rows, columns\\)"):
        shown.show(np.ones(3))
    set_on_page(shown, opacity=7)
    assert shown.opacity == 1
    set_on_page(shown, colormap="javascript:")
    assert shown.colormap == "viridis"
    set_on_page(shown, title="hacked")
    assert shown.title == ""
    with pytest.raises(TraitError):
        shown.opacity = float("nan")
    shown.clear()
    assert shown.values == {}


def test_the_image_under_a_channel_is_sent_again_only_when_it_is_another() -> None:
    shown, image = ChannelMap(), np.arange(16.0).reshape(4, 4)
    seen: list[bytes] = []
    shown.observe(lambda change: seen.append(bytes(change["new"].get("data", b""))), "image")
    shown.show(np.ones((2, 2)), image)
    shown.show(np.zeros((2, 2)), image.copy())
    assert len(seen) == 1
    image[0] = 15  # in the same array
    shown.show(np.ones((2, 2)), image)
    shown.show(np.ones((2, 2)), image.astype("uint8"))  # which is shown as it is
    shown.show(np.ones((2, 2)))
    shown.show(np.ones((2, 2)), image)
    assert [len(data) for data in seen] == [16, 16, 16, 0, 16]
    assert len({*seen[:3]}) == 3
    assert seen[4] == seen[1]


def test_the_webcam_hands_over_what_is_a_file_and_nothing_else() -> None:
    got: list[bytes] = []
    webcam = Webcam(got.append)
    from_page(webcam, {"type": "image", "data": base64.b64encode(b"abc").decode()})
    from_page(webcam, {"type": "image", "data": "not base64!"})
    from_page(webcam, {"type": "image", "data": "A" * 5_000_000})
    from_page(webcam, {"type": "image", "data": 3})
    from_page(webcam, {"type": "image"})
    assert got == [b"abc", b"", b""]


def test_a_camera_picture_is_looked_at(viewer: Any) -> None:
    one = viewer(cnn(), images())
    data = base64.b64encode(png(np.zeros((20, 20, 3), np.uint8))).decode()
    from_page(one.field.webcam, {"type": "image", "data": data})
    settled(one)
    assert one.index == -1
    assert not one.result.sample.any()


def test_samples_are_labeled_with_their_classes(viewer: Any) -> None:
    one = viewer(cnn(), images(3), [2, 0, 1], ["cat", "dog", "<b>owl</b>"])
    assert one.field.grid.tooltips == ["<b>owl</b>", "cat", "dog"]
    one.show(cnn(), images(2), [0, 1])
    assert one.field.grid.tooltips == ["0", "1"]
    with pytest.raises(ValueError, match="Expected at least 3 `class_names`"):
        one.show(cnn(), images(3), [2, 0, 1], ["cat"])


def test_of_many_layers_only_as_many_are_named_as_fit() -> None:
    from dlwidgets.models.efficientnet_lite0 import efficientnet_lite0

    x = np.zeros((1, 224, 224, 3), np.float32)
    one = settled(ActivationViewer(efficientnet_lite0(), x))
    one.layer = "block4c_add"
    settled(one)
    trace, axis = one.overview.figure["data"][0], one.overview.figure["layout"]["yaxis"]
    assert len(trace["x"]) > 140
    assert len(axis["ticktext"]) <= 25
    assert "block4c_add" in axis["ticktext"]
    assert "block4c_add" in trace["customdata"]
    apart = np.diff(axis["tickvals"]) * (one.overview.height - 96) / len(trace["x"])
    assert apart.min() >= 12, "pixels, as high as a line of text"
    one.close()


def test_units_of_many_terms_are_not_even_computed(
    viewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[int] = []
    really = UnitSource.terms

    def counted(source: UnitSource, channel: int) -> Any:
        computed.append(source.count)
        return really(source, channel)

    monkeypatch.setattr(UnitSource, "terms", counted)
    for side, few in ((20, True), (60, False)):
        computed.clear()
        model = keras.Sequential([keras.Input((side, side, 1)), keras.layers.Conv2D(2, 3)])
        one = viewer(model, np.random.default_rng(0).random((1, side, side, 1), "float32"))
        settled(one)
        assert one.large.units["field"][:2] == [3, 3]
        assert ("terms" in one.large.units) is few
        assert set(computed) == ({18 * 18 * 9} if few else set())
