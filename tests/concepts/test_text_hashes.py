"""The hash functions against those of TensorFlow and of Python itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts._text_hashes import keras_hash, python_hash

CASES = json.loads((Path(__file__).parent / "cases" / "text-to-vectors.json").read_text("utf-8"))
# Of each length at which the computation takes another way.
WORDS = [case["text"] for case in CASES["hashes"]]


def test_the_hash_of_keras() -> None:
    keras, bins = load_keras(), 2**31 - 1
    found = keras.layers.Hashing(bins)(WORDS).numpy()
    assert [keras_hash(word) % bins for word in WORDS] == found.tolist()
    assert {str(keras_hash(case["text"])) == case["keras"] for case in CASES["hashes"]} == {True}


@pytest.mark.skipif(
    sys.hash_info.algorithm != "siphash13" or sys.byteorder != "little",
    reason="this Python hashes texts in another way",
)
@pytest.mark.parametrize("seed", [0, 7, 999])
def test_the_hash_of_python(seed: int) -> None:
    code = "import json, sys; print(json.dumps([hash(one) for one in json.loads(sys.argv[1])]))"
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    command = [sys.executable, "-S", "-c", code, json.dumps(["", *WORDS])]
    process = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(process.stdout) == [python_hash(word, seed) for word in ["", *WORDS]]
