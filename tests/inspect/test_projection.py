"""Vectors inside real models, and their projections against scikit-learn and known clouds."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from threadpoolctl import threadpool_info

from dlwidgets import inspect
from dlwidgets.inspect.layers import LayerError
from tests.helpers.models import Subclassed, Unfollowable, siamese

layers = keras.layers
RNG = np.random.default_rng(3)
X = RNG.normal(size=(7, 8, 8, 3)).astype("float32")


# -- vectors -----------------------------------------------------------------------------------


def cnn() -> Any:
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.Conv2D(4, 3, activation="relu", name="conv"),
            layers.Flatten(name="flat"),
            layers.Dense(6, activation="relu", name="hidden"),
            layers.Dropout(0.5, name="drop"),
            layers.Dense(3, name="logits"),
            layers.Softmax(name="softmax"),
        ]
    )


def test_the_last_hidden_layer_is_what_the_output_layer_sees() -> None:
    model = cnn()
    vectors, output, name = inspect.hidden_vectors(model, X, batch_size=3)
    assert name == "drop"  # which does nothing outside a training
    assert vectors.shape == (7, 6)
    kernel, bias = model.get_layer("logits").get_weights()
    z = vectors @ kernel + bias
    expected = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(output, expected, rtol=1e-4)
    np.testing.assert_allclose(output, model(X), rtol=1e-4)
    np.testing.assert_allclose(inspect.predict(model, X, batch_size=2), output, rtol=1e-4)


def test_feature_maps_are_flattened() -> None:
    model = keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(4, 3, name="a"), layers.Conv2D(1, 6, name="b")]
    )
    vectors, _, name = inspect.hidden_vectors(model, X)
    assert (vectors.shape, name) == ((7, 6 * 6 * 4), "a")


def test_a_nested_model_at_the_end_is_looked_into() -> None:
    inner = cnn()
    inner.name = "inner"
    wrapped = keras.Sequential([keras.Input((8, 8, 3)), inner])
    vectors, output, name = inspect.hidden_vectors(wrapped, X)
    plain, _, _ = inspect.hidden_vectors(inner, X)
    assert name == "inner/drop"
    np.testing.assert_allclose(vectors, plain, rtol=1e-5)
    np.testing.assert_allclose(output, inner(X), rtol=1e-4)


def test_branches_several_inputs_and_outputs() -> None:
    two = siamese()
    pair = [RNG.normal(size=(4, 5, 3)), RNG.normal(size=(4, 5, 3))]
    vectors, _, name = inspect.hidden_vectors(two, pair)
    assert (vectors.shape, name) == ((4, 6), "both")
    picture = keras.Input((4,))
    hidden = layers.Dense(5, name="hidden")(picture)
    model = keras.Model(picture, {"one": layers.Dense(2)(hidden), "two": layers.Dense(1)(picture)})
    vectors, output, name = inspect.hidden_vectors(model, np.ones((3, 4)))
    assert (vectors.shape, output.shape, name) == ((3, 5), (3, 2), "hidden")


def test_a_subclassed_model_is_followed_or_said_not_to_be() -> None:
    model = Subclassed()
    model(np.zeros((1, 4), "float32"))
    # Its output is the sum of two branches: neither alone is the last hidden layer.
    with pytest.raises(LayerError, match="no single hidden layer"):
        inspect.hidden_vectors(model, np.ones((2, 4)))
    stubborn = Unfollowable()
    stubborn(np.ones((1, 4), "float32"))
    with pytest.raises(ValueError, match="can't be traced"):
        inspect.hidden_vectors(stubborn, np.ones((2, 4)))


def test_the_hidden_layer_may_be_the_last_of_a_nested_model() -> None:
    base = keras.Sequential([keras.Input((4,)), layers.Dense(5, name="inside")], name="base")
    model = keras.Sequential([keras.Input((4,)), base, layers.Dense(2)])
    x = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    vectors, _, name = inspect.hidden_vectors(model, x)
    assert name == "base/inside"
    np.testing.assert_allclose(vectors, base(x), rtol=1e-5)


def test_a_model_without_hidden_layer_says_so() -> None:
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2, name="only")])
    with pytest.raises(LayerError, match=r"no hidden layer\. 'only' is its first layer"):
        inspect.hidden_vectors(model, np.ones((2, 4)))
    with pytest.raises(ValueError, match="Expected at least one sample"):
        inspect.predict(model, np.ones((0, 4)))


def test_embedding_vectors_by_name_and_without() -> None:
    base = keras.Sequential([keras.Input((4,)), layers.Embedding(9, 3, name="words")], name="base")
    model = keras.Sequential([keras.Input((4,)), base, layers.Flatten(), layers.Dense(1)])
    vectors, name = inspect.embedding_vectors(model)
    assert name == "base/words"
    np.testing.assert_array_equal(vectors, base.get_layer("words").get_weights()[0])
    assert inspect.embedding_vectors(model, "words")[1] == "base/words"
    with pytest.raises(
        LayerError, match=r"isn't an Embedding layer, but Flatten\. Embedding layers"
    ):
        inspect.embedding_vectors(model, model.layers[1].name)
    with pytest.raises(LayerError, match=r"nearest is 'base/words'"):
        inspect.embedding_vectors(model, "wrods")
    with pytest.raises(LayerError, match="has no Embedding layer"):
        inspect.embedding_vectors(cnn())


# -- projections -------------------------------------------------------------------------------


def test_pca_is_that_of_scikit_learn_up_to_the_sign() -> None:
    rows = RNG.normal(size=(60, 12)) * np.arange(1, 13)
    found = inspect.project(rows)
    pca = PCA(2).fit(rows)
    np.testing.assert_allclose(np.abs(found.places), np.abs(pca.transform(rows)), rtol=1e-4)
    np.testing.assert_allclose(found.explained, pca.explained_variance_ratio_)
    assert (found.note, found.index.tolist()) == ("", list(range(60)))


def test_pca_does_not_turn_over_between_two_looks() -> None:
    rows = RNG.normal(size=(60, 6)) * np.arange(1, 7)
    first = inspect.project(rows)
    mirrored = inspect.project(-rows, before=first)
    np.testing.assert_allclose(mirrored.places, first.places, atol=1e-4)


@pytest.mark.parametrize("shape", [(90, 40), (60, 300), (30, 3), (5, 80)])
def test_pca_that_goes_on_is_that_of_the_vectors_now(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(5)
    scales = 1 / np.arange(1, shape[1] + 1)
    rows = rng.normal(size=shape) * scales
    found = inspect.project(rows)
    for spread in (0.01, 0.3):  # moved a little, and all over
        rows = rows + spread * rng.normal(size=shape) * scales
        found = inspect.project(rows, before=found)
        anew = inspect.project(rows)
        np.testing.assert_allclose(found.explained, anew.explained, rtol=1e-3)
        error = np.abs(found.places) - np.abs(anew.places)
        assert np.abs(error).max() < 0.02 * np.abs(anew.places).max()


@pytest.mark.parametrize("shape", [(40, 90), (90, 40)])
def test_pca_that_goes_on_takes_very_large_values(shape: tuple[int, int]) -> None:
    rows = RNG.normal(size=shape) * 1e30
    found = inspect.project(rows, before=inspect.project(rows))
    np.testing.assert_allclose(found.explained, inspect.project(rows).explained, rtol=1e-3)


@pytest.mark.parametrize("least", [1e-7, 1e-24])
@pytest.mark.parametrize("shape", [(40, 90), (90, 40)])
def test_pca_that_goes_on_tells_rows_apart_that_hardly_differ(
    shape: tuple[int, int], least: float
) -> None:
    """As of hidden units that are saturated: float32 takes their differences, or squares, for 0."""
    spread = RNG.normal(size=shape)
    rows = least * spread
    rows[:, 0] += 1
    found = inspect.project(rows, before=inspect.project(spread))
    np.testing.assert_allclose(found.explained, inspect.project(rows).explained, rtol=1e-3)
    assert np.isfinite(found.places).all()


def test_a_projection_gives_back_the_threads_of_blas() -> None:
    rows = RNG.normal(size=(20, 30))
    first = inspect.project(rows)  # which loads the libraries
    before = [library["num_threads"] for library in threadpool_info()]
    inspect.project(rows, before=first)
    assert [library["num_threads"] for library in threadpool_info()] == before


def test_pca_that_goes_on_of_rows_along_one_line_has_no_second_axis() -> None:
    rows = np.outer(np.arange(8.0), np.ones(30))
    found = inspect.project(rows, before=inspect.project(rows))
    assert found.explained == pytest.approx((1.0, 0.0), abs=1e-4)
    assert np.abs(found.places[:, 1]).max() < 0.01 * np.abs(found.places[:, 0]).max()


def test_pca_that_goes_on_finds_a_direction_that_had_no_spread() -> None:
    rows = RNG.normal(size=(80, 30)) * np.linspace(1, 0.5, 30)
    rows[:, 7] = 0.0  # such as a unit that never fired
    found = inspect.project(rows)
    rows[:, 7] = 5 * RNG.normal(size=80)
    found = inspect.project(rows, before=found)
    assert found.explained[0] == pytest.approx(inspect.project(rows).explained[0], rel=1e-3)
    assert abs(np.corrcoef(found.places[:, 0], rows[:, 7])[0, 1]) > 0.99


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    x, y = load_digits(return_X_y=True)
    return x[:300], y[:300]


def test_tsne_keeps_neighbours_together(digits: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = (array[:150] for array in digits)
    seen: list[float] = []
    pictures: list[np.ndarray] = []

    def progress(share: float, now: inspect.Projection) -> None:
        seen.append(share)
        pictures.append(now.places)

    found = inspect.project(x, "tsne", progress=progress)
    assert seen == [0.25, 0.5, 0.75, 1.0]
    np.testing.assert_array_equal(pictures[-1], found.places)
    assert trustworthiness(x, found.places, n_neighbors=8) > 0.95
    distances = ((found.places[:, None] - found.places[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(distances, np.inf)
    assert (y[distances.argmin(axis=1)] == y).mean() > 0.9
    again = inspect.project(x, "tsne")
    np.testing.assert_array_equal(again.places, found.places)
    # From where it was, one round only: it stays there.
    seen.clear()
    further = inspect.project(x, "tsne", before=found, progress=progress)
    assert seen == [1.0]
    moved = np.linalg.norm(further.places - found.places, axis=1).mean()
    assert moved < 0.3 * found.places.std()


def test_tsne_can_be_cancelled(digits: tuple[np.ndarray, np.ndarray]) -> None:
    rounds: list[float] = []
    with pytest.raises(inspect.CanceledError, match="after 1 of 4 rounds"):
        inspect.project(
            digits[0],
            "tsne",
            progress=lambda share, _: rounds.append(share),
            canceled=lambda: bool(rounds),
        )


def test_more_points_than_it_can_do_are_a_sample_and_it_says_so() -> None:
    rows = RNG.normal(size=(90, 5))
    found = inspect.project(rows, "tsne", most=40)
    assert found.note == "a random sample of 40 of 90 points"
    assert len(set(found.index.tolist())) == 40
    assert (np.diff(found.index) > 0).all()
    assert found.places.shape == (40, 2)


def test_vectors_that_are_not_finite_are_left_out() -> None:
    rows = RNG.normal(size=(20, 5)).astype("float32")
    rows[3, 1], rows[7, 0] = np.nan, np.inf
    for method in ("pca", "tsne"):
        found = inspect.project(rows, method)  # type: ignore[arg-type]
        assert found.note == "2 vectors aren't shown, because they are NaN or infinite"
        assert not {3, 7} & set(found.index.tolist())
        assert np.isfinite(found.places).all()
    with pytest.raises(ValueError, match=r"Expected finite vectors. Received: 4 rows"):
        inspect.project(np.full((4, 2), np.nan))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("method", ["pca", "tsne"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (2, 3), (3, 1), (4, 2), (5, 80)])
def test_few_vectors_and_equal_ones(method: Any, shape: tuple[int, int]) -> None:
    for rows in (RNG.normal(size=shape), np.ones(shape), np.zeros(shape), np.full(shape, 1e38)):
        found = inspect.project(rows, method)
        assert found.places.shape == (shape[0], 2)
        assert np.isfinite(found.places).all()


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (np.zeros((3, 2)), {"method": "umap"}, "one of 'pca', 'tsne'. Received: 'umap'"),
        (np.zeros((3, 2, 2)), {}, r"Received: dtype float64, shape \(3, 2, 2\)"),
        (np.zeros((0, 2)), {}, r"shape \(0, 2\)"),
        (np.array([["a"]]), {}, "Expected vectors"),
        (np.zeros((3, 2)), {"method": "tsne", "perplexity": 0}, "`perplexity` above 0"),
        (np.zeros((3, 2)), {"most": -1}, "`most` of at least 1"),
    ],
)
def test_what_cannot_be_projected_is_named(rows: Any, options: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        inspect.project(rows, **options)
