"""What a diagnosis says: findings, each with its reason and what to try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
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
]
"""What can be wrong with a run."""

KINDS: tuple[Kind, ...] = get_args(Kind)
"""All kinds of findings. Of several that are equally severe, the first is the likelier cause."""

Action = Literal[
    "rate",
    "standardize",
    "shuffle",
    "class_weight",
    "early_stopping",
    "dropout",
    "leaky_relu",
    "he_relu",
    "clip",
]
"""What can be changed in a second run."""


@dataclass(frozen=True)
class Remedy:
    """A change that may help, which can be tried in a second run.

    Attributes:
        action: What is changed.
        label: The change in words, as on a button.
        value: The new learning rate, the share of units that are dropped, …; 0 for none.
    """

    action: Action
    label: str
    value: float = 0.0


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or may be.

    Attributes:
        kind: What it is.
        title: In a few words: "Overfitting since epoch 7".
        reason: What was seen, with the very numbers.
        advice: What to do.
        remedies: What can be tried at once, the most promising first.
        steps: The first and the last training step at which it is seen; `None` for all of them.
    """

    kind: Kind
    title: str
    reason: str
    advice: str
    remedies: tuple[Remedy, ...] = ()
    steps: tuple[int, int] | None = None


@dataclass(frozen=True)
class Diagnosis:
    """What is known of a run.

    Attributes:
        findings: What is wrong, the likeliest cause first; empty if nothing is.
        early: Whether the run has done too few steps to say that nothing is wrong.
        initial_epoch: The epochs before the first one of the run, as in `fit`.
    """

    findings: tuple[Finding, ...] = ()
    early: bool = False
    initial_epoch: int = 0

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of the findings, in their order."""
        return tuple(finding.kind for finding in self.findings)
