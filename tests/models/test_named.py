"""The networks of the sources: their parameters, inputs and names, without making their weights."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

import keras
import pytest

from dlwidgets import models

if TYPE_CHECKING:
    from collections.abc import Iterator

PRINTED = {
    "one_neuron": 2,
    "cifar10_dense": 614_600 + 30_150 + 1_510,
    "cifar10_demo_cnn": 490 + 1_820 + 12_810,
    "cifar10_batch_norm": 592_554,
    "mnist_convnet": 93_322,
    "mnist_unpooled": 320 + 18_496 + 36_928,
    "cats_dogs_convnet": 896 + 18_496 + 73_856 + 147_584 + 3_211_776 + 513,
    "cats_dogs_dropout": 3_453_121,
    "vgg16_base": 14_714_688,
    "vgg16_frozen": 14_714_688 + 2_097_408 + 257,
    "vgg16_fine_tuned": 16_812_353,
    "rnn_last_output": 320_000 + 2_080,
    "rnn_all_outputs": 322_080,
    "rnn_stacked": 328_320,
    "twin_sequential": 2_080 + 1_056 + 330,
    "twin_functional": 3_466,
}
"""What the sources print, some of it layer by layer."""

LOGITS = {
    *("cifar10_small_cnn", "cifar10_vgg_1", "cifar10_vgg_2", "cifar10_vgg_3", "cifar10_vgg_4"),
    *("imdb_conv1d", "imdb_tensorboard", "dcgan_discriminator"),
}
"""Classifiers whose last layer has no softmax or sigmoid."""

CATALOG = models.catalog()


@pytest.fixture(scope="module")
def built() -> Iterator[dict[str, Any]]:
    """All networks, most of them without weights, whose 500 million numbers take 2 GB."""
    made: dict[str, Any] = {}

    def build() -> None:
        with keras.StatelessScope(initialize_variables=False):
            for name, named in CATALOG.items():
                if not name.startswith(("vae", "dcgan")):
                    made[name] = named.build()
        vae = CATALOG["vae"].build()
        made.update(vae=vae, vae_encoder=vae.encoder, vae_decoder=vae.decoder)
        for name in ("dcgan_generator", "dcgan_discriminator"):
            made[name] = CATALOG[name].build()

    # Keras lists the variables without values per thread, and would make them at the next occasion.
    thread = threading.Thread(target=build)
    thread.start()
    thread.join()
    yield made
    made.clear()


def count(weights: list[Any]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def test_every_network_has_the_parameters_that_the_catalog_states(built: dict[str, Any]) -> None:
    found = {
        name: (count(model.weights), count(model.non_trainable_weights))
        for name, model in built.items()
    }
    stated = {name: (named.parameters, named.non_trainable) for name, named in CATALOG.items()}
    assert found == stated


def test_what_the_sources_print_is_stated_as_printed() -> None:
    assert {name: named.parameters for name, named in CATALOG.items() if named.printed} == PRINTED
    assert CATALOG["cifar10_batch_norm"].non_trainable == 640
    assert all(named.name == name for name, named in CATALOG.items())


def test_inputs_have_the_stated_shapes(built: dict[str, Any]) -> None:
    for name, model in built.items():
        stated = CATALOG[name].input_shape
        if isinstance(stated, dict):
            assert {x.name: x.shape[1:] for x in model.inputs} == stated, name
        elif name != "vae":
            assert model.input_shape[1:] == stated, name


def test_the_last_layer_fits_the_task(built: dict[str, Any]) -> None:
    for name, model in built.items():
        named, last = CATALOG[name], model.layers[-1]
        ending = getattr(getattr(last, "activation", None), "__name__", "")
        logits = name in LOGITS
        if named.task == "classification" and name != "sigmoid_4_3_2":
            assert ending == ("linear" if logits else "softmax"), name
        elif named.task == "binary":
            assert (ending, model.output_shape) == ("linear" if logits else "sigmoid", (None, 1)), (
                name
            )
        elif named.task == "regression":
            assert (ending, model.output_shape) == ("linear", (None, 1)), name


def test_layers_have_the_names_of_the_sources(built: dict[str, Any]) -> None:
    names = {name: {layer.name for layer in model.layers} for name, model in built.items()}
    assert {"text", "question"} <= names["question_answering"]
    assert {"posts", "age", "income", "gender"} <= names["three_heads"]
    assert "embed" in names["imdb_tensorboard"]
    assert {"conv3_3", "pool3_1", "fc2", "output"} <= names["cifar10_vgg_3"]


def test_a_frozen_base_trains_its_head_only(built: dict[str, Any]) -> None:
    assert len(built["vgg16_frozen"].trainable_weights) == 4
    base = built["vgg16_fine_tuned"].layers[0]
    assert [x.name for x in base.layers if x.trainable and x.weights] == [
        "block5_conv1",
        "block5_conv2",
        "block5_conv3",
    ]


def test_each_call_builds_another_network() -> None:
    first, second = (CATALOG["siamese_lstm"].build() for _ in range(2))
    assert first.layers[-1] is not second.layers[-1]
    assert first.count_params() == 20_673
