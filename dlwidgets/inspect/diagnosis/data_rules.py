"""Findings that the data alone, or the data and the way they are trained on, give."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dlwidgets._messages import tr, trn
from dlwidgets.inspect.diagnosis._number import number_text
from dlwidgets.inspect.diagnosis.findings import Finding, Remedy

if TYPE_CHECKING:
    from dlwidgets.inspect.diagnosis.facts import DataFacts, Setup

_WIDE = 10.0  # a standard deviation, or a mean as many times it, that is far from 1 and 0
_LARGE = 20.0  # a number that no scaled input has
_UNEQUAL = 30.0  # between the widest feature and the middle one
_TINY = 0.01
_SORTED = 0.2  # of the changes between neighbors that a random order has
_IN_ORDER = 0.9  # rank correlation of targets and their order
_MISSING = 0.3  # of the classes of the validation samples
_RARE = 0.1  # of the samples of the largest class
_LARGE_CLASS = 100  # samples, below which a share of them may be chance
_PER_CLASS = 20  # samples on average
_WORDS = 30  # classes
_FEW = 50  # samples, below which order says nothing


def not_finite(data: DataFacts) -> Finding | None:
    """Return whether inputs or targets aren't numbers."""
    if not data.not_finite:
        return None
    return Finding(
        "nan",
        tr("The data contain NaN or infinity"),
        trn(
            "{n} sample has NaN or infinity in its inputs or targets.",
            "{n} samples have NaN or infinity in their inputs or targets.",
            data.not_finite,
        ),
        tr(
            "Remove these samples, or fill the gaps with the mean of the feature. One of them is "
            "enough to make all weights NaN."
        ),
    )


def unscaled(data: DataFacts, setup: Setup) -> Finding | None:
    """Return whether the inputs have a scale that training suffers from."""
    if setup.scales is not False or not math.isfinite(data.std):
        return None
    size = max(abs(data.low), abs(data.high))
    far = data.std > 0 and abs(data.mean) > _WIDE * data.std
    large = size > _LARGE and (data.std > _WIDE or far)
    unequal = data.spread > _UNEQUAL
    tiny = 0 < data.std < _TINY
    if not (large or unequal or tiny):
        return None
    reason = tr(
        "The inputs go from {low} to {high}, with mean {mean} and standard deviation {std}. "
        "New weights suit inputs with mean 0 and standard deviation 1.",
        low=number_text(data.low),
        high=number_text(data.high),
        mean=number_text(data.mean),
        std=number_text(data.std),
    )
    if unequal and not tiny:
        reason = tr(
            "One feature varies {times} times as much as most others, from {low} to {high} in all. "
            "The others hardly count beside it.",
            times=number_text(round(data.spread)),
            low=number_text(data.low),
            high=number_text(data.high),
        )
    return Finding(
        "unscaled_inputs",
        tr("The inputs aren't scaled"),
        reason,
        tr(
            "Subtract the mean and divide by the standard deviation, both of the training data. "
            "For images, divide by 255."
        ),
        (Remedy("standardize", tr("Try with standardized inputs")),),
    )


def in_order(data: DataFacts, setup: Setup) -> Finding | None:
    """Return whether the samples come sorted where that does harm."""
    if data.samples < _FEW:
        return None
    by_class = data.runs_share < _SORTED  # False for NaN
    by_value = abs(data.order) > _IN_ORDER
    if not (by_class or by_value):
        return None
    remedy = (Remedy("shuffle", tr("Try with shuffled samples")),)
    if setup.shuffles is False:
        reason = (
            tr(
                "Neighboring samples differ in class {share} as often as in a random order, and "
                "`shuffle` is off. So a batch shows the model one class at a time, and it forgets "
                "the others.",
                share=f"{data.runs_share:.0%}",
            )
            if by_class
            else tr(
                "The targets rise or fall with their place in the data (rank correlation {order}), "
                "and `shuffle` is off. So each batch shows the model one part of their range.",
                order=f"{data.order:.2f}",
            )
        )
        return Finding(
            "sorted_labels",
            tr("The samples are in order and aren't shuffled"),
            reason,
            tr(
                "Leave `shuffle=True`, or shuffle inputs and targets together, with one "
                "permutation. Shuffle a `tf.data.Dataset` before `batch`, with a buffer as large "
                "as the data."
            ),
            remedy,
        )
    if setup.validation_split > 0 and (data.last_part > _MISSING or by_value):
        return Finding(
            "sorted_labels",
            tr("The validation samples are of other classes")
            if by_class
            else tr("The validation samples have other targets"),
            tr(
                "The samples are in order, and `validation_split` takes the last of them without "
                "shuffling. So the model is judged on what it hasn't seen in training."
            ),
            tr("Shuffle inputs and targets together, with one permutation, before `fit`."),
            remedy,
        )
    return None


def imbalance(data: DataFacts, setup: Setup) -> Finding | None:
    """Return whether a class is rare, and nothing makes up for it."""
    counts = data.counts[data.counts > 0]
    if len(counts) <= 1 or setup.weighted or counts.min() >= _RARE * counts.max():
        return None
    # Which of many classes are rare, a part of the data can't tell; and of words, some always are.
    many = counts.sum() < _PER_CLASS * len(data.counts) or (
        setup.tokens is not False and len(counts) > _WORDS
    )
    if many or counts.max() < _LARGE_CLASS:
        return None
    share = float(counts.max() / counts.sum())
    return Finding(
        "class_imbalance",
        tr("The classes are imbalanced"),
        tr(
            "The largest class has {most} samples, the smallest {least}. A model that always "
            "answers with the largest is right in {share} of the samples, so accuracy says little.",
            most=int(counts.max()),
            least=int(counts.min()),
            share=f"{share:.1%}",
        ),
        tr(
            "Look at precision and recall of the rare class. Weight the classes (`class_weight`), "
            "or collect more samples of the rare one."
        ),
        (Remedy("class_weight", tr("Try with class weights")),),
    )


def at_chance(data: DataFacts) -> bool:
    """Return whether the nearest neighbors of samples say nothing about their targets."""
    return math.isfinite(data.agreement) and data.agreement < max(
        2 * data.agreement_error, _SMALL_AGREEMENT
    )


_SMALL_AGREEMENT = 0.04


def mismatched(data: DataFacts, steps: tuple[int, int] | None) -> Finding:
    """Return that the labels don't seem to belong to the inputs."""
    return Finding(
        "mismatched_labels",
        tr("The labels don't seem to belong to the inputs"),
        tr(
            "Samples that look alike have labels no more alike than by chance (agreement {share} "
            "beyond chance), and the validation loss never gets below that of a constant guess.",
            share=f"{max(0.0, data.agreement):.1%}",
        )
        if steps is not None
        else tr(
            "Samples that look alike have labels no more alike than by chance (agreement {share} "
            "beyond chance), and the loss doesn't get below that of a constant guess.",
            share=f"{max(0.0, data.agreement):.1%}",
        ),
        tr(
            "Look at some samples with their labels. Were the inputs shuffled without the labels, "
            "or sorted in another way, such as by file name?"
        ),
        steps=steps,
    )
