"""Types as a type checker sees them in a user's script: exact, and errors for wrong arguments."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

import dlwidgets as dl

ROOT = Path(__file__).parents[1]

SCRIPT = """\
import dlwidgets as dl

digits = dl.data.load("digits").normalized()
reveal_type(digits)  # is: dlwidgets.data.dataset.Dataset
reveal_type(digits.x_train)  # is: numpy.ndarray
model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
run = dl.fit(model, digits.x_train, digits.y_train, epochs=3)
reveal_type(run)  # is: dlwidgets.training.run.Run
reveal_type(run.history)  # is: dlwidgets.training.history.History
reveal_type(run.history["loss"])  # is: list[float]
reveal_type(run.learning_rate)  # is: float
reveal_type(dl.ActivationViewer(run, digits.x_test))  # is: ActivationViewer
reveal_type(dl.TrainingPanel(run))  # is: TrainingPanel
reveal_type(dl.vision.grad_cam(model, digits.x_test))  # is: HeatMaps
reveal_type(dl.inspect.summarize(model))  # is: ModelSummary
dl.data.load(5)  # error: call-overload
dl.fit(model, digits.x_train, digits.y_train, epochs="three")  # error: arg-type
dl.ActivationViewer(run, digits.x_test, sampel=3)  # error: call-arg
run.step("one")  # error: arg-type
print(dl.ActivationVeiwer)  # error: attr-defined
"""


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """What mypy says of each line of a user's script, in strict mode."""
    script = tmp_path_factory.mktemp("typing") / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--no-pretty",
            str(script),
        ],
        # With the settings and the cache of `make lint`, which has just looked at the package.
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.stderr == ""
    said = defaultdict(str)
    for line in done.stdout.splitlines():
        if found := re.match(rf"{re.escape(str(script))}:(\d+): (.*)", line):
            said[int(found[1])] += found[2] + "\n"
    assert said, done.stdout
    return said


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(dl.__file__).parent / "py.typed").is_file()


@pytest.mark.parametrize(
    ("number", "line"),
    [(n, line) for n, line in enumerate(SCRIPT.splitlines(), 1) if line],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_each_line_of_a_users_script(number: int, line: str, messages: dict[int, str]) -> None:
    said = messages.get(number, "")
    if "# is: " in line:
        revealed = re.search(r'Revealed type is "(.*)"', said)
        assert revealed, said
        assert line.partition("# is: ")[2] in revealed[1]
        assert "error" not in said
    elif "# error: " in line:
        assert f"[{line.partition('# error: ')[2]}]" in said, f"no error for {line}"
    else:
        assert said == ""
