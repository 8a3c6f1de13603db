"""Which layers and models filters are shown of, as which pictures, and in how much memory."""

from __future__ import annotations

import tracemalloc
from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.inspect import LayerError
from dlwidgets.vision import (
    Features,
    FilterLayer,
    Regularizers,
    deprocess,
    filter_grid,
    filter_layer,
    kernel_images,
    maximize_filters,
)
from tests.helpers.filters import conv, last, net

layers = keras.layers


# -- which layers, which models ------------------------------------------------------------------


def test_models_of_a_fixed_batch() -> None:
    def build(batch: int | None) -> Any:
        keras.utils.set_random_seed(3)
        parts = [
            layers.Conv2D(4, 3, activation="relu", name="one"),
            layers.Conv2D(3, 3, name="two"),
        ]
        return keras.Sequential([keras.Input(batch_shape=(batch, 12, 12, 1)), *parts])

    made = [last(build(batch), "two", [0, 2], steps=3, size=(12, 12)) for batch in (16, None)]
    np.testing.assert_allclose(made[0].values, made[1].values, atol=1e-3)
    inputs = keras.Input(batch_shape=(16, 12, 12, 1))
    rows = keras.ops.reshape(layers.Conv2D(4, 3, name="one")(inputs), (16, 100, 4))
    maps = keras.ops.reshape(layers.Dense(3)(rows), (16, 10, 10, 3))
    model = keras.Model(inputs, layers.Conv2D(2, 3, name="two")(maps))
    assert last(model, "one", [0], steps=1, size=(12, 12)).values.shape == (1, 12, 12, 1)
    for make in (lambda: FilterLayer(model, "two"), lambda: Features(model, ["two"])):
        with pytest.raises(ValueError, match="only take batches of 16 images"):
            make()


def test_nested_subclassed_and_towers() -> None:
    base = keras.Sequential(
        [keras.Input((None, None, 3)), layers.Conv2D(4, 3, name="conv", activation="tanh")],
        name="base",
    )
    left, right = keras.Input((None, None, 3)), keras.Input((None, None, 1))
    a = layers.GlobalAveragePooling2D()(base(left))
    b = layers.GlobalAveragePooling2D()(layers.Conv2D(5, 3, name="other")(right))
    model = keras.Model([left, right], layers.Dense(2, name="end")(layers.Concatenate()([a, b])))
    nested = last(model, "base/conv", [1], steps=3, size=(9, 9))
    alone = last(base, "conv", [1], steps=3, size=(9, 9))
    np.testing.assert_allclose(nested.values, alone.values, atol=1e-3)
    assert last(model, "other", [0], steps=1, size=(9, 9)).values.shape == (1, 9, 9, 1)
    with pytest.raises(LayerError, match="'end' depends on several inputs"):
        maximize_filters(model, "end")

    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.base = base

        def call(self, x: Any) -> Any:
            return self.base(x) * 2

    own = Own()
    own(np.zeros((1, 9, 9, 3), "float32"))
    found = last(own, "conv", [1], steps=3, size=(9, 9))
    np.testing.assert_allclose(found.values, alone.values, atol=1e-3)


def test_a_copy_is_used_and_takes_over_new_weights_when_told() -> None:
    model = net(conv(4, activation="relu"), conv(3, activation="elu"))
    target = FilterLayer(model, model.layers[1].name)
    before = last(target, steps=2, size=(9, 9))
    for layer in model.layers:
        layer.set_weights([w[..., ::-1] for w in layer.get_weights()])
    same = last(target, steps=2, size=(9, 9))
    np.testing.assert_array_equal(same.values, before.values)
    target.update()
    other = last(target, steps=2, size=(9, 9))
    expected = last(model, model.layers[1].name, steps=2, size=(9, 9))
    np.testing.assert_allclose(other.values, expected.values, rtol=1e-9)
    assert np.abs(other.values - before.values).max() > 0.1


def test_stop_ends_it() -> None:
    model, asked = net(conv(2)), []
    states = maximize_filters(
        model,
        model.layers[0].name,
        steps=50,
        every=1,
        size=(9, 9),
        stop=lambda: bool(asked.append(1)) or len(asked) > 3,
    )
    assert len(list(states)) == 3


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"layer": "conv9"}, "nearest is 'conv'"),
        ({"filters": [4]}, "filters 0 to 3. Received: 4"),
        ({"filters": []}, "at least one filter"),
        ({"steps": 0}, "`steps` of at least 1"),
        ({"step_size": float("nan")}, "step_size"),
        ({"value_range": (1, 0)}, "`value_range` with the lower value first"),
        ({"seed": -1}, "seed"),
        ({"every": 0}, "every"),
        ({"size": (2, 9)}, "9×2 pixels are too small"),
        ({"regularizers": Regularizers(total_variation=50)}, "the optimization oscillates"),
    ],
)
def test_numbers_out_of_range(options: dict[str, Any], says: str) -> None:
    arguments = {"layer": "conv", **options}
    with pytest.raises(ValueError, match=says):
        maximize_filters(net(conv(4, name="conv")), **arguments)


def test_regularizers_out_of_range() -> None:
    with pytest.raises(ValueError, match="`blur` of at least 0"):
        Regularizers(blur=-1)
    with pytest.raises(ValueError, match="l2"):
        Regularizers(l2=float("inf"))


def test_models_without_pictures_say_so() -> None:
    text = keras.Sequential(
        [keras.Input((7,), dtype="int32"), layers.Embedding(9, 4), layers.LSTM(3, name="memory")]
    )
    with pytest.raises(LayerError, match="Expected an image model"):
        maximize_filters(text, "memory")
    flat = keras.Sequential([keras.Input((7,)), layers.Dense(4, name="dense")])
    with pytest.raises(LayerError, match="Expected an image model"):
        maximize_filters(flat, "dense")


# -- pictures ------------------------------------------------------------------------------------


def test_deprocess_is_the_book_s() -> None:
    x = np.random.default_rng(0).normal(100, 40, (7, 8, 3))
    y = x - x.mean()
    y = np.clip((y / (y.std() + 1e-5)) * 0.1 + 0.5, 0, 1) * 255
    np.testing.assert_array_equal(deprocess(x[np.newaxis])[0], np.clip(y, 0, 255).astype("uint8"))
    assert (deprocess(np.full((1, 2, 2, 3), 7.0)) == 127).all()


def test_the_grid_of_the_book() -> None:
    images = np.arange(64, dtype=np.uint8)[:, None, None, None] + np.ones((64, 64, 64, 3), np.uint8)
    whole = filter_grid(images)
    assert whole.shape == (547, 547, 3)
    assert not whole[64:69].any()
    assert (whole[69:133, :64] == 9).all()
    assert filter_grid(images[:3, ..., :1]).shape == (64, 3 * 69 - 5, 3)


def test_kernels_directly() -> None:
    layer = conv(5, (3, 4), name="first")
    model = net(layer, conv(2, name="second"))
    kernel = layer.get_weights()[0]
    pictures = kernel_images(model, "first")
    assert pictures.shape == (5, 3, 4, 3)
    top = np.abs(kernel).max()
    expected = np.rint(127.5 + 127.5 * np.moveaxis(kernel, -1, 0) / top)
    np.testing.assert_allclose(pictures, expected, atol=1)
    layer.set_weights([kernel * 0, np.full(5, np.nan)])
    assert set(np.unique(kernel_images(model, "first"))) <= {127, 128}
    with pytest.raises(LayerError, match="5 input channels"):
        kernel_images(model, "second")
    with pytest.raises(LayerError, match="isn't a convolution"):
        kernel_images(net(layers.ReLU(name="relu")), "relu")


def test_kernels_of_every_kind_of_convolution_have_their_own_axes() -> None:
    model = net(layers.DepthwiseConv2D(2, depth_multiplier=2, dtype="float64", name="deep"))
    kernel = np.arange(24.0).reshape(2, 2, 3, 2)
    model.get_layer("deep").set_weights([kernel, np.zeros(6)])
    pictures = kernel_images(model, "deep")
    assert pictures.shape == (6, 2, 2, 1)  # one per channel and multiplier: each sees one channel
    expected = np.rint(127.5 + 127.5 * kernel.reshape(2, 2, 6) / 23)
    np.testing.assert_array_equal(pictures[..., 0], np.moveaxis(expected, -1, 0))
    model = net(layers.SeparableConv2D(4, 2, dtype="float64", name="split"))
    assert kernel_images(model, "split").shape == (3, 2, 2, 1)
    # Makes three channels out of five, but sees five; and the other way round.
    model = net(layers.Conv2DTranspose(3, 2, dtype="float64", name="to_colours"), channels=5)
    with pytest.raises(LayerError, match="5 input channels"):
        kernel_images(model, "to_colours")
    model = net(layers.Conv2DTranspose(5, 2, dtype="float64", name="from_colours"))
    kernel = model.get_layer("from_colours").get_weights()[0]
    pictures = kernel_images(model, "from_colours")
    assert pictures.shape == (5, 2, 2, 3)
    expected = np.rint(127.5 + 127.5 * kernel.transpose(2, 0, 1, 3) / np.abs(kernel).max())
    np.testing.assert_allclose(pictures, expected, atol=1)
    model = net(conv(4, 2, groups=2, name="grouped"), channels=6)
    with pytest.raises(LayerError, match="6 input channels in 2 groups"):
        kernel_images(model, "grouped")


# -- memory --------------------------------------------------------------------------------------


def test_many_filters_are_worked_on_in_parts_that_fit_into_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = net(conv(8, activation="relu", name="first"), conv(10, name="second"))
    whole = last(model, "second", steps=3, size=(20, 20), every=3)
    target = FilterLayer(model, "second")
    parts: list[int] = []
    ascend = target.ascend

    def counted(pictures: Any, *rest: Any) -> Any:
        parts.append(len(pictures))
        return ascend(pictures, *rest)

    monkeypatch.setattr(target, "ascend", counted)
    each = 8 * 3 * (20 * 20 * 3 + 18 * 18 * 8 + 4 * 20 * 20 * 3)  # input, maps, picture; thrice
    monkeypatch.setattr(filter_layer, "BYTES_AT_ONCE", 3 * each)
    found = last(target, steps=3, size=(20, 20), every=3)
    assert len(parts) == 4
    assert max(parts) <= 3
    np.testing.assert_allclose(found.values, whole.values, rtol=1e-10)
    parts.clear()
    monkeypatch.setattr(filter_layer, "BYTES_AT_ONCE", 1)
    last(target, steps=1, size=(20, 20))
    assert parts == [1] * 10


def test_pictures_that_do_not_fit_into_memory_are_refused_with_numbers() -> None:
    model = net(layers.Conv2D(512, 3, name="wide"), dtype="float32")
    with pytest.raises(ValueError, match=r"512 images of 512×512 pixels take 1,611.MB.*537.MB"):
        maximize_filters(model, "wide", size=(512, 512))
    with pytest.raises(ValueError, match="Choose at most 170 filters, or smaller images"):
        maximize_filters(model, "wide", size=(512, 512))
    with pytest.raises(ValueError, match=r"image of 8000×9000 pixels .* Choose smaller"):
        maximize_filters(model, "wide", [0], size=(9000, 8000))
    both = layers.Conv2D(100, 3, name="wide"), layers.Conv2D(2, 3, name="second")
    deep = net(*both, dtype="float32")
    with pytest.raises(ValueError, match=r"'second' take 5,\d{3}.MB for one image of 2000×2000"):
        maximize_filters(deep, "second", [0], size=(2000, 2000))


def test_no_step_holds_all_pictures_many_times() -> None:
    model = net(layers.Conv2D(64, 3, name="first"), dtype="float32")
    target = FilterLayer(model, "first")
    list(maximize_filters(target, filters=[0], steps=1, size=(128, 128)))  # the graph
    tracemalloc.start()
    try:
        now = last(target, steps=1, size=(128, 128))
        shown = now.images
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert shown.shape == (64, 128, 128, 3)
    assert peak < 5 * now.values.nbytes
