"""Windows of a series: where their targets lie, and that no part sees another."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets import data


@pytest.fixture
def counted() -> data.Series:
    """A series whose values are their own row numbers."""
    rows = np.arange(200, dtype=np.float32)
    values = np.column_stack([rows, -rows])
    times = np.arange(200).astype("datetime64[h]")
    return data.Series("n", "Numbers", values, times, ("up", "down"), "up", "made")


def _rows(windows: data.Windows, dataset: object) -> tuple[np.ndarray, np.ndarray]:
    """The batches as row numbers: scaling undone."""
    batches = list(dataset)  # type: ignore[call-overload]
    x = np.concatenate([x.numpy() for x, _ in batches])[..., 0]
    y = np.concatenate([y.numpy() for _, y in batches])
    return tuple(np.rint(a * windows.unit + windows.mean).astype(int) for a in (x, y))


@pytest.mark.parametrize(("lookback", "delay", "step"), [(5, 3, 1), (12, 1, 4), (13, 24, 6)])
def test_the_target_lies_delay_rows_after_the_window(
    counted: data.Series, lookback: int, delay: int, step: int
) -> None:
    windows = counted.windows(lookback, delay, step=step, batch_size=7)
    assert windows.shape == (lookback // step, 2)
    for part, dataset in (("validation", windows.validation), ("test", windows.test)):
        x, y = _rows(windows, dataset)
        start, stop = windows.bounds[part]
        np.testing.assert_array_equal(y, x[:, -1] + delay)
        np.testing.assert_array_equal(np.diff(x), step)
        assert (x.min(), y.max()) == (start, stop - 1)
        np.testing.assert_allclose(
            windows.targets(part) * windows.unit + windows.mean, y, atol=1e-3
        )


def test_training_windows_are_shuffled_within_their_part(counted: data.Series) -> None:
    windows = counted.windows(5, 3, seed=1)
    x, y = _rows(windows, windows.train)
    assert sorted(y) == list(range(7, 100))
    assert y.tolist() != sorted(y)
    np.testing.assert_array_equal(y, x[:, -1] + 3)


def test_scaling_knows_the_training_part_only(counted: data.Series) -> None:
    windows = counted.windows(5, 3)
    assert windows.mean == pytest.approx(49.5)
    assert windows.unit == pytest.approx(np.arange(100).std())
    # in a series that rises by one per row, "as it is now" is wrong by the delay
    assert windows.baseline() * windows.unit == pytest.approx(3, rel=1e-5)
    assert counted.windows(5, 3, columns=("down",)).shape == (5, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"lookback": 60}, "The validation part has 50 rows"),
        ({"delay": 0}, "`delay` as a whole number of at least 1"),
        ({"step": 6}, "`lookback` as a whole number of at least 6"),
        ({"split": (0.5, 0.5)}, "sum below 1"),
        ({"target": "temperature"}, "one of the columns up, down"),
    ],
)
def test_impossible_windows_say_why(
    counted: data.Series, arguments: dict[str, object], message: str
) -> None:
    wanted = {"lookback": 5, "delay": 3, **arguments}
    with pytest.raises(ValueError, match=message):
        counted.windows(**wanted)  # type: ignore[arg-type]
