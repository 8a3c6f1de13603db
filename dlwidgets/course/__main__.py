"""Measure the figures of the course: `python -m dlwidgets.course --only 2 8`."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dlwidgets._tensorflow import load_keras
from dlwidgets.course import results
from dlwidgets.course.lab import Lab
from dlwidgets.course.places import results_file
from dlwidgets.course.tutorial import modules, tutorial
from dlwidgets.data import DataNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.course.tutorial import System


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """Return the options of a command line."""
    parser = argparse.ArgumentParser(
        prog="python -m dlwidgets.course",
        description="Train the systems of the tutorials at full size, and write what is measured. "
        "What is there already is not measured again.",
    )
    parser.add_argument("--only", nargs="+", type=int, metavar="NN", help="these tutorials")
    parser.add_argument("--system", nargs="+", metavar="NAME", help="these systems of them")
    parser.add_argument("--seeds", type=int, metavar="N", help="so many seeds for each system")
    parser.add_argument("--again", action="store_true", help="measure also what is there")
    parser.add_argument("--runs", type=Path, help="record the runs in this folder")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="the folder of the notebooks")
    return parser.parse_args(words)


def measured(system: System, number: int, seed: int, runs: Path | None) -> results.Measured:
    """Train a system once.

    Args:
        system: The system.
        number: The number of its tutorial.
        seed: The seed.
        runs: Where runs are recorded; `None` for nowhere.
    """
    from dlwidgets.training.run_description import versions

    assert system.measure is not None
    load_keras().backend.clear_session()
    lab = Lab(seed, runs, ("course", f"{number:02}"))
    figures = {name: float(value) for name, value in system.measure(lab).items()}
    return results.Measured(
        seed=seed,
        figures=figures,
        steps=lab.steps,
        seconds=round(lab.seconds, 1),
        hardware=results.hardware(lab.device),
        versions=versions(),
        date=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
    )


def main(words: Sequence[str] | None = None) -> int:
    """Measure what isn't measured yet. Each figure is written as soon as it is known.

    Args:
        words: The command line.

    Returns:
        The exit code.
    """
    options = parsed(sys.argv[1:] if words is None else words)
    for number in options.only or sorted(modules()):
        path = results_file(number, options.to)
        if path is None:
            print("The folder of the notebooks was not found. Pass --to FOLDER.", file=sys.stderr)
            return 1
        known = results.read(path)
        for system in tutorial(number).systems:
            if options.system and system.name not in options.system:
                continue
            label = f"{number:02} {system.name}"
            if system.measure is None:
                known.leave_out(system.name, system.why_not)
                results.write(path, known)
                continue
            for seed in range(1, (options.seeds or system.seeds) + 1):
                if seed in known.seeds(system.name) and not options.again:
                    continue
                try:
                    run = measured(system, number, seed, options.runs)
                except DataNotFoundError as error:
                    known.leave_out(system.name, str(error).splitlines()[0])
                    print(f"{label}: not run. {error}")
                    break
                known.add(system.name, run)
                results.write(path, known)
                shown = ", ".join(f"{name} {value:.4g}" for name, value in run.figures.items())
                print(f"{label}, seed {seed}: {shown} ({run.seconds:.0f} s)", flush=True)
            results.write(path, known)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
