"""What real errors of graphs say: the line that names the cause, in a run and in a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets._causes import cause_of
from dlwidgets._messages import error_message
from tests.helpers.training import compile_for_digits, digits, layers, mlp

if TYPE_CHECKING:
    from collections.abc import Callable

Case = tuple[Any, Any, Any]


class Layer(layers.Layer):
    """A layer of one function, whose output has the shape of its input."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function

    def call(self, x: Any) -> Any:
        return self.function(x)

    def compute_output_shape(self, shape: Any) -> Any:
        return shape


def classifier(*functions: Callable[[Any], Any]) -> Any:
    own = [Layer(function) for function in functions]
    return compile_for_digits(keras.Sequential([keras.Input((64,)), *own, layers.Dense(10)]))


def lookup(vocabulary: list[str] | None, **arguments: Any) -> Any:
    i = keras.Input((1,), dtype="string")
    layer = layers.StringLookup(vocabulary=vocabulary, **arguments)
    model = keras.Model(i, layers.Dense(1)(layers.Embedding(9, 2)(layer(i))[:, 0]))
    model.compile("adam", "mse")
    return model


def string_lookup_of_numbers() -> Case:
    return lookup(["a", "b"]), np.ones((32, 1)), np.ones((32, 1))


def string_lookup_of_an_unknown_word() -> Case:
    words = tf.constant([["a"], ["zzz"]] * 16)
    return lookup(["a", "b"], num_oov_indices=0), words, np.ones((32, 1))


def string_lookup_without_vocabulary() -> Case:
    return lookup(None), tf.constant([["a"]] * 32), np.ones((32, 1))


def label_out_of_range() -> Case:
    x, y = digits(64)
    return classifier(), x, y + 5


def shapes_in_a_layer() -> Case:
    return classifier(lambda x: tf.matmul(x, tf.ones((5, 3)))), *digits(64)


def a_check_in_the_graph() -> Case:
    def check(x: Any) -> Any:
        failed = tf.debugging.assert_less(x, 0.5, message="pixels must be below a half")
        with tf.control_dependencies([failed]):
            return tf.identity(x)

    return classifier(check), *digits(64)


def an_index_in_the_graph() -> Case:
    model = compile_for_digits(
        keras.Sequential(
            [keras.Input((64,)), layers.Embedding(4, 2), layers.Flatten(), layers.Dense(10)]
        )
    )
    x, y = digits(64)
    return model, (x * 16).astype("int32"), y


def user_code() -> Case:
    @tf.function
    def positive(x: Any) -> Any:
        if tf.reduce_sum(x) > 0:
            x = tf.matmul(x, tf.ones((3, 3)))
        return x

    return classifier(positive), *digits(64)


def unknown_image_file() -> Case:
    files = tf.data.Dataset.from_tensor_slices([b"no image"] * 32)
    data = files.map(lambda file: (tf.reshape(tf.io.decode_png(file, 1), (64,)), 0)).batch(16)
    return mlp(), data, None


class Step(keras.Sequential):
    """A classifier whose step does something more."""

    def __init__(self, more: Callable[[dict[str, Any]], Any]) -> None:
        super().__init__([keras.Input((64,)), layers.Dense(10)])
        self.more = more

    def train_step(self, data: Any) -> Any:
        return {**super().train_step(data), "more": self.more(data)}


def key_in_a_step() -> Case:
    return compile_for_digits(Step(lambda data: {}["weights"])), *digits(64)


def name_in_a_step() -> Case:
    return compile_for_digits(Step(lambda data: data.images)), *digits(64)


def variable_in_a_step() -> Case:
    def more(_data: Any) -> Any:
        variable = tf.Variable(0.0)
        variable.assign_add(1.0)
        return variable

    return compile_for_digits(Step(more)), *digits(64)


def no_memory() -> Case:
    def huge(x: Any) -> Any:
        rows = tf.cast(tf.reduce_sum(x) * 0, tf.int64) + 10**7
        return x + tf.reduce_sum(tf.zeros((rows, 10**6)))

    return classifier(huge), *digits(64)


def no_memory_for_weights() -> Case:
    model = TooLarge()
    model.compile("sgd", "mse")
    return model, digits(64)[0], np.ones((64, 1))


def no_memory_for_weights_without_build() -> Case:
    model = Unbuilt()
    model.compile("adam", "mse")
    return model, digits(64)[0], np.ones((64, 1))


class Unbuilt(keras.Model):
    """Makes its weights, of 512 GB, in its first step."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(2 * 10**9)

    def call(self, x: Any) -> Any:
        return keras.ops.mean(self.dense(x), axis=-1, keepdims=True)


class TooLarge(Unbuilt):
    def build(self, input_shape: Any) -> None:
        self.dense.build(input_shape)


CASES: list[tuple[Callable[[], Case], str]] = [
    (string_lookup_of_numbers, "Cast float to string is not supported"),
    (
        string_lookup_of_an_unknown_word,
        "assertion failed: [When `num_oov_indices=0` all inputs should be in vocabulary",
    ),
    (string_lookup_without_vocabulary, "Table not initialized."),
    (label_out_of_range, "but the model's output has 10 classes, so labels must be from 0 to 9."),
    (
        shapes_in_a_layer,
        "Dimensions must be equal, but are 64 and 5 for MatMul with input shapes: [32,64], [5,3].",
    ),
    (a_check_in_the_graph, "assertion failed: [pixels must be below a half]"),
    (an_index_in_the_graph, "is not in [0, 4)"),
    (
        user_code,
        "ValueError: Dimensions must be equal, but are 64 and 3 for MatMul with input shapes:",
    ),
    (unknown_image_file, "Unknown image file format. One of JPEG"),
    (key_in_a_step, "KeyError: 'weights'"),
    (name_in_a_step, "'tuple' object has no attribute 'images'"),
    (variable_in_a_step, "tf.function only supports singleton tf.Variables created on the first"),
    (no_memory, "Out of memory. Try a smaller batch size or a smaller model. (OOM when allocating"),
    (no_memory_for_weights, "Out of memory."),
    (no_memory_for_weights_without_build, "A weight couldn't be made, most likely for lack of"),
]

NOT_CAUSES = (
    "Graph execution error",
    "in user code",
    "Exception encountered",
    "out of bounds",
    "{{node",
    "[Op:",
    "\n",
    "\x1b",
    'File "',
)


@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")
@pytest.mark.parametrize(("case", "words"), CASES, ids=lambda v: getattr(v, "__name__", ""))
def test_a_run_says_the_cause(case: Callable[[], Case], words: str) -> None:
    model, x, y = case()
    run = dl.fit(model, x, y)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each its own class
        run.wait()
    assert words in run.message
    for text in (run.message, error_message(caught.value)):
        assert text.strip()
        for noise in NOT_CAUSES:
            assert noise not in text
    assert run.markers[-1].text == f"Failed: {run.message}"


@pytest.mark.parametrize(
    "case", [string_lookup_of_an_unknown_word, a_check_in_the_graph], ids=lambda v: v.__name__
)
def test_a_view_says_the_cause(case: Callable[[], Case]) -> None:
    model, x, _ = case()
    with pytest.raises(Exception) as caught:  # noqa: PT011
        model.predict(x, verbose=0)
    assert error_message(caught.value).startswith("assertion failed: [")


class Stop(keras.callbacks.Callback):
    """Stops by a metric that is called otherwise."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if logs["val_acc"] > 0.9:
            self.model.stop_training = True


def test_a_callback_is_named() -> None:
    run = dl.fit(mlp(), *digits(64), callbacks=[Stop()])
    with pytest.raises(KeyError):
        run.wait()
    assert run.message == "The callback Stop failed in on_epoch_end. KeyError: 'val_acc'"
    assert "callback Stop failed" in repr(run)


def test_a_callback_that_evaluates_is_named_with_the_cause() -> None:
    class Judge(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.model.evaluate(np.ones((4, 5)), np.ones(4), verbose=0)

    run = dl.fit(mlp(), *digits(64), callbacks=[Judge()])
    with pytest.raises(ValueError, match="incompatible"):
        run.wait()
    assert run.message.startswith(
        "The callback Judge failed in on_epoch_end. ValueError: The data has the wrong shape."
    )


ROOTS = """2 root error(s) found.
  (0) INVALID_ARGUMENT:  the sum is 0
\t [[{{node s}}]]
\t [[s/_3]]
  (1) INVALID_ARGUMENT:  the sum is 0
0 successful operations."""

NODE = """Graph execution error:

Detected at node s defined at (most recent call last):
  File "a.py", line 3, in f
    return s(x)

the sum is 0
\t [[{{node s}}]] [Op:__inference_f_7]"""

USER_CODE = """in user code:

    File "a.py", line 3, in f  *
        s(x)
    File "b.py", line 9, in error_handler  **
        raise e from None

    ValueError: Exception encountered when calling S.call().

    \x1b[1mthe sum is 0\x1b[0m

    Arguments received by S.call():
      • x=1"""


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("Argument must be positive", "Argument must be positive"),
        ("first\nsecond", "first"),
        ("", ""),
        (ROOTS, "the sum is 0"),
        (NODE, "the sum is 0"),
        (USER_CODE, "the sum is 0"),
        ("Graph execution error:", "Graph execution error:"),
    ],
)
def test_texts_of_other_versions(text: str, cause: str) -> None:
    assert cause_of(text) == cause
