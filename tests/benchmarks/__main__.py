"""``python -m tests.benchmarks [--only NAME ...] [--quick] [--json PATH]``."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
import traceback
from datetime import datetime
from pathlib import Path

from tests.benchmarks.report import Report, describe_machine, table
from tests.benchmarks.servers import find_chromium
from tests.benchmarks.settings import Settings

BENCHMARKS = {
    "imports": "import time of dlwidgets and of TensorFlow",
    "throughput": "steps per second against model.fit, TensorBoard and livelossplot",
    "appending": "cost per appended point at 10³ to 10⁶ points, in Python and in the page",
    "concepts": "concept widgets in the page: from the hand to the frame",
    "latency": "click to state in Voila and JupyterLab; flush to paint",
    "loading": "bytes of a page with six charts; time to the first widget",
    "dream": "DeepDream and style transfer, steps per second against the book's method",
    "filters": "filters by gradient ascent against tf-keras-vis; all activations against predict",
    "gan": "slowdown of a GAN's training by its monitor; what a look costs",
    "heatmaps": "Grad-CAM against tf-keras-vis; each method; controls to picture in Voila",
    "memory": "resident memory; bytes of saved widget state",
    "latent": "grid of a latent space against the book's loop; pointer to decoded picture",
    "alive": "seconds from the opening of each dashboard until something lives",
    "slowdown": "steps per second with live views held and following",
    "redraws": "redraws per second of each live view; training with its page open against fit",
    "text": "characters per second of sample_text against predict; memory of the windows",
    "recording": "opening a recorded run of 10⁶ steps; what recording and reading on cost",
    "scrubbing": "a recording of 10⁶ steps on a page: its opening, its timeline dragged",
    "doctor": "diagnoses of broken trainings, and false alarms on healthy ones (only if named)",
    "browsing": "click to new page of 10,000 predictions; counting and sorting their answers",
}
ONLY_NAMED = frozenset({"doctor"})  # trains for many minutes
RESULTS = Path(__file__).resolve().parent / "results"


def _arguments() -> argparse.Namespace:
    names = "\n".join(f"  {name:12} {about}" for name, about in BENCHMARKS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=f"Measure dlwidgets against its budgets.\n\nbenchmarks:\n{names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, metavar="NAME", default=None)
    parser.add_argument("--quick", action="store_true", help="few repetitions, under 4 minutes")
    parser.add_argument("--json", type=Path, metavar="PATH", help="where the figures go")
    return parser.parse_args()


def main() -> int:
    """Run the chosen benchmarks; 0 if all could be run and every budget was met, 1 otherwise."""
    arguments = _arguments()
    now = datetime.now().astimezone()
    path = arguments.json or RESULTS / f"{now:%Y-%m-%d-%H%M%S}.json"
    report = Report(arguments.quick, describe_machine(find_chromium()))
    for name in arguments.only or [one for one in BENCHMARKS if one not in ONLY_NAMED]:
        print(f"{name}: {BENCHMARKS[name]}", flush=True)
        module = importlib.import_module(f"tests.benchmarks.{name}")
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="dlwidgets-bench-") as scratch:
            try:
                report.results += module.measure(Settings(Path(scratch), arguments.quick))
            except Exception as error:  # noqa: BLE001 - the others are still worth their time
                traceback.print_exc()
                report.failures[name] = f"{type(error).__name__}: {error}"
        report.seconds[name] = round(time.monotonic() - begun, 1)
        report.write(path)
    _print(report)
    print(f"\nevery repetition: {path}")
    short = [result for result in report.results if result.verdict == "SHORT"]
    return 1 if short or report.failures else 0


def _print(report: Report) -> None:
    machine = report.machine
    versions = ", ".join(f"{k} {v}" for k, v in machine["versions"].items() if k != "chromium")
    print(f"\n{report.date}  {machine['processor']}, {machine['cores']} cores")
    print(f"load before: {machine['load_before'][0]}  {machine['versions'].get('chromium', '')}")
    print(f"{versions}\n")
    if machine["load_before"][0] > 0.3:
        print("The machine was busy with something else: times and rates are worse than its own.\n")
    if not machine["bytecode"]:
        print("TensorFlow is installed without bytecode: each start takes some seconds longer.\n")
    print(table(report.results))
    for name, problem in report.failures.items():
        print(f"{name} could not be measured: {problem}")
    spent = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in report.seconds.items())
    print(f"\ntook {sum(report.seconds.values()):.0f} s ({spent})")


if __name__ == "__main__":
    sys.exit(main())
