"""Append-only blocks of columns."""

from __future__ import annotations

import json
import random
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlwidgets.recording import blocks

if TYPE_CHECKING:
    from pathlib import Path


def rows(start: int, n: int) -> list[tuple[str, np.ndarray]]:
    return [
        ("step", np.arange(start, start + n).astype("<u4")),
        ("loss", np.linspace(0, 1, n)),
        ("counts", np.arange(n * 3).reshape(n, 3).astype("<u4")),
    ]


def steps(found: list[blocks.Block]) -> list[int]:
    return [int(step) for block in found for step in dict(block.columns)["step"]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    writer = blocks.BlockWriter(tmp_path / "steps.dlw")
    for start in (1, 11, 21):
        writer.append(rows(start, 10), {"kind": f"from {start}"})
    writer.close()
    return tmp_path / "steps.dlw"


def test_what_was_appended_is_read(file: Path) -> None:
    found = blocks.BlockReader(file).new()
    assert [block.header["kind"] for block in found] == ["from 1", "from 11", "from 21"]
    assert steps(found) == list(range(1, 31))
    for (name, values), (read_name, read) in zip(rows(11, 10), found[1].columns, strict=True):
        assert name == read_name
        np.testing.assert_array_equal(values, read)


def test_a_reader_finds_only_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "steps.dlw"
    reader = blocks.BlockReader(path)
    assert reader.new() == []
    writer = blocks.BlockWriter(path)
    writer.append(rows(1, 2))
    assert steps(reader.new()) == [1, 2]
    assert reader.new() == []
    writer.append(rows(3, 2))
    assert steps(reader.new()) == [3, 4]
    writer.close()


def test_single_rows_are_read_together(tmp_path: Path) -> None:
    path = tmp_path / "steps.dlw"
    writer = blocks.BlockWriter(path)
    for start in [*range(1, 51), 60]:
        writer.append(rows(start, 1 if start < 60 else 3))
    for start in range(63, 70):
        writer.append([*rows(start, 1), ("late", np.ones(1))])
    writer.close()
    found = blocks.BlockReader(path).new()
    assert [block.rows for block in found] == [50, 3, 7]
    assert steps(found) == [*range(1, 51), *range(60, 70)]
    np.testing.assert_array_equal(dict(found[0].columns)["counts"], [[0, 1, 2]] * 50)
    data = bytearray(path.read_bytes())
    one = len(blocks.encode(rows(1, 1)))
    for place in (40, one - 1):  # in the header, and in a value
        data[10 * one + place] ^= 1
        damaged = blocks.scan(bytes(data))
        assert steps(damaged.blocks) == [*range(1, 11), *range(12, 51), *range(60, 70)]
        assert damaged.holes == 1
        data[10 * one + place] ^= 1
    for cut in range(len(data)):
        whole = blocks.scan(path.read_bytes()[:cut])
        assert steps(whole.blocks) == steps(found)[: len(steps(whole.blocks))]
        assert len(steps(whole.blocks)) >= min(50, cut // one)


def test_a_reader_waits_for_the_rest_of_a_block(file: Path, tmp_path: Path) -> None:
    data, growing = file.read_bytes(), tmp_path / "growing.dlw"
    third = len(data) // 3
    growing.write_bytes(data[: third + 5])
    reader = blocks.BlockReader(growing)
    assert steps(reader.new()) == list(range(1, 11))
    assert reader.torn
    growing.write_bytes(data)
    assert steps(reader.new()) == list(range(11, 31))
    assert (reader.torn, reader.holes) == (False, 0)


def test_cut_at_every_byte_the_whole_blocks_are_there(file: Path) -> None:
    data = file.read_bytes()
    one = len(data) // 3
    assert len(data) == 3 * one + 2  # the second and the third name a longer number
    ends = [blocks.scan(data[:n]).end for n in range(len(data))]
    assert sorted(set(ends)) == [0, one, 2 * one + 1]
    for cut in range(len(data)):
        found = blocks.scan(data[:cut])
        assert len(found.blocks) == sum(cut >= end for end in (one, 2 * one + 1))
        assert found.torn == (cut not in (0, one, 2 * one + 1))


def test_an_append_after_a_cut_takes_its_place(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-7])
    writer = blocks.BlockWriter(file)
    writer.append(rows(21, 2))
    writer.close()
    reader = blocks.BlockReader(file)
    assert steps(reader.new()) == [*range(1, 21), 21, 22]
    assert (reader.torn, reader.holes) == (False, 0)


def test_a_flipped_bit_costs_its_own_block_only(file: Path) -> None:
    data, chance = file.read_bytes(), random.Random(1)
    for _ in range(300):
        changed, place = bytearray(data), chance.randrange(len(data))
        changed[place] ^= 1 << chance.randrange(8)
        found = blocks.scan(bytes(changed))
        assert len(found.blocks) == 2
        assert found.holes + found.torn == 1


@pytest.mark.parametrize(
    "header",
    [
        [],
        {"rows": 1},
        {"rows": -1, "columns": [["a", "<f8"]]},
        {"rows": True, "columns": [["a", "<f8"]]},
        {"rows": 2**40, "columns": [["a", "<f8"]]},
        {"rows": 1, "columns": [["a", "O"]]},
        {"rows": 1, "columns": [["a", ["<f8"]]]},
        {"rows": 1, "columns": [[1, "<f8"]]},
        {"rows": 1, "columns": [["a", "<f8", -3]]},
        {"rows": 1, "columns": ["a"]},
        {"rows": 2, "columns": [["a", "<f8"]]},
        {"rows": 0, "columns": [["a", "<f8"]]},
    ],
)
def test_a_header_of_other_types_is_no_block(header: Any) -> None:
    head = json.dumps(header).encode()
    body = struct.pack("<I", len(head)) + head + bytes(8)
    data = blocks.MAGIC + struct.pack("<II", len(body), zlib.crc32(body)) + body
    found = blocks.scan(data)
    assert (found.blocks, found.torn) == ([], True)


@pytest.mark.parametrize("length", [0, 3, 4, 2**32 - 1])
def test_wrong_lengths_are_no_block(length: int) -> None:
    for inner in (0, 1, 2**32 - 1):
        body = struct.pack("<I", inner) + b"{}"
        data = blocks.MAGIC + struct.pack("<II", length, zlib.crc32(body[:length])) + body
        assert blocks.scan(data).blocks == []


def test_values_keep_their_bits() -> None:
    small, large = np.array([0.5, np.nan, np.inf, -0.0]), np.array([0.1, 1e-300, 1e300])
    assert blocks.smallest(small).dtype == "<f4"
    assert blocks.smallest(large).dtype == "<f8"
    assert blocks.smallest(large) is large
    np.testing.assert_array_equal(np.signbit(blocks.smallest(small)), np.signbit(small))


def test_a_file_that_was_replaced_is_noticed(file: Path) -> None:
    reader = blocks.BlockReader(file)
    reader.new()
    assert not reader.replaced
    other = file.with_name("other")
    other.write_bytes(file.read_bytes() * 2)
    other.replace(file)
    assert reader.replaced
    file.unlink()
    assert not reader.replaced  # what was read of it stays
