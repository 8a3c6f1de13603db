"""Results kept per model: computed once, again after a change, gone with the model."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect.model_cache import cached_per_model, require_model, unchanged
from tests.helpers.models import nested
from tests.helpers.waiting import until_collected

if TYPE_CHECKING:
    from collections.abc import Callable


def counted() -> tuple[Callable[..., Any], list[tuple[Any, ...]]]:
    """A cached function that gives a new object each time, and the calls that got through."""
    calls: list[tuple[Any, ...]] = []

    @cached_per_model
    def made(model: Any, *args: Any, **kwargs: Any) -> object:
        calls.append((model.name, args, tuple(kwargs)))
        return object()

    return made, calls


def test_a_result_is_computed_once_per_model_and_arguments() -> None:
    made, calls = counted()
    one, other = dl.models.line_neuron(), dl.models.line_neuron()
    assert made(one) is made(one)
    assert made(one) is not made(other)
    assert made(one, 1, kind="a") is made(one, 1, kind="a")
    assert made(one, 1, kind="a") is not made(one, 1, kind="b")
    assert len(calls) == 4


def test_two_functions_keep_their_results_apart() -> None:
    (first, _), (second, _) = counted(), counted()
    model = dl.models.line_neuron()
    assert first(model) is not second(model)


def test_another_layer_or_activation_computes_it_again_and_weights_do_not() -> None:
    made, calls = counted()
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    before = made(model)
    model.set_weights([w + 1 for w in model.get_weights()])
    assert made(model) is before
    model.add(keras.layers.Softmax())
    longer = made(model)
    assert longer is not before
    model.layers[0].activation = keras.activations.relu
    assert made(model) is not longer
    assert len(calls) == 3


def test_a_promise_that_nothing_changes_ends() -> None:
    made, calls = counted()
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    with unchanged(model, "not a model"):
        before = made(model)
        with unchanged(model):
            assert made(model) is before
        assert made(model) is before
    model.layers[0].activation = keras.activations.relu
    after = made(model)
    assert after is not before
    model.layers[0].activation = keras.activations.tanh
    with unchanged(model):  # what changed before the promise counts
        assert made(model) is not after
    assert len(calls) == 3


def test_a_promise_for_good_holds_once_two_checks_have_found_the_same() -> None:
    made, calls = counted()
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    with unchanged(model, for_good=True):
        before = made(model)
    model.layers[0].activation = keras.activations.relu  # as by the first call of a model
    with unchanged(model, for_good=True):
        after = made(model)
    with unchanged(model, for_good=True):
        assert made(model) is after is not before
    model.layers[0].activation = keras.activations.tanh
    with unchanged(model, for_good=True):
        assert made(model) is after
    assert made(model) is not after  # without the promise it is noticed
    assert len(calls) == 3


def test_a_change_inside_a_nested_model_counts() -> None:
    made, calls = counted()
    model = nested()
    made(model)
    model.get_layer("base").layers[-2].activation = keras.activations.tanh
    made(model)
    assert len(calls) == 2


@pytest.mark.parametrize("change", ["quantize", "enable_lora", "activation"])
def test_what_a_layer_computes_with_counts(change: str) -> None:
    """Each leaves the model's own list of layers as it is."""
    made, calls = counted()
    wrapper = keras.layers.TimeDistributed(keras.layers.Dense(4))
    model = keras.Sequential([keras.Input((3, 5)), wrapper, keras.layers.Dense(2)])
    before = made(model)
    if change == "quantize":
        model.layers[1].quantize("int8")
    elif change == "enable_lora":
        model.layers[1].enable_lora(1)
    else:
        wrapper.layer.activation = keras.activations.relu
    after = made(model)
    assert after is not before
    assert made(model) is after
    assert len(calls) == 2


@pytest.mark.parametrize("change", ["quantize", "enable_lora"])
def test_activations_are_those_of_a_layer_that_was_changed(change: str) -> None:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(5, name="first"), keras.layers.Dense(2)]
    )
    x = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    layer = model.get_layer("first")
    before = dl.vision.activations(model, x)["first"]
    if change == "quantize":
        layer.quantize("int8")
    else:
        layer.enable_lora(2)
        layer.lora_kernel_b.assign(np.ones_like(layer.lora_kernel_b))
    after = dl.vision.activations(model, x)["first"]
    np.testing.assert_allclose(after, layer(x), rtol=1e-6)
    assert not np.allclose(after, before, rtol=1e-4)


def test_a_model_that_nobody_holds_is_collected_with_its_results() -> None:
    class Result:
        pass

    @cached_per_model
    def made(model: Any) -> Result:
        found = Result()
        found.layers = model.layers  # type: ignore[attr-defined]
        return found

    model = dl.models.line_neuron()
    gone = [weakref.ref(model), weakref.ref(made(model)), weakref.ref(model.layers[0])]
    del model
    until_collected(*gone)


def test_an_error_is_raised_each_time() -> None:
    calls = []

    @cached_per_model
    def failing(_model: Any) -> None:
        calls.append(1)
        message = "not today"
        raise ValueError(message)

    model = dl.models.line_neuron()
    for _ in range(2):
        with pytest.raises(ValueError, match="not today"):
            failing(model)
    assert len(calls) == 2


def test_threads_that_ask_at_once_share_one_computation() -> None:
    calls = []
    release = threading.Event()

    @cached_per_model
    def slow(_model: Any) -> object:
        calls.append(1)
        release.wait(10)
        return object()

    model, found = dl.models.line_neuron(), []
    threads = [threading.Thread(target=lambda: found.append(slow(model))) for _ in range(4)]
    for thread in threads:
        thread.start()
    release.set()
    for thread in threads:
        thread.join(10)
    assert len(calls) == 1
    assert len(set(map(id, found))) == 1
    assert len(found) == 4


def test_what_is_not_a_model_or_not_built_is_named() -> None:
    made, _ = counted()
    with pytest.raises(TypeError, match=r"Expected a Keras model\. Received: int"):
        made(3)
    with pytest.raises(TypeError, match=r"Expected a Keras model\. Received: str"):
        require_model("resnet50")
    unbuilt = keras.Sequential([keras.layers.Dense(1)], name="later")
    assert require_model(unbuilt) is unbuilt
    with pytest.raises(ValueError, match=r"The model 'later' isn't built\. Call it once, or give"):
        require_model(unbuilt, built=True)
