"""Recordings that tests make up, as exports read them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.recording import Histogram
from dlwidgets.training import State, Table
from dlwidgets.training.rate_history import RateHistory

if TYPE_CHECKING:
    from dlwidgets.recording.errors import RecordingError

CREATED = 1_700_000_000.25


@dataclass
class MadeSample:
    step: int
    name: str
    content: Any
    kind: str = "image"

    def load(self) -> Any:
        if isinstance(self.content, Exception):
            raise self.content
        return self.content


@dataclass
class MadeRecording:
    """As much of a `RecordedRun` as exports read."""

    id: str = "2026-11-28T22-31-05-mlp"
    name: str = "mlp"
    model_name: str = "net"
    state: State = State.FINISHED
    message: str = ""
    tags: tuple[str, ...] = ("digits", "first try")
    note: str = "A note."
    info: dict[str, Any] = field(default_factory=dict)
    steps: Table = field(default_factory=Table)
    epochs: Table = field(default_factory=Table)
    history: dict[str, list[float]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    series: dict[str, list[Histogram]] = field(default_factory=dict)
    made: list[MadeSample] = field(default_factory=list)
    damage: tuple[str, ...] = ()
    learning_rates: RateHistory = field(default_factory=RateHistory)

    @property
    def created(self) -> str:
        return datetime.fromtimestamp(CREATED, UTC).isoformat()

    @property
    def recorder(self) -> MadeRecording:
        return self

    def refresh(self) -> bool:
        return False

    def histograms(self) -> dict[str, list[Histogram]]:
        return self.series

    def samples(self) -> list[MadeSample]:
        return self.made


def histogram(step: int, low: float, high: float, counts: np.ndarray) -> Histogram:
    return Histogram(step, step / 100, step / 100, low, high, counts)


def curve(steps: int, seed: int = 0) -> np.ndarray:
    """A loss as a network's: falling, noisy, float32 in float64."""
    noise = np.random.default_rng(seed).normal(size=steps)
    falling = 2.3 * np.exp(-np.arange(steps) / max(1, steps / 5)) + 0.1
    return (falling * np.exp(0.1 * noise)).astype(np.float32).astype(np.float64)


def recording(steps: int = 500, per_epoch: int = 100) -> MadeRecording:
    """A run with curves, a pause, histograms, an image, images and a text."""
    rec = MadeRecording(
        info={
            "fit": {"epochs": steps // per_epoch, "batch_size": 32, "shuffle": True},
            "compile": {"optimizer": {"name": "adam", "learning_rate": 0.001}},
            "data": {"x": {"shape": [1438, 8, 8, 1], "crc32": 7}},
            "versions": {"keras": "3.15.1"},
        }
    )
    step = np.arange(1, steps + 1)
    rec.steps.extend(
        step=step,
        epoch=step / per_epoch,
        time=step * 0.01,
        values={"loss": curve(steps), "accuracy": 1 - curve(steps, 1) / 3},
    )
    ends = step[per_epoch - 1 :: per_epoch]
    values = {"loss": curve(len(ends)), "val_loss": curve(len(ends), 2)}
    rec.epochs.extend(step=ends, epoch=ends / per_epoch, time=ends * 0.01, values=values)
    rec.history = {name: column.tolist() for name, column in values.items()}
    half = steps // 2
    rec.events = [
        {"kind": "state", "step": 0, "epoch": 0.0, "time": 0.0, "at": CREATED + 1, "text": ""},
        _event("pause", half, half * 0.01, CREATED + 1 + half * 0.01),
        _event("state", half, half * 0.01, CREATED + 61 + half * 0.01),
    ]
    rng = np.random.default_rng(3)
    for name in ("weights/dense/kernel", "gradients/dense/kernel"):
        rec.series[name] = [
            histogram(int(s), -1.0 - s, 2.0 + s, rng.integers(0, 50, 30)) for s in ends
        ]
    rec.series["activations/relu"] = [histogram(int(ends[-1]), 0.5, 0.5, np.array([7] + [0] * 29))]
    atlas = rng.integers(0, 255, (5, 8, 8, 1), np.uint8)
    rec.made = [
        MadeSample(int(ends[0]), "digits", atlas),
        MadeSample(int(ends[-1]), "digits", atlas[0]),
        MadeSample(int(ends[-1]), "text", "one\n# two <b>", "text"),
    ]
    return rec


def _event(kind: str, step: int, time: float, at: float) -> dict[str, Any]:
    text = f"{kind} at step {step}"
    return {"kind": kind, "step": step, "epoch": step / 100, "time": time, "at": at, "text": text}


def diverging(steps: int = 300) -> MadeRecording:
    """A run whose loss becomes infinite and then NaN, with a metric that begins late."""
    rec = MadeRecording(state=State.FAILED)
    loss, late = curve(steps), curve(steps, 1)
    loss[-20:-10], loss[-10:] = math.inf, math.nan
    late[: steps // 2] = math.nan
    loss[0] = -0.0
    step = np.arange(1, steps + 1)
    rec.steps.extend(
        step=step,
        epoch=step / 7,
        time=step / 3,
        values={'odd, "name"\nof a metric': late, "loss": loss, "step": loss * 1e300},
    )
    return rec


def damaged(error: RecordingError) -> MadeRecording:
    """A run with a sample that can't be read."""
    rec = recording()
    rec.made.append(MadeSample(500, "lost", error))
    rec.damage = ("steps.dlw is damaged after step 500.",)
    return rec
