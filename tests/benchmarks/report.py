"""What was measured: one `Result` per figure, shown as a table and written as JSON."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import math
import platform
import shutil
import statistics
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGES = (
    "dlwidgets",
    "tensorflow-cpu",
    "tensorflow",
    "keras",
    "numpy",
    "ipykernel",
    "ipywidgets",
    "jupyterlab",
    "voila",
    "plotly",
    "tensorboard",
    "livelossplot",
    "playwright",
)

Verdict = Literal["met", "SHORT", ""]


@dataclass(frozen=True)
class Budget:
    """What a figure may be at most, or must be at least, in the figure's own unit."""

    kind: Literal["at most", "at least"]
    limit: float

    def holds(self, value: float) -> bool:
        return value <= self.limit if self.kind == "at most" else value >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.kind == 'at most' else '≥'} {number(self.limit)}"


@dataclass(frozen=True)
class Result:
    """One figure.

    Attributes:
        group: The benchmark that measured it, as `--only` names it.
        name: What was measured.
        value: The figure that the budget is about.
        unit: Its unit.
        statistic: How `value` follows from `samples`: "median", "p95", "max" or "value".
        samples: Every repetition, in the order measured.
        budget: None for a figure that is only of interest.
        note: What one must know to read it.
    """

    group: str
    name: str
    value: float
    unit: str
    statistic: str
    samples: tuple[float, ...] = ()
    budget: Budget | None = None
    note: str = ""

    @property
    def verdict(self) -> Verdict:
        if self.budget is None:
            return ""
        return "met" if self.budget.holds(self.value) else "SHORT"

    @property
    def spread(self) -> str:
        if len(self.samples) < 2:
            return ""
        return f"{number(min(self.samples))} … {number(max(self.samples))}"


def median(
    group: str,
    name: str,
    samples: Sequence[float],
    unit: str,
    budget: Budget | None = None,
    note: str = "",
) -> Result:
    """The median of repetitions."""
    value = statistics.median(samples)
    return Result(group, name, value, unit, "median", tuple(samples), budget, note)


def percentile(
    group: str,
    name: str,
    samples: Sequence[float],
    share: int,
    unit: str,
    budget: Budget | None = None,
    note: str = "",
) -> Result:
    """A percentile of many single measurements."""
    value = float(np.percentile(samples, share))
    return Result(group, name, value, unit, f"p{share}", tuple(samples), budget, note)


def single(
    group: str, name: str, value: float, unit: str, budget: Budget | None = None, note: str = ""
) -> Result:
    """A figure that is the same every time, or was measured once."""
    return Result(group, name, float(value), unit, "value", (float(value),), budget, note)


def number(value: float) -> str:
    """A number with three or four digits that count."""
    if not math.isfinite(value):
        return str(value)
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.3g}"


def table(results: Sequence[Result]) -> str:
    """The results as text, one benchmark after another, with a line of notes below each row."""
    head = ("what", "measured", "", "range", "n", "budget", "")
    rows: list[tuple[str, ...]] = [head]
    rows += [
        (
            result.name,
            f"{number(result.value)} {result.unit}",
            result.statistic if len(result.samples) > 1 else "",
            result.spread,
            str(len(result.samples)) if len(result.samples) > 1 else "",
            str(result.budget or ""),
            result.verdict,
        )
        for result in results
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]

    def line(row: tuple[str, ...]) -> str:
        left = f"  {row[0]:<{widths[0]}}"
        cells = [f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True)]
        return "  ".join([left, *cells]).rstrip()

    out = [line(head), "  " + "-" * (sum(widths) + 2 * len(widths) - 2)]
    group = ""
    notes: list[str] = []

    def end_group() -> None:
        out.extend(f"      {note}" for note in dict.fromkeys(notes))
        notes.clear()

    for result, row in zip(results, rows[1:], strict=True):
        if result.group != group:
            end_group()
            group = result.group
            out.append(f"{group}")
        out.append(line(row))
        if result.note:
            notes.append(result.note)
    end_group()
    return "\n".join(out)


@dataclass
class Report:
    """All results of one run of the benchmarks, and where they were measured.

    Attributes:
        quick: Whether it was run with few repetitions.
        machine: As `describe_machine` says.
        results: In the order measured.
        failures: For each benchmark that could not be run, why.
        seconds: For each benchmark, how long it took.
    """

    quick: bool
    machine: dict[str, Any]
    results: list[Result] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    date: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def write(self, path: Path) -> None:
        """Write it as JSON, with every single repetition."""
        content = asdict(self)
        for entry, result in zip(content["results"], self.results, strict=True):
            entry["verdict"] = result.verdict
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def has_bytecode(package: str) -> bool:
    """Whether a package was compiled when it was installed: pip does so, some installers do not."""
    spec = importlib.util.find_spec(package)
    return spec is not None and spec.cached is not None and Path(spec.cached).exists()


def describe_machine(chromium: str | None) -> dict[str, Any]:
    """What the figures depend on: processor, memory, versions, and how busy it was at the start."""
    versions: dict[str, str] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    if chromium is not None:
        versions["chromium"] = _output(chromium, "--version")
    return {
        "processor": _processor(),
        "cores": psutil.cpu_count(logical=False),
        "threads": psutil.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "system": platform.platform(),
        "load_before": [round(x, 2) for x in psutil.getloadavg()],
        "bytecode": has_bytecode("tensorflow"),
        "commit": _output(
            "git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"
        ),
        "versions": versions,
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for entry in info.read_text().splitlines():
            if entry.startswith("model name"):
                return entry.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _output(program: str, *arguments: str) -> str:
    found = shutil.which(program)
    if found is None:
        return ""
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip()
