"""Every table of parameters in the reference books, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import pytest

import dlwidgets as dl
from dlwidgets.inspect import summarize
from dlwidgets.inspect.summary import shapes_text

if TYPE_CHECKING:
    from collections.abc import Callable

L = keras.layers
RELU: Any = {"activation": "relu"}
SAME: Any = {"padding": "same"}


def stack(shape: tuple[int | None, ...], *layers: Any) -> Any:
    return keras.Sequential([keras.Input(shape), *layers])


def dense(inputs: int, *units: int) -> Any:
    return stack((inputs,), *(L.Dense(n) for n in units))


def mnist_convnet() -> Any:
    return stack(
        (28, 28, 1),
        L.Conv2D(32, 3),
        L.MaxPooling2D(),
        L.Conv2D(64, 3),
        L.MaxPooling2D(),
        L.Conv2D(64, 3),
        L.Flatten(),
        L.Dense(64),
        L.Dense(10),
    )


def cats_and_dogs() -> Any:
    blocks = [[L.Conv2D(n, 3), L.MaxPooling2D()] for n in (32, 64, 128, 128)]
    layers = [layer for block in blocks for layer in block]
    return stack((150, 150, 3), *layers, L.Flatten(), L.Dense(512), L.Dense(1))


def vgg_base() -> Any:
    return keras.applications.VGG16(weights=None, include_top=False, input_shape=(150, 150, 3))


def question_answering() -> Any:
    text, question = keras.Input((None,), name="text"), keras.Input((None,), name="question")
    a = L.LSTM(32)(L.Embedding(10000, 64)(text))
    b = L.LSTM(16)(L.Embedding(10000, 32)(question))
    return keras.Model([text, question], L.Dense(500)(L.Concatenate()([a, b])))


def siamese_lstm() -> Any:
    left, right = keras.Input((None, 128)), keras.Input((None, 128))
    lstm = L.LSTM(32)
    return keras.Model([left, right], L.Dense(1)(L.Concatenate()([lstm(left), lstm(right)])))


def separable(kind: Any) -> Any:
    return stack(
        (64, 64, 3),
        kind(32, 3),
        kind(64, 3),
        L.MaxPooling2D(),
        kind(64, 3),
        kind(128, 3),
        L.MaxPooling2D(),
        kind(64, 3),
        kind(128, 3),
        L.GlobalAveragePooling2D(),
        L.Dense(32),
        L.Dense(10),
    )


def gan_generator() -> Any:
    return stack(
        (32,),
        L.Dense(128 * 16 * 16),
        L.LeakyReLU(),
        L.Reshape((16, 16, 128)),
        L.Conv2D(256, 5, **SAME),
        L.Conv2DTranspose(256, 4, strides=2, **SAME),
        L.Conv2D(256, 5, **SAME),
        L.Conv2D(256, 5, **SAME),
        L.Conv2D(3, 7, **SAME),
    )


def gan_discriminator() -> Any:
    return stack(
        (32, 32, 3),
        L.Conv2D(128, 3),
        *(L.Conv2D(128, 4, strides=2) for _ in range(3)),
        L.Flatten(),
        L.Dropout(0.4),
        L.Dense(1),
    )


def fruits() -> Any:
    return stack(
        (100, 100, 3),
        L.Conv2D(32, 3),
        L.MaxPooling2D(),
        L.Conv2D(64, 3),
        L.MaxPooling2D(),
        L.Flatten(),
        L.Dense(100),
        L.Dropout(0.15),
        L.Dense(200),
        L.Dropout(0.15),
        L.Dense(131),
    )


def cifar_convnet() -> Any:
    return stack(
        (32, 32, 3),
        L.Conv2D(50, 3, **SAME),
        L.Conv2D(50, 3, **SAME),
        L.MaxPooling2D(),
        L.Reshape((50 * 16 * 16,)),
        L.Dense(512),
        L.Dense(10),
    )


def vgg_style(*blocks: tuple[int, ...]) -> Any:
    zeros: Any = {"kernel_initializer": "zeros"}  # 84 million random numbers take seconds
    layers = []
    for block in blocks:
        layers += [*(L.Conv2D(n, 3, **SAME, **zeros) for n in block), L.MaxPooling2D()]
    tops = [L.Dense(n, **zeros) for n in (4096, 4096, 10)]
    return stack((32, 32, 3), *layers, L.Flatten(), *tops)


def vae_encoder() -> Any:
    image = keras.Input((28, 28, 1))
    x = L.Conv2D(64, 3, strides=2, **SAME)(L.Conv2D(32, 3, **SAME)(image))
    x = L.Dense(32)(L.Flatten()(L.Conv2D(64, 3, **SAME)(L.Conv2D(64, 3, **SAME)(x))))
    return keras.Model(image, [L.Dense(2)(x), L.Dense(2)(x)])


def vae_decoder() -> Any:
    return stack(
        (2,),
        L.Dense(14 * 14 * 64),
        L.Reshape((14, 14, 64)),
        L.Conv2DTranspose(32, 3, strides=2, **SAME),
        L.Conv2D(1, 3, **SAME),
    )


def imdb_convnet(words: int) -> Any:
    return stack(
        (500,),
        L.Embedding(words, 128),
        L.Conv1D(32, 7),
        L.MaxPooling1D(5),
        L.Conv1D(32, 7),
        L.GlobalMaxPooling1D(),
        L.Dense(1),
    )


def demo_cnn() -> Any:
    return stack(
        (32, 32, 3),
        L.Conv2D(10, 4, strides=2, **SAME),
        L.Conv2D(20, 3, strides=2, **SAME),
        L.Flatten(),
        L.Dense(10),
    )


def rnns(n: int) -> Any:
    layers = [L.SimpleRNN(32, return_sequences=i < n - 1) for i in range(n)]
    return stack((None,), L.Embedding(10000, 32), *layers)


# The model, the parameters of each layer that has any, and the total: as the books print them.
TABLES: dict[str, tuple[Callable[[], Any], list[int], int]] = {
    "mlp of seeds 3": (lambda: dl.models.mlp((32, 32, 3), 10), [614_600, 30_150, 1_510], 646_260),
    "demo cnn of seeds 3": (demo_cnn, [490, 1_820, 12_810], 15_120),
    "batch normalization cnn of seeds 3": (
        lambda: dl.models.batch_norm_cnn((32, 32, 3), 10),
        [896, 128, 9_248, 128, 18_496, 256, 36_928, 256, 524_416, 512, 1_290],
        592_554,
    ),
    "one neuron of seeds 3": (dl.models.line_neuron, [2], 2),
    "fashion mnist of seeds 1": (
        lambda: dense(784, 500, 200, 10),
        [392_500, 100_200, 2_010],
        494_710,
    ),
    "fruits of seeds 1": (fruits, [896, 18_496, 3_385_700, 20_200, 26_331], 3_451_623),
    "cifar of seeds 3": (cifar_convnet, [1_400, 22_550, 6_554_112, 5_130], 6_583_192),
    "vgg style 1 of seeds 3": (
        lambda: vgg_style((64, 64)),
        [1_792, 36_928, 67_112_960, 16_781_312, 40_970],
        83_973_962,
    ),
    "vgg style 2": (
        lambda: vgg_style((64, 64), (128, 128)),
        [1_792, 36_928, 73_856, 147_584, 33_558_528, 16_781_312, 40_970],
        50_640_970,
    ),
    "vgg style 3": (
        lambda: vgg_style((64, 64), (128, 128), (256, 256, 256)),
        [1_792, 36_928, 73_856, 147_584, 295_168, 590_080, 590_080, 16_781_312, 16_781_312, 40_970],
        35_339_082,
    ),
    "mnist of chapter 2": (lambda: dense(784, 512, 10), [401_920, 5_130], 407_050),
    "two layers of chapter 3": (lambda: dense(784, 32, 10), [25_120, 330], 25_450),
    "imdb of chapter 3": (lambda: dense(10000, 16, 16, 1), [160_016, 272, 17], 160_305),
    "imdb, smaller": (lambda: dense(10000, 4, 4, 1), [40_004, 20, 5], 40_029),
    "imdb, larger": (lambda: dense(10000, 512, 512, 1), [5_120_512, 262_656, 513], 5_383_681),
    "reuters of chapter 3": (lambda: dense(10000, 64, 64, 46), [640_064, 4_160, 2_990], 647_214),
    "reuters with a bottleneck": (lambda: dense(10000, 64, 4, 46), [640_064, 260, 230], 640_554),
    "boston of chapter 3": (lambda: dense(13, 64, 64, 1), [896, 4_160, 65], 5_121),
    "mnist convnet of chapter 5": (mnist_convnet, [320, 18_496, 36_928, 36_928, 650], 93_322),
    "no pooling in chapter 5": (
        lambda: stack((28, 28, 1), L.Conv2D(32, 3), L.Conv2D(64, 3), L.Conv2D(64, 3)),
        [320, 18_496, 36_928],
        55_744,
    ),
    "cats and dogs of chapter 5": (
        cats_and_dogs,
        [896, 18_496, 73_856, 147_584, 3_211_776, 513],
        3_453_121,
    ),
    "vgg16 of chapter 5": (
        vgg_base,
        [
            1_792,
            36_928,
            73_856,
            147_584,
            295_168,
            590_080,
            590_080,
            1_180_160,
            2_359_808,
            2_359_808,
            2_359_808,
            2_359_808,
            2_359_808,
        ],
        14_714_688,
    ),
    "embedding of chapter 6": (
        lambda: stack((20,), L.Embedding(10000, 8), L.Flatten(), L.Dense(1)),
        [80_000, 161],
        80_161,
    ),
    "glove of chapter 6": (
        lambda: stack((100,), L.Embedding(10000, 100), L.Flatten(), L.Dense(32), L.Dense(1)),
        [1_000_000, 320_032, 33],
        1_320_065,
    ),
    "simple rnn of chapter 6": (lambda: rnns(1), [320_000, 2_080], 322_080),
    "four simple rnns": (lambda: rnns(4), [320_000, 2_080, 2_080, 2_080, 2_080], 328_320),
    "lstm of chapter 6": (
        lambda: stack((None,), L.Embedding(10000, 32), L.LSTM(32), L.Dense(1)),
        [320_000, 8_320, 33],
        328_353,
    ),
    "jena of chapter 6": (
        lambda: stack((240, 14), L.Flatten(), L.Dense(32), L.Dense(1)),
        [107_552, 33],
        107_585,
    ),
    "1-d convnet of chapter 6": (
        lambda: imdb_convnet(10000),
        [1_280_000, 28_704, 7_200, 33],
        1_315_937,
    ),
    "tensorboard of chapter 7": (lambda: imdb_convnet(2000), [256_000, 28_704, 7_200, 33], 291_937),
    "functional toy of chapter 7": (lambda: dense(64, 32, 32, 10), [2_080, 1_056, 330], 3_466),
    "question answering of chapter 7": (
        question_answering,
        [640_000, 320_000, 12_416, 3_136, 24_500],
        1_000_052,
    ),
    "siamese lstm of chapter 7": (siamese_lstm, [20_608, 65], 20_673),
    "separable convolutions of chapter 7": (
        lambda: separable(L.SeparableConv2D),
        [155, 2_400, 4_736, 8_896, 9_408, 8_896, 4_128, 330],
        38_949,
    ),
    "plain convolutions in their place": (
        lambda: separable(L.Conv2D),
        [896, 18_496, 36_928, 73_856, 73_792, 73_856, 4_128, 330],
        282_282,
    ),
    "vae encoder of chapter 8": (
        vae_encoder,
        [320, 18_496, 36_928, 36_928, 401_440, 66, 66],
        494_244,
    ),
    "vae decoder of chapter 8": (vae_decoder, [37_632, 18_464, 289], 56_385),
    "gan generator of chapter 8": (
        gan_generator,
        [1_081_344, 819_456, 1_048_832, 1_638_656, 1_638_656, 37_635],
        6_264_579,
    ),
    "gan discriminator of chapter 8": (
        gan_discriminator,
        [3_584, 262_272, 262_272, 262_272, 513],
        790_913,
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_the_table_is_the_book_s(name: str) -> None:
    build, counts, total = TABLES[name]
    summary = summarize(build())
    assert [row.parameters for row in summary.layers if row.parameters] == counts
    assert summary.parameters == total
    for row in summary.layers:
        if row.parameters:
            text, _, value = str(row.formula).partition(" = ")
            calculation = text.replace("×", "*")
            assert eval(calculation) == row.parameters == int(value.replace(",", ""))


def test_what_is_not_trainable() -> None:
    summary = summarize(dl.models.batch_norm_cnn((32, 32, 3), 10))
    assert summary.non_trainable == 640
    fixed = [row.parameters - row.trainable for row in summary.layers]
    assert [n for n in fixed if n] == [64, 64, 128, 128, 256]


def test_the_issue_s_example() -> None:
    first = summarize(demo_cnn()).layers[0]
    assert str(first.formula) == "(4×4×3+1)×10 = 490"
    assert first.formula.words == "(kernel × input channels + bias) × filters"
    assert first.configuration == "10 filters of 4×4, stride 2, same padding"


def test_a_frozen_base_under_a_classifier() -> None:
    base = vgg_base()
    model = keras.Sequential([base, L.Flatten(), L.Dense(256), L.Dense(1)])
    model.build((None, 150, 150, 3))
    assert summarize(model).parameters == 16_812_353
    base.trainable = False
    summary = summarize(model)
    assert summary.trainable == 2_097_408 + 257
    row = summary.layer("vgg16")
    assert row is not None
    assert row.is_model
    assert (row.parameters, row.trainable) == (14_714_688, 0)
    assert row.configuration == "a model of 18 layers, frozen"
    inner = summary.layer("vgg16/block3_conv1")
    assert inner is not None
    assert inner.parameters == 295_168
    assert inner.configuration == "256 filters of 3×3, same padding, ReLU, frozen"


def test_the_shapes_of_cats_and_dogs() -> None:
    rows = summarize(cats_and_dogs()).layers
    assert [shapes_text(row.output_shapes) for row in rows] == [
        "148×148×32",
        "74×74×32",
        "72×72×64",
        "36×36×64",
        "34×34×128",
        "17×17×128",
        "15×15×128",
        "7×7×128",
        "6272",
        "512",
        "1",
    ]
    assert shapes_text(rows[1].input_shapes) == "148×148×32"
