"""Small networks that were trained on MNIST: pages compute with them, and so does NumPy here.

The page has them in ``labextension/src/views``, in files that this module writes::

    python -m dlwidgets.concepts._digit_networks

`dlwidgets/models/packaged/digit_networks.py` trained them.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.models import packaged

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel

    Array = NDArray[np.float64]

FILE = Path(packaged.__file__).with_name("digit_networks.npz")
SIDE = 28
REACH = 4
"""How far the latent plane that is shown reaches."""
_WIDTH = 110  # of the page's code
_VIEWS = Path(__file__).parents[2] / "labextension" / "src" / "views"
_IMPORT = "import type { StoredDense } from '../../shared/concept/dense';\n"
_WRITTEN = "written by `python -m dlwidgets.concepts._digit_networks`. */\n\n"


@dataclass(frozen=True, eq=False)
class Dense:
    """A dense layer.

    Attributes:
        kernel: Shape (inputs, units).
        biases: Shape (units,).
        relu: Whether ReLU follows.
    """

    kernel: Array
    biases: Array
    relu: bool


Network = tuple[Dense, ...]


@cache
def stored() -> dict[str, NDArray[Any]]:
    """Return all arrays of the file."""
    with np.load(FILE) as file:
        return {name: file[name] for name in file.files}


@cache
def network(name: str) -> Network:
    """Return a network; its last layer gives logits.

    Args:
        name: `"linear"`, `"network"` or `"decoder"`.
    """
    arrays = stored()
    count = sum(key.startswith(f"{name}_kernel") for key in arrays)
    return tuple(
        Dense(
            arrays[f"{name}_kernel{i}"] * float(arrays[f"{name}_scale{i}"]),
            arrays[f"{name}_biases{i}"].astype(float),
            i < count - 1,
        )
        for i in range(count)
    )


def forward(layers: Network, x: ArrayLike) -> list[Array]:
    """Return the inputs and the outputs of all layers.

    Args:
        layers: The network.
        x: Shape (inputs,) or (samples, inputs).
    """
    outputs = [np.asarray(x, float)]
    for layer in layers:
        z = outputs[-1] @ layer.kernel + layer.biases
        outputs.append(np.maximum(z, 0) if layer.relu else z)
    return outputs


def backward(layers: Network, outputs: list[Array], gradient: ArrayLike) -> Array:
    """Return the gradient by the inputs.

    Args:
        layers: The network.
        outputs: What `forward` gave.
        gradient: By the last layer's outputs, of the same shape.
    """
    found = np.asarray(gradient, float)
    for layer, output in zip(reversed(layers), reversed(outputs), strict=False):
        found = (found * (output > 0) if layer.relu else found) @ layer.kernel.T
    return np.asarray(found)


def keras_model(name: str, *, activation: str = "softmax") -> KerasModel:
    """Return a network as a Keras model with the same weights.

    Args:
        name: `"linear"`, `"network"` or `"decoder"`.
        activation: Of the last layer.
    """
    _, keras = load()
    layers = network(name)
    dense = [
        keras.layers.Dense(len(layer.biases), "relu" if layer.relu else activation)
        for layer in layers
    ]
    model: KerasModel = keras.Sequential([keras.Input((len(layers[0].kernel),)), *dense])
    model.set_weights([array for layer in layers for array in (layer.kernel, layer.biases)])
    return model


def _bytes(name: str, array: NDArray[Any]) -> str:
    """Return an entry with the bytes of an array, with line breaks as prettier sets them."""
    text = base64.b64encode(array.tobytes()).decode()
    gap = " " if len(name) + len(text) < _WIDTH - 9 else "\n      "
    return f"{name}:{gap}'{text}',"


def _layers(name: str, constant: str, about: str) -> str:
    """Return the text of a network in TypeScript."""
    arrays, parts = stored(), list[str]()
    for i, layer in enumerate(network(name)):
        lines = [
            f"inputs: {layer.kernel.shape[0]},",
            f"units: {layer.kernel.shape[1]},",
            f"relu: {str(layer.relu).lower()},",
            f"scale: {float(arrays[f'{name}_scale{i}'])!r},",
            _bytes("biases", arrays[f"{name}_biases{i}"]),
            _bytes("kernel", arrays[f"{name}_kernel{i}"]),
        ]
        parts.append("  {\n" + "".join(f"    {line}\n" for line in lines) + "  },\n")
    head = f"\n/** {about} */\nexport const {constant}: readonly StoredDense[] = [\n"
    return head + "".join(parts) + "];\n"


def codes() -> Array:
    """Return what the encoder gave for each digit of the page: two means, two deviations."""
    found = stored()["codes"].astype(float)
    return np.round(np.concatenate([found[:, :2], np.exp(found[:, 2:] / 2)], axis=1), 3)


def scripts() -> dict[Path, str]:
    """Return the texts of the page's networks by file."""
    classifiers = f"/** Two classifiers of handwritten digits; {_WRITTEN}{_IMPORT}"
    classifiers += _layers("linear", "LINEAR", "Without a hidden layer.")
    classifiers += _layers("network", "NETWORK", "With 32 hidden units.")
    arrays = stored()
    decoder = f"/** A decoder of handwritten digits; {_WRITTEN}{_IMPORT}"
    decoder += _layers("decoder", "DECODER", "Two latent dimensions, and the logits of 784 pixels.")
    places = np.rint(arrays["places"].clip(-REACH, REACH) * (127 / REACH)).astype(np.int8)
    for name, about, array in (
        ("PLACES", f"Where the encoder puts some images: int8 of x and y, 127 is {REACH}.", places),
        ("LABELS", "Their digits, uint8.", arrays["labels"]),
    ):
        text = base64.b64encode(array.tobytes()).decode()
        decoder += f"\n/** {about} */\nexport const {name} =\n  '{text}';\n"
    rows = ", ".join(f"[{', '.join(f'{n:g}' for n in row)}]" for row in codes().tolist())
    rows = rows.replace("], [", "],\n  [")
    decoder += "\n/** Mean and standard deviation that it gives for each digit of the page. */\n"
    decoder += f"export const CODES: readonly (readonly number[])[] = [\n  {rows},\n];\n"
    return {
        _VIEWS / "adversarial" / "networks.ts": classifiers,
        _VIEWS / "reparameterization" / "decoder.ts": decoder,
    }


if __name__ == "__main__":
    for path, text in scripts().items():
        path.write_text(text)
