"""Code of random layers, by the rank of what they take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

ACTIVATIONS = ("None", "'relu'", "'tanh'", "'gelu'", "'sigmoid'", "'softmax'", "'elu'", "'swish'")
WORDS: dict[str, tuple[Any, ...]] = {
    "units": (1, 2, 4, 5),
    "act": ACTIVATIONS,
    "rate": (0.2, 0.5),
    "bias": (True, False),
    "size": (1, 2, 3),
    "step": (1, 1, 2),
    "pad": ("'same'", "'valid'"),
    "back": (True, False),
    "more": (True, False),
    "rnn": ("LSTM", "GRU", "SimpleRNN"),
    "join": ("'concat'", "'sum'", "'ave'", "'mul'"),
    "l2": ("None", "None", "'l2'"),
    "flip": ("'horizontal'", "'vertical'"),
    "norm": ("True", "False"),
}


def filled(template: str, random: Random) -> str:
    """Fill the words of a template, such as "layers.Dense({units})"."""
    return template.format(**{word: random.choice(values) for word, values in WORDS.items()})


ANY = (
    "layers.Dense({units}, activation={act}, use_bias={bias}, kernel_regularizer={l2})",
    "layers.Dropout({rate})",
    "layers.BatchNormalization(momentum={rate}, center={bias})",
    "layers.LayerNormalization()",
    "layers.Activation('relu')",
    "layers.LeakyReLU()",
    "layers.PReLU()",
    "layers.ReLU(max_value=6.0)",
    "layers.Softmax()",
    "layers.GaussianNoise(0.1)",
    "layers.GaussianDropout({rate})",
    "layers.AlphaDropout({rate})",
    "layers.ActivityRegularization(l2=0.01)",
    "layers.Rescaling(2.0, offset=-0.5)",
    "layers.UnitNormalization()",
    "layers.Normalization(mean=0.5, variance=2.0)",
    "layers.Identity()",
    "layers.Flatten()",
)
VECTOR = (
    "layers.Dense({units}, activation={act})",
    "layers.Dense({units}, activation={act}, kernel_regularizer={l2})",
    "layers.SpectralNormalization(layers.Dense({units}))",
    "layers.EinsumDense('ab,bc->ac', output_shape={units}, bias_axes='c')",
    "layers.RepeatVector({size})",
    "layers.Reshape((-1, 1))",
    "layers.Dense({units}, kernel_constraint='non_neg')",
)
SERIES = (
    "layers.Conv1D({units}, {size}, padding={pad}, strides={step}, activation={act})",
    "layers.Conv1D({units}, 2, dilation_rate=2, padding='causal')",
    "layers.SeparableConv1D({units}, {size}, padding={pad})",
    "layers.DepthwiseConv1D({size}, depth_multiplier=2)",
    "layers.Conv1DTranspose({units}, 2, strides={step})",
    "layers.MaxPooling1D(2, padding={pad})",
    "layers.AveragePooling1D(2)",
    "layers.GlobalMaxPooling1D()",
    "layers.GlobalAveragePooling1D(keepdims={back})",
    "layers.{rnn}({units}, return_sequences={more}, go_backwards={back})",
    "layers.{rnn}({units}, dropout={rate})",
    "layers.GRU({units}, reset_after={more})",
    "layers.Bidirectional(layers.{rnn}({units}, return_sequences={more}), merge_mode={join})",
    "layers.TimeDistributed(layers.Dense({units}, activation={act}))",
    "layers.Masking(0.0)",
    "layers.Permute((2, 1))",
    "layers.UpSampling1D(2)",
    "layers.ZeroPadding1D(1)",
    "layers.Cropping1D(1)",
    "layers.SpatialDropout1D({rate})",
    "layers.MultiHeadAttention(2, 3)",
    "layers.GroupQueryAttention(3, 2, 1)",
    "layers.Attention(use_scale={norm})",
    "layers.AdditiveAttention()",
    "layers.RNN(layers.StackedRNNCells([layers.GRUCell(2), layers.LSTMCell({units})]))",
)
IMAGE = (
    "layers.Conv2D({units}, {size}, padding={pad}, strides={step}, activation={act})",
    "layers.Conv2D({units}, {size}, dilation_rate=2, use_bias={bias})",
    "layers.Conv2D(4, {size}, groups=2, padding={pad})",
    "layers.SeparableConv2D({units}, {size}, padding={pad})",
    "layers.DepthwiseConv2D({size}, depth_multiplier=2)",
    # With a kernel smaller than its stride TensorFlow 2.21 ends the process, in plain `fit` too.
    "layers.Conv2DTranspose({units}, 2, strides={step}, padding={pad})",
    "layers.MaxPooling2D(2, padding={pad})",
    "layers.AveragePooling2D(2)",
    "layers.GlobalMaxPooling2D()",
    "layers.GlobalAveragePooling2D(keepdims={back})",
    "layers.UpSampling2D(2, interpolation='bilinear')",
    "layers.ZeroPadding2D(1)",
    "layers.Cropping2D(1)",
    "layers.SpatialDropout2D({rate})",
    "layers.GroupNormalization(1)",
    "layers.RandomFlip({flip})",
    "layers.RandomContrast({rate})",
    "layers.Resizing(6, 6)",
    "layers.CenterCrop(4, 4)",
    "layers.ConvLSTM1D({units}, {size}, return_sequences={more})",
    "layers.TimeDistributed(layers.Conv1D({units}, {size}))",
    "layers.Reshape((-1, 2))",
)
VOLUME = (
    "layers.Conv3D({units}, {size}, padding={pad}, activation={act})",
    "layers.Conv3DTranspose({units}, 2)",
    "layers.MaxPooling3D(2)",
    "layers.AveragePooling3D(2, padding={pad})",
    "layers.GlobalAveragePooling3D()",
    "layers.GlobalMaxPooling3D()",
    "layers.UpSampling3D((1, 2, 1))",
    "layers.ZeroPadding3D(1)",
    "layers.Cropping3D((0, 1, 0))",
    "layers.SpatialDropout3D({rate})",
    "layers.ConvLSTM2D({units}, {size}, padding={pad}, return_sequences={more})",
    "layers.TimeDistributed(layers.Conv2D({units}, {size}))",
)

EXPRESSIONS = {
    rank: (*own, *own, *ANY) for rank, own in ((1, VECTOR), (2, SERIES), (3, IMAGE), (4, VOLUME))
}
"""Templates for the code of a layer, by the number of axes after the batch."""

MERGES = (
    "layers.Add()",
    "layers.Subtract()",
    "layers.Multiply()",
    "layers.Average()",
    "layers.Maximum()",
    "layers.Minimum()",
    "layers.Concatenate()",
    "layers.Dot(axes=-1)",
)
"""Code of layers that merge two values."""

INPUTS = {
    "table": ("(5,)", "rng.normal(size=({n}, 5))"),
    "series": ("(6, 3)", "rng.normal(size=({n}, 6, 3))"),
    "image": ("(8, 8, 2)", "rng.random(({n}, 8, 8, 2))"),
    "volume": ("(4, 4, 4, 1)", "rng.random(({n}, 4, 4, 4, 1))"),
    "tokens": ("(7,), dtype='int32'", "rng.integers(0, 9, ({n}, 7)).astype('int32')"),
    "words": ("(1,), dtype='string'", "tf.constant(rng.choice(['a', 'b', 'c'], ({n}, 1)))"),
}
"""Arguments of `keras.Input`, and code of samples."""

_SPARSE = "'sparse_categorical_crossentropy'"
_FROM_LOGITS = "(from_logits=True)"
_WHOLE, _EITHER = "rng.integers(0, 3, ({lead},))", "rng.integers(0, 2, ({lead}, 1))"
_MANY = "rng.integers(0, 2, ({lead}, 3))"
_ACCURACY = "['accuracy']"

HEADS = (
    ("layers.Dense(3, activation='softmax')", _SPARSE, _ACCURACY, _WHOLE, 3),
    ("layers.Dense(3, activation='softmax', dtype='float32')", _SPARSE, "None", _WHOLE, 3),
    (
        "layers.Dense(3)",
        f"keras.losses.SparseCategoricalCrossentropy{_FROM_LOGITS}",
        _ACCURACY,
        _WHOLE,
        3,
    ),
    (
        "layers.Dense(1, activation='sigmoid')",
        "'binary_crossentropy'",
        _ACCURACY,
        _EITHER,
        2,
    ),
    (
        "layers.Dense(1)",
        f"keras.losses.BinaryCrossentropy{_FROM_LOGITS}",
        "None",
        _EITHER,
        2,
    ),
    ("layers.Dense(3, activation='sigmoid')", "'binary_crossentropy'", "None", _MANY, 0),
    ("layers.Dense(2)", "'mse'", "['mae']", "rng.normal(size=({lead}, 2))", 0),
)
"""Last layers with loss, metrics, targets and number of classes."""
