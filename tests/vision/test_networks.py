"""What is used of any network."""

from __future__ import annotations

from dlwidgets.vision.networks import describe_model


def test_layers_of_a_deep_model_are_a_choice_from_input_to_output() -> None:
    import keras

    layers = [keras.layers.Conv2D(2, 3, padding="same", name=f"conv{i}") for i in range(20)]
    network = describe_model(keras.Sequential([keras.Input((None, None, 3)), *layers]), "unit")
    assert len(network.dream) == 8
    assert next(iter(network.dream)) == "conv0"
    assert list(network.dream)[-1] == "conv19"
    assert network.content == list(network.dream)[4], "at 60% of the depth"
    assert sum(network.dream.values()) == 1
