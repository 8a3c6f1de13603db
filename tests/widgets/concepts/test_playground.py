from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from traitlets import TraitError

import dlwidgets as dl
from dlwidgets.concepts._playground_models import region_key
from dlwidgets.widgets.concepts.playground import _structure
from tests.helpers.waiting import until


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.playground(
        data="spirals", layers=[8, 4], activation="relu", features=["x2", "x1"], seed=3, polar=True
    )
    assert widget.state == "data=spirals;layers=8,4;activation=relu;seed=3;polar=1"
    assert dl.concepts.playground(layers=[]).state == "layers="
    assert dl.concepts.playground(weights=[[[1], [2]], [3]], layers=[]).values["weights"] == (
        1,
        2,
        3,
    )
    x, y = np.random.default_rng(0).normal(size=(600, 2)), np.arange(600) % 2
    own = dl.concepts.playground(x, y, test=0.5)
    assert own.state == "data=own;test=0.5"
    assert np.frombuffer(own.points["data"], "<f4").reshape(-1, 3).shape == (500, 3)
    assert "600 points. 500 of them" in own.points_note
    (train, labels), (rest, _) = own.data
    assert (train.shape, labels.shape, rest.shape) == ((250, 2), (250,), (250, 2))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"data": "blobs"}, "`data` to be one of 'rings'"),
        ({"layers": [9]}, "`layers` to be from 0 to 5 numbers from 1 to 8"),
        ({"features": []}, "`features` to have at least one name"),
        ({"weights": [[1, 2]]}, "`weights` to have 31 numbers"),
        ({"x": [[1, 2]] * 4}, "Give both `x` and `y`"),
        ({"state": "weights=1,2"}, "`weights` to have 31 numbers"),
        ({"learning_rate": 0}, "`learning_rate` to be a number from 0.0001 to 10"),
        ({"beside": ["forest", "lda"]}, "a list of some of 'linear'"),
        ({"hide": ["maps"]}, "Received: 'maps'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.playground(**arguments)


def test_keras_trains_what_the_page_shows_and_its_weights_come_back() -> None:
    widget = dl.concepts.playground(layers=[2], samples=40, batch_size=20)
    shown = np.linspace(-1, 1, 9).round(3).tolist()
    widget._receive(widget, {"type": "weights", "weights": shown}, [])
    first = np.concatenate([np.ravel(one) for one in widget.model().get_weights()])
    np.testing.assert_allclose(first, shown, atol=1e-6)
    # The page's button sends the weights along.
    widget._receive(widget, {"type": "train", "weights": shown[::-1]}, [])
    until(lambda: widget.trained, "weights of Keras")
    widget._receive(widget, {"type": "stop"}, [])
    assert widget.run is not None
    run = widget.run.wait()
    assert run.state == "stopped"
    assert {"loss", "accuracy", "val_loss"} <= set(run.history)
    sent = np.frombuffer(widget.trained["weights"], "<f4")
    last = np.concatenate([np.ravel(one) for one in run.model.get_weights()])
    np.testing.assert_allclose(sent, last)
    assert not np.allclose(sent, shown[::-1])
    assert (widget.trained["epochs"], widget.trained["running"]) == (100, False)
    # The page tells by it whether the weights are still those of its network.
    assert widget.trained["key"] == "rings;x1,x2;2;tanh;0;"
    # Another network begins with weights of its own.
    widget.set(layers=[3])
    assert [one.shape for one in widget.model().get_weights()] == [(2, 3), (3,), (3, 1), (1,)]
    # What an earlier network still sends isn't taken for those.
    widget._send_weights(run.model, {**widget.trained, "weights": b""})
    assert len(widget.model().get_weights()[0][0]) == 3
    widget.set(data="rings", layers=[], activation="relu", seed=7, weights=[0.5, -2, 0.25])
    assert _structure(widget.values) == "rings;x1,x2;;relu;7;0.5,-2,0.25"
    widget.close()


def test_only_weights_that_fit_are_taken_from_the_page() -> None:
    widget = dl.concepts.playground(layers=[])
    before = widget.model().get_weights()
    for bad in (
        None,
        "1,2,3",
        [1, 2],
        [1, 2, "3"],
        [1, 2, float("nan")],
        [1, 2, True],
        [[1], 2, 3],
    ):
        widget._receive(widget, {"type": "train", "weights": bad}, [])
        assert widget.run is None
    np.testing.assert_array_equal(widget.model().get_weights()[0], before[0])
    widget.set_state({"state": "layers=2", "trained": {"epoch": 1}, "regions": {"key": ""}})
    assert (widget.state, widget.trained) == ("layers=2", {})
    with pytest.raises(TraitError, match="9 numbers"):
        widget.state = "layers=2;weights=1"
    widget.set(data="drawn", first=[], second=[])
    with pytest.raises(ValueError, match="Draw some on the map"):
        widget.fit()


def test_models_of_scikit_learn_follow_the_state() -> None:
    widget = dl.concepts.playground(samples=40, beside="tree")

    def fresh() -> bool:
        return bool(widget.regions.get("key") == region_key(widget.values))

    until(fresh, "the tree")
    assert [one["name"] for one in widget.regions["maps"]] == ["tree"]
    assert len(widget.regions["maps"][0]["data"]) == 64 * 64
    widget.set(beside=["linear", "svm_rbf"], c=100, test=0)
    until(fresh, "the others")
    scores = {one["name"]: (one["training"], one["test"]) for one in widget.regions["maps"]}
    assert scores["svm_rbf"] == (1.0, None)
    assert scores["linear"][0] < 0.8
    widget.set(data="drawn", second=[])
    until(fresh, "points of one class")
    assert (widget.regions["maps"], widget.note) == (
        [],
        "These models need points of both classes.",
    )
    widget.close()
