"""Files of tensors."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import ml_dtypes
import numpy as np
import pytest
import safetensors

from dlwidgets.recording import RecordingError
from dlwidgets.recording.tensor_files import TensorFile, save

if TYPE_CHECKING:
    from pathlib import Path

TENSORS = {
    "dense/kernel": np.random.default_rng(0).random((3, 5)).astype("f4"),
    "step": np.array(7, "i8"),
    "empty": np.zeros((0, 4), "f2"),
    "flags": np.array([True, False]),
    "seeds": np.array([1, 2**32 - 1], "u4"),
    "spectrum": np.array([1 + 2j], "c8"),
    "half": np.array([1.5, -2.25]).astype(ml_dtypes.bfloat16),
    "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "big endian": np.arange(3, dtype=">i4"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save(tmp_path / "a.safetensors", TENSORS, {"step": 7, "name": "7", "state": {"a": [1, None]}})
    return tmp_path / "a.safetensors"


def test_tensors_come_back_bit_by_bit(path: Path) -> None:
    file = TensorFile(path)
    assert file.metadata == {"step": 7, "name": "7", "state": {"a": [1, None]}}
    assert file.names == tuple(TENSORS)
    assert file.nbytes == path.stat().st_size
    for name, found in file.load().items():
        assert found.dtype == TENSORS[name].dtype.newbyteorder("=")
        assert found.shape == TENSORS[name].shape
        np.testing.assert_array_equal(found, TENSORS[name])
        assert found.flags.writeable


def test_one_tensor_is_read_alone(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1  # in the last tensor
    path.write_bytes(data)
    file = TensorFile(path)
    assert list(file.load(["dense/kernel"])) == ["dense/kernel"]
    with pytest.raises(RecordingError, match="damaged"):
        file.load(["big endian"])


def test_an_unknown_name_lists_the_others(path: Path) -> None:
    with pytest.raises(RecordingError, match=r"Expected one of .*dense/kernel.* Received: 'x'"):
        TensorFile(path).load(["x"])


def test_the_package_safetensors_reads_the_same(path: Path) -> None:
    found = dict(safetensors.deserialize(path.read_bytes()))
    assert set(found) == set(TENSORS)
    for name, tensor in TENSORS.items():
        assert found[name]["shape"] == list(tensor.shape)
        native = tensor if name == "half" else tensor.astype(tensor.dtype.newbyteorder("<"))
        assert found[name]["data"] == native.tobytes()
    assert found["half"]["dtype"] == "BF16"


def test_bfloat16_without_ml_dtypes_is_float32(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ml_dtypes", None)
    found = TensorFile(path).load(["half"])["half"]
    assert found.dtype == np.float32
    assert found.tolist() == [1.5, -2.25]


def test_other_dtypes_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"'names' with dtype <U1"):
        save(tmp_path / "a.safetensors", {"names": np.array(["a"])})
    assert list(tmp_path.iterdir()) == []


def test_cut_at_every_byte_it_is_damaged(path: Path) -> None:
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(RecordingError, match=r"a\.safetensors is damaged or incomplete"):
            TensorFile(path)


def test_no_flipped_bit_changes_what_is_read(path: Path) -> None:
    data, chance, noticed = path.read_bytes(), random.Random(2), 0
    whole = TensorFile(path)
    for _ in range(500):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        try:
            file = TensorFile(path)
            found = file.load()
        except RecordingError:
            noticed += 1
            continue
        assert file.metadata == whole.metadata  # only the padding or a space of JSON
        for name, tensor in found.items():
            np.testing.assert_array_equal(tensor, TENSORS[name])
    assert noticed > 450


def test_an_error_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        save(path, {"a": np.zeros(3)})
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
