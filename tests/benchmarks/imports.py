"""How long `import dlwidgets` takes, and TensorFlow for comparison."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.benchmarks.kernels import environment
from tests.benchmarks.report import Result, median

if TYPE_CHECKING:
    from tests.benchmarks.settings import Settings

GROUP = "imports"

_CODE = """
import time
begun = time.perf_counter()
{code}
print(time.perf_counter() - begun, "tensorflow" in __import__("sys").modules)
"""


def measure(settings: Settings) -> list[Result]:
    """Time imports in fresh processes."""
    cases = {
        "import dlwidgets": ("import dlwidgets", settings.choose(7, 3), False),
        "import dlwidgets; dlwidgets.TrainingPanel": (
            "import dlwidgets; dlwidgets.TrainingPanel",
            settings.choose(5, 2),
            False,
        ),
        "import tensorflow": ("import tensorflow, keras", settings.choose(3, 1), True),
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(max(rounds for _, rounds, _ in cases.values())):
        for name, (code, rounds, tensorflow) in cases.items():
            if turn < rounds:
                seconds, loaded = _time(code)
                assert loaded is tensorflow, f"{name}: TensorFlow loaded is {loaded}"
                times[name].append(seconds)
                settings.say(f"{name}: {seconds:.3f} s")
    note = "fresh processes, without the interpreter's own start; TensorFlow stays out until used"
    return [median(GROUP, name, samples, "s", note=note) for name, samples in times.items()]


def _time(code: str) -> tuple[float, bool]:
    done = subprocess.run(
        [sys.executable, "-c", _CODE.format(code=code)],
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )
    seconds, loaded = done.stdout.split()
    return float(seconds), loaded == "True"
