"""EfficientNet-Lite0's file: read without PyTorch, and nothing in it is run."""

from __future__ import annotations

import pickle
import struct
import zipfile
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlwidgets.models._torch_file import read_torch_file
from dlwidgets.models.efficientnet_lite0 import efficientnet_lite0
from dlwidgets.vision.registry import LITE0

if TYPE_CHECKING:
    from pathlib import Path


def weights() -> Path:
    path = LITE0.path
    assert path is not None
    return path


class Tensor:
    """A tensor as PyTorch pickles it: rows of a table, the columns of which may be first."""

    def __init__(self, key: str, size: tuple[int, ...], stride: tuple[int, ...], of: int) -> None:
        self.key, self.size, self.stride, self.of = key, size, stride, of


def zip_file(path: Path, tensors: dict[str, Tensor], storages: dict[str, np.ndarray]) -> Path:
    """Write a file in the format of zip files, with opcodes of its own: PyTorch isn't here."""

    def text(value: str) -> bytes:
        return b"X" + struct.pack("<I", len(value)) + value.encode()

    def numbers(values: tuple[int, ...]) -> bytes:
        return b"(" + b"".join(b"J" + struct.pack("<i", v) for v in values) + b"t"

    out = b"\x80\x02ccollections\nOrderedDict\n)R("
    for name, t in tensors.items():
        reference = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(t.key) + text("cpu")
        reference += b"J" + struct.pack("<i", t.of) + b"tQ"
        out += text(name) + b"ctorch._utils\n_rebuild_tensor_v2\n("
        out += reference + b"J" + struct.pack("<i", 0) + numbers(t.size) + numbers(t.stride)
        out += b"\x89ccollections\nOrderedDict\n)RtR"
    out += b"u."
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/data.pkl", out)
        for key, values in storages.items():
            archive.writestr(f"net/data/{key}", values.astype("<f4").tobytes())
    return path


def test_all_arrays_of_the_file_are_read() -> None:
    arrays = read_torch_file(weights())
    assert len(arrays) == 296
    used = {n: a for n, a in arrays.items() if not n.endswith("num_batches_tracked")}
    assert sum(a.size for a in used.values()) == 4_694_024
    assert arrays["_conv_stem.weight"].shape == (32, 3, 3, 3)
    assert all(np.isfinite(a).all() for a in used.values())


def test_the_format_of_zip_files_and_views_of_a_storage(tmp_path: Path) -> None:
    values = np.arange(6, dtype="float32")
    tensors = {"rows": Tensor("0", (2, 3), (3, 1), 6), "columns": Tensor("0", (3, 2), (1, 3), 6)}
    found = read_torch_file(zip_file(tmp_path / "a.pth", tensors, {"0": values}))
    np.testing.assert_array_equal(found["rows"], values.reshape(2, 3))
    np.testing.assert_array_equal(found["columns"], values.reshape(2, 3).T)


def test_a_view_beyond_its_values_is_refused(tmp_path: Path) -> None:
    path = zip_file(tmp_path / "a.pth", {"far": Tensor("0", (9, 9), (9, 1), 4)}, {"0": np.zeros(4)})
    with pytest.raises(ValueError, match=r"damaged.*reaches beyond its values"):
        read_torch_file(path)


class Evil:
    def __reduce__(self) -> Any:
        return print, ("run",)


def test_nothing_in_a_file_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "evil.pth"
    with path.open("wb") as file:
        pickle.dump(0x1950A86A20F9469CFC6C, file)
        pickle.dump(1001, file)
        pickle.dump({"little_endian": True}, file)
        pickle.dump(OrderedDict(a=Evil()), file)
    with pytest.raises(ValueError, match=r"isn't a PyTorch file .*it asks for builtins\.print"):
        read_torch_file(path)
    assert "run" not in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"no pickle at all", pickle.dumps(1)])
def test_what_is_no_such_file_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.pth"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"other\.pth isn't a PyTorch file of weights"):
        read_torch_file(path)


def test_a_cut_file_and_another_network_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.pth"
    path.write_bytes(weights().read_bytes()[:10_000_000])
    with pytest.raises(ValueError, match=r"cut\.pth isn't a PyTorch file .*damaged"):
        read_torch_file(path)
    with pytest.raises(ValueError, match="doesn't contain the weights of EfficientNet-Lite0"):
        efficientnet_lite0(weights(), classes=10)
    other = zip_file(tmp_path / "a.pth", {"w": Tensor("0", (2,), (1,), 2)}, {"0": np.ones(2)})
    with pytest.raises(ValueError, match="doesn't contain the weights of EfficientNet-Lite0"):
        efficientnet_lite0(other)
