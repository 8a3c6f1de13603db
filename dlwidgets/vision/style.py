"""Style transfer: the content of one image with the textures of another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from dlwidgets._canceled import CanceledError
from dlwidgets._messages import tr
from dlwidgets._tensorflow import compiled, load, load_keras
from dlwidgets.vision._callback_generator import CallbackGenerator
from dlwidgets.vision.features import Features, Scaling, to_signed, to_uint8
from dlwidgets.vision.images import from_array, single_color

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel

POWER = 1.25
"""Of the squared differences of neighboring pixels in the total variation, as in the book."""


class StyleWeights(NamedTuple):
    """How much each part of the loss counts.

    Attributes:
        content: Of the content image's feature maps.
        style: Of the style image's Gram matrices, which the layers share.
        variation: Of the total variation, which smooths.
    """

    content: float = 0.03
    style: float = 1.0
    variation: float = 0.01


@dataclass(frozen=True, eq=False)
class StyleProgress:
    """A style transfer after an evaluation of the loss.

    Attributes:
        step: Evaluations of loss and gradient done.
        steps: Evaluations intended.
        loss: The weighted sum of the parts, of this evaluation.
        content: The content part, not weighted: 0 for the content image itself.
        style: The style part, not weighted: 0 where every Gram matrix is the style image's.
        variation: The total variation, not weighted.
        best: The lowest loss so far, which is the loss of `image`.
        done: Whether this is the last.
    """

    step: int
    steps: int
    loss: float
    content: float
    style: float
    variation: float
    best: float
    done: bool
    _signed: NDArray[Any] = field(repr=False)

    @property
    def image(self) -> NDArray[np.uint8]:
        """The best image so far, uint8, shape (height, width, 3)."""
        return to_uint8(self._signed)


def gram_matrix(maps: Any) -> Any:
    """Return how strongly each two features occur together, per position.

    Args:
        maps: A tensor of shape (height, width, channels).

    Returns:
        A tensor of shape (channels, channels): Fᵀ·F / (height · width), with F the maps as a matrix
        of positions × channels. Divided by the positions, images of two sizes can be compared.
    """
    tf, _ = load()
    flat = tf.reshape(maps, (-1, tf.shape(maps)[-1]))
    return tf.matmul(flat, flat, transpose_a=True) / tf.cast(tf.shape(flat)[0], flat.dtype)


def total_variation(x: Any) -> Any:
    """Return the mean over pixels and colors of (Δy² + Δx²)^1.25.

    Args:
        x: A tensor of shape (height, width, channels).

    Returns:
        A scalar tensor; the differences are those to the next pixel down and to the right.
    """
    tf, _ = load()
    down = x[1:, :-1] - x[:-1, :-1]
    right = x[:-1, 1:] - x[:-1, :-1]
    return tf.reduce_mean(tf.pow(tf.square(down) + tf.square(right), POWER))


def transfer_style(  # noqa: PLR0917 - the order of the method's description
    model: KerasModel | Features,
    content: NDArray[Any],
    style: NDArray[Any],
    content_layer: str,
    style_layers: Sequence[str] | Mapping[str, float],
    weights: StyleWeights | Sequence[float] = StyleWeights(),  # noqa: B008 - immutable
    *,
    optimizer: Literal["lbfgs", "adam"] = "lbfgs",
    steps: int = 200,
    learning_rate: float = 0.02,
    start: Literal["content", "noise"] = "content",
    seed: int = 0,
    scaling: Scaling = "signed",
    stop: Callable[[], bool] | None = None,
) -> Iterator[StyleProgress]:
    """Compute one image in the style of another, and yield its state after each evaluation.

    The method of Gatys, with these corrections to the book's listing. A layer's style loss there is
    divided by 3 channels and the image's size, whatever the layer has; here each part is relative
    to its target, Σ(G − A)² / ΣA² and Σ(F − P)² / ΣP², so that the weights mean the same for every
    network, layer and size, and the two images may differ in size. L-BFGS goes down, not up, as
    the text has it, and is begun once, where the listing begins it again every 20 evaluations and
    forgets each time what it has learned of the curvature.

    Args:
        model: A built Keras model that takes images, or `Features` of one with `style_layers` and
            `content_layer` among its layers.
        content: The image to paint, as `images.from_array` takes them; the result has its size.
        style: The image whose textures to take; of any size, but not of one color.
        content_layer: The layer whose feature maps are kept.
        style_layers: The layers whose Gram matrices are matched. They share the style's weight
            evenly, as in the book, or in proportion to the weights that a mapping gives: numbers
            of at least 0.
        weights: `StyleWeights`, or three numbers of at least 0.
        optimizer: "lbfgs" (scipy's L-BFGS-B) or "adam".
        steps: Evaluations of loss and gradient, at least 1; L-BFGS may come to its end before.
        learning_rate: Of Adam, in an image from −1 to 1.
        start: From the content image, as the book does, or from noise.
        seed: Of the noise.
        scaling: What the network expects of its pixels.
        stop: Asked before each evaluation; True ends it at once.

    Yields:
        The state after each evaluation. Leaving the loop cancels; nothing goes on behind it.

    Raises:
        ValueError: A layer that is not there (`LayerError`, naming the nearest), an image that
            can't be used (`ImageError`) or is too small, a style image with one color, or a
            number out of its range.
        ArithmeticError: The loss became NaN or infinite.

    Source:
        Gatys, Ecker and Bethge, A Neural Algorithm of Artistic Style, 2015; Chollet, Deep Learning
        with Python, section 8.3.

    Example:
        >>> model = dl.models.small_cnn((32, 32, 3), 10)
        >>> photo = np.random.default_rng(0).integers(0, 256, (32, 32, 3), "uint8")
        >>> conv = [model.layers[0].name, model.layers[2].name]
        >>> for now in dl.vision.transfer_style(model, photo, photo[::-1], conv[1], conv, steps=3):
        ...     image = now.image
        >>> image.shape
        (32, 32, 3)
    """
    weights = _weights(weights)
    shares = _shares(style_layers)
    _check(optimizer, steps, learning_rate, start)
    canvas, texture = (
        from_array(a, name=n, longest=max(np.shape(a)[:2], default=1)).pixels
        for a, n in ((content, tr("The content image")), (style, tr("The style image")))
    )
    if single_color(texture):
        color = ", ".join(str(int(v)) for v in texture[0, 0])
        message = tr(
            "The style image has a single color ({color}), so it has no texture.",
            color=color,
        )
        raise ValueError(message)
    names = list(dict.fromkeys([*shares, content_layer]))
    if isinstance(model, Features):
        features = model
        if set(names) - set(features.layers):
            message = tr(
                "The `Features` have the layers {layers}. Received: {names}",
                layers=", ".join(map(repr, features.layers)),
                names=", ".join(map(repr, names)),
            )
            raise ValueError(message)
    else:
        features = Features(model, names, scaling=scaling)
    for image, what in ((canvas, tr("The content image")), (texture, tr("The style image"))):
        features.require_size(image.shape[0], image.shape[1], what)
    task = _Task(features, content_layer, shares, weights)
    target = to_signed(canvas, features.dtype)
    task.aim(target, to_signed(texture, features.dtype))
    x = target
    if start == "noise":
        noise = np.random.default_rng(seed).uniform(-1, 1, target.shape)
        x = noise.astype(features.dtype)
    run = _Run(task, x, steps, stop or (lambda: False))
    return run.adam(learning_rate) if optimizer == "adam" else run.lbfgs()


class _Task:
    """The loss of an image, its parts, and its gradient, as one graph for all sizes."""

    def __init__(
        self,
        features: Features,
        content_layer: str,
        shares: Mapping[str, float],
        weights: StyleWeights,
    ) -> None:
        self._features = features
        self._content = features.layers.index(content_layer)
        self._styles = [features.layers.index(name) for name in shares]
        self._shares = np.array(list(shares.values()), features.dtype)
        self._weights = np.array(weights, features.dtype)
        key = f"style/{self._content}/{self._styles}"
        if key not in features.compiled:
            features.compiled[key] = self._build()
        self._describe, self._evaluate = features.compiled[key]

    def aim(self, content: NDArray[Any], style: NDArray[Any]) -> None:
        """Take the targets from the two images, floats from −1 to 1."""
        self._target, _ = self._describe(content)
        _, self._grams = self._describe(style)

    def __call__(self, x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Loss, content, style and variation; and the gradient."""
        parts, gradient = self._evaluate(x, self._target, self._grams, self._shares, self._weights)
        return parts.numpy(), gradient.numpy()

    def _build(self) -> tuple[Any, Any]:
        tf, _ = load()
        features, content, styles = self._features, self._content, self._styles
        image = tf.TensorSpec((None, None, 3), features.dtype)

        def describe(x: Any) -> Any:
            maps = [tf.cast(m, features.dtype) for m in features(x)]
            return maps[content], [gram_matrix(maps[i]) for i in styles]

        def evaluate(x: Any, target: Any, grams: Any, shares: Any, weights: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                maps, now = describe(x)
                apart = [_relative(a, b) for a, b in zip(now, grams, strict=True)]
                parts = [_relative(maps, target), tf.reduce_sum(shares * tf.stack(apart))]
                parts.append(total_variation(x))
                loss = tf.reduce_sum(weights * tf.stack(parts))
            return tf.stack([loss, *parts]), tape.gradient(loss, x)

        maps = tf.TensorSpec((None, None, None), features.dtype)
        gram = tf.TensorSpec((None, None), features.dtype)
        shares, weights = (tf.TensorSpec((n,), features.dtype) for n in (len(styles), 3))
        signature = [image, maps, [gram] * len(styles), shares, weights]
        return (
            compiled(describe, input_signature=[image]),
            compiled(evaluate, input_signature=signature),
        )


def _relative(value: Any, target: Any) -> Any:
    """The squared distance to the target in units of the target's own size."""
    tf, _ = load()
    size = tf.reduce_sum(tf.square(target))
    return tf.reduce_sum(tf.square(value - target)) / tf.maximum(size, 1e-12)


class _Run:
    """Evaluations one by one, with the best image so far."""

    def __init__(self, task: _Task, x: NDArray[Any], steps: int, stop: Callable[[], bool]) -> None:
        self._task, self._x, self._steps, self._stop = task, x, steps, stop
        self._done, self._best, self._image = 0, math.inf, x

    def _evaluate(self, x: NDArray[Any]) -> tuple[StyleProgress, NDArray[Any]]:
        parts, gradient = self._task(x)
        self._done += 1
        loss, content, style, variation = (float(v) for v in parts)
        if not math.isfinite(loss):
            message = tr(
                "The loss became {loss} at step {step}. Try smaller weights.",
                loss=repr(loss),
                step=self._done,
            )
            raise ArithmeticError(message)
        if loss < self._best:
            self._best, self._image = loss, x
        now = StyleProgress(
            self._done,
            self._steps,
            loss,
            content,
            style,
            variation,
            self._best,
            self._done >= self._steps,
            self._image,
        )
        return now, gradient

    def adam(self, learning_rate: float) -> Iterator[StyleProgress]:
        """Optimize with Keras's Adam."""
        tf, keras = load()[0], load_keras()
        optimizer, variable = keras.optimizers.Adam(learning_rate), keras.Variable(self._x)
        while self._done < self._steps and not self._stop():
            now, gradient = self._evaluate(variable.value.numpy().copy())
            yield now
            optimizer.apply([tf.convert_to_tensor(gradient)], [variable])

    def lbfgs(self) -> Iterator[StyleProgress]:
        """Optimize with SciPy's L-BFGS-B, on a thread that waits after each evaluation.

        SciPy calls us, and hands nothing out in between: so the two alternate, and no more is
        computed than was asked for, and nothing goes on after the last.
        """
        evaluations = CallbackGenerator[StyleProgress]()

        def evaluate(flat: NDArray[Any]) -> tuple[float, NDArray[Any]]:
            if self._done >= self._steps or self._stop():
                raise CanceledError
            x = flat.reshape(self._x.shape).astype(self._x.dtype)
            now, gradient = self._evaluate(x)
            evaluations.hand_over(now)
            return now.loss, gradient.ravel().astype(np.float64)

        def minimize() -> None:
            from scipy.optimize import fmin_l_bfgs_b

            # The loss is relative, of order 1: it ends when nothing is gained any more.
            fmin_l_bfgs_b(
                evaluate,
                self._x.ravel().astype(np.float64),
                m=20,
                factr=10.0,
                pgtol=1e-12,
                maxfun=self._steps,
                maxiter=self._steps,
            )

        now = None
        for now in evaluations.iterate(minimize):
            yield now
        if now is not None and not now.done and not self._stop():
            # It has converged: the last state again, as the last.
            values = {k: v for k, v in vars(now).items() if k != "done"}
            values["_signed"] = self._image
            yield StyleProgress(**values, done=True)


def _weights(weights: StyleWeights | Sequence[float]) -> StyleWeights:
    try:
        made = StyleWeights(*(float(w) for w in weights))
    except (TypeError, ValueError):
        message = tr(
            "Expected up to three numbers as `weights`. Received: {weights}",
            weights=repr(weights),
        )
        raise ValueError(message) from None
    if not all(0 <= w < math.inf for w in made) or not any(made[:2]):
        message = tr(
            "Expected finite weights of at least 0, with content or style above 0. Received: "
            "{weights}",
            weights=tuple(made),
        )
        raise ValueError(message)
    return made


def _shares(style_layers: Sequence[str] | Mapping[str, float]) -> dict[str, float]:
    """What each layer has of the style's weight; together 1."""
    if isinstance(style_layers, str) or not len(style_layers):
        message = tr(
            "Expected a list of at least one layer as `style_layers`. Received: {layers}",
            layers=repr(style_layers),
        )
        raise ValueError(message)
    given = (
        {name: float(weight) for name, weight in style_layers.items()}
        if isinstance(style_layers, Mapping)
        else dict.fromkeys(style_layers, 1.0)
    )
    total = sum(given.values())
    if not all(0 <= weight < math.inf for weight in given.values()) or not 0 < total < math.inf:
        message = tr(
            "Expected finite weights of at least 0 for the style layers, one of them above 0. "
            "Received: {weights}",
            weights=given,
        )
        raise ValueError(message)
    return {name: weight / total for name, weight in given.items() if weight}


def _check(optimizer: str, steps: int, learning_rate: float, start: str) -> None:
    for valid, message in (
        (
            optimizer in ("lbfgs", "adam"),
            tr(
                "Expected `optimizer` to be 'lbfgs' or 'adam'. Received: {value}",
                value=repr(optimizer),
            ),
        ),
        (steps >= 1, tr("Expected `steps` of at least 1. Received: {value}", value=repr(steps))),
        (
            0 < learning_rate < math.inf,
            tr("Expected `learning_rate` above 0. Received: {value}", value=repr(learning_rate)),
        ),
        (
            start in ("content", "noise"),
            tr("Expected `start` to be 'content' or 'noise'. Received: {value}", value=repr(start)),
        ),
    ):
        if not valid:
            raise ValueError(message)
