"""The trained weights of the recurrent widget, small enough for a page.

The page has them in ``labextension/src/views/recurrent/weights.ts``, which this module writes::

    python -m dlwidgets.concepts._recurrent_training

For a series each cell of 4 units learns the sign of the first of 12 numbers; for a text each cell
of 12 units learns the next letter of *The Zen of Python* by Tim Peters, which comes with Python.
All are trained with Adam by Keras. Numbers are rounded to three decimals.
"""

from __future__ import annotations

import base64
import contextlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LETTERS = "abcdefghijklmnopqrstuvwxyz "
_LENGTH = 40
_STEPS = 12
_TARGET = Path(__file__).parents[2] / "labextension/src/views/recurrent/weights.ts"


def zen() -> str:
    """Return the text, as letters and single spaces."""
    with contextlib.redirect_stdout(io.StringIO()):
        import this
    text = "".join(this.d.get(sign, sign) for sign in this.s).lower()
    return " ".join("".join(sign if sign in LETTERS else " " for sign in text).split())


def _trained(
    model: Any, x: NDArray[Any], y: NDArray[Any], loss: str, epochs: int
) -> list[NDArray[np.float32]]:
    from dlwidgets._tensorflow import load_keras

    model.compile(load_keras().optimizers.Adam(0.02), loss)
    model.fit(x, y, batch_size=64, epochs=epochs, verbose=0)
    model.optimizer.learning_rate = 0.004
    model.fit(x, y, batch_size=64, epochs=10, verbose=0)
    found: list[NDArray[np.float32]] = model.get_weights()
    return found


def weights(cell: str, kind: str) -> list[NDArray[np.float32]]:
    """Train a cell and a last layer; return kernel, recurrent kernel, bias, and those of the last.

    Args:
        cell: `"SimpleRNN"`, `"LSTM"` or `"GRU"`.
        kind: `"series"` or `"text"`.
    """
    from dlwidgets._tensorflow import load_keras

    keras = load_keras()
    layers = keras.layers
    keras.utils.set_random_seed(1 if kind == "text" else 2)
    layer = getattr(layers, cell)
    if kind == "series":
        x = np.random.default_rng(0).uniform(-1, 1, (4000, _STEPS, 1)).astype("float32")
        model = keras.Sequential(
            [keras.Input((None, 1)), layer(4), layers.Dense(1, activation="sigmoid")]
        )
        y = (x[:, 0, 0] > 0).astype("float32")
        return _trained(model, x, y, "binary_crossentropy", 30)
    letters = np.array([LETTERS.index(sign) for sign in zen()])
    starts = np.arange(len(letters) - _LENGTH - 1)[:, None] + np.arange(_LENGTH)
    model = keras.Sequential(
        [
            keras.Input((_LENGTH, len(LETTERS))),
            layer(12, return_sequences=True),
            layers.Dense(len(LETTERS), activation="softmax"),
        ]
    )
    x = np.eye(len(LETTERS), dtype="float32")[letters[starts]]
    y = letters[starts + 1]
    return _trained(model, x, y, "sparse_categorical_crossentropy", 24)


def encoded(arrays: list[NDArray[np.float32]]) -> str:
    """Return thousandths as 16-bit integers in base64."""
    numbers = np.concatenate([array.ravel() for array in arrays])
    if np.abs(numbers).max() >= 32.7:
        message = "Expected weights from -32.7 to 32.7. "
        raise ValueError(message + f"Received: {np.abs(numbers).max()}.")
    return base64.b64encode(np.rint(numbers * 1000).astype("<i2").tobytes()).decode()


def script(found: dict[str, dict[str, list[NDArray[np.float32]]]]) -> str:
    """Return the text of the page's weights."""
    lines = ["/** Weights; written by `python -m dlwidgets.concepts._recurrent_training`. */", ""]
    lines += [
        "/**",
        " * Thousandths as 16-bit integers in base64: kernel, recurrent kernel and bias",
    ]
    lines += [" * of the cell, then kernel and bias of the last layer.", " */"]
    lines += ["export const TRAINED = {"]
    for kind, cells in found.items():
        lines.append(f"  {kind}: {{")
        lines += [f"    {cell}:\n      '{encoded(arrays)}'," for cell, arrays in cells.items()]
        lines.append("  },")
    return "\n".join([*lines, "} as const;", ""])


if __name__ == "__main__":
    cells = {"simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}
    _TARGET.write_text(
        script(
            {
                kind: {name: weights(cell, kind) for name, cell in cells.items()}
                for kind in ("series", "text")
            }
        )
    )
