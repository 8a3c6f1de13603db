"""Check an installed dlwidgets: run by a Python that has the wheel and nothing of the checkout.

``make wheel`` builds the wheel, installs it into an empty environment, and runs this file there. In
the folder given as argument it records a run, which ``check_reading.py`` reads without TensorFlow.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path

import dlwidgets as dl


def main(folder: Path) -> None:
    """Raise an error for the first thing that is missing.

    Args:
        folder: Where a run is recorded.
    """
    package = Path(dl.__file__).parent
    site = Path(sysconfig.get_path("purelib"))
    assert package.is_relative_to(site), f"{package} is not the installed package"
    assert dl.__version__ == version("dlwidgets")
    assert (package / "py.typed").is_file()

    # The front end lies where JupyterLab and Voila look for it, and every file it names exists.
    extension = Path(sys.prefix) / "share/jupyter/labextensions/dlwidgets"
    about = json.loads((extension / "package.json").read_text())
    assert about["version"] == dl.__version__
    assert (extension / about["jupyterlab"]["_build"]["load"]).is_file()
    assert (extension / "install.json").is_file()
    # And the parts of pages of one file, with texts in Chinese.
    parts = {path.name for path in (extension / "standalone").iterdir()}
    assert {"boot.js", "app.css", "app.js.gz", "plotly.js.gz", "locale-zh.json.gz"} <= parts

    # The command finds the notebooks that came with the package.
    command = Path(sys.executable).with_name("dlwidgets")
    assert len(list((package / "notebooks" / "dashboards").glob("*.ipynb"))) >= 10
    done = subprocess.run(
        [command, "doctor"], capture_output=True, text=True, timeout=300, check=False
    )
    assert "dlwidgets" in done.stdout, done.stderr
    assert "Traceback" not in done.stderr, done.stderr

    # A network learns, and a widget shows it.
    digits = dl.data.load("digits").normalized()
    model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    record = dl.record(folder, probe=(digits.x_test[:32], digits.y_test[:32]))
    run = dl.fit(model, digits.x_train, digits.y_train, epochs=2, record=record)
    panel = dl.TrainingPanel(run)
    losses = run.wait().history["loss"]
    assert len(losses) == 2
    assert losses[1] < losses[0]
    panel.close()
    print(f"dlwidgets {dl.__version__} works as installed in {site}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
