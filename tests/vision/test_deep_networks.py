"""A deep ImageNet network, alone and inside another model: dream, style, filters, heat maps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlwidgets.vision import (
    Features,
    FilterLayer,
    LayerError,
    deep_dream,
    feature_layers,
    grad_cam,
    grad_cam_plus_plus,
    integrated_gradients,
    maximize_filters,
    occlusion,
    saliency,
    transfer_style,
)
from dlwidgets.vision.explainer import explainer_of
from dlwidgets.vision.filter_layer import find_filter_layer
from dlwidgets.vision.networks import describe_model
from dlwidgets.vision.registry import LITE0
from tests.helpers.photographs import signed, square
from tests.helpers.slow import slow

DEEP = "block6d_expand_relu"


def test_layers_of_a_nested_model_are_named_by_path(transfer_model: Any, lite0: Any) -> None:
    names = feature_layers(transfer_model)
    assert names[0] == "lite0/stem_conv", "neither augmentation nor scaling"
    assert names[-1] == "lite0/top_relu"
    alone = [name for name in feature_layers(lite0) if name != "image"]
    assert names == [f"lite0/{name}" for name in alone]
    for name in ("random_flip", "rescaling"):
        with pytest.raises(LayerError, match=f"'{name}' only prepares the images. The first"):
            Features(transfer_model, [name], scaling="pixels")


def test_a_nested_model_dreams_like_the_model_itself(transfer_model: Any, lite0: Any) -> None:
    photo = square("china", 96)
    options: dict[str, Any] = {"steps": 2, "octaves": 2}
    inside, alone = (
        list(deep_dream(model, photo, {name: 1.0}, scaling=scaling, **options))[-1]
        for model, name, scaling in (
            (transfer_model, "lite0/block4c_add", "pixels"),
            (lite0, "block4c_add", "signed"),
        )
    )
    assert inside.loss == pytest.approx(alone.loss, rel=1e-3)
    assert np.abs(inside.image.astype(int) - alone.image).max() <= 2
    assert np.abs(inside.image.astype(int) - photo).mean() > 2


@pytest.mark.slow
def test_own_names_and_the_nested_model_s_name_are_enough(transfer_model: Any) -> None:
    x = signed("china", side=64)[0]
    short, full, last, top = (
        Features(transfer_model, [name], scaling="pixels")(x)[0].numpy()
        for name in ("block4c_add", "lite0/block4c_add", "lite0", "lite0/top_relu")
    )
    np.testing.assert_array_equal(short, full)
    np.testing.assert_array_equal(last, top)


@pytest.mark.slow
def test_style_of_a_nested_model(transfer_model: Any) -> None:
    usual = describe_model(transfer_model, "pixels")
    assert all(name.startswith("lite0/") for name in (*usual.dream, usual.content, *usual.style))
    states = list(
        transfer_style(
            transfer_model,
            square("china", 64),
            square("flower", 64),
            usual.content,
            usual.style,
            steps=12,
            scaling="pixels",
        )
    )
    assert states[-1].style < 0.6 * states[0].style
    assert np.abs(states[-1].image.astype(int) - square("china", 64)).mean() > 5


@pytest.mark.parametrize("layer", [slow("block4c_add"), slow("block6d_add"), DEEP])
def test_a_dream_with_default_settings_changes_the_image(lite0: Any, layer: str) -> None:
    photo = square("china", 96)
    states = list(deep_dream(lite0, photo, {layer: 1.0}, steps=4))
    assert states[0].loss == pytest.approx(1.0, rel=1e-5), "in multiples of the original's"
    assert states[-1].taken == len(states) == 12
    assert states[-1].loss > 2
    assert np.abs(states[-1].image.astype(int) - photo).mean() > 3


@pytest.mark.slow
def test_layer_weights_mean_the_same_for_each_layer(lite0: Any) -> None:
    photo, layers = square("china", 96), ("block6d_expand_relu", "block6d_add")
    losses = [
        next(iter(deep_dream(lite0, photo, {n: 1.0}, steps=1, octaves=1, relative=False))).loss
        for n in layers
    ]
    assert losses[1] > 20 * losses[0], "so different are they by themselves"
    both = next(
        iter(deep_dream(lite0, photo, {layers[0]: 1.0, layers[1]: 3.0}, steps=1, octaves=1))
    )
    assert both.loss == pytest.approx(1.0, rel=1e-5)


def test_a_limit_below_the_first_loss_is_said(lite0: Any) -> None:
    states = list(deep_dream(lite0, square("china", 96), {"block4c_add": 1.0}, max_loss=0.5))
    assert [s.at_limit for s in states] == [True] * 3
    assert states[-1].done
    assert states[-1].taken == 0


def test_layers_are_chosen_after_their_activation_by_depth(lite0: Any) -> None:
    network = describe_model(lite0, "signed")
    assert next(iter(network.dream)) == "stem_relu"
    assert list(network.dream)[-1] == "top_relu"
    assert all(name.endswith("_relu") and "_dw_" not in name for name in network.dream)
    assert network.content == list(network.dream)[4]
    assert network.style == tuple(list(network.dream)[:5])
    other = describe_model(
        lite0, "signed", dream={"block4c_add": 2}, content="block4b_add", style=["stem_bn"]
    )
    assert other.dream == {"block4c_add": 2.0}
    assert (other.content, other.style) == ("block4b_add", ("stem_bn",))


@pytest.mark.slow
def test_grad_cam_uses_what_the_classifier_sees(lite0: Any, transfer_model: Any) -> None:
    import keras

    images = signed("china", "coffee", "chelsea", "motorcycle")
    features = keras.Model(lite0.inputs, lite0.get_layer("top_relu").output)
    maps = features.predict(images, verbose=0)
    kernel, _ = lite0.get_layer("predictions").get_weights()
    found = grad_cam(lite0, images)
    assert found.layer == grad_cam_plus_plus(lite0, images[:1]).layer == "top_relu"
    for i, best in enumerate(found.class_index):
        # The head is a mean and one matrix: the class activation map is known exactly.
        exact = np.maximum(maps[i] @ kernel[:, best], 0)
        assert np.corrcoef(exact.ravel(), found.coarse[i].ravel())[0, 1] > 0.99
    for layer in (None, "lite0", "lite0/top_relu", "top_relu"):
        inside = grad_cam(transfer_model, (images[:1] + 1) * 127.5, layer=layer)
        assert inside.layer == "lite0/top_relu"


@pytest.mark.parametrize("kind", ["vgg", "batch norm", "residual", "dense block"])
def test_the_default_layer_of_grad_cam_ends_its_block(kind: str) -> None:
    import keras

    layers = keras.layers
    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(4, 3, padding="same", activation="relu", name="first")(inputs)
    if kind == "vgg":
        x, expected = layers.MaxPooling2D(name="pool")(x), "first"
    elif kind == "batch norm":
        x = layers.Conv2D(4, 3, name="last")(x)
        x = layers.Activation("relu", name="act")(layers.BatchNormalization(name="norm")(x))
        expected = "act"
    elif kind == "residual":
        inner = layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same", name="last")(x))
        x = layers.ReLU(name="out")(layers.Add(name="sum")([x, inner]))
        expected = "out"
    else:
        inner = layers.Conv2D(4, 3, padding="same", name="last")(x)
        x = layers.ReLU(name="act")(layers.BatchNormalization()(layers.Concatenate()([x, inner])))
        expected = "act"
    outputs = layers.Dense(3)(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, outputs)
    assert explainer_of(model).layer() == expected


@pytest.mark.slow
def test_filters_before_a_relu_are_alive(lite0: Any) -> None:
    target = FilterLayer(lite0, DEEP)
    assert target.activation
    options: dict[str, Any] = {"filters": range(16), "steps": 2, "size": (64, 64)}
    value_range = (-1.0, 1.0)
    before = list(maximize_filters(target, value_range=value_range, **options))[-1]
    assert not before.dead.any()
    after = list(
        maximize_filters(target, value_range=value_range, before_activation=False, **options)
    )[-1]
    assert after.dead.sum() >= 10
    assert (after.images[after.dead] == 127).all(), "flat gray, not noise that looks like a find"
    norm = list(maximize_filters(lite0, "block6d_expand_bn", value_range=value_range, **options))
    np.testing.assert_allclose(norm[-1].values, before.values, atol=0.1)


def test_the_default_layer_of_filters_is_a_convolution_of_all_channels(
    lite0: Any, transfer_model: Any
) -> None:
    assert find_filter_layer(lite0) == "block2a_expand_relu"
    assert find_filter_layer(transfer_model) == "lite0/block2a_expand_relu"
    assert find_filter_layer(transfer_model, "lite0") == "lite0/top_relu"


@pytest.mark.slow
def test_default_settings_give_textures_and_the_book_s_give_noise(lite0: Any) -> None:
    """Neighboring pixels of a texture are alike; those of the plain ascent are not."""
    from dlwidgets.vision import Regularizers

    def likeness(images: np.ndarray) -> float:
        gray = images.astype(float).mean(-1)
        pairs = [np.corrcoef(g[:, 1:].ravel(), g[:, :-1].ravel())[0, 1] for g in gray]
        return float(np.mean(pairs))

    target = FilterLayer(lite0, "block5c_expand_relu")
    plain: dict[str, Any] = {
        "steps": 40,
        "step_size": 1.0,
        "size": (64, 64),
        "regularizers": Regularizers(),
    }
    smooth, noisy = (
        list(maximize_filters(target, filters=[0, 1], value_range=(-1.0, 1.0), **options))[-1]
        for options in ({"steps": 40}, plain)
    )
    assert likeness(smooth.images) > 0.6 > likeness(noisy.images) + 0.2


@pytest.mark.slow
def test_drawn_gradients_are_clipped_at_their_99th_percentile(lite0: Any) -> None:
    images = signed("china", "coffee")
    for make in (saliency, lambda *a: integrated_gradients(*a, steps=2)):
        found = make(lite0, images)
        drawn = np.abs(found.normalized())
        assert drawn.max() == 1
        assert 0.005 < (drawn == 1).mean() < 0.02
        assert (drawn > 0.5).mean() > 0.01, "bright enough to see"


@pytest.mark.slow
def test_occlusion_and_integrated_gradients_do_not_depend_on_the_scaling(
    lite0: Any, transfer_model: Any
) -> None:
    import keras

    inputs = keras.Input((224, 224, 3))
    pixels = keras.Model(
        inputs, lite0(keras.layers.Rescaling(1 / 127.5, offset=-1, name="scale")(inputs))
    )
    images = signed("coffee")
    for make in (
        lambda m, x: occlusion(m, x, patch=112, stride=56),
        lambda m, x: integrated_gradients(m, x, steps=2),
    ):
        alone, scaled = make(lite0, images), make(pixels, (images + 1) * 127.5)
        np.testing.assert_allclose(
            scaled.maps, alone.maps, atol=0.05 * np.abs(alone.maps).max(), err_msg=alone.method
        )


def test_occlusion_is_drawn_without_steps(lite0: Any) -> None:
    found = occlusion(lite0, signed("coffee"), patch=112, stride=56)
    jumps = [np.abs(np.diff(m[0], axis=1)).max() for m in (found.maps, found.normalized())]
    assert jumps[0] > 0.1 * np.abs(found.maps).max(), "the patches"
    assert jumps[1] < 0.05


def test_the_entry_of_the_registry_uses_layers_that_are_there(lite0: Any) -> None:
    assert set(LITE0.layers) <= set(feature_layers(lite0))
