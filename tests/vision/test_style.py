"""Style transfer against numpy and finite differences."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from dlwidgets.vision import (
    Features,
    LayerError,
    StyleWeights,
    gram_matrix,
    photographs,
    total_variation,
    transfer_style,
)
from dlwidgets.vision.features import to_signed
from dlwidgets.vision.style import _Task
from tests.helpers.vision import noise, small_net

STYLE = ["first", "second"]


def transfer(content: Any = None, style: Any = None, **options: Any) -> list[Any]:
    content = noise(24, 30) if content is None else content
    style = noise(20, 26, 1) // 2 if style is None else style
    model = options.pop("model", None) or small_net()
    options = {"content_layer": "second", "style_layers": STYLE, **options}
    return list(transfer_style(model, content, style, **options))


def test_the_gram_matrix_is_numpy_s() -> None:
    maps = np.random.default_rng(0).normal(size=(7, 5, 4))
    expected = np.einsum("hwi,hwj->ij", maps, maps) / 35
    np.testing.assert_allclose(gram_matrix(maps).numpy(), expected, rtol=1e-12)
    # As in the book, but for the division: rows of the transposed maps.
    flat = maps.transpose(2, 0, 1).reshape(4, -1)
    np.testing.assert_allclose(gram_matrix(maps).numpy() * 35, flat @ flat.T, rtol=1e-12)


def test_total_variation_is_numpy_s() -> None:
    x = np.random.default_rng(0).normal(size=(6, 8, 3))
    total = [
        ((x[i + 1, j, c] - x[i, j, c]) ** 2 + (x[i, j + 1, c] - x[i, j, c]) ** 2) ** 1.25
        for i in range(5)
        for j in range(7)
        for c in range(3)
    ]
    assert float(total_variation(x)) == pytest.approx(np.mean(total), rel=1e-12)
    assert float(total_variation(np.ones((5, 5, 3)))) == 0


def parts_by_hand(maps: Any, content: Any, style: Any, x: np.ndarray, shares: Any) -> list[float]:
    def gram(m: np.ndarray) -> np.ndarray:
        flat = m.reshape(-1, m.shape[-1])
        return flat.T @ flat / len(flat)

    def apart(a: np.ndarray, b: np.ndarray) -> float:
        return float(((a - b) ** 2).sum() / (b**2).sum())

    now, target, wanted = maps(x), maps(content), maps(style)
    styles = [apart(gram(a), gram(b)) for a, b in zip(now, wanted, strict=True)]
    return [apart(now[1], target[1]), float(np.dot(styles, shares)), float(total_variation(x))]


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.2, 0.8)])
def test_the_parts_of_the_loss_are_numpy_s_and_its_gradient_that_of_finite_differences(
    shares: Any,
) -> None:
    features = Features(small_net("float64"), STYLE)
    weights = StyleWeights(0.3, 2.0, 0.5)
    task = _Task(features, "second", dict(zip(STYLE, shares, strict=True)), weights)
    content, style = (to_signed(noise(*s), "float64") for s in ((24, 30), (20, 26, 1)))
    task.aim(content, style)
    x = np.random.default_rng(2).uniform(-1, 1, content.shape)
    (loss, *parts), gradient = task(x)
    maps = lambda v: [m.numpy() for m in features(v)]  # noqa: E731
    expected = parts_by_hand(maps, content, style, x, shares)
    np.testing.assert_allclose(parts, expected, rtol=1e-10)
    assert loss == pytest.approx(float(np.dot(expected, weights)), rel=1e-10)
    for place in ((0, 0, 0), (12, 15, 1), (23, 29, 2)):
        up, down = x.copy(), x.copy()
        up[place] += 1e-6
        down[place] -= 1e-6
        slope = (task(up)[0][0] - task(down)[0][0]) / 2e-6
        assert gradient[place] == pytest.approx(slope, rel=1e-4, abs=1e-8)


def test_layers_share_the_style_s_weight_in_proportion_to_theirs() -> None:
    def styles(layers: Any) -> list[float]:
        return [s.style for s in transfer(style_layers=layers, optimizer="adam", steps=3)]

    even = styles(STYLE)
    assert styles({"first": 3.0, "second": 3.0}) == even, "only their proportion counts"
    alone = [styles([name])[0] for name in STYLE]
    # The first evaluation is of the same picture, the content's, in all of them.
    assert even[0] == pytest.approx(np.mean(alone), rel=1e-5)
    assert styles({"first": 1.0, "second": 4.0})[0] == pytest.approx(
        0.2 * alone[0] + 0.8 * alone[1], rel=1e-5
    )
    assert styles({"first": 2.0, "second": 0.0}) == styles(["first"])


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_loss_falls_and_every_state_is_told(optimizer: Any) -> None:
    content = noise(24, 30)
    states = transfer(content, optimizer=optimizer, steps=25)
    assert [s.step for s in states] == list(range(1, 26))
    assert [s.done for s in states] == [False] * 24 + [True]
    assert states[0].content == pytest.approx(0, abs=1e-9), "it begins with the content picture"
    np.testing.assert_array_equal(states[0].image, content)
    assert states[-1].best < 0.8 * states[0].loss
    assert states[-1].style < states[0].style
    bests = [s.best for s in states]
    assert bests == sorted(bests, reverse=True)
    assert states[-1].image.shape == content.shape
    assert (states[-1].image != content).any()


def test_lbfgs_gets_further_than_adam_with_as_many_evaluations() -> None:
    ends = {o: transfer(optimizer=o, steps=40)[-1].best for o in ("lbfgs", "adam")}
    assert ends["lbfgs"] < ends["adam"]


def test_a_photograph_takes_over_the_texture_of_the_other() -> None:
    """Its Gram matrices, computed by hand from the result's pixels, come near the style's."""
    china, flower = (photographs()[n].scaled(64).pixels for n in ("china", "flower"))
    features = Features(small_net(), STYLE)
    last = transfer(china, flower, model=features, weights=(0.0, 1.0, 0.0), steps=60)[-1]

    def grams(picture: np.ndarray) -> np.ndarray:
        flat = [m.numpy().reshape(-1, m.shape[-1]) for m in features(to_signed(picture))]
        return np.concatenate([(f.T @ f / len(f)).ravel() for f in flat])

    before, after = (np.linalg.norm(grams(p) - grams(flower)) for p in (china, last.image))
    assert after < 0.3 * before


def test_a_picture_in_its_own_style_is_done_at_once() -> None:
    picture = noise(24, 30)
    states = transfer(picture, picture, weights=(1.0, 1.0, 0.0), steps=50)
    assert len(states) < 50
    assert states[-1].done
    assert states[-1].loss == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_same_seed_same_result(optimizer: Any) -> None:
    def image(seed: int) -> np.ndarray:
        made: np.ndarray = transfer(optimizer=optimizer, steps=6, start="noise", seed=seed)[
            -1
        ].image
        return made

    np.testing.assert_array_equal(image(1), image(1))
    assert (image(1) != image(2)).any()


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("at", [1, 3])
def test_cancel_at_any_moment(optimizer: Any, at: int) -> None:
    calls: list[int] = []

    def stop() -> bool:
        calls.append(1)
        return len(calls) > at

    states = transfer(optimizer=optimizer, steps=20, stop=stop)
    assert [s.step for s in states] == list(range(1, at + 1))
    style = noise(20, 26, 1) // 2
    going = transfer_style(
        small_net(), noise(24, 30), style, "second", STYLE, optimizer=optimizer, steps=10**6
    )
    for _ in range(at):
        next(going)
    going.close()  # type: ignore[attr-defined]
    names = [t.name for t in threading.enumerate()]
    assert "dlwidgets-style" not in names, "nothing goes on behind it"


def test_one_graph_serves_all_sizes_and_weights() -> None:
    features = Features(small_net(), STYLE)
    for side, weight in ((24, 1.0), (40, 0.1)):
        transfer(
            noise(side, side),
            noise(side - 4, side, 1),
            model=features,
            steps=2,
            weights=(weight, 1, 0),
        )
    (graphs,) = features.compiled.values()
    assert [g.experimental_get_tracing_count() for g in graphs] == [1, 1]


def test_a_layer_that_is_not_there_suggests_the_nearest() -> None:
    with pytest.raises(LayerError, match=r"no layer 'frist'\. The nearest is 'first'"):
        transfer(style_layers=["frist"])
    with pytest.raises(LayerError, match=r"no layer 'secon'\. The nearest is 'second'"):
        transfer(content_layer="secon")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"style": np.full((20, 20, 3), 7, np.uint8)}, r"a single color \(7, 7, 7\)"),
        ({"style": noise(300, 1)}, "The style image is 1×300 pixels"),
        ({"content": noise(1, 300)}, "The content image is 300×1 pixels"),
        ({"optimizer": "sgd"}, "'lbfgs' or 'adam'. Received: 'sgd'"),
        ({"steps": 0}, "`steps` of at least 1"),
        ({"learning_rate": 0.0}, "`learning_rate` above 0"),
        ({"start": "zeros"}, "'content' or 'noise'"),
        ({"style_layers": []}, "at least one layer"),
        ({"style_layers": "first"}, "a list of at least one layer .*Received: 'first'"),
        ({"style_layers": {}}, "at least one layer"),
        (
            {"style_layers": {"first": -1.0, "second": 2.0}},
            "weights of at least 0 for the style layers",
        ),
        (
            {"style_layers": {"first": float("nan")}},
            "for the style layers, one of them above 0",
        ),
        ({"style_layers": {"first": 0.0}}, "one of them above 0. Received: {'first': 0.0}"),
        ({"weights": (1, -1, 0)}, r"finite weights of at least 0.* Received: \(1.0, -1.0, 0.0\)"),
        ({"weights": (0, 0, 1)}, "content or style above 0"),
        ({"weights": (1, 2, 3, 4)}, "up to three numbers"),
    ],
)
def test_bad_input_is_named_at_the_call(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        transfer(**options)


def test_a_loss_that_is_not_finite_is_said() -> None:
    model = small_net()
    model.set_weights([np.full_like(w, np.nan) for w in model.get_weights()])
    for optimizer in ("lbfgs", "adam"):
        with pytest.raises(ArithmeticError, match="The loss became nan at step 1"):
            transfer(model=model, optimizer=optimizer)
