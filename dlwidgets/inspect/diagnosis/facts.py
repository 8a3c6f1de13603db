"""What a diagnosis starts from: curves, settings, data and the model's insides as numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Task = Literal["classes", "binary", "multi_label", "regression", ""]
"""What a model learns; "" if that isn't known."""

_USUAL_RATES: Mapping[str, float] = {
    "sgd": 1e-2,
    "rmsprop": 1e-3,
    "adam": 1e-3,
    "adamw": 1e-3,
    "nadam": 1e-3,
    "adamax": 1e-3,
    "adagrad": 1e-2,
    "adadelta": 1.0,
    "ftrl": 1e-2,
    "adafactor": 1e-3,
    "lion": 1e-4,
    "lamb": 1e-3,
    "muon": 1e-3,
}


@dataclass(frozen=True, eq=False)
class Curves:
    """What a run has recorded.

    Attributes:
        loss: The loss of each training step, shape (steps,).
        epoch_steps: The last step of each finished epoch, shape (epochs,).
        epochs: What each finished epoch logged, by name: arrays of shape (epochs,), NaN where an
            epoch did not log it.
        initial_epoch: The epochs before the first one here, as in `fit`.
        not_finite: Whether the run ended because its loss or its weights weren't finite.
        highest_rate: The highest learning rate so far; NaN if it isn't known.
    """

    loss: NDArray[np.float64]
    epoch_steps: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    epochs: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    initial_epoch: int = 0
    not_finite: bool = False
    highest_rate: float = math.nan


@dataclass(frozen=True)
class Setup:
    """How a run was set up, as far as it is known.

    Attributes:
        optimizer: The class of the optimizer; "" if there are several, or it isn't known.
        rate: The learning rate of the first step; NaN if it isn't known.
        task: What the model learns.
        loss: The name of the loss in lower case without underscores; "" for a function of the
            user's own.
        units: Numbers of the output per sample; 0 if that isn't known.
        activation: The last activation, as `inspect.final_activation` gives it.
        shuffles: Whether the samples are shuffled before each epoch; `None` if that isn't known.
        validation_split: As for `fit`.
        weighted: Whether classes or samples have weights.
        scales: Whether the model scales its inputs, or takes the numbers of words; `None` if that
            isn't known.
        tokens: Whether it takes the numbers of words, which aren't near or far from each other;
            `None` if that isn't known.
    """

    optimizer: str = ""
    rate: float = math.nan
    task: Task = ""
    loss: str = ""
    units: int = 0
    activation: str = ""
    shuffles: bool | None = None
    validation_split: float = 0.0
    weighted: bool = False
    scales: bool | None = False
    tokens: bool | None = False

    @property
    def usual_rate(self) -> float:
        """A learning rate that is usual for the optimizer; NaN for an unknown one."""
        return _USUAL_RATES.get(self.optimizer.lower(), math.nan)


@dataclass(frozen=True, eq=False)
class DataFacts:
    """What is known of the data that a model learns from.

    Attributes:
        samples: How many samples were looked at.
        low: The lowest number in the inputs; NaN without numbers.
        high: The highest.
        mean: Their mean.
        std: Their standard deviation.
        spread: How many times the standard deviation of the widest feature is that of the middle
            one; 1 where all features are of one kind, such as pixels.
        not_finite: How many samples have NaN or infinity in their inputs or targets.
        counts: Samples per class, shape (classes,); empty for other targets.
        runs_share: How often neighbors have different classes, as a part of what a random order
            would give; NaN where it isn't known. About 1 for shuffled data, about 0 for sorted.
        order: For a regression, the rank correlation of targets and their order; otherwise 0.
        last_part: The share of classes of the last fifth that the rest doesn't have enough of.
        agreement: How well the nearest neighbors of a sample predict its target: 0 as well as
            chance, 1 perfectly. NaN where it isn't known.
        agreement_error: The standard error of `agreement` if it is chance.
        baseline: The cross-entropy of the best constant prediction, or the targets' variance; NaN
            where it isn't known.
        held_out: The same as `baseline` of the validation targets.
        deviation: The targets' mean absolute deviation from their median; NaN for classes.
    """

    samples: int = 0
    low: float = math.nan
    high: float = math.nan
    mean: float = math.nan
    std: float = math.nan
    spread: float = 1.0
    not_finite: int = 0
    counts: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    runs_share: float = math.nan
    order: float = 0.0
    last_part: float = 0.0
    agreement: float = math.nan
    agreement_error: float = math.nan
    baseline: float = math.nan
    held_out: float = math.nan
    deviation: float = math.nan


@dataclass(frozen=True, eq=False)
class InsideFacts:
    """What a model looks like inside, for a few samples.

    Attributes:
        dead: By layer with ReLU, the share of its units that are 0 for all samples.
        gradients: By layer, from input to output, the norm of the loss's gradient by its weights.
        moved: By layer, how far its weights are from those at the start, as a part of their size.
        problems: Why something isn't known, as sentences.
    """

    dead: Mapping[str, float] = field(default_factory=dict)
    gradients: Mapping[str, float] = field(default_factory=dict)
    moved: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
