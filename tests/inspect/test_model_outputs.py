"""Which output is shown, what its numbers mean, and whose the labels are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect import model_outputs
from dlwidgets.inspect.choosing import Targets, choose
from dlwidgets.inspect.endings import label_kind
from dlwidgets.inspect.judging import judge_output
from dlwidgets.inspect.model_outputs import OutputError, find_output, outputs_of

if TYPE_CHECKING:
    from dlwidgets.inspect.endings import Ending

K = keras.layers
LOGITS = keras.losses.BinaryCrossentropy(from_logits=True)


def pets(*, dogs: int = 4, **heads: Any) -> Any:
    """A model with the outputs sex, breed and age, written in this order."""
    inputs = keras.Input((16, 16, 3))
    z = K.GlobalAveragePooling2D()(K.Conv2D(8, 3)(inputs))
    outputs = {
        "sex": K.Dense(1, "sigmoid")(z),
        "breed": K.Dense(dogs, "softmax")(z),
        "age": K.Dense(1)(z),
    }
    return keras.Model(inputs, outputs | {name: layer(z) for name, layer in heads.items()})


def ended(
    units: int, activation: str | None, loss: Any = None, y: Any = None, **told: Any
) -> Ending:
    model = keras.Sequential([keras.Input((3,)), K.Dense(units, activation)])
    if loss is not None:
        model.compile("sgd", loss)
    output = outputs_of(model)[0]
    return output.ending(output.kind_of(y), **told)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((4, "softmax"), ("softmax", 4)),
        ((1, "sigmoid", "mse"), ("sigmoid", 2)),
        ((4, "sigmoid"), ("multi_label", 4)),
        ((1, None), ("regression", 0)),
        ((1, None, LOGITS), ("binary_logit", 2)),
        ((1, None, "binary_crossentropy"), ("sigmoid", 2)),
        ((1, None, "mse"), ("regression", 0)),
        ((4, None), ("logits", 4)),
        ((4, None, keras.losses.SparseCategoricalCrossentropy(from_logits=True)), ("logits", 4)),
        ((4, None, LOGITS), ("multi_label_logits", 4)),
        ((4, None, "huber"), ("regression", 0)),
        ((4, "relu"), ("", 4)),
    ],
)
def test_layer_and_loss_decide_what_the_numbers_mean(given: Any, wanted: Any) -> None:
    found = ended(*given)
    assert (found.kind, found.classes) == wanted


def test_labels_and_names_decide_where_layer_and_loss_do_not() -> None:
    assert ended(1, None, y=[0, 1, 1]).kind == "binary_logit"
    assert ended(1, None, classes=2).kind == "binary_logit"
    assert ended(1, None, y=[3, 41, 7]).kind == "regression"
    assert ended(1, None, y=[0.5, 1], classes=2).kind == "regression"
    assert ended(3, None, y=[[0, 1, 1], [0, 0, 0]]).kind == "multi_label_logits"
    assert ended(2, None, y=[[0.1, 2.5]]).kind == "regression"
    assert ended(1, None, "mse", y=[0, 1]).kind == "sigmoid"  # least squares
    unknown = ended(1, "relu", classes=2)
    assert unknown.settled(np.array([[0.2], [0.9]])).kind == "sigmoid"
    assert unknown.settled(np.array([[0.2], [3.0]])).kind == "binary_logit"


def test_outputs_have_names_and_a_dict_s_order() -> None:
    model = pets()
    model.compile("sgd", {"sex": "binary_crossentropy", "age": "mse"})
    found = outputs_of(model)
    assert [o.name for o in found] == ["sex", "breed", "age"]
    assert [model.outputs[o.index].shape[1:] for o in found] == [(1,), (4,), (1,)]
    assert [o.loss for o in found] == ["binary", "", "regression"]
    assert find_output(found, "age") is find_output(found, 0) is found[2]
    with pytest.raises(
        OutputError, match=r"one of the outputs 'sex', 'breed', 'age'\. Received: 'x'"
    ):
        find_output(found, "x")
    with pytest.raises(OutputError, match=r"from 0 to 2\. Received: 3"):
        find_output(found, 3)
    copy = dl.training.cloning.clone(model)
    assert [o.loss for o in outputs_of(copy)] == ["binary", "", "regression"]


def test_names_of_lists_nests_and_subclassed_models() -> None:
    inputs = keras.Input((3,))
    a, b = K.Dense(2, name="a")(inputs), K.Dense(2, name="b")(inputs)
    assert [o.name for o in outputs_of(keras.Model(inputs, [b, a]))] == ["b", "a"]
    nested = keras.Model(inputs, {"z": [a, b], "c": a})
    assert [o.name for o in outputs_of(nested)] == ["z/0", "z/1", "c"]
    assert len({o.name for o in outputs_of(keras.Model(inputs, [a, a]))}) == 2

    class Own(keras.Model):
        def __init__(self, wrap: Any) -> None:
            super().__init__()
            self.dense, self.wrap = K.Dense(2, "softmax"), wrap

        def call(self, x: Any) -> Any:
            return self.wrap(self.dense(x), x)

    for wrap, names in (
        (lambda p, x: (p, x), ["output 0", "output 1"]),
        (lambda p, x: {"p": p, "attention": x}, ["p", "attention"]),
    ):
        model = Own(wrap)
        model(np.zeros((1, 3), "float32"))
        assert [o.name for o in outputs_of(model)] == names
        assert outputs_of(model)[0].activation == "softmax"


def test_the_default_is_the_classifier_that_labels_and_names_fit() -> None:
    model = pets()
    breeds = np.array([0, 1, 2, 3])
    assert choose(model, Targets()).output.name == "sex"
    assert choose(model, Targets(breeds)).output.name == "breed"
    assert choose(model, Targets(np.eye(4))).output.name == "breed"
    assert choose(model, Targets(np.array([0, 1, 1]))).output.name == "sex"
    assert choose(model, Targets(class_names=["p", "b", "c", "h"])).output.name == "breed"
    assert choose(model, Targets(np.array([1.5, 3.25]))).output.name == "age"
    both = {"breed": breeds, "sex": breeds % 2}
    assert choose(model, Targets(both)).output.name == "sex"
    names = ["p", "b", "c", "h"]
    chosen = choose(model, Targets(both, names))
    assert (chosen.output.name, chosen.class_names) == ("breed", tuple(names))
    sex = choose(model, Targets(both, names), "sex")
    assert (sex.class_names, sex.y.tolist()) == ((), [0, 1, 0, 1])
    assert choose(model, Targets(both, {"sex": ["f", "m"]}), "sex").class_names == ("f", "m")
    age = choose(model, Targets(both), "age")
    assert "no labels for output 'age'" in age.doubt
    wide = keras.Model(model.inputs, [K.Dense(64, "relu")(model.layers[-4].output), *model.outputs])
    assert choose(wide, Targets()).output.activation == "softmax"  # not the features


def test_heads_of_equally_many_classes_share_no_labels() -> None:
    model = pets(color=K.Dense(4, "softmax"))
    labels = np.array([0, 1, 2, 3])
    found = choose(model, Targets(labels, ["a", "b", "c", "d"]))
    assert found.y is None
    assert found.class_names == ()
    assert "It isn't clear which of the outputs" in found.doubt
    named = Targets(labels, ["a", "b", "c", "d"], "color")
    assert choose(model, named).y is labels
    other = choose(model, named, "breed")
    assert (other.y, other.class_names) == (None, ())
    assert "those of output 'color'" in other.doubt
    told = choose(model, Targets(labels, ["a", "b", "c", "d"]), "color")  # the user says so
    assert (told.y is labels, told.class_names) == (True, ("a", "b", "c", "d"))


def test_labels_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def counted(y: Any) -> Any:
        looks.append(np.shape(y))
        return label_kind(y)

    monkeypatch.setattr(model_outputs, "label_kind", counted)
    model = keras.Sequential([keras.Input((8, 8, 3)), K.Conv2D(3, 1, activation="softmax")])
    x, y = np.zeros((5, 8, 8, 3), "float32"), np.zeros((5, 8, 8), int)
    targets = Targets(y, ["a", "b", "c"])

    def update() -> None:
        choice = choose(model, targets)
        classes = len(choice.class_names)
        judge_output(model, x, choice.y, choice.output, classes=classes, labels=choice.labels)

    update()
    assert (5 * 8 * 8,) in looks
    looks.clear()
    update()
    assert looks == []


def judged(model: Any, x: Any, y: Any, output: str | int | None = None, **more: Any) -> Any:
    chosen = choose(model, Targets(y, output=output))
    return judge_output(model, x, y, chosen.output, **more)


def test_a_prediction_per_time_step_is_judged_without_padding() -> None:
    model = keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            K.Embedding(9, 4, mask_zero=True),
            K.LSTM(5, return_sequences=True),
            K.Dense(3, "softmax"),
        ]
    )
    x = np.array([[1, 2, 3, 0, 0, 0], [4, 5, 6, 7, 8, 1], [2, 0, 0, 0, 0, 0]])
    y = np.random.default_rng(0).integers(0, 3, x.shape)
    found = judged(model, x, y)
    p = np.asarray(model(x))
    kept = x > 0
    assert found.places
    assert found.note == "8 predictions for padding aren't counted."
    assert found.outcomes.truth.tolist() == y[kept].tolist()
    np.testing.assert_allclose(found.outcomes.probabilities, p[kept], atol=1e-6)
    metric = keras.metrics.SparseCategoricalAccuracy()
    metric.update_state(y, p, sample_weight=kept)
    assert found.outcomes.right.mean() == pytest.approx(float(metric.result()))
    hot = np.eye(3)[y]
    assert (judged(model, x, hot).outcomes.truth == found.outcomes.truth).all()


def test_a_prediction_per_pixel_is_judged() -> None:
    model = keras.Sequential([keras.Input((8, 8, 3)), K.Conv2D(1, 3, padding="same")])
    model.compile("sgd", LOGITS)
    x = np.random.default_rng(0).normal(size=(4, 8, 8, 3)).astype("float32")
    y = (x[..., 0] > 0).astype(int)
    for labels in (y, y[..., np.newaxis]):
        found = judged(model, x, labels)
        wanted = (np.asarray(model(x))[..., 0] >= 0) == y
        assert found.outcomes.right.mean() == pytest.approx(wanted.mean())
    assert found.outcomes.classes == 2


def test_what_has_no_single_class_is_refused_with_what_to_do() -> None:
    x = np.zeros((4, 3), "float32")
    tags = keras.Sequential([keras.Input((3,)), K.Dense(3, "softmax", name="tags")])
    y = np.array([[1, 1, 0], [0, 0, 0], [1, 0, 1], [0, 1, 0]])
    with pytest.raises(OutputError, match="'tags' gives one class per sample, because it ends in"):
        judged(tags, x, y)
    logits = keras.Sequential([keras.Input((3,)), K.Dense(3, name="tags")])
    logits.compile("sgd", keras.losses.CategoricalCrossentropy(from_logits=True))
    with pytest.raises(OutputError, match="the output needs a sigmoid per label"):
        judged(logits, x, y)
    line = keras.Sequential([keras.Input((3,)), K.Dense(1, name="age")])
    with pytest.raises(OutputError, match="'age' is a regression: it gives numbers, not classes"):
        judged(line, x, [3, 40, 50, 60])
    assert judged(line, x, [0, 1, 1, 0], classes=2).outcomes.classes == 2  # as the sentence says
    scores = keras.Sequential([keras.Input((3,)), K.Dense(8), K.Reshape((2, 2, 2), name="scores")])
    with pytest.raises(OutputError, match=r"need the shape \(n, 2, 2\)\. Received: `y` of"):
        judged(scores, x, [0, 1, 0, 1])
    classes = keras.Sequential([keras.Input((3,)), K.Dense(3, "softmax", name="end")])
    with pytest.raises(OutputError, match="3 `class_names`, one per class of output 'end'"):
        judged(classes, x, [0, 1, 2, 0], classes=5)


def test_multi_label_logits_are_sigmoids() -> None:
    model = keras.Sequential([keras.Input((3,)), K.Dense(3)])
    model.compile("sgd", LOGITS)
    x = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    found = judged(model, x, [0, 1, 2, 0, 1]).outcomes
    assert found.independent
    wanted = 1 / (1 + np.exp(-np.asarray(model(x))))
    np.testing.assert_allclose(found.probabilities, wanted, rtol=1e-5)


@pytest.mark.parametrize(
    ("last", "loss"), [("sigmoid", "binary_crossentropy"), (None, LOGITS), (None, None)]
)
def test_each_of_several_labels_is_a_question_of_its_own(last: Any, loss: Any) -> None:
    model = keras.Sequential([keras.Input((3,)), K.Dense(3, last, name="tags")])
    if loss is not None:
        model.compile("sgd", loss)
    x = np.random.default_rng(0).normal(size=(60, 3)).astype("float32")
    y = (np.random.default_rng(1).random((60, 3)) > 0.5).astype("float32")
    for label in range(3):
        one = keras.Model(model.inputs, model.outputs[0][..., label : label + 1])
        one.compile("sgd", LOGITS if last is None else "binary_crossentropy")
        wanted = judged(one, x, y[:, label]).outcomes
        found = judged(model, x, y, label=label)
        assert (found.labels, found.label) == (3, label)
        assert (found.outcomes.truth == y[:, label]).all()
        assert (found.outcomes.predicted == wanted.predicted).all()
        np.testing.assert_allclose(found.outcomes.probabilities, wanted.probabilities, atol=1e-6)
        np.testing.assert_allclose(found.outcomes.loss, wanted.loss, atol=1e-5)
        assert found.outcomes.threshold == 0.5
    assert judged(model, x, y, label=9).label == 2
    single = judged(model, x, np.eye(3)[np.arange(60) % 3])  # one label per sample: its class
    assert (single.labels, single.outcomes.classes) == (0, 3)


def test_labels_per_time_step() -> None:
    model = keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            K.Embedding(9, 4, mask_zero=True),
            K.LSTM(5, return_sequences=True),
            K.Dense(2, "sigmoid"),
        ]
    )
    x = np.array([[1, 2, 3, 0, 0, 0], [4, 5, 6, 7, 8, 1]])
    y = np.random.default_rng(0).integers(0, 2, (2, 6, 2))
    found = judged(model, x, y, label=1)
    assert (found.places, found.labels, len(found.outcomes)) == (True, 2, 9)
    right = (np.asarray(model(x))[..., 1] >= 0.5) == y[..., 1]
    assert found.outcomes.right.tolist() == right[x > 0].tolist()


def test_predict_and_final_activation_take_a_name() -> None:
    model = pets()
    x = np.zeros((2, 16, 16, 3), "float32")
    assert dl.inspect.predict(model, x, output="breed").shape == (2, 4)
    assert dl.inspect.predict(model, x).shape == (2, 1)
    assert dl.inspect.final_activation(model, "breed") == "softmax"
    assert dl.inspect.final_activation(model, "age") == "linear"
    vectors, values, _ = dl.inspect.hidden_vectors(model, x, output="breed")
    assert (vectors.shape, values.shape) == ((2, 8), (2, 4))
