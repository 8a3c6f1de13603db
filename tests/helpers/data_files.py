"""Small files in the formats that the real data sets come in."""

from __future__ import annotations

import gzip
import pickle
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path


def images(shape: tuple[int, ...], n: int = 20, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), np.uint8)


def labels(n: int = 20) -> np.ndarray:
    return (np.arange(n) % 10).astype(np.uint8)


def split(shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    return {
        "x_train": images(shape),
        "y_train": labels(),
        "x_test": images(shape, 10, 1),
        "y_test": labels(10),
    }


def write_npz(path: Path, **arrays: np.ndarray) -> Path:
    np.savez_compressed(path, **arrays)
    return path


def write_idx(path: Path, array: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    header = bytes((0, 0, 8, array.ndim)) + np.array(array.shape, ">u4").tobytes()
    path.write_bytes(gzip.compress(header + array.tobytes()))
    return path


def write_fashion(folder: Path) -> Path:
    for part, n, seed in (("train", 20, 0), ("t10k", 10, 1)):
        write_idx(folder / f"fashion-mnist/{part}-images-idx3-ubyte.gz", images((28, 28), n, seed))
        write_idx(folder / f"fashion-mnist/{part}-labels-idx1-ubyte.gz", labels(n))
    return folder / "fashion-mnist"


def write_cifar_batches(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for seed, name in enumerate((*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")):
        batch = {
            b"data": images((3, 32, 32), 4, seed).reshape(4, -1),
            b"labels": [0, 3, 9, seed],
            b"batch_label": b"a batch",
        }
        (folder / name).write_bytes(pickle.dumps(batch, protocol=2))
    return folder
