"""The doctor: right diagnoses of broken trainings, and false alarms on healthy ones.

The rules were made with seeds 0 and 1. The figures are of others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.report import Budget, Result
from tests.helpers.doctor.broken import BROKEN
from tests.helpers.doctor.healthy import HEALTHY
from tests.helpers.doctor.runs import is_right, train

if TYPE_CHECKING:
    from tests.benchmarks.settings import Settings

GROUP = "doctor"
SEEDS = (11, 12)

_RIGHT = Budget("at least", 90.0)
_ALARMS = Budget("at most", 5.0)


def measure(settings: Settings) -> list[Result]:
    """Train each case with seeds that the rules have never seen."""
    seeds, part = settings.choose((SEEDS, 1), (SEEDS[:1], 4))
    right: list[float] = []
    named: list[float] = []
    alarms: list[float] = []
    on_the_way: list[float] = []
    for seed in seeds:
        for case in (*BROKEN[::part], *HEALTHY[::part]):
            seen = train(case, seed)
            found = seen.diagnosis()
            good = is_right(case, found)
            if case.kinds:
                right.append(100.0 * good)
                named.append(100.0 * bool({*case.kinds} & {*found.kinds}))
            else:
                alarms.append(100.0 * (not good))
                on_the_way.append(100.0 * any(one.findings for one in seen.on_the_way()))
            settings.say(f"{'right' if good else 'WRONG'}  {case.name}: {found.kinds} ({seed})")
    return [
        _share("broken trainings whose first finding is the fault", right, _RIGHT),
        _share("broken trainings whose fault is among the findings", named, None),
        _share("healthy trainings with a finding at their end", alarms, _ALARMS),
        _share("healthy trainings with a finding at the end of any epoch", on_the_way, None),
    ]


def _share(name: str, samples: list[float], budget: Budget | None) -> Result:
    value = sum(samples) / len(samples)
    note = f"{len(samples)} trainings"
    return Result(GROUP, name, value, "%", "value", tuple(samples), budget, note)
