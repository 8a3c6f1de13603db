"""DeepDream against numpy, finite differences and a plain copy of the method."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from dlwidgets.vision import Features, LayerError, deep_dream, octave_sizes, photographs
from dlwidgets.vision.dream import dream_loss, resized
from dlwidgets.vision.features import to_signed, to_uint8
from dlwidgets.vision.natural_colors import COLOR_CORRELATION
from tests.helpers.vision import noise, small_net

LAYERS = {"first": 0.5, "second": 2.0}


def final(*arguments: Any, **options: Any) -> Any:
    last = list(deep_dream(*arguments, **options))[-1]
    assert last.done
    return last


def loss_by_hand(maps: list[np.ndarray], weights: list[float]) -> float:
    total = 0.0
    for m, w in zip(maps, weights, strict=True):
        cut = [min(2, (side - 1) // 2) for side in m.shape[:2]]
        inner = m[cut[0] : m.shape[0] - cut[0], cut[1] : m.shape[1] - cut[1]]
        total += w * float((inner.astype("float64") ** 2).mean())
    return total


def maps_of(model: Any, x: np.ndarray, names: list[str]) -> list[np.ndarray]:
    import keras

    outputs = keras.Model(model.inputs[0], [model.get_layer(n).output for n in names])
    return [np.asarray(m)[0] for m in outputs(x[np.newaxis])]


@pytest.mark.parametrize(
    ("height", "width", "octaves", "scale"),
    [(427, 640, 3, 1.4), (100, 60, 5, 1.2), (33, 47, 1, 2.0)],
)
def test_octave_sizes_are_the_book_s(height: int, width: int, octaves: int, scale: float) -> None:
    shapes = [(int(height / scale**i), int(width / scale**i)) for i in range(octaves)]
    assert octave_sizes(height, width, octaves, scale) == shapes[::-1]
    seen = [
        now.image.shape[:2]
        for now in deep_dream(
            small_net(), noise(height, width), LAYERS, steps=1, octaves=octaves, octave_scale=scale
        )
    ]
    assert seen == shapes[::-1]


def test_the_loss_is_the_mean_square_without_the_border() -> None:
    model = small_net("float64")
    features = Features(model, list(LAYERS))
    for height, width in ((20, 26), (4, 9)):  # the second leaves 2×4 positions of "second"
        x = np.random.default_rng(1).uniform(-1, 1, (height, width, 3))
        got = float(dream_loss(features, _tensor(x), np.array([0.5, 2.0])))
        expected = loss_by_hand(maps_of(model, x, list(LAYERS)), [0.5, 2.0])
        assert got == pytest.approx(expected, rel=1e-12)
        assert got > 0


def _tensor(x: np.ndarray) -> Any:
    import tensorflow as tf

    return tf.constant(x)


@pytest.mark.parametrize("scaling", ["signed", "unit", "pixels", "caffe", "torch"])
def test_the_gradient_is_that_of_finite_differences(scaling: Any) -> None:
    features = Features(small_net("float64"), list(LAYERS), scaling=scaling)
    picture = noise(18, 22)
    for _ in deep_dream(features, picture, LAYERS, steps=1, octaves=1):
        pass
    x = to_signed(picture, "float64")
    weights = np.array([0.5, 2.0])
    _, gradient = features.compiled["dream"](x, weights)
    gradient = gradient.numpy()
    step = 1e-6
    for place in ((0, 0, 0), (9, 11, 1), (17, 21, 2), (5, 3, 0)):
        up, down = x.copy(), x.copy()
        up[place] += step
        down[place] -= step
        slope = sum(
            sign * float(dream_loss(features, _tensor(v), weights))
            for sign, v in ((1, up), (-1, down))
        ) / (2 * step)
        assert gradient[place] == pytest.approx(slope, rel=1e-4, abs=1e-7 * np.abs(gradient).max())


def test_steps_and_detail_are_those_of_the_method() -> None:
    """Every picture on the way, against the method written out once more."""
    model = small_net("float64")
    picture = noise(30, 40)
    original = to_signed(picture, "float64")
    features = Features(model, list(LAYERS))
    expected, x, shrunk = [], None, None
    for height, width in [(21, 28), (30, 40)]:
        here = resized(original, (height, width))
        x = (
            here
            if x is None
            else resized(x, (height, width)) + here - resized(shrunk, (height, width))
        )
        shrunk = here
        for _ in range(3):
            _, gradient = _gradient(features, x)
            x = np.clip(x + 0.02 * gradient / max(np.abs(gradient).mean(), 1e-7), -1, 1)
            expected.append(to_uint8(x))
    got = [
        now.image
        for now in deep_dream(
            model, picture, LAYERS, steps=3, step_size=0.02, octaves=2, relative=False
        )
    ]
    assert len(got) == 6
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_colors_and_details_are_those_of_the_method() -> None:
    """One step, against the method written out; none of it changes the book's."""
    from scipy.ndimage import gaussian_filter

    model, picture = small_net("float64"), noise(30, 40)
    features = Features(model, list(LAYERS))
    x = to_signed(picture, "float64")
    _, gradient = _gradient(features, x)
    mixed = gradient @ (0.3 * np.eye(3) + 0.7 * np.array(COLOR_CORRELATION))
    mixed -= gaussian_filter(mixed, (5, 5, 0))
    expected = np.clip(x + 0.05 * mixed / np.abs(mixed).mean(), -1, 1)
    options: dict[str, Any] = {"steps": 1, "step_size": 0.05, "octaves": 1, "relative": False}
    got = final(model, picture, LAYERS, color=0.7, detail=5, **options).image
    np.testing.assert_allclose(got.astype(int), to_uint8(expected), atol=1)  # of 255


def test_a_bright_area_stays_as_bright_as_it_is() -> None:
    picture = np.full((64, 64, 3), 200, np.uint8)
    picture[::8, ::8] = 100
    free, kept = (
        final(small_net(), picture, LAYERS, steps=10, octaves=1, step_size=0.03, detail=detail)
        for detail in (0, 4)
    )
    drift = [abs(float(now.image.mean()) - float(picture.mean())) for now in (free, kept)]
    assert drift[1] < drift[0] / 3


def _gradient(features: Features, x: np.ndarray) -> tuple[float, np.ndarray]:
    import tensorflow as tf

    v = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(v)
        loss = dream_loss(features, v, np.array([0.5, 2.0]))
    return float(loss), tape.gradient(loss, v).numpy()


def test_the_loss_grows_and_the_size_is_kept() -> None:
    picture = noise(40, 60)
    states = list(deep_dream(small_net(), picture, LAYERS, steps=8, octaves=1))
    losses = [s.loss for s in states]
    assert losses == sorted(losses)
    assert losses[-1] > losses[0]
    assert [s.step for s in states] == list(range(1, 9))
    assert [s.done for s in states] == [False] * 7 + [True]
    assert states[-1].image.shape == picture.shape
    assert states[-1].image.dtype == np.uint8


def test_a_size_ends_when_the_loss_passes_its_limit() -> None:
    picture = noise(40, 60)
    free = list(deep_dream(small_net(), picture, LAYERS, steps=8, octaves=1, max_loss=None))
    limit = (free[3].loss + free[4].loss) / 2
    held = list(deep_dream(small_net(), picture, LAYERS, steps=8, octaves=1, max_loss=limit))
    assert len(held) == 5
    assert held[-1].at_limit
    assert held[-1].done
    np.testing.assert_array_equal(held[-1].image, free[3].image)


def test_one_graph_serves_all_sizes_and_weights() -> None:
    features = Features(small_net(), list(LAYERS))
    for side, weight in itertools.product((24, 40), (1.0, 2.0)):
        final(features, noise(side, side + 9), {"second": weight}, steps=1, octaves=3)
    assert features.compiled["dream"].experimental_get_tracing_count() == 1


def test_same_seed_same_result() -> None:
    options: dict[str, Any] = {"steps": 3, "octaves": 2, "jitter": 5}
    model, picture = small_net(), noise(40, 50)
    first = final(model, picture, LAYERS, seed=3, **options).image
    np.testing.assert_array_equal(first, final(model, picture, LAYERS, seed=3, **options).image)
    assert (first != final(model, picture, LAYERS, seed=4, **options).image).any()


def test_tiles_give_nearly_the_gradient_of_the_whole() -> None:
    model, picture = small_net(), photographs()["china"].scaled(200).pixels
    options: dict[str, Any] = {"steps": 1, "octaves": 1, "step_size": 0.05}
    sizes: list[tuple[int, ...]] = []
    features = Features(model, list(LAYERS))
    whole = final(features, picture, LAYERS, **options)
    graph = features.compiled["dream"]

    def watched(x: np.ndarray, weights: np.ndarray) -> Any:
        sizes.append(x.shape)
        return graph(x, weights)

    features.compiled["dream"] = watched
    tiled = final(features, picture, LAYERS, tile=64, **options)
    assert len(sizes) == 3 * 4, "133×200 in tiles of at most 64"
    assert max(max(s) for s in sizes) <= 64, "memory is bounded"
    assert sum(s[0] * s[1] for s in sizes) == 133 * 200
    assert tiled.loss == pytest.approx(whole.loss, rel=0.05)
    a, b = (now.image.astype(int) - picture for now in (whole, tiled))
    assert np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.7, (
        "the random shift moves the pooling windows, no more"
    )


@pytest.mark.parametrize("at", [1, 4, 7])
def test_cancel_at_any_moment(at: int) -> None:
    calls = []

    def stop() -> bool:
        calls.append(1)
        return len(calls) > at

    seen = list(deep_dream(small_net(), noise(40, 50), LAYERS, steps=3, octaves=3, stop=stop))
    assert len(seen) == at
    assert not seen[-1].done
    dream = deep_dream(small_net(), noise(40, 50), LAYERS, steps=3, octaves=3)
    next(dream)
    dream.close()  # type: ignore[attr-defined]
    assert list(dream) == []


@pytest.mark.parametrize("kind", ["functional", "sequential", "subclassed"])
@pytest.mark.parametrize("side", [None, 32])
def test_any_kind_of_model_takes_pictures_of_any_size(kind: str, side: int | None) -> None:
    """The same weights dream the same, even where the model itself takes 32×32 only."""
    picture = noise(40, 50)
    model = small_net(kind=kind, side=side)
    model.set_weights(small_net().get_weights())
    expected = final(small_net(), picture, LAYERS, steps=2, octaves=2).image
    got = final(model, picture, LAYERS, steps=2, octaves=2).image
    assert np.abs(got.astype(int) - expected).max() <= 1


def test_features_keep_the_weights_of_their_time_until_updated() -> None:
    model = small_net()
    features = Features(model, ["second"])
    x = to_signed(noise(20, 20))
    before = features(_tensor(x))[0].numpy()
    model.set_weights([w * 2 for w in model.get_weights()])
    np.testing.assert_array_equal(features(_tensor(x))[0].numpy(), before)
    features.update()
    assert np.abs(features(_tensor(x))[0].numpy() - before).max() > 0.01


def test_a_layer_that_is_not_there_suggests_the_nearest() -> None:
    picture = noise(20, 20)
    with pytest.raises(LayerError, match=r"no layer 'secnd'\. The nearest is 'second'"):
        deep_dream(small_net(), picture, {"secnd": 1.0})
    with pytest.raises(LayerError, match=r"Layer 'classes' has no feature maps"):
        deep_dream(small_net(), picture, {"classes": 1.0})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steps": 0}, "`steps` of at least 1. Received: 0"),
        ({"step_size": float("nan")}, "`step_size` above 0. Received: nan"),
        ({"octaves": 0}, "`octaves` of at least 1"),
        ({"octave_scale": 1.0}, "`octave_scale` above 1"),
        ({"color": 1.5}, "`color` from 0 to 1. Received: 1.5"),
        ({"detail": -1}, "`detail` of at least 0. Received: -1"),
        ({"jitter": -1}, "`jitter` of at least 0"),
        ({"max_loss": float("nan")}, "Expected `max_loss` to be a number"),
        ({"layers": {}}, "at least one layer"),
        ({"layers": {"first": float("inf")}}, "finite weight for layer 'first'. Received: inf"),
        ({"layers": {"first": 0.0}}, "other than 0"),
        ({"scaling": "other"}, "`scaling` to be one of 'signed'"),
        ({"octaves": 12}, "The smallest of 12 octaves is 1×1 pixels, which is too small"),
        ({"image": noise(300, 1)}, "1×300 pixels, but both sides must have at least 16"),
    ],
)
def test_bad_input_is_named_at_the_call(options: dict[str, Any], words: str) -> None:
    arguments = {"image": noise(40, 40), "layers": LAYERS, **options}
    image, layers = arguments.pop("image"), arguments.pop("layers")
    with pytest.raises(ValueError, match=words):
        deep_dream(small_net(), image, layers, **arguments)


def test_a_model_that_takes_no_pictures_is_named() -> None:
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match=r"an image model.* a model with input shape \(4,\)"):
        deep_dream(model, noise(20, 20), LAYERS)


def test_a_loss_that_is_not_finite_is_said() -> None:
    model = small_net()
    model.set_weights([np.full_like(w, np.nan) for w in model.get_weights()])
    with pytest.raises(ArithmeticError, match="The loss became nan at step 1 of octave 1"):
        next(deep_dream(model, noise(40, 40), LAYERS))
