"""Measured figures: read from and written to `notebooks/results/NN.json`."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One training of a system.

    Attributes:
        seed: Its seed.
        figures: What was measured, by name.
        steps: Training steps.
        seconds: How long training took, in seconds.
        hardware: What it ran on.
        versions: The versions of Python and of the packages that computed it.
        date: The day, such as "2026-12-01".
    """

    seed: int
    figures: Mapping[str, float]
    steps: int
    seconds: float
    hardware: str
    versions: Mapping[str, str]
    date: str


@dataclass
class Results:
    """The measured figures of a tutorial.

    Attributes:
        measured: The trainings of each system, by its name, in the order of seeds.
        not_run: Why a system wasn't run, by its name.
    """

    measured: dict[str, list[Measured]] = field(default_factory=dict)
    not_run: dict[str, str] = field(default_factory=dict)

    def values(self, system: str, figure: str) -> list[float]:
        """Return a figure of all trainings of a system.

        Args:
            system: The system's name.
            figure: The figure's name.
        """
        runs = self.measured.get(system, [])
        return [run.figures[figure] for run in runs if figure in run.figures]

    def seeds(self, system: str) -> set[int]:
        """Return the seeds with which a system was trained."""
        return {run.seed for run in self.measured.get(system, [])}

    def add(self, system: str, run: Measured) -> None:
        """Add a training, in place of an earlier one with the same seed."""
        others = [one for one in self.measured.get(system, []) if one.seed != run.seed]
        self.measured[system] = sorted([*others, run], key=lambda one: one.seed)
        self.not_run.pop(system, None)

    def leave_out(self, system: str, why: str) -> None:
        """Note why a system wasn't run, if it never was."""
        if not self.measured.get(system):
            self.not_run[system] = why


def read(path: Path | None) -> Results:
    """Read a file of measured figures; nothing is measured if there is none.

    Args:
        path: The file.

    Raises:
        ValueError: The file is damaged.
    """
    if path is None or not path.is_file():
        return Results()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        systems: dict[str, Any] = content["systems"]
        return Results(
            {name: [Measured(**run) for run in one["runs"]] for name, one in systems.items()},
            {name: one["not_run"] for name, one in systems.items() if one.get("not_run")},
        )
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path} is damaged: {error}. Delete it and run `make course`."
        raise ValueError(message) from error


def write(path: Path, results: Results) -> None:
    """Write a file of measured figures, in place of the old one, at once.

    Args:
        path: The file.
        results: What it is to contain.
    """
    names = list(dict.fromkeys([*results.measured, *results.not_run]))
    systems: dict[str, Any] = {}
    for name in names:
        systems[name] = {"runs": [vars(run) for run in results.measured.get(name, [])]}
        if name in results.not_run:
            systems[name]["not_run"] = results.not_run[name]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"systems": systems}, indent=1, ensure_ascii=False)
    partial = path.with_suffix(".part")
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)


def hardware(device: str) -> str:
    """Return what a training ran on, in a few words.

    Args:
        device: The name of the device, such as "CPU" or that of a GPU.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    machine = f"{cores} CPU cores, {platform.machine()}"
    return machine if device in ("", "CPU") else f"{device}, {machine}"
