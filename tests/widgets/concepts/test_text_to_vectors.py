from __future__ import annotations

import re
from typing import Any

import pytest

import dlwidgets as dl
from dlwidgets._tensorflow import load_keras


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.text_to_vectors(["a; b", 'say "c"'], corpus="100%", length=4)
    assert widget.state == "text=a%3B b%0Asay %22c%22;corpus=100%25;length=4"
    assert widget.values["text"] == 'a; b\nsay "c"'
    assert widget.vectors().tokens == [["a", "b"], ["say", "c"]]
    again = dl.concepts.text_to_vectors(state=widget.state)
    assert again.values == widget.values


def test_an_own_layer_gives_its_vocabulary() -> None:
    layer = load_keras().layers.TextVectorization(ngrams=2, output_mode="count")
    layer.adapt(["the cat", "the dog"])
    widget = dl.concepts.text_to_vectors("the cat sat", layer=layer)
    assert widget.state == "text=the cat sat;encoder=own;ngrams=2;output=count"
    assert widget.own["words"][:3] == ["", "[UNK]", "the"]
    assert widget.vectors().output.tolist() == layer(["the cat sat"]).numpy().tolist()
    with pytest.raises(ValueError, match="Leave out `corpus`"):
        dl.concepts.text_to_vectors(corpus="a", layer=layer)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"text": "a" * 401}, "a text of at most 400 characters in at most 6 lines"),
        ({"text": [1, 2]}, "Expected `text` to be a text, or a list of texts. Received: [1, 2]"),
        ({"corpus": "\n" * 12}, "Expected `corpus`"),
        ({"num_bins": 0}, "Expected `num_bins`"),
        ({"encoder": "word2vec"}, "one of 'layer', 'hashing'"),
        ({"state": "text=%zz"}, "Expected `text`"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.text_to_vectors(**arguments)
