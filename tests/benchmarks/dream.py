"""Steps per second of DeepDream and style transfer against the book's method in today's Keras."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.vision import Features, deep_dream, photographs, transfer_style
from dlwidgets.vision.images import resize
from tests.benchmarks.report import Result, median

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.settings import Settings

GROUP = "dream"
_DREAM = {"block3_conv3": 1.0, "block4_conv3": 1.0}
_STYLE = ["block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1"]
_CONTENT = "block4_conv2"


def measure(settings: Settings) -> list[Result]:
    """Both methods by turns, on VGG16 with random weights; whole dreams, all octaves."""
    _, keras = load()
    keras.utils.set_random_seed(0)
    model = keras.applications.VGG16(include_top=False, weights=None)
    longest, steps, rounds = settings.choose((256, 4, 4), (112, 2, 2))
    picture = resize(photographs()["china"].pixels, longest)
    style = resize(photographs()["flower"].pixels, longest)
    dream = Features(model, list(_DREAM), scaling="caffe")
    features = Features(model, [*_STYLE, _CONTENT], scaling="caffe")

    def ours() -> int:
        done = deep_dream(dream, picture, _DREAM, steps=steps, max_loss=None)
        return sum(1 for _ in done)

    def ours_style() -> int:
        done = transfer_style(
            features, picture, style, _CONTENT, _STYLE, steps=3 * steps, optimizer="lbfgs"
        )
        return sum(1 for _ in done)

    book_dream, book_style = _book_dream_gradient(model), _book_style_gradient(model)
    cases: dict[str, tuple[Callable[[], int], Callable[[], int]]] = {
        "DeepDream": (ours, lambda: _book_dream(book_dream, picture, steps)),
        "style transfer": (ours_style, lambda: _book_style(book_style, picture, style, 3 * steps)),
    }
    found = []
    for name, pair in cases.items():
        rates: tuple[list[float], list[float]] = ([], [])
        costs: tuple[list[float], list[float]] = ([], [])
        for turn in range(rounds + 1):
            for which in (0, 1) if turn % 2 else (1, 0):
                begun, begun_cpu = time.perf_counter(), time.process_time()
                count = pair[which]()
                rate = count / (time.perf_counter() - begun)
                if turn:  # the first round traces graphs
                    rates[which].append(rate)
                    costs[which].append((time.process_time() - begun_cpu) / count)
                    settings.say(f"{name} {('dlwidgets', 'book')[which]}: {rate:.2f} steps/s")
        note = f"VGG16 with random weights, {picture.shape[1]}×{picture.shape[0]} pixels, by turns"
        found += [
            median(GROUP, f"{name}: dlwidgets", rates[0], "steps/s", note=note),
            median(GROUP, f"{name}: the book's method", rates[1], "steps/s", note=note),
            median(
                GROUP,
                f"{name}: against the book's method",
                [a / b for a, b in zip(*rates, strict=True)],
                "×",
                note=note,
            ),
            median(
                GROUP,
                f"{name}: the book's processor time per step, against ours",
                [b / a for a, b in zip(*costs, strict=True)],
                "×",
                note="processor time: of all threads; hardly changes with other load",
            ),
        ]
    return found


def _book_dream_gradient(model: Any) -> Any:
    """Listing 8-10 and 8-11: its K.function, a compiled graph, is a tf.function today."""
    tf, keras = load()
    extractor = keras.Model(model.inputs, {n: model.get_layer(n).output for n in _DREAM})

    @tf.function
    def loss_and_gradient(image: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(image)
            maps = extractor(image)
            loss = sum(
                weight
                * tf.reduce_sum(tf.square(maps[n][:, 2:-2, 2:-2, :]))
                / tf.cast(tf.reduce_prod(tf.shape(maps[n])), "float32")
                for n, weight in _DREAM.items()
            )
        slope = tape.gradient(loss, image)
        return loss, slope / tf.maximum(tf.reduce_mean(tf.abs(slope)), 1e-7)

    return loss_and_gradient


def _book_dream(loss_and_gradient: Any, picture: np.ndarray, steps: int) -> int:
    """Listing 8-12 and 8-13, with scipy's zoom between sizes."""
    tf, keras = load()
    from scipy.ndimage import zoom

    def scaled(image: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
        factors = (1, size[0] / image.shape[1], size[1] / image.shape[2], 1)
        return np.asarray(zoom(image, factors, order=1))

    original = keras.applications.vgg16.preprocess_input(picture[None].astype("float32"))
    sizes = [tuple(int(s / 1.4**i) for s in picture.shape[:2]) for i in (2, 1, 0)]
    image, shrunk = original, scaled(original, sizes[0])
    for size in sizes:
        image = scaled(image, size)
        for _ in range(steps):
            _, slope = loss_and_gradient(tf.constant(image))
            image = image + np.float32(0.01) * slope.numpy()
        lost = scaled(original, size) - scaled(shrunk, size)
        image, shrunk = image + lost, scaled(original, size)
    return steps * len(sizes)


def _book_style_gradient(model: Any) -> Any:
    """Listing 8-16 to 8-20: the three pictures as one batch."""
    tf, keras = load()
    outputs = {n: model.get_layer(n).output for n in (*_STYLE, _CONTENT)}
    extractor = keras.Model(model.inputs, outputs)

    def gram(maps: Any) -> Any:
        flat = tf.reshape(tf.transpose(maps, (2, 0, 1)), (tf.shape(maps)[-1], -1))
        return tf.matmul(flat, flat, transpose_b=True)

    @tf.function
    def loss_and_gradient(target: Any, reference: Any, x: Any) -> Any:
        size = tf.cast(tf.shape(x)[1] * tf.shape(x)[2], "float32")
        with tf.GradientTape() as tape:
            tape.watch(x)
            maps = extractor(tf.concat([target, reference, x], 0))
            loss = 0.025 * tf.reduce_sum(tf.square(maps[_CONTENT][2] - maps[_CONTENT][0]))
            for name in _STYLE:
                apart = tf.reduce_sum(tf.square(gram(maps[name][1]) - gram(maps[name][2])))
                loss += apart / (4.0 * 3**2 * size**2) / len(_STYLE)
            down = tf.square(x[:, :-1, :-1] - x[:, 1:, :-1])
            across = tf.square(x[:, :-1, :-1] - x[:, :-1, 1:])
            loss += 1e-4 * tf.reduce_sum(tf.pow(down + across, 1.25))
        return loss, tape.gradient(loss, x)

    return loss_and_gradient


def _book_style(loss_and_gradient: Any, picture: np.ndarray, style: np.ndarray, steps: int) -> int:
    """Listing 8-21 and 8-22: L-BFGS begun anew for each 20 evaluations."""
    tf, keras = load()
    from scipy.optimize import fmin_l_bfgs_b

    prepare = keras.applications.vgg16.preprocess_input
    target = tf.constant(prepare(picture[None].astype("float32")))
    reference = tf.constant(prepare(style[None].astype("float32")))
    count = 0

    def evaluate(flat: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal count
        count += 1
        x = tf.constant(flat.reshape(target.shape), tf.float32)
        loss, slope = loss_and_gradient(target, reference, x)
        return float(loss), slope.numpy().ravel().astype("float64")

    x = target.numpy().ravel()
    while count < steps:
        before = count
        x, _, _ = fmin_l_bfgs_b(evaluate, x, maxfun=min(20, steps - count))
        if count == before:
            break
    return count
