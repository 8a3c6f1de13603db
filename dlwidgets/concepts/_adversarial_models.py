"""Attacks on models of the user's, which Keras computes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._keras_models import not_a_model
from dlwidgets._tensorflow import load
from dlwidgets.concepts._adversarial import REACH, Margin, noise, softmax, succeeded
from dlwidgets.inspect.model_outputs import outputs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel

    Array = NDArray[np.float64]

LEVELS = tuple(step / 255 for step in (0, 1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 32, 40, 51, 64, 76))
"""The values of ε that are computed."""
FEW_LEVELS = tuple(step / 255 for step in (0, 1, 2, 4, 8, 16))
"""The same for the iterative method with large images, each of which is another image."""
MOST_NUMBERS = 3 * 320 * 320
_MANY_NUMBERS = 20_000
MOST_SHOWN = 10
"""Classes that are shown: those that are most probable anywhere."""


@dataclass(frozen=True, eq=False)
class Attack:
    """An attack on an image.

    Attributes:
        label: The class without an attack.
        rival: The class that the attack leads to.
        target: The class that it shall lead to; any other for `None`.
        levels: The values of ε.
        adversarial: Probabilities by level, shape (levels, classes).
        random: The same with random signs.
        flip: The first level that succeeds; `None` for none.
        images: By level, shape (levels, pixels), from 0 to 1.
        signs: Of one step, shape (pixels,).
        margin: How the rival's lead grows.
        along: By level, w times the change of the image.
        noisy_along: The same with random signs.
    """

    label: int
    rival: int
    target: int | None
    levels: tuple[float, ...]
    adversarial: Array
    random: Array
    flip: int | None
    images: Array
    signs: Array
    margin: Margin
    along: list[float]
    noisy_along: list[float]


class Classifier:
    """A model of the user's with images whose pixels go from 0 to 1.

    Args:
        model: A built Keras classifier with one input.
        shape: Of an image: (height, width, channels).
        value_range: What the model gets for 0 and for 1.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It has several inputs or outputs, or takes other images.
    """

    def __init__(
        self, model: KerasModel, shape: Sequence[int], value_range: tuple[float, float]
    ) -> None:
        self.model, self._range = model, value_range
        wanted = input_shape(model)
        self._ending = outputs_of(model)[0].activation
        fits = len(wanted) != len(shape) or all(
            a in (None, b) for a, b in zip(wanted, shape, strict=True)
        )
        known = [size for size in wanted if size is not None]
        if not fits or (len(known) == len(wanted) and math.prod(known) != math.prod(shape)):
            message = f"Expected an image that fits the model's input {wanted}. "
            raise ValueError(message + f"Received: shape {tuple(shape)}. Resize it.")
        self._shape = tuple(shape) if len(known) < len(wanted) else tuple(known)

    def outputs(self, x: ArrayLike) -> Any:
        """Return what the model gives, as a tensor.

        Args:
            x: Pixels, shape (images, pixels).
        """
        tf, _ = load()
        return self.model(tf.constant(self._inputs(x)), training=False)

    def _inputs(self, x: ArrayLike) -> NDArray[np.float32]:
        low, high = self._range
        pixels = np.asarray(x, float).reshape(-1, *self._shape)
        return (low + (high - low) * pixels).astype(np.float32)

    def probabilities(self, x: ArrayLike) -> Array:
        """Return the probabilities of the classes, shape (images, classes).

        Args:
            x: Pixels, shape (images, pixels).
        """
        found = np.asarray(self.outputs(x), float)
        if found.ndim != 2 or not np.isfinite(found).all():
            message = "Expected a model with finite outputs of shape (samples, classes). "
            raise ValueError(message + f"Received: shape {found.shape}.")
        sure = self._gives_probabilities(found)
        if found.shape[1] > 1:
            return found if sure else softmax(found)
        if not sure:
            found = 1 / (1 + np.exp(-found))
        return np.concatenate([1 - found, found], axis=1)

    def _gives_probabilities(self, outputs: NDArray[Any]) -> bool:
        """Whether outputs are probabilities; otherwise they are logits. The same for all images."""
        if not self._ending:  # an activation that isn't known: the first outputs decide
            inside = outputs.min() >= 0 and outputs.max() <= 1
            whole = outputs.shape[1] == 1 or np.allclose(outputs.sum(1), 1, atol=1e-3)
            self._ending = "sigmoid" if inside and whole else "linear"
        return self._ending != "linear"

    def gradient(self, x: ArrayLike, label: int) -> tuple[Array, float]:
        """Return the gradient of the cross-entropy of a class by the pixels, and its value.

        Args:
            x: Pixels, shape (pixels,).
            label: The class.
        """
        tf, keras = load()
        inputs = tf.constant(self._inputs(x))
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = self.model(inputs, training=False)
            # Keras goes back to the logits of a softmax or a sigmoid, so that nothing is lost.
            logits = not self._gives_probabilities(outputs.numpy())
            if outputs.shape[1] == 1:
                losses = keras.losses.binary_crossentropy(
                    tf.constant([[float(label)]]), outputs, from_logits=logits
                )
            else:
                losses = keras.losses.sparse_categorical_crossentropy(
                    tf.constant([label]), outputs, from_logits=logits
                )
            loss = tf.reduce_sum(losses)
        found = tape.gradient(loss, inputs)
        if found is None:
            message = "Expected a model whose output has a gradient by its input. "
            raise ValueError(message + "Received: one without. Leave out steps such as rounding.")
        low, high = self._range
        return np.asarray(found, float).ravel() * (high - low), float(loss)


def input_shape(model: Any) -> tuple[int | None, ...]:
    """Return the shape of one sample that a model takes.

    Args:
        model: A Keras model.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It isn't built, or has several inputs or outputs.
    """
    _, keras = load()
    if not isinstance(model, keras.Model):
        raise TypeError(not_a_model(model))
    if not model.built or len(model.inputs) != 1 or len(model.outputs) != 1:
        message = "Expected a built Keras model with one input and one output. "
        raise ValueError(message + "Begin it with `keras.Input`.")
    return tuple(model.inputs[0].shape[1:])


def checked_pixels(
    image: Any, wanted: Sequence[int | None], value_range: tuple[float, float]
) -> tuple[Array, tuple[int, int, int]]:
    """Return the pixels of an image from 0 to 1, and its height, width and channels.

    Args:
        image: Numbers of shape (height, width), (height, width, channels) or as the model takes it,
            with or without a first dimension of 1; uint8 from 0 to 255, or others in `value_range`.
        wanted: The shape that the model takes.
        value_range: What the model gets for black and for white.

    Raises:
        ValueError: The array can't be used.
    """
    array = np.asarray(image)
    several = array.ndim == 4 or (array.ndim == 3 and array.shape[2] not in (1, 3))
    if several or array.ndim == len(wanted) + 1:
        array = array[0] if len(array) == 1 else array
    if array.ndim == 1 and math.isqrt(array.size) ** 2 == array.size:
        array = array.reshape(math.isqrt(array.size), -1)
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[2] not in (1, 3) or not 0 < array.size <= MOST_NUMBERS:
        message = "Expected `image` of shape (height, width), (height, width, 1) or "
        message += "(height, width, 3), with at most 320×320 pixels. "
        raise ValueError(message + f"Received: shape {np.shape(image)}.")
    if array.dtype.kind not in "iufb" or not np.isfinite(array).all():
        message = "Expected `image` to have finite numbers. "
        raise ValueError(message + f"Received: an array of type {array.dtype}.")
    low, high = (0.0, 255.0) if array.dtype == np.uint8 else value_range
    pixels = (array.astype(float) - low) / (high - low)
    if pixels.min() < -1e-6 or pixels.max() > 1 + 1e-6:
        message = (
            f"Expected `image` to have values from {low:g} to {high:g}, as `value_range` says. "
        )
        raise ValueError(message + f"Received: from {array.min():g} to {array.max():g}.")
    height, width, channels = array.shape
    return np.clip(pixels, 0, 1).ravel(), (height, width, channels)


def attack(
    classifier: Classifier, x: Array, *, target: int | None, steps: int, seed: int
) -> Attack:
    """Return an attack on an image, for all levels.

    Args:
        classifier: The model.
        x: Pixels from 0 to 1, shape (pixels,).
        target: The class that the answer shall become; any other by default.
        steps: Of the iterative method; 0 for one step.
        seed: Of the random signs.

    Raises:
        ValueError: There is no such class.
    """
    clean = classifier.probabilities(x)[0]
    if target is not None and target >= len(clean):
        message = f"Expected `target` from 0 to {len(clean) - 1}, as the model has classes. "
        raise ValueError(message + f"Received: {target}.")
    label = int(clean.argmax())

    def signs_at(place: Array) -> Array:
        if target is None:
            return np.sign(classifier.gradient(place, label)[0])
        return -np.sign(classifier.gradient(place, target)[0])

    signs = signs_at(x)
    levels = FEW_LEVELS if steps and x.size > _MANY_NUMBERS else LEVELS
    if steps == 0:
        images = np.stack([np.clip(x + epsilon * signs, 0, 1) for epsilon in levels])
    else:
        images = np.stack([_iterated(x, epsilon, steps, signs_at) for epsilon in levels])
    adversarial = classifier.probabilities(images)
    dirt = noise(x.size, seed)
    noisy = np.stack([np.clip(x + epsilon * dirt, 0, 1) for epsilon in levels])
    random = classifier.probabilities(noisy)
    found = [i for i, row in enumerate(adversarial) if succeeded(row, label, target)]
    flip = found[0] if found else None
    others = adversarial[-1 if flip is None else flip].copy()
    others[label] = -1
    rival = int(others.argmax()) if target in (None, label) else target
    of_label, loss = classifier.gradient(x, label)
    of_rival, other_loss = classifier.gradient(x, rival or 0)
    w = of_label - of_rival
    margin = Margin(loss - other_loss, float(np.abs(w).sum()), float(w @ signs), float(w @ dirt))
    return Attack(
        label=label,
        rival=rival or 0,
        target=target,
        levels=levels,
        adversarial=adversarial,
        random=random,
        flip=flip,
        images=images,
        signs=signs,
        margin=margin,
        along=((images - x) @ w).tolist(),
        noisy_along=((noisy - x) @ w).tolist(),
    )


def _iterated(x: Array, epsilon: float, steps: int, signs_at: Any) -> Array:
    found, rate = x, REACH * epsilon / steps
    for _ in range(steps if epsilon else 0):
        moved = found + rate * signs_at(found)
        found = np.clip(np.clip(moved, x - epsilon, x + epsilon), 0, 1)
    return found


def shown_classes(found: Attack) -> list[int]:
    """Return the classes that are shown: the most probable ones anywhere, in their order.

    Args:
        found: The attack.
    """
    most = np.maximum(found.adversarial.max(0), found.random.max(0))
    needed = {found.label, found.rival} | ({found.target} if found.target is not None else set())
    ranked = [int(i) for i in np.argsort(-most) if int(i) not in needed]
    return sorted([*needed, *ranked[: MOST_SHOWN - len(needed)]])
