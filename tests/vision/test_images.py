"""Pictures of every common form, and those that cannot be used."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from dlwidgets.vision import ImageError, encode_png, from_array, from_bytes, read_settings
from dlwidgets.vision.images import MAX_FILE_BYTES, photographs, reduced, resize
from tests.helpers.vision import noise


def file(array: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(array).save(out, kind, **options)
    return out.getvalue()


def test_floats_and_whole_numbers_of_the_same_picture_are_the_same() -> None:
    pixels = noise(20, 30)
    for same in (pixels, pixels / 255, (pixels / 255).astype("float32"), pixels.astype("int64")):
        np.testing.assert_array_equal(from_array(same).pixels, pixels)
    assert from_array(pixels).notes == ()


@pytest.mark.parametrize("shape", [(20, 30), (20, 30, 1)])
def test_gray_becomes_three_equal_channels(shape: tuple[int, ...]) -> None:
    gray = np.arange(600, dtype=np.uint8).reshape(shape)
    pixels = from_array(gray).pixels
    assert pixels.shape == (20, 30, 3)
    for channel in range(3):
        np.testing.assert_array_equal(pixels[..., channel], gray.reshape(20, 30))


@pytest.mark.parametrize("channels", [2, 4])
def test_alpha_is_laid_on_white_and_said(channels: int) -> None:
    array = np.full((16, 16, channels), 100, np.uint8)
    array[:8, :, -1], array[8:, :, -1] = 0, 255
    picture = from_array(array)
    assert picture.notes == ("Transparent areas were filled with white.",)
    assert (picture.pixels[:8] == 255).all()
    assert (picture.pixels[8:] == 100).all()
    half = array.copy()
    half[..., -1] = 51  # a fifth: 100/5 + 255·4/5
    assert (from_array(half).pixels == 224).all()
    if channels == 4:
        np.testing.assert_array_equal(from_bytes(file(half)).pixels, from_array(half).pixels)


def test_8000_pixels_wide_is_scaled_down_and_said() -> None:
    wide = np.zeros((1000, 8000, 3), np.uint8)
    wide[:, ::2] = 255  # a column in two: skipping pixels would leave only black or only white
    for picture in (from_array(wide), from_bytes(file(wide))):
        assert picture.size == (256, 2048)
        assert picture.notes == ("Scaled down from 8000×1000 to 2048×256 pixels.",)
        middle = picture.pixels[10:-10, 10:-10]
        assert 60 < middle.min() <= middle.max() < 196


@pytest.mark.parametrize("shape", [(300, 1, 3), (1, 300, 3), (15, 15, 3), (1, 1)])
def test_one_pixel_wide_is_refused_with_its_size(shape: tuple[int, ...]) -> None:
    with pytest.raises(ImageError, match=rf"slit is {shape[1]}×{shape[0]} pixels, .* least 16"):
        from_array(np.zeros(shape, np.uint8), name="slit")


def test_a_strip_that_is_too_thin_once_scaled_is_refused() -> None:
    with pytest.raises(ImageError, match=r"8000×20 pixels. Scaled down.* only 2048×5"):
        from_array(np.zeros((20, 8000, 3), np.uint8))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((20, 20, 5)), r"1 to 4 channels\. Received: shape \(20, 20, 5\)"),
        (np.zeros(5), r"Received: shape \(5,\)"),
        (np.zeros((0, 20, 3)), r"Received: shape \(0, 20, 3\)"),
        (np.full((20, 20, 3), np.nan), "NaN"),
        (np.full((20, 20, 3), 2.0), r"0 to 1 in an image.*\. Received: 2 to 2"),
        (np.full((20, 20, 3), -1), r"0 to 255 in an image.*\. Received: -1 to -1"),
        (np.full((20, 20, 3), "a"), "dtype"),
    ],
)
def test_what_is_no_picture_is_said(array: np.ndarray, words: str) -> None:
    with pytest.raises(ImageError, match=words):
        from_array(array)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "JPEG", "WEBP", "GIF"])
def test_files_are_read(kind: str) -> None:
    smooth = np.repeat(np.arange(64, dtype=np.uint8)[:, np.newaxis] * 2, 48, 1)
    pixels = np.stack([smooth] * 3, -1)
    got = from_bytes(file(pixels, kind)).pixels
    assert got.shape == pixels.shape
    assert np.abs(got.astype(int) - pixels).max() < 12  # JPEG and WebP lose a little


def test_sixteen_bits_per_pixel_keep_their_shades() -> None:
    gray = (np.arange(400, dtype=np.uint16) * 160).reshape(20, 20)
    np.testing.assert_array_equal(from_bytes(file(gray)).pixels[..., 0], gray >> 8)


def test_a_camera_s_picture_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90°
    assert from_bytes(file(noise(20, 40), "JPEG", exif=exif)).size == (40, 20)


def test_files_that_cannot_be_read_are_said() -> None:
    whole = file(noise(64, 64))
    for data, words in (
        (b"", "isn't an image file. Expected one of PNG, JPEG"),
        (b"<svg onload=alert(1)>", "isn't an image file. Expected one of PNG, JPEG"),
        (whole[: len(whole) // 2], "can't be read"),
        (b"\0" * (MAX_FILE_BYTES + 1), "has 20.MB, but at most 20.MB"),
    ):
        with pytest.raises(ImageError, match=words):
            from_bytes(data, name="mine.png")


def test_a_decompression_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(ImageError, match=r"30000×30000 pixels|too many pixels"):
        from_bytes(_png_header(30_000, 30_000))
    with pytest.raises(ImageError, match="12000×12000 pixels"):
        from_bytes(_png_header(12_000, 12_000))


def _png_header(width: int, height: int) -> bytes:
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rest = chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + rest


def test_a_png_carries_its_settings() -> None:
    pixels = noise(20, 30)
    settings = {"layers": {"block3_conv": 1.5}, "steps": 20, "picture": "Übersee.png"}
    png = encode_png(pixels, settings)
    assert read_settings(png) == settings
    np.testing.assert_array_equal(from_bytes(png).pixels, pixels)
    with pytest.raises(ImageError, match="contains no settings"):
        read_settings(file(pixels))
    with pytest.raises(ImageError, match="Not a PNG file"):
        read_settings(b"nothing")


def test_the_two_photographs_are_there() -> None:
    assert {name: p.size for name, p in photographs().items()} == {
        "china": (427, 640),
        "flower": (427, 640),
    }
    assert photographs()["china"].scaled(320).size == (214, 320)
    pixels = noise(20, 30)
    assert resize(pixels, 30) is pixels


@pytest.mark.parametrize("size", [(7, 5), (5, 7), (12, 12), (1, 9)])
@pytest.mark.parametrize("longest", [1, 3, 4])
def test_reduced_pictures_hold_the_mean_of_their_areas(size: tuple[int, int], longest: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (4, *size, 3), np.uint8)
    found = reduced(pixels, longest)
    rows, columns = found.shape[1:3]
    assert max(rows, columns) == longest
    # Each pixel in so many parts that the new ones begin between two of them.
    fine = pixels.repeat(rows, 1).repeat(columns, 2).astype(float)
    parts = fine.reshape(4, rows, size[0], columns, size[1], 3)
    np.testing.assert_allclose(found, parts.mean((2, 4)), atol=0.51)


def test_small_pictures_stay_the_very_same() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (2, 8, 9, 3), np.uint8)
    assert reduced(pixels, 9) is pixels
    assert reduced(pixels[:0], 3).shape == (0, 8, 9, 3)
