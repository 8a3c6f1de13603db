"""What a page shows of a probe, for each kind of sample, layer and answer."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dlwidgets.recording import Probe
from dlwidgets.vision.channels import channel_images
from dlwidgets.widgets.training import _page_layers
from dlwidgets.widgets.training._page_parts import Bytes
from dlwidgets.widgets.training._page_probe import answers_of, probe_of

RNG = np.random.default_rng(0)


class Store(Bytes):
    """Returns the bytes themselves."""

    def add(self, data: bytes | memoryview) -> Any:
        return bytes(data)


def made(*probes: Probe, budget: int = 1_000_000) -> dict[str, Any]:
    found = probe_of(lambda i: probes[i], len(probes), Store(), budget)
    assert found is not None
    return found


def pixels(picture: dict[str, Any]) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture["data"])).convert("L"))


def test_feature_maps_are_the_images_that_views_draw() -> None:
    maps = RNG.normal(size=(4, 9, 7, 5)).astype("float32")
    found = made(Probe(None, None, {"conv": maps}, None))
    (layer,) = found["layers"]
    assert (layer["height"], layer["width"], layer["channels"]) == (9, 7, [0, 1, 2, 3, 4])
    drawn = pixels(layer["moments"][0])
    for sample in range(4):
        for channel, image in enumerate(channel_images(maps[sample])):
            part = drawn[9 * sample : 9 * (sample + 1), 7 * channel : 7 * (channel + 1)]
            np.testing.assert_array_equal(part, image)


def test_the_most_active_channels_of_a_wide_layer_stay_the_same_at_all_moments() -> None:
    maps = RNG.random((2, 4, 4, 100)).astype("float32")
    maps[..., 70:] *= 100
    later = Probe(None, None, {"conv": maps}, None)
    first = Probe(None, None, {"conv": maps[..., ::-1].copy()}, None)
    (layer,) = made(first, later)["layers"]
    assert len(layer["channels"]) == 32
    assert set(range(70, 100)) <= set(layer["channels"])
    assert layer["channels"] == sorted(layer["channels"])


def test_units_keep_their_values() -> None:
    units = np.array([[-1.0, 0.0, 3.0], [1.0, np.nan, 2.0]], np.float32)
    (layer,) = made(Probe(None, None, {"dense": units}, None))["layers"]
    moment = layer["moments"][0]
    assert layer["form"] == "units"
    assert (moment["low"], moment["high"]) == (-1.0, 3.0)
    values = np.frombuffer(moment["data"], np.uint8) / 255 * 4 - 1
    np.testing.assert_allclose(values, [-1, 0, 3, 1, 0, 2], atol=0.01)


def test_a_sequence_is_one_image_of_times_and_units() -> None:
    states = RNG.normal(size=(3, 20, 6)).astype("float32")
    (layer,) = made(Probe(None, None, {"lstm": states}, None))["layers"]
    assert (layer["form"], layer["height"], layer["width"]) == ("matrix", 20, 6)
    assert pixels(layer["moments"][0]).shape == (60, 6)


def test_layers_that_only_pass_on_what_they_get_are_left_out() -> None:
    maps = RNG.random((2, 3, 3, 4)).astype("float32")
    layers = {"relu": maps, "dropout": maps, "flatten": maps.reshape(2, -1), "dense": maps[:, 0, 0]}
    found = made(Probe(None, None, layers, None))
    assert [layer["name"] for layer in found["layers"]] == ["relu", "dense"]


@pytest.mark.parametrize("budget", [400_000, 60_000, 12_000, 1_500])
def test_activations_keep_to_the_budget(budget: int) -> None:
    activations = {
        f"conv{i}": RNG.normal(size=(32, 14, 14, 16)).astype("float32") for i in range(6)
    }
    moments = [Probe(None, None, activations, None)] * 3
    found = made(*moments, budget=budget)
    used = sum(len(m["data"]) for layer in found["layers"] for m in layer["moments"])
    assert used <= budget
    if budget >= 12_000:
        assert found["samples"] >= 1
        assert found["layers"]
    if budget == 400_000:
        assert found["samples"] >= 8
        assert len(found["layers"]) == 6


def test_many_layers_are_thinned_evenly() -> None:
    activations = {f"dense{i}": RNG.random((2, 4)).astype("float32") for i in range(100)}
    names = [layer["name"] for layer in made(Probe(None, None, activations, None))["layers"]]
    assert len(names) == _page_layers._MAX_LAYERS
    assert (names[0], names[-1]) == ("dense0", "dense99")


def test_a_moment_without_a_layer_is_empty_there() -> None:
    maps = RNG.random((2, 3, 3, 4)).astype("float32")
    found = made(Probe(None, None, {}, None), Probe(None, None, {"conv": maps}, None))
    assert found["layers"][0]["moments"][0] is None
    assert found["layers"][0]["moments"][1]["data"]


def test_logits_become_probabilities_and_probabilities_stay() -> None:
    logits = np.array([[2.0, 0.0, -1.0]])
    shares = np.exp(logits) / np.exp(logits).sum()
    for given in (logits, shares):
        found = answers_of(given, 1)
        assert found is not None
        np.testing.assert_array_equal(found.classes, [[0, 1, 2]])
        np.testing.assert_allclose(found.values, shares, rtol=1e-6)


def test_one_number_is_the_probability_of_the_second_class() -> None:
    found = made(Probe(None, np.array([0, 1]), {}, np.array([[0.25], [0.75]], np.float32)))
    assert (found["kind"], found["labels"]) == ("classes", [0, 1])
    classes = np.frombuffer(found["answers"][0]["indices"], "<u2").reshape(2, 2)
    np.testing.assert_array_equal(classes[:, 0], [0, 1])


def test_a_regression_is_told_from_two_classes() -> None:
    targets = np.array([0.21, 0.4], np.float32)
    found = made(Probe(None, targets, {}, np.array([[0.25], [0.5]], np.float32)))
    assert found["kind"] == "number"
    assert found["labels"] == []
    assert found["targets"] == pytest.approx([0.21, 0.4])
    np.testing.assert_array_equal(np.frombuffer(found["answers"][0]["values"], "<f4"), [0.25, 0.5])


def test_answers_that_are_images_are_shown_as_such() -> None:
    images = RNG.random((3, 8, 8, 1)).astype("float32")
    found = made(Probe(images, None, {}, images))
    assert found["kind"] == "images"
    picture = found["answers"][0]
    assert (picture["count"], picture["height"], picture["width"]) == (3, 8, 8)
    assert found["images"]["count"] == 3


def test_all_samples_have_answers_where_fewer_have_activations() -> None:
    shares = RNG.dirichlet(np.ones(3), 8).astype("float32")
    activations = {"dense": RNG.random((5, 4)).astype("float32")}
    found = made(Probe(None, np.zeros(8, int), activations, shares))
    assert (found["count"], found["samples"], len(found["labels"])) == (8, 5, 8)


def test_answers_that_are_not_finite_are_left_out() -> None:
    found = made(Probe(None, np.array([0]), {}, np.array([[np.nan, 1.0]])))
    assert found["answers"] == [None]


def test_many_classes_keep_the_likeliest_ten() -> None:
    shares = RNG.dirichlet(np.ones(1000), 2)
    found = answers_of(shares, 2)
    assert found is not None
    assert found.classes.shape == (2, 10)
    np.testing.assert_array_equal(found.classes[:, 0], shares.argmax(axis=1))


@pytest.mark.parametrize("given", [None, Probe(None, None, {}, None)])
def test_nothing_recorded_is_nothing(given: Probe | None) -> None:
    assert probe_of(lambda _: given, 2, Store(), 1000) is None
    assert probe_of(lambda _: given, 0, Store(), 1000) is None
