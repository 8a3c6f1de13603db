"""The recorded learning that the widget of embeddings shows by default.

A small model learns to tell whether a review of IMDB is positive. The vectors of some words are
kept at some moments, rounded to 8 bits, beside the vectors that GloVe (PDDL 1.0) has for the same
words. The files are written by::

    python -m dlwidgets.concepts._embeddings_recording GLOVE_FILE

which takes `glove.6B.50d.txt` and needs the data set and `imdb_word_index.json` beside it.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TARGET = Path(__file__).with_name("embeddings.json")
_PAGE = Path(__file__).parents[2] / "labextension" / "src" / "views" / "embeddings" / "recording.ts"
_TEXT = """\
/** A recorded learning; written by `python -m dlwidgets.concepts._embeddings_recording`. */

/** Vectors of words at some moments as int8, and those of GloVe (PDDL 1.0), in base64. */
export const RECORDING =
  '{text}';
"""

VOCABULARY, LENGTH, DIMS, BATCH, RATE, SEED = 10_000, 120, 16, 128, 0.003, 3
TESTED = 5000
MOMENTS = (0, 20, 40, 60, 80, 100, 130, 170, 220, 300, 400, 550)
"""Steps at which the vectors are kept."""
UNKNOWN, FIRST_WORD = 2, 3
"""As Keras counts: padding and the start come first, and the most frequent word is 4."""

_SHOWN = """
excellent wonderful perfect amazing brilliant superb great best fantastic favorite enjoyed loved
beautiful touching hilarious masterpiece outstanding delightful charming moving gem fun enjoyable
memorable powerful highly love good better nice today well funny awful terrible worst boring waste
horrible bad poor poorly dull lame stupid ridiculous annoying disappointing worse mess pathetic
unfunny badly fails predictable cheap avoid hate supposed minutes instead unless nothing the a and
of to is in it this that was for with as but on not be are have you he she they i his her film
movie story plot scene scenes actor actress director camera music book series show episode
character characters script ending cast role horror comedy action drama romance western war
musical documentary one two three four five six seven eight nine ten king queen prince princess
man woman boy girl men women father mother son daughter brother sister husband wife uncle aunt
grandfather grandmother paris france london england berlin germany rome italy tokyo japan russia
china america french english german italian japanese russian chinese american cat dog wolf tiger
horse bird fish snake red blue green black white yellow big bigger biggest small smaller long
longer old older young younger strong stronger walk walking talk talking play playing run running
think thinking monday sunday summer winter day night morning evening car train plane ship house
school hospital church city village doctor nurse teacher student police soldier
"""
WORDS = tuple(_SHOWN.split())


def record(glove: Path) -> dict[str, Any]:
    """Train the model, and return what is kept.

    Args:
        glove: The vectors of GloVe with 50 numbers for each word.
    """
    import dlwidgets as dl
    from dlwidgets._tensorflow import load_keras
    from dlwidgets.concepts._embeddings import read_vectors

    keras = load_keras()
    keras.utils.set_random_seed(SEED)
    data = dl.data.load("imdb")
    index = json.loads((glove.with_name("imdb_word_index.json")).read_text("utf-8"))
    words = [word for word in WORDS if index.get(word, VOCABULARY) + FIRST_WORD < VOCABULARY]
    ids = np.array([index[word] + FIRST_WORD for word in words])
    x_train, x_test = (_padded(keras, x) for x in (data.x_train, data.x_test))
    y_train, y_test = (np.asarray(y, np.float32) for y in (data.y_train, data.y_test))
    present = np.zeros((len(x_train), VOCABULARY), bool)
    present[np.arange(len(x_train))[:, None], x_train] = True
    positive = np.array([y_train[present[:, one]].mean() for one in ids])
    model = keras.Sequential(
        [
            keras.layers.Input((LENGTH,)),
            keras.layers.Embedding(VOCABULARY, DIMS),
            keras.layers.Conv1D(32, 5, activation="relu"),
            keras.layers.GlobalMaxPooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(RATE), "binary_crossentropy", metrics=["accuracy"])
    order = np.random.default_rng(SEED)
    rows: NDArray[np.intp] = np.zeros(0, np.intp)
    kept, accuracies = [], []
    for step in range(MOMENTS[-1] + 1):
        if step in MOMENTS:
            kept.append(model.layers[0].get_weights()[0][ids])
            accuracies.append(model.evaluate(x_test[:TESTED], y_test[:TESTED], 1000, verbose=0)[1])
        if len(rows) < BATCH:
            rows = order.permutation(len(x_train))
        batch, rows = rows[:BATCH], rows[BATCH:]
        model.train_on_batch(x_train[batch], y_train[batch])
    found, scale = _rounded(np.stack(kept))
    there = read_vectors(glove, words)
    other, other_scale = _rounded(np.stack([there[word] for word in words]))
    return {
        "words": words,
        "steps": MOMENTS,
        "accuracies": [round(float(one), 4) for one in accuracies],
        "positive": [round(float(one), 3) for one in positive],
        "learned": {"dims": DIMS, "scale": scale, "data": _text(found), **_plane(found[-1])},
        "glove": {
            "dims": other.shape[1],
            "scale": other_scale,
            "data": _text(other),
            **_plane(other),
        },
    }


def _plane(vectors: NDArray[np.int8]) -> dict[str, Any]:
    from dlwidgets.concepts._embeddings import plane_of

    plane = plane_of(vectors)
    axes = [round(float(one), 5) for one in plane.axes.ravel()]
    return {"axes": axes, "explained": round(plane.explained, 4)}


def _padded(keras: Any, x: Any) -> NDArray[np.int32]:
    shifted = [[one + FIRST_WORD for one in row] for row in x]
    short = [[one if one < VOCABULARY else UNKNOWN for one in row] for row in shifted]
    found: NDArray[np.int32] = keras.utils.pad_sequences(short, LENGTH)
    return found


def _rounded(values: NDArray[Any]) -> tuple[NDArray[np.int8], float]:
    scale = float(f"{np.abs(values).max() / 127:.6g}")
    return np.round(values / scale).clip(-127, 127).astype(np.int8), scale


def _text(values: NDArray[np.int8]) -> str:
    return base64.b64encode(values.tobytes()).decode()


def main() -> None:
    """Write the recording for Python and for the page."""
    text = json.dumps(record(Path(sys.argv[1])), separators=(",", ":"))
    TARGET.write_text(text + "\n", "utf-8")
    _PAGE.parent.mkdir(parents=True, exist_ok=True)
    _PAGE.write_text(_TEXT.replace("{text}", text.replace("'", "\\'")), "utf-8")


if __name__ == "__main__":
    main()
