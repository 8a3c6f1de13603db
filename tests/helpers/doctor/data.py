"""The data of the trainings, real and made up, and what can be wrong with them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

import dlwidgets as dl
from tests.helpers.doctor.case import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

# -- data ------------------------------------------------------------------------------------------


@functools.cache
def _loaded(name: str) -> tuple[NDArray[Any], ...]:
    data = dl.data.load(name)
    return data.x_train, data.y_train, data.x_test, data.y_test


def digits(seed: int, n: int = 1200) -> Problem:
    x, y, *rest = _loaded("digits")
    x, y = np.concatenate([x, rest[0]]) / 16, np.concatenate([y, rest[1]])
    order = np.random.default_rng(seed).permutation(len(x))
    a, b = order[:n], order[1300:]
    x = x[..., np.newaxis].astype("float32")
    return Problem((x[a], y[a]), (x[b], y[b]), 10)


def mnist(seed: int, n: int = 2000) -> Problem:
    x, y, x_test, y_test = _loaded("mnist")
    rng = np.random.default_rng(seed)
    a, b = rng.choice(len(x), n, replace=False), rng.choice(len(x_test), 600, replace=False)
    scaled = [
        (part.reshape(len(part), 28, 28, 1) / 255).astype("float32") for part in (x[a], x_test[b])
    ]
    return Problem((scaled[0], y[a]), (scaled[1], y_test[b]), 10)


def boston(seed: int, n: int = 400, *, scaled: bool = True) -> Problem:
    x, y, x_test, y_test = _loaded("boston_housing")
    x, y = np.concatenate([x, x_test]).astype("float32"), np.concatenate([y, y_test])
    order = np.random.default_rng(seed).permutation(len(x))
    x, y = x[order], y[order].astype("float32")
    if scaled:
        x = (x - x[:n].mean(0)) / x[:n].std(0)
    return Problem((x[:n], y[:n]), (x[400:], y[400:]))


def waves(seed: int, n: int = 800, noise: float = 0.1) -> Problem:
    """A smooth function of six numbers."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n + 300, 6)).astype("float32")
    y = np.sin(x[:, 0]) + 0.5 * x[:, 1] * x[:, 2] + x[:, 3] + noise * rng.normal(size=len(x))
    return Problem((x[:n], y[:n].astype("float32")), (x[n:], y[n:].astype("float32")))


def blobs(seed: int, n: int = 1000, share: float = 0.5) -> Problem:
    """Two classes in eight dimensions, the second with a share of the samples."""
    rng = np.random.default_rng(seed)
    y = (rng.random(n + 400) < share).astype("int64")
    x = rng.normal(size=(len(y), 8)).astype("float32")
    x[:, :3] += 1.2 * y[:, None]
    return Problem((x[:n], y[:n]), (x[n:], y[n:]), 2)


def reviews(seed: int, n: int = 1500) -> Problem:
    x, y, x_test, y_test = _loaded("imdb")
    rng = np.random.default_rng(seed)

    def padded(texts: Any) -> NDArray[Any]:
        found = np.zeros((len(texts), 100), "int64")
        for row, text in zip(found, texts, strict=True):
            words = [word if word < 3000 else 2 for word in text[:100]]
            row[: len(words)] = words
        return found

    a, b = rng.choice(len(x), n, replace=False), rng.choice(len(x_test), 600, replace=False)
    return Problem((padded(x[a]), y[a]), (padded(x_test[b]), y_test[b]), 2)


def multiplied(problem: Problem, factor: Any) -> Problem:
    (x, y), (x_val, y_val) = problem.train, problem.held_out
    return Problem((x * factor, y), (x_val * factor, y_val), problem.classes)


def with_train(problem: Problem, x: Any, y: Any) -> Problem:
    return Problem((x, y), problem.held_out, problem.classes)


def ordered(problem: Problem) -> Problem:
    x, y = problem.train
    order = np.argsort(y, kind="stable")
    return with_train(problem, x[order], y[order])


def shuffled_labels(problem: Problem, seed: int) -> Problem:
    x, y = problem.train
    rng = np.random.default_rng(seed + 1)
    x_val, y_val = problem.held_out
    held_out = (x_val, rng.permutation(y_val))
    return Problem((x, rng.permutation(y)), held_out, problem.classes)


def noisy_labels(problem: Problem, seed: int, share: float) -> Problem:
    x, y = problem.train
    rng = np.random.default_rng(seed + 2)
    wrong = rng.random(len(y)) < share
    return with_train(problem, x, np.where(wrong, rng.integers(0, problem.classes, len(y)), y))


def rare(problem: Problem, share: float, seed: int) -> Problem:
    """Only a share of the samples of the last class."""
    rng = np.random.default_rng(seed + 3)

    def fewer(x: Any, y: Any) -> tuple[Any, Any]:
        kept = (y < problem.classes - 1) | (rng.random(len(y)) < share)
        return x[kept], y[kept]

    return Problem(fewer(*problem.train), fewer(*problem.held_out), problem.classes)


def one_against_all(problem: Problem, digit: int) -> Problem:
    (x, y), (x_val, y_val) = problem.train, problem.held_out
    return Problem((x, (y == digit).astype(int)), (x_val, (y_val == digit).astype(int)), 2)


def with_gaps(problem: Problem, seed: int, value: float = np.nan) -> Problem:
    x, y = problem.train
    x = x.copy()
    rows = np.random.default_rng(seed).choice(len(x), 3, replace=False)
    x[rows, ..., 0] = value
    return with_train(problem, x, y)


def stream(problem: Problem, *, shuffle: bool) -> Any:
    import tensorflow as tf

    data = tf.data.Dataset.from_tensor_slices(problem.train)
    if shuffle:
        data = data.shuffle(len(problem.train[0]), seed=0)
    return data.batch(32)
