from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.tensors(index=np.s_[4, 7:-7, -14:])
    assert widget.state == "axis0=4;axis1=7,-7;axis2=-14,28"
    assert dl.concepts.tensors(index=np.s_[:, :5]).state == "axis1=0,5"
    assert dl.concepts.tensors(a=(3, 4), b=(3,)).values["show"] == "broadcast"
    assert dl.concepts.tensors(shape=[2, 3], to=[-1]).state == "show=reshape;shape=2,3;to=-1"
    product = dl.concepts.tensors(left=np.eye(2), right=[[1], [2]])
    assert product.state == "show=dot;left=1,0/0,1;right=1/2"
    assert dl.concepts.tensors(show="loop", dtype="uint8").state == "show=loop;dtype=uint8"


def test_an_array_travels_as_it_is() -> None:
    widget = dl.concepts.tensors(np.arange(6).reshape(2, 3), index=np.s_[1])
    assert widget.state == "array=own;axis0=1"
    assert widget.tensor["shape"] == [2, 3]
    assert np.frombuffer(widget.tensor["data"], "<f4").tolist() == [0, 1, 2, 3, 4, 5]
    assert "first 45" in dl.concepts.tensors(np.zeros((99, 28, 28), np.uint8)).tensor_note


def test_the_kernel_times_what_the_page_asks_for() -> None:
    widget = dl.concepts.tensors()
    for size in (2e9, "many", None, [1]):
        widget._receive(widget, {"type": "time", "size": size}, [])
    assert widget.times == {}
    widget._receive(widget, {"type": "time", "size": 1000}, [])
    assert widget.times["size"] == 1000
    assert widget.times["loop"] > 0
    widget.set_state({"times": {}})
    assert widget.times["size"] == 1000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"index": np.s_[::2]}, "without a step"),
        ({"index": (0, 0, 0, 0)}, "at most 3 axes"),
        ({"index": np.s_[0.5]}, "integers and slices"),
        ({"index": np.s_[..., 1]}, "integers and slices"),
        ({"a": (1, 2, 3, 4, 5)}, "Expected `a` to be from 0 to 4 numbers"),
        ({"shape": ()}, "Expected `shape`"),
        ({"left": np.zeros((5, 5))}, "Expected `left`"),
        ({"sizes": [0]}, "Expected `sizes`"),
        ({"dtype": "int32"}, "one of 'uint8'"),
        ({"array": "digits"}, "Expected an array"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.tensors(**arguments)
