"""How an image develops: in bounded memory, and as a file that other programs play."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from dlwidgets._canceled import CanceledError
from dlwidgets.vision.film import MAX_BYTES, MAX_FRAMES, Film, encode_animation


def gray(value: int, height: int = 40, width: int = 60) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def test_a_film_keeps_the_first_and_the_last_and_some_between() -> None:
    film = Film(longest=30)
    for value in range(251):
        film.add(gray(value))
        assert len(film.frames) <= MAX_FRAMES
        assert film.frames[-1][0, 0, 0] == value
    values = [int(frame[0, 0, 0]) for frame in film.frames]
    assert (values[0], values[-1]) == (0, 250)
    assert len(set(np.diff(values[:-1]))) == 1, "evenly"
    assert {frame.shape for frame in film.frames} == {(20, 30, 3)}
    assert Film().frames == []


def test_an_animation_is_played_in_the_size_of_its_largest_frame() -> None:
    frames = [gray(10, 20, 30), gray(120, 20, 30), gray(250)]
    with Image.open(io.BytesIO(encode_animation(frames, seconds=0.2))) as gif:
        assert gif.format == "GIF"
        assert (gif.n_frames, gif.size) == (3, (60, 40))
        assert gif.info["loop"] == 0
        found, durations = [], []
        for i in range(3):
            gif.seek(i)
            found.append(np.asarray(gif.convert("RGB"))[5, 5, 0])
            durations.append(gif.info["duration"])
    np.testing.assert_allclose(found, [10, 120, 250], atol=8)
    assert durations == [1500, 200, 1500]


def test_a_file_stays_small() -> None:
    random = np.random.default_rng(0)
    noise = [random.integers(0, 256, (240, 320, 3), "uint8") for _ in range(MAX_FRAMES)]
    data = encode_animation(noise)
    assert len(data) <= MAX_BYTES
    with Image.open(io.BytesIO(data)) as gif:
        assert gif.n_frames == MAX_FRAMES
        assert gif.width < 320


def test_it_ends_when_asked_and_needs_two_frames() -> None:
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(CanceledError):
        encode_animation([gray(v) for v in range(10)], stop=stop)
    assert len(asked) == 3
    with pytest.raises(ValueError, match=r"at least two frames. Received: 1"):
        encode_animation([gray(1)])
