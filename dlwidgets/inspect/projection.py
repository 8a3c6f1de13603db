"""Projection of vectors with many dimensions to points of a plane."""

from __future__ import annotations

import contextlib
import functools
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from dlwidgets._canceled import CanceledError
from dlwidgets._messages import join_messages, tr, trn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from threadpoolctl import ThreadpoolController

Method = Literal["pca", "tsne"]

MAX_TSNE = 1500
"""Points that t-SNE places in seconds."""

_ROUND = 250  # iterations between two looks; scikit-learn's fewest
_ROUNDS = 4
_FEW = 500  # points, for which threads wait for each other longer than they compute
_FIRST_DIMS = 50  # what t-SNE's authors reduce to by PCA before

_MORE_AXES = 6  # kept besides those shown: the next projection settles sooner
_NEW_AXES = 2  # at random, among which a direction is found that had no spread before
_MIN_TURNS, _MAX_TURNS = 2, 8  # of the axes kept, before they are computed anew
_SETTLED = 1e-3  # of the largest variance; what an axis may miss
_LEAST = 1e-12  # of a spread that is divided by
_SPREAD = 1e-4  # of the largest value; float32 hardly tells rows apart that differ by less
_FEW = 512  # rows of more dimensions than rows, whose products with each other are soon computed


@dataclass(frozen=True, eq=False)
class Projection:
    """Points of a plane, and the vectors they represent.

    Attributes:
        places: float32, shape (m, 2).
        index: int64, shape (m,), the row of each point's vector, rising.
        method: "pca" or "tsne".
        explained: For PCA, the share of the variance along either axis; empty for t-SNE, whose
            axes mean nothing.
        note: In words, what was left out and why; "" if nothing was.
        axes: For PCA, the directions of the widest spread, shape (d, k), from which the next
            projection goes on.
    """

    places: NDArray[np.float32] = field(repr=False)
    index: NDArray[np.int64] = field(repr=False)
    method: Method
    explained: tuple[float, ...] = ()
    note: str = ""
    axes: NDArray[np.floating[Any]] | None = field(default=None, repr=False)


def project(
    vectors: Any,
    method: Method = "pca",
    *,
    most: int | None = None,
    perplexity: float = 30.0,
    seed: int = 0,
    before: Projection | None = None,
    progress: Callable[[float, Projection], None] | None = None,
    canceled: Callable[[], bool] | None = None,
) -> Projection:
    """Project vectors to a plane, where similar ones are close to each other.

    PCA turns the cloud so that its two widest directions are seen; distances can be compared.
    t-SNE keeps neighbors together; distances between groups mean little.

    Args:
        vectors: Shape (n, d), n at least 1. Rows that are not finite are left out.
        method: "pca" or "tsne".
        most: Points at most; of more rows a random sample is taken. By default 1,500 for t-SNE,
            which takes some seconds for them, and no limit for PCA.
        perplexity: For t-SNE, about how many neighbors count, above 0; less where there are few
            points.
        seed: Of the sample and of t-SNE.
        before: A projection of the same rows a moment ago, such as before some steps of training:
            PCA goes on from its axes, which takes a small part of the time, and is mirrored to
            agree with it; t-SNE goes on from it and so takes a fourth of the time.
        progress: Called after each of t-SNE's four rounds with the share that is done and the
            points so far.
        canceled: Called between two rounds of t-SNE; `True` cancels.

    Returns:
        The `Projection`.

    Raises:
        CanceledError: `canceled` returned `True`.
        ValueError: Another shape or method, or no row that is finite.

    Source:
        L. van der Maaten and G. Hinton, Visualizing data using t-SNE, 2008; computed by
        scikit-learn.

    Example:
        >>> rows = np.random.default_rng(0).normal(size=(50, 9))
        >>> dl.inspect.project(rows).places.shape
        (50, 2)
    """
    if method not in get_args(Method):
        message = tr(
            "Expected `method` to be one of {names}. Received: {method}",
            names=", ".join(map(repr, get_args(Method))),
            method=repr(method),
        )
        raise ValueError(message)
    rows = np.asarray(vectors)
    if rows.ndim != 2 or 0 in rows.shape or rows.dtype.kind not in "biuf":
        message = tr(
            "Expected vectors of shape (n, dimensions). Received: dtype {dtype}, shape {shape}",
            dtype=rows.dtype,
            shape=rows.shape,
        )
        raise ValueError(message)
    index, note = _chosen(rows, most or (MAX_TSNE if method == "tsne" else len(rows)), seed)
    kept = rows if len(index) == len(rows) else rows[index]
    if before is not None and not np.array_equal(before.index, index):
        before = None
    if method == "pca":
        same = before if before is not None and before.method == "pca" else None
        # Beside a training, threads of BLAS wait for each other far longer than they compute.
        with _one_thread(_blas()):
            found = _pca(kept, 2, None if same is None else same.axes)
        places = found.places
        if same is not None:
            turn = np.sign((places * same.places).sum(axis=0))
            places = places * np.where(turn == 0, 1, turn)
        return Projection(
            places.astype(np.float32), index, method, found.explained, note, found.axes
        )
    if perplexity <= 0:
        message = tr(
            "Expected `perplexity` above 0. Received: {value}",
            value=repr(perplexity),
        )
        raise ValueError(message)

    def tell(share: float, now: NDArray[np.float32]) -> None:
        if progress is not None:
            progress(share, Projection(now, index, "tsne", (), note))

    start = before.places if before is not None and before.method == "tsne" else None
    points = _tsne(
        kept.astype(np.float64),
        perplexity=perplexity,
        seed=seed,
        start=start,
        canceled=canceled or (lambda: False),
        tell=tell,
    )
    return Projection(points, index, "tsne", (), note)


_LIMITING = threading.Lock()
"""The limit is the process's: one that ends while another holds would restore the other's."""


@contextlib.contextmanager
def _one_thread(pools: ThreadpoolController) -> Iterator[None]:
    with _LIMITING, pools.limit(limits=1):
        yield


@functools.cache
def _blas() -> ThreadpoolController:
    import scipy.linalg  # noqa: F401 - it comes with a BLAS of its own
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")


@functools.cache
def _all_pools() -> ThreadpoolController:
    import sklearn.manifold  # noqa: F401 - it comes with an OpenMP of its own
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _chosen(rows: NDArray[Any], most: int, seed: int) -> tuple[NDArray[np.int64], str]:
    """The rows to show, and a note about the others."""
    if most < 1:
        message = tr(
            "Expected `most` of at least 1. Received: {value}",
            value=repr(most),
        )
        raise ValueError(message)
    index = np.flatnonzero(np.isfinite(rows).all(axis=1)).astype(np.int64)
    notes = []
    lost = len(rows) - len(index)
    if not len(index):
        message = tr(
            "Expected finite vectors. Received: {rows} rows with NaN or infinity",
            rows=len(rows),
        )
        raise ValueError(message)
    if lost:
        notes.append(
            trn(
                "{n} vector isn't shown, because it is NaN or infinite",
                "{n} vectors aren't shown, because they are NaN or infinite",
                lost,
            )
        )
    if len(index) > most:
        notes.append(
            tr("a random sample of {shown} of {total} points", shown=most, total=len(index))
        )
        rng = np.random.default_rng(seed)
        index = np.sort(rng.choice(index, most, replace=False))
    return index, join_messages(notes, "; ")


@dataclass(frozen=True, eq=False)
class _Components:
    """Principal components: places, shares of the variance, and axes."""

    places: NDArray[np.floating[Any]]
    explained: tuple[float, ...]
    axes: NDArray[np.floating[Any]] | None = None


def _pca(
    rows: NDArray[Any], dims: int, start: NDArray[np.floating[Any]] | None = None
) -> _Components:
    """The first `dims` principal components; zeros if there are fewer."""
    from sklearn.decomposition import PCA

    places = np.zeros((len(rows), dims))
    # Of equal rows every direction explains 0 of 0.
    if (rows == rows[0]).all():
        return _Components(places, (0.0,) * dims)
    # Squares of very large values would be infinite.
    largest = max(float(rows.max()), -float(rows.min()))
    found = None
    if start is not None:
        small = (rows / largest).astype(np.float32)
        small -= small.mean(axis=0)
        few = len(rows) <= min(_FEW, rows.shape[1])
        if np.abs(small).max() >= _SPREAD:
            found = _of_products(small, dims) if few else _turned(small, dims, start)
    if found is None:
        rows = rows.astype(np.float64) / largest
        count = min(dims + _MORE_AXES, *rows.shape)
        pca = PCA(count, svd_solver="full" if min(rows.shape) < 100 else "auto", random_state=0)
        shares = pca.fit(rows).explained_variance_ratio_
        found = _Components(pca.transform(rows), tuple(map(float, shares)), pca.components_.T)
    shown = min(dims, found.places.shape[1])
    places[:, :shown] = found.places[:, :shown] * largest
    shares = [*found.explained[:shown], *[0.0] * (dims - shown)]
    return _Components(places, tuple(shares), found.axes)


def _of_products(centered: NDArray[np.float32], dims: int) -> _Components:
    """The components from the products of all rows with each other, for few rows that are long."""
    from scipy.linalg import eigh

    n = len(centered)
    count = min(dims + _MORE_AXES, n)
    products = centered @ centered.T
    values, turn = eigh(products, subset_by_index=(n - count, n - 1))
    values, turn = np.maximum(values[::-1], 0), turn[:, ::-1]
    spread = np.sqrt(values)
    shares = tuple(float(value) / float(np.trace(products)) for value in values[:dims])
    return _Components(turn * spread, shares, centered.T @ (turn / np.maximum(spread, _LEAST)))


def _turned(
    centered: NDArray[np.float32], dims: int, axes: NDArray[np.floating[Any]]
) -> _Components | None:
    """Turn the axes of a moment ago to where the spread is now; None if they don't settle soon.

    By subspace iteration, which needs two or three turns where the vectors moved a little.
    """
    d, kept = axes.shape
    if d != centered.shape[1] or kept < dims:
        return None
    total = float((centered**2).sum())
    new = np.random.default_rng(0).normal(size=(d, min(_NEW_AXES, d - kept))) / d**0.5
    axes = np.linalg.qr(np.hstack([axes, new]).astype(np.float32))[0]
    for done in range(_MAX_TURNS):
        places = centered @ axes
        values, turn = np.linalg.eigh(places.T @ places)
        values, turn = values[::-1], turn[:, ::-1]
        places, axes = places @ turn, axes @ turn
        pulled = centered.T @ places
        missed = np.linalg.norm(pulled[:, :dims] - axes[:, :dims] * values[:dims], axis=0)
        if done >= _MIN_TURNS and missed.max() <= _SETTLED * values[0]:
            shares = tuple(float(v) / total for v in values[:dims])
            return _Components(places, shares, axes[:, :kept])
        axes = np.linalg.qr(pulled)[0]
    return None


def _tsne(
    rows: NDArray[np.float64],
    *,
    perplexity: float,
    seed: int,
    start: NDArray[np.float32] | None,
    canceled: Callable[[], bool],
    tell: Callable[[float, NDArray[np.float32]], None],
) -> NDArray[np.float32]:
    from sklearn.manifold import TSNE

    if len(rows) < 3 or np.ptp(rows, axis=0).max() == 0:
        return _pca(rows, 2).places.astype(np.float32)
    if rows.shape[1] > _FIRST_DIMS:
        rows = _pca(rows, min(_FIRST_DIMS, len(rows))).places.astype(np.float64)
    fewer = min(perplexity, (len(rows) - 1) / 3)
    rounds = _ROUNDS if start is None else 1
    places = _start(rows) if start is None else start
    for done in range(rounds):
        if canceled():
            message = tr(
                "t-SNE was canceled after {done} of {rounds} rounds.",
                done=done,
                rounds=rounds,
            )
            raise CanceledError(message)
        # scikit-learn tells nothing while it works: it is called round by round, each going on
        # where the last one ended. Only the first of all pulls the groups apart.
        fit = TSNE(
            2,
            perplexity=fewer,
            init=places,
            random_state=seed,
            max_iter=_ROUND,
            early_exaggeration=12.0 if start is None and done == 0 else 1.0,
        )
        with _one_thread(_all_pools()) if len(rows) <= _FEW else contextlib.nullcontext():
            places = fit.fit_transform(rows).astype(np.float32)
        tell((done + 1) / rounds, places)
    return places


def _start(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    """The starting points of t-SNE: the principal components, scaled as its authors advise."""
    places = _pca(rows, 2).places
    spread = places[:, 0].std()
    return (places / (spread or 1.0) * 1e-4).astype(np.float32)
