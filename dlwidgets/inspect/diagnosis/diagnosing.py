"""What is wrong with a run, out of everything that is known of it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.inspect.diagnosis import curve_rules, data_rules
from dlwidgets.inspect.diagnosis.curve_shape import CurveShape, shape_of
from dlwidgets.inspect.diagnosis.facts import Curves, DataFacts, InsideFacts, Setup
from dlwidgets.inspect.diagnosis.findings import Diagnosis, Finding

if TYPE_CHECKING:
    from dlwidgets.inspect.diagnosis.findings import Kind

_ENOUGH = 100  # steps, after which a run has learned something
_FEW = 30  # steps, before which nothing can be said
_EPOCHS = 3
_CONSTANT = 0.95  # of the loss of a constant guess
_CROSS_ENTROPIES = frozenset(
    {"categoricalcrossentropy", "sparsecategoricalcrossentropy", "binarycrossentropy"}
)
_ORDER: tuple[Kind, ...] = (
    "nan",
    "sorted_labels",
    "unscaled_inputs",
    "rate_high",
    "dead_units",
    "mismatched_labels",
    "rate_low",
    "not_learning",
    "class_imbalance",
    "overfitting",
)


def diagnose(
    curves: Curves,
    setup: Setup | None = None,
    data: DataFacts | None = None,
    inside: InsideFacts | None = None,
) -> Diagnosis:
    """Say what is wrong with a run. The more is known, the better the reasons.

    Args:
        curves: What the run has recorded so far.
        setup: How it was set up; `None` if that isn't known.
        data: What `data_facts` found; `None` if the data aren't known.
        inside: What `inside_facts` found; `None` if nobody has looked.

    Returns:
        The findings, the likeliest cause first. Of several findings that one cause explains, only
        the cause is named.

    Example:
        >>> loss = np.array([*np.linspace(2.3, 900, 60), np.nan])
        >>> curves = dl.inspect.diagnosis.Curves(loss)
        >>> dl.inspect.diagnosis.diagnose(curves).findings[0].title
        'The learning rate is too high: NaN at step 61'
    """
    setup, data = setup or Setup(), data or DataFacts()
    found: list[Finding | None] = [data_rules.not_finite(data), data_rules.in_order(data, setup)]
    scale = data_rules.unscaled(data, setup)
    found += [scale, data_rules.imbalance(data, setup), curve_rules.one_class(setup)]
    shape = shape_of(curves, constant_guess(setup, data))
    early = shape is None or (not shape.broken and shape.steps < _FEW)
    if shape is not None and not early:
        found += _of_curves(curves, shape, setup, data, inside)
    known = [one for one in found if one is not None]
    return Diagnosis(_in_order(known), early, curves.initial_epoch)


def constant_guess(setup: Setup, data: DataFacts) -> float:
    """Return the loss of the best constant prediction; NaN where it isn't known.

    Args:
        setup: How the run was set up.
        data: What is known of the data.

    Example:
        >>> from dlwidgets.inspect.diagnosis.diagnosing import constant_guess
        >>> from dlwidgets.inspect.diagnosis import DataFacts, Setup
        >>> constant_guess(Setup(loss="meansquarederror"), DataFacts(baseline=2.0))
        2.0
    """
    if setup.loss in _CROSS_ENTROPIES and len(data.counts) and not setup.weighted:
        return data.baseline
    if setup.loss == "meansquarederror" and not len(data.counts):
        return data.baseline
    return data.deviation if setup.loss == "meanabsoluteerror" else math.nan


def _of_curves(
    curves: Curves,
    shape: CurveShape,
    setup: Setup,
    data: DataFacts,
    inside: InsideFacts | None,
) -> list[Finding | None]:
    if curves.highest_rate > setup.rate:  # False for NaN
        setup = replace(setup, rate=curves.highest_rate)  # it warmed up
    bad = curve_rules.broken(curves, shape, setup)
    if bad is not None:
        return [bad]
    guess = constant_guess(setup, data)
    base = guess if math.isfinite(guess) and guess > 0 else shape.start
    level = float(shape.blocks[-1] / base) if base > 0 else 0.0
    best = float(shape.blocks.min() / base) if base > 0 else 0.0
    found: list[Finding | None] = [curve_rules.overfitting(curves, guess)]
    high = curve_rules.rate_high(shape, setup, level=level)
    enough = shape.steps >= _ENOUGH or len(curves.epoch_steps) >= _EPOCHS
    if high is not None:
        found.append(high)
    elif enough and level >= _CONSTANT and best >= _CONSTANT * _CONSTANT and not shape.falls:
        found.append(_why_not(shape, setup, data, inside, level))
    elif enough:
        found.append(curve_rules.rate_low(shape, setup, inside, level=level))
        found.append(_by_heart(curves, setup, data, base))
    found.append(curve_rules.dead(inside, setup))
    return found


def _why_not(
    shape: CurveShape,
    setup: Setup,
    data: DataFacts,
    inside: InsideFacts | None,
    level: float,
) -> Finding:
    """Return why a run doesn't learn."""
    reasons = (
        curve_rules.too_high_at_once(shape, setup),
        curve_rules.rate_low(shape, setup, inside, level=level),
    )
    for reason in reasons:
        if reason is not None:
            return reason
    if _strangers(setup, data) and not curve_rules.vanishes(inside):
        return data_rules.mismatched(data, None)
    return curve_rules.not_learning(shape, setup, inside)


def _strangers(setup: Setup, data: DataFacts) -> bool:
    """Return whether inputs and labels seem to have nothing to do with each other."""
    return setup.tokens is False and data_rules.at_chance(data)


def _by_heart(curves: Curves, setup: Setup, data: DataFacts, base: float) -> Finding | None:
    """Return whether only the training samples are learned, because their labels are others'."""
    validation = curves.epochs.get("val_loss", np.empty(0))
    validation = validation[np.isfinite(validation)]
    if len(validation) < _EPOCHS or not _strangers(setup, data):
        return None
    if validation.min() < _CONSTANT * (data.held_out if math.isfinite(data.held_out) else base):
        return None
    return data_rules.mismatched(data, (1, int(curves.epoch_steps[-1])))


def _in_order(found: list[Finding]) -> tuple[Finding, ...]:
    """Put the likeliest cause first, and leave out what it explains."""
    kinds = {one.kind for one in found}
    hidden: set[str] = set()
    if kinds & {"sorted_labels", "mismatched_labels", "unscaled_inputs", "nan"}:
        hidden |= {"not_learning", "rate_low"}
    if kinds & {"sorted_labels", "mismatched_labels", "nan"}:
        hidden |= {"overfitting"}
    if kinds & {"nan", "unscaled_inputs", "sorted_labels"}:
        hidden |= {"mismatched_labels"}
    if kinds & {"rate_high", "not_learning"}:
        hidden |= {"overfitting"}
    if "dead_units" in kinds:
        hidden |= {"not_learning", "rate_low"}
    kept = [one for one in found if one.kind not in hidden]
    return tuple(sorted(kept, key=lambda one: _ORDER.index(one.kind)))
