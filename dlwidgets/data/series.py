"""Time series: columns of measurements in equal steps of time, and windows of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")


@dataclass(frozen=True, eq=False)
class Series:
    """Measurements in equal steps of time.

    Attributes:
        name: The name for `load`, for example ``"nyc_weather"``.
        title: The name in menus.
        values: float32 `(rows, columns)`, the oldest row first. No value is missing.
        times: datetime64 `(rows,)`.
        columns: The names of the columns, with units.
        target: The column that is to be predicted.
        origin: Where it was found.
        source: The file it was read from.
        note: What was done to the file, as a sentence; "" if nothing.

    Example:
        >>> weather = dl.data.load("nyc_weather")  # doctest: +SKIP
        >>> weather.values.shape, weather.columns[0]  # doctest: +SKIP
        ((8730, 8), 'temp (degC)')
    """

    name: str
    title: str
    values: npt.NDArray[np.float32] = field(repr=False)
    times: npt.NDArray[Any] = field(repr=False)
    columns: tuple[str, ...]
    target: str
    origin: str
    source: Path | None = None
    note: str = ""

    def __len__(self) -> int:
        return len(self.values)

    def column(self, name: str = "") -> npt.NDArray[np.float32]:
        """Return one column, float32 `(rows,)`.

        Args:
            name: Its name, one of `columns`. "" for the target.

        Raises:
            ValueError: There is no such column.
        """
        return self.values[:, self._index(name or self.target)]

    def _index(self, name: str) -> int:
        if name not in self.columns:
            known = ", ".join(self.columns)
            message = tr(
                "Expected one of the columns {known}. Received: {name}",
                known=known,
                name=repr(name),
            )
            raise ValueError(message)
        return self.columns.index(name)

    def windows(
        self,
        lookback: int,
        delay: int,
        *,
        step: int = 1,
        batch_size: int = 128,
        target: str = "",
        columns: tuple[str, ...] | None = None,
        split: tuple[float, float] = (0.5, 0.25),
        seed: int | None = None,
    ) -> Windows:
        """Return windows of the past, each with a value of the future, for training.

        The series is split in time, the newest part for the test, so that no window reaches into
        another part. Values are shifted and scaled to mean 0 and standard deviation 1 over the
        training part. The windows are made by `keras.utils.timeseries_dataset_from_array`.

        Args:
            lookback: Rows that a window reaches back, at least `step`.
            delay: How many rows after the last one of the window the target lies, at least 1.
            step: Each so-manieth row of the past is taken. A window has `lookback // step` rows.
            batch_size: Windows per batch.
            target: The column to predict. "" for the series' own.
            columns: The columns that the network sees. `None` for all.
            split: The fractions of training and validation; the rest is for the test.
            seed: The seed of the order of the training windows.

        Returns:
            The `Windows`, with `train`, `validation` and `test`.

        Raises:
            ValueError: An argument is out of range, or a part is too short for a window.

        Example:
            >>> t = np.arange(400)
            >>> wave = dl.data.Series(
            ...     "wave", "Wave", np.sin(t / 9, dtype=np.float32)[:, np.newaxis],
            ...     t.astype("datetime64[h]"), ("height",), "height", "made")
            >>> windows = wave.windows(24, 6, batch_size=16)
            >>> x, y = next(iter(windows.train))
            >>> x.shape, y.shape
            (TensorShape([16, 24, 1]), TensorShape([16]))
        """
        _at_least("lookback", lookback, step)
        _at_least("step", step, 1)
        _at_least("delay", delay, 1)
        _at_least("batch_size", batch_size, 1)
        if len(split) != 2 or min(split) <= 0 or sum(split) >= 1:
            message = tr(
                "Expected `split` as two fractions with a sum below 1. Received: {split}",
                split=split,
            )
            raise ValueError(message)
        cuts = [round(len(self) * part) for part in (split[0], split[0] + split[1])]
        bounds = dict(zip(PARTS, zip((0, *cuts), (*cuts, len(self)), strict=True), strict=True))
        least = _reach(lookback, step) + delay
        for part, (start, stop) in bounds.items():
            if stop - start <= least:
                message = tr(
                    "The {part} part has {rows} rows, but one window with its target takes "
                    "{least}. Choose a smaller `lookback` or `delay`, or another `split`.",
                    part=part,
                    rows=stop - start,
                    least=least + 1,
                )
                raise ValueError(message)
        used = [self._index(name) for name in (self.columns if columns is None else columns)]
        goal = self._index(target or self.target)
        mean = self.values[: cuts[0]].mean(axis=0, dtype=np.float64)
        std = self.values[: cuts[0]].std(axis=0, dtype=np.float64)
        std[std == 0] = 1.0
        scaled = ((self.values - mean) / std).astype(np.float32)
        return Windows(
            x=scaled[:, used],
            y=scaled[:, goal],
            unit=float(std[goal]),
            mean=float(mean[goal]),
            bounds=bounds,
            lookback=lookback,
            delay=delay,
            step=step,
            batch_size=batch_size,
            seed=seed,
        )


def _at_least(name: str, value: int, least: int) -> None:
    if not isinstance(value, int) or value < least:
        message = tr(
            "Expected `{name}` as a whole number of at least {least}. Received: {value}",
            name=name,
            least=least,
            value=repr(value),
        )
        raise ValueError(message)


def _reach(lookback: int, step: int) -> int:
    """From the first row of a window to its last one."""
    return (lookback // step - 1) * step


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows of a series, in three parts of time.

    Attributes:
        x: float32 `(rows, columns)`: what the network sees, scaled.
        y: float32 `(rows,)`: the target's column, scaled.
        unit: The standard deviation of the target: an error of the network times it has the unit
            of the series.
        mean: The target's mean over the training part.
        bounds: The first row of each part, and the one after its last.
        lookback: Rows that a window reaches back.
        delay: Rows from the end of a window to its target.
        step: Each so-manieth row is taken.
        batch_size: Windows per batch.
        seed: The seed of the order of the training windows.
    """

    x: npt.NDArray[np.float32] = field(repr=False)
    y: npt.NDArray[np.float32] = field(repr=False)
    unit: float
    mean: float
    bounds: dict[Part, tuple[int, int]]
    lookback: int
    delay: int
    step: int
    batch_size: int
    seed: int | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of one window: rows and columns."""
        return self.lookback // self.step, self.x.shape[1]

    @cached_property
    def train(self) -> Any:
        """Shuffled batches of windows `(batch, rows, columns)` and targets `(batch,)`."""
        return self._dataset("train", shuffle=True)

    @cached_property
    def validation(self) -> Any:
        """The same of the validation part, in the order of time."""
        return self._dataset("validation", shuffle=False)

    @cached_property
    def test(self) -> Any:
        """The same of the test part, in the order of time."""
        return self._dataset("test", shuffle=False)

    def _dataset(self, part: Part, *, shuffle: bool) -> Any:
        from dlwidgets._tensorflow import load_keras

        start, stop = self.bounds[part]
        ahead = _reach(self.lookback, self.step) + self.delay
        return load_keras().utils.timeseries_dataset_from_array(
            self.x[start : stop - self.delay],
            self.y[start + ahead : stop],
            sequence_length=self.shape[0],
            sampling_rate=self.step,
            batch_size=self.batch_size,
            shuffle=shuffle,
            seed=self.seed,
        )

    def targets(self, part: Part = "validation") -> npt.NDArray[np.float32]:
        """Return the targets of a part in the order of time, scaled.

        Args:
            part: ``"train"``, ``"validation"`` or ``"test"``.
        """
        start, stop = self.bounds[part]
        return self.y[start + _reach(self.lookback, self.step) + self.delay : stop]

    def baseline(self, part: Part = "validation") -> float:
        """Return the mean absolute error of "as it is now", in standard deviations.

        Args:
            part: ``"train"``, ``"validation"`` or ``"test"``.

        Returns:
            The error of predicting the last value of each window. Times `unit`, it has the unit
            of the series.
        """
        start, stop = self.bounds[part]
        first = start + _reach(self.lookback, self.step)
        now, later = self.y[first : stop - self.delay], self.y[first + self.delay : stop]
        return float(np.abs(now - later).mean(dtype=np.float64))
