"""Steps per second of `dl.fit` with its panel open, against `fit` alone and with other watchers."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.benchmarks.kernels import Kernel
from tests.benchmarks.report import Budget, Result, median
from tests.benchmarks.workloads import TASKS

if TYPE_CHECKING:
    from tests.benchmarks.settings import Settings

GROUP = "throughput"

_LABELS = {
    "bare": "model.fit(verbose=0)",
    "dl": "dl.fit, panel open",
    "tensorboard": "TensorBoard, update_freq='batch'",
    "livelossplot": "livelossplot, each epoch",
    "livelossplot_batch": "livelossplot, each batch",
}


@dataclass(frozen=True)
class _Plan:
    task: str
    steps: int  # per epoch
    rounds: int  # of bare fit and dl.fit
    others: int  # rounds of the other watchers
    least: float  # budget of dl.fit against bare fit
    epochs: int = 3  # of which the first warms up


def measure(settings: Settings) -> list[Result]:
    """Train each model in each way, turn by turn, in one kernel whose messages a client reads."""
    plans = [
        _Plan("mnist_dense", *settings.choose((800, 5, 3), (300, 3, 1)), least=1.7),
        _Plan("cifar_cnn", *settings.choose((40, 5, 2), (12, 2, 1)), least=0.99),
        _Plan("large_dense", *settings.choose((40, 4, 2), (12, 2, 1)), least=0.99),
    ]
    found = []
    for plan in plans:
        with Kernel() as kernel:
            found += _compare(plan, kernel, settings)
    return found


def _compare(plan: _Plan, kernel: Kernel, settings: Settings) -> list[Result]:
    rates: dict[str, list[float]] = {variant: [] for variant in _LABELS}
    cpus: dict[str, list[float]] = {variant: [] for variant in _LABELS}
    firsts: dict[str, list[float]] = {variant: [] for variant in _LABELS}

    def train(variant: str, steps: int, epochs: int) -> None:
        code = f"got = await workloads.train({variant!r}, {plan.task!r}, {steps}, {epochs})"
        got = kernel.run(code, result="got")
        rates[variant].append(got["rate"])
        cpus[variant].append(got["cpu"])
        firsts[variant].append(got["first"])
        settings.say(f"{plan.task} {_LABELS[variant]}: {got['rate']:.1f} steps/s")

    kernel.run(f"await workloads.train('bare', {plan.task!r}, 10, 2)")  # threads and caches
    for turn in range(plan.rounds):
        pair = ("bare", "dl")
        # Each goes first as often as the other: a machine that warms up favors neither.
        for variant in pair if turn % 2 == 0 else pair[::-1]:
            train(variant, plan.steps, plan.epochs)
        if turn < plan.others:
            for variant in ("tensorboard", "livelossplot"):
                train(variant, plan.steps, plan.epochs)
            # It draws a figure of growing size per batch: a few show its rate.
            train("livelossplot_batch", 10, 2)
    real = kernel.run("", result=f"workloads.is_real({plan.task!r})")
    return _results(plan, rates, cpus, firsts, real=real)


def _results(
    plan: _Plan,
    rates: dict[str, list[float]],
    cpus: dict[str, list[float]],
    firsts: dict[str, list[float]],
    *,
    real: bool,
) -> list[Result]:
    about = TASKS[plan.task]
    title = about.title if real else f"{about.title} (random data)"
    note = (
        f"{about.title}: {plan.epochs - 1} epochs of {plan.steps} steps, ends of epochs included, "
        "after a first epoch that builds the graphs; ratios of neighboring runs, "
        f"{plan.rounds} rounds turn by turn"
    )
    found = [
        median(GROUP, f"{title}: {label}", rates[variant], "steps/s", note=note)
        for variant, label in _LABELS.items()
    ]
    for variant in ("bare", "tensorboard", "livelossplot", "livelossplot_batch"):
        base = rates[variant]
        ratios = [ours / theirs for ours, theirs in zip(rates["dl"], base, strict=False)]
        budget = Budget("at least", plan.least) if variant == "bare" else None
        found.append(
            median(GROUP, f"{title}: dl.fit against {_LABELS[variant]}", ratios, "×", budget)
        )
    found += [
        median(
            GROUP,
            f"{title}: processor time per step, {_LABELS[variant]}",
            cpus[variant],
            "ms",
            note="processor time: of all threads of the kernel; hardly changes with other load",
        )
        for variant in ("bare", "dl")
    ]
    later = [ours - theirs for ours, theirs in zip(firsts["dl"], firsts["bare"], strict=True)]
    name = f"{title}: first epoch of dl.fit longer than of fit by"
    typical = f"of {statistics.median(firsts['bare']):.2g} s; mostly building the graphs"
    return [*found, median(GROUP, name, later, "s", note=typical)]
