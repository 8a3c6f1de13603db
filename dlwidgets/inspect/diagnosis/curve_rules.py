"""Findings that the curves of a run give, with what is known of its setup and insides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.inspect.diagnosis._number import number_text
from dlwidgets.inspect.diagnosis.findings import Finding, Remedy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._messages import Message
    from dlwidgets.inspect.diagnosis.curve_shape import CurveShape
    from dlwidgets.inspect.diagnosis.facts import Curves, InsideFacts, Setup

_GROWN = 3.0  # times the loss at the start: the run has diverged
_JUMP = 4.0  # times the loss at the start: a step was far too large
_OFTEN = 0.03  # of the later steps
_RISE = 0.2  # of the validation loss above its best
_NEAR_BEST = 1.05  # times the lowest validation loss
_CLEARLY_FALLS = 0.8  # of the loss at the start
_APART = 5.0  # times the training loss
_STILL_FALLS = 0.9  # of the training loss at the best epoch
_AFTER = 3  # epochs after the best one
_DEAD = 0.7  # of a layer's units
_VANISHED = 1e-3  # of the largest gradient of a layer
_PATIENCE = 2


def faster(setup: Setup, factor: float) -> tuple[Remedy, ...]:
    """Return the remedy of another learning rate, where the present one is known."""
    if not 0 < setup.rate < math.inf:  # 0 at the start of a warm-up
        return ()
    rate = float(f"{setup.rate * factor:.1g}")
    usual = setup.usual_rate
    # By powers of ten from a rate that is far off, one is there at once.
    if math.isfinite(usual) and abs(math.log10(setup.rate / usual)) > 1.5:
        rate = usual
    label = tr("Try with learning rate {rate}", rate=number_text(rate))
    return (Remedy("rate", label, rate),)


def broken(curves: Curves, shape: CurveShape, setup: Setup) -> Finding | None:
    """Return why a loss became NaN or infinite."""
    if not shape.broken:
        return None
    step = shape.broken
    first = max(1, step - 20)
    before = curves.loss[: step - 1]
    grown = len(before) and before[-10:].max() > _GROWN * shape.start
    if grown or (step <= 20 and _far_above(setup)):
        peak = float(before.max()) if len(before) else math.nan
        return Finding(
            "rate_high",
            _rate_title(curves, step),
            tr(
                "The loss grew from {start} to {peak}, and became NaN or infinite at step {step}.",
                start=number_text(shape.start),
                peak=number_text(peak),
                step=step,
            ),
            tr("Lower the learning rate, or limit the size of gradients (`clipnorm=1.0`)."),
            (*faster(setup, 0.1), Remedy("clip", tr("Try with clipped gradients"), 1.0)),
            (first, step),
        )
    return Finding(
        "nan",
        _title(curves, step),
        tr(
            "The loss was {last} before, so no slow growth led to it: a single operation gave NaN "
            "or infinity.",
            last=number_text(float(before[-1])) if len(before) else "–",
        ),
        tr(
            "Look for a logarithm or a division of numbers that can be 0, in the loss or in a "
            "layer, and for NaN in the data. Clipped gradients help if a few steps are too large."
        ),
        (Remedy("clip", tr("Try with clipped gradients"), 1.0), *faster(setup, 0.1)),
        (first, step),
    )


def _rate_title(curves: Curves, step: int) -> Message:
    """Name what the loss became as the error of the run does."""
    if _infinite(curves, step):
        return tr("The learning rate is too high: an infinite loss at step {step}", step=step)
    if _only_weights(curves, step):
        return tr(
            "The learning rate is too high: weights that aren't finite by step {step}", step=step
        )
    return tr("The learning rate is too high: NaN at step {step}", step=step)


def _title(curves: Curves, step: int) -> Message:
    if _infinite(curves, step):
        return tr("The loss became infinite at step {step}", step=step)
    if _only_weights(curves, step):
        return tr("The model's weights became NaN or infinite by step {step}", step=step)
    return tr("The loss became NaN at step {step}", step=step)


def _infinite(curves: Curves, step: int) -> bool:
    return len(curves.loss) >= step and math.isinf(curves.loss[step - 1])


def _only_weights(curves: Curves, step: int) -> bool:
    return len(curves.loss) >= step and math.isfinite(curves.loss[step - 1])


def rate_high(shape: CurveShape, setup: Setup, *, level: float) -> Finding | None:
    """Return whether steps are too large: the loss explodes, jumps, or goes up and down.

    Args:
        shape: The shape of the loss.
        setup: How the run was set up.
        level: The loss at the end, as a part of that of a constant guess.
    """
    if shape.steps < 2 * _PATIENCE:
        return None
    exploding = shape.last > _GROWN * shape.usual
    stuck = shape.peak > _JUMP * shape.usual and level > 0.7
    wild = shape.above > _OFTEN and level > 0.1
    if not (exploding or stuck or wild):
        return None
    last = shape.steps
    if exploding and shape.last > 0.3 * shape.peak:
        title = tr("The loss explodes: the learning rate is too high")
        reason = tr(
            "The loss was {start} at the start and is {last} now. It will become NaN if it goes on "
            "growing.",
            start=number_text(shape.start),
            last=number_text(shape.last),
        )
        first = max(1, int(last * 0.9))
    elif exploding or stuck:
        title = tr("The learning rate is too high")
        reason = tr(
            "The loss jumped from {start} to {peak} at step {step}, and the model has not "
            "recovered: the loss is {last} now.",
            start=number_text(shape.start),
            peak=number_text(shape.peak),
            step=shape.peak_step,
            last=number_text(shape.last),
        )
        first = max(1, shape.peak_step - 1)
        last = min(last, shape.peak_step + max(5, last // 20))
    else:
        title = tr("The learning rate is too high")
        reason = tr(
            "The loss goes up and down: {share} of the steps have a loss of more than {most}. It "
            "was {start} at the start.",
            share=f"{shape.above:.0%}",
            most=number_text(2.5 * shape.usual),
            start=number_text(shape.start),
        )
        first = max(1, last // 5)
    return Finding(
        "rate_high",
        title,
        reason,
        tr("Lower the learning rate to a third or a tenth, and begin again with new weights."),
        (*faster(setup, 0.1), Remedy("clip", tr("Try with clipped gradients"), 1.0)),
        (first, last),
    )


def too_high_at_once(shape: CurveShape, setup: Setup) -> Finding | None:
    """Return whether a run that doesn't learn has a rate far above the usual."""
    if not _far_above(setup):
        return None
    return Finding(
        "rate_high",
        tr("The learning rate is too high"),
        tr(
            "The loss stays at {last}, that of a constant guess, and the learning rate {rate} is "
            "{n} times what is usual for {optimizer}. Such steps destroy a model at once.",
            last=number_text(shape.last),
            rate=number_text(setup.rate),
            n=number_text(round(setup.rate / setup.usual_rate)),
            optimizer=setup.optimizer,
        ),
        tr("Lower the learning rate to a third or a tenth, and begin again with new weights."),
        faster(setup, 0.1),
        (1, shape.steps),
    )


def rate_low(
    shape: CurveShape, setup: Setup, inside: InsideFacts | None, *, level: float
) -> Finding | None:
    """Return whether the loss falls steadily, but far too slowly.

    Args:
        shape: The shape of the loss.
        setup: How the run was set up.
        inside: What the model looks like inside; `None` if that isn't known.
        level: The loss at the end, as a part of that of a constant guess.
    """
    if len(shape.blocks) < 3 or level < 0.45:
        return None
    if shape.blocks[-1] < _CLEARLY_FALLS * shape.blocks[0]:
        return None  # such as a model that is fine-tuned with a small rate, as it should be
    usual = setup.usual_rate
    below = setup.rate < usual / 5 if 0 < setup.rate * usual < math.inf else None
    moved = max(inside.moved.values(), default=math.nan) if inside is not None else math.nan
    still = moved < 0.02  # False for NaN
    slow = shape.steady > 0.6 and (shape.pace > 0.3 or math.isnan(shape.pace))
    far_below = bool(below) and setup.rate < usual / 30
    if not (far_below or (slow and (below or still)) or (still and below is not False)):
        return None
    reason = tr(
        "The loss fell steadily from {first} to {last}, and hasn't leveled off.",
        first=number_text(float(shape.blocks[0])),
        last=number_text(float(shape.blocks[-1])),
    )
    if below:
        reason = tr(
            "The loss went from {first} to {last} only, and the learning rate {rate} is far below "
            "{usual}, which is usual for {optimizer}.",
            first=number_text(float(shape.blocks[0])),
            last=number_text(float(shape.blocks[-1])),
            rate=number_text(setup.rate),
            usual=number_text(usual),
            optimizer=setup.optimizer,
        )
    elif still:
        reason = tr(
            "The loss went from {first} to {last} only, and no layer's weights have moved by more "
            "than {moved} of their size.",
            first=number_text(float(shape.blocks[0])),
            last=number_text(float(shape.blocks[-1])),
            moved=f"{moved:.2%}",
        )
    return Finding(
        "rate_low",
        tr("The learning rate is too low"),
        reason,
        tr(
            "Multiply the learning rate by 10, until the loss falls fast, and halve it if it jumps."
        ),
        faster(setup, 10.0),
        (1, shape.steps),
    )


def dead(inside: InsideFacts | None, setup: Setup) -> Finding | None:
    """Return whether many units with ReLU give 0 for all samples."""
    if inside is None or not inside.dead:
        return None
    layer, share = max(inside.dead.items(), key=lambda item: item[1])
    if share < _DEAD:
        return None
    return Finding(
        "dead_units",
        tr("Dead units in layer {layer}", layer=layer),
        tr(
            "{share} of the units of layer {layer} give 0 for every sample. The gradient through "
            "them is 0, so they can't learn any more.",
            share=f"{share:.0%}",
            layer=layer,
        ),
        tr(
            "Lower the learning rate, begin with smaller or zero biases, or use an activation that "
            "isn't flat below 0, such as leaky ReLU."
        ),
        (Remedy("leaky_relu", tr("Try with leaky ReLU")), *faster(setup, 0.1)),
    )


def not_learning(shape: CurveShape, setup: Setup, inside: InsideFacts | None) -> Finding:
    """Return that the loss doesn't get below that of a constant guess, and why."""
    gradients = {} if inside is None else inside.gradients
    moved = {} if inside is None else inside.moved
    remedies: tuple[Remedy, ...] = (*faster(setup, 3.0), Remedy("he_relu", _WITH_RELU))
    if vanishes(inside):
        first, largest = next(iter(gradients.values())), max(gradients.values())
        why = tr(
            "The gradient of the first layer is {first}, that of another one {largest}: it "
            "vanishes on the way to the input.",
            first=number_text(first),
            largest=number_text(largest),
        )
        advice = tr(
            "Use ReLU with He initialization in place of sigmoid or tanh, fewer layers, batch "
            "normalization, or residual connections."
        )
        remedies = (Remedy("he_relu", _WITH_RELU),)
    elif moved and max(moved.values()) == 0:
        why = tr("No weight has changed since the start.")
        advice = tr("Check `trainable`, and that the loss depends on the model's output.")
        remedies = ()
    else:
        why = tr("The model answers with about the same for every sample.")
        advice = tr(
            "Check that the targets belong to the inputs, and that the last activation fits the "
            "loss. Then try another learning rate, or another initialization."
        )
    return Finding(
        "not_learning",
        tr("The model isn't learning"),
        tr(
            "The loss is {last} after {steps} steps, no better than a constant guess. {why}",
            last=number_text(shape.last),
            steps=shape.steps,
            why=why,
        ),
        advice,
        remedies,
        (1, shape.steps),
    )


_WITH_RELU = tr("Try with ReLU and He initialization")


def one_class(setup: Setup) -> Finding | None:
    """Return whether the model can only give one answer."""
    if setup.activation != "softmax" or setup.units != 1:
        return None
    return Finding(
        "not_learning",
        tr("The model always answers 1"),
        tr("The last layer is a softmax of one unit. A softmax sums to 1, so it always gives 1."),
        tr("Use a sigmoid for two classes, or a softmax with one unit per class."),
    )


def overfitting(curves: Curves, baseline: float) -> Finding | None:
    """Return from which epoch on the validation loss rises while the training loss falls.

    Args:
        curves: What the run has recorded.
        baseline: The loss of a constant guess; NaN if it isn't known.
    """
    pair = curves.epochs.get("val_loss"), curves.epochs.get("loss")
    risen = rising(*pair)
    found = risen or apart(*pair, baseline)
    if found is None:
        return None
    best, lowest, now, trained = found
    if math.isfinite(baseline) and now < 0.02 * baseline:
        return None  # of a model that is next to perfect
    epoch = curves.initial_epoch + best + 1
    first = int(curves.epoch_steps[best])
    numbers = {"epoch": epoch, "lowest": number_text(lowest), "now": number_text(now)}
    reason = (
        tr(
            "The validation loss was lowest in epoch {epoch} ({lowest}) and is {now} now, while "
            "the training loss went on to {trained}. The model memorizes the training "
            "samples.",
            **numbers,
            trained=number_text(trained),
        )
        if risen
        else tr(
            "The validation loss has hardly improved since epoch {epoch}: it was {lowest} then and "
            "is {now} now, while the training loss went on to {trained}. The model memorizes the "
            "training samples.",
            **numbers,
            trained=number_text(trained),
        )
    )
    return Finding(
        "overfitting",
        tr("Overfitting since epoch {epoch}", epoch=epoch),
        reason,
        tr(
            "Stop at the best epoch, use dropout or a smaller model, or get more samples, also by "
            "augmentation."
        ),
        (
            Remedy("early_stopping", tr("Try with early stopping"), float(_AFTER)),
            Remedy("dropout", tr("Try with dropout"), 0.5),
        ),
        (first, int(curves.epoch_steps[-1])),
    )


def rising(
    validation: NDArray[np.float64] | None, training: NDArray[np.float64] | None
) -> tuple[int, float, float, float] | None:
    """Return the best epoch, from 0, the validation loss there and now, and the training loss.

    Args:
        validation: The validation loss of each epoch.
        training: The training loss of each epoch.

    Returns:
        `None` unless the validation loss has risen clearly while the training loss fell.

    Example:
        >>> from dlwidgets.inspect.diagnosis.curve_rules import rising
        >>> val = np.array([1.0, 0.5, 0.7, 0.8, 0.9, 1.0])
        >>> rising(val, np.array([1.0, 0.4, 0.3, 0.2, 0.1, 0.05]))[0]
        1
    """
    if validation is None or training is None or len(validation) != len(training):
        return None
    known = np.flatnonzero(np.isfinite(validation) & np.isfinite(training))
    if len(known) <= _AFTER:
        return None
    val, train = validation[known], training[known]
    best = int(val.argmin())
    after = len(val) - 1 - best
    if after < _AFTER:
        return None
    lowest, now = float(val[best]), float(np.median(val[-_AFTER:]))
    # How much it goes up and down anyway: the median of what changes from epoch to epoch.
    tail = np.diff(val[best:])
    noise = float(np.median(np.abs(tail - np.median(tail)))) * 1.5
    rise = now - lowest
    if rise < max(_RISE * lowest, 2 * noise) or train[-1] > _STILL_FALLS * train[best]:
        return None
    return int(known[best]), lowest, now, float(train[-1])


def apart(
    validation: NDArray[np.float64] | None,
    training: NDArray[np.float64] | None,
    baseline: float,
) -> tuple[int, float, float, float] | None:
    """Return the same where the validation loss stands still, far above a training loss that falls.

    Args:
        validation: The validation loss of each epoch.
        training: The training loss of each epoch.
        baseline: The loss of a constant guess; NaN if it isn't known.
    """
    if validation is None or training is None or len(validation) != len(training):
        return None
    known = np.flatnonzero(np.isfinite(validation) & np.isfinite(training))
    if len(known) < 4 * _AFTER:
        return None
    val, train = validation[known], training[known]
    first = int(np.argmax(val < _NEAR_BEST * val.min()))
    enough = len(val) - 1 - first >= len(val) // 3
    far = val[-1] > _APART * train[-1] and not val[-1] < 0.05 * baseline
    if not (enough and far and train[-1] < train[first] / 2):
        return None
    return int(known[first]), float(val[first]), float(val[-1]), float(train[-1])


def _far_above(setup: Setup) -> bool:
    return bool(setup.rate > 20 * setup.usual_rate)  # False for NaN


def vanishes(inside: InsideFacts | None) -> bool:
    """Return whether the gradient is next to nothing in the first layer, but not in others.

    Args:
        inside: What the model looks like inside; `None` if that isn't known.
    """
    values = [] if inside is None else list(inside.gradients.values())
    return len(values) > _PATIENCE and bool(values[0] < _VANISHED * max(values))
