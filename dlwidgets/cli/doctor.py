"""`dlwidgets doctor`: what is installed, what is missing, and how to fix it."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from dlwidgets._version import __version__

Status = Literal["ok", "note", "problem"]

_MARKS: dict[Status, str] = {"ok": "ok  ", "note": "note", "problem": "FAIL"}
_TENSORFLOW_SECONDS = 180

# Runs in a separate process, because the import of TensorFlow writes to stderr and takes memory
# that is never released.
_ASK_TENSORFLOW = """
import json
import tensorflow as tf
import keras
print(json.dumps({
    "tensorflow": tf.__version__,
    "keras": keras.__version__,
    "backend": keras.backend.backend(),
    "cuda": tf.test.is_built_with_cuda(),
    "gpus": [
        tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name)
        for gpu in tf.config.list_physical_devices("GPU")
    ],
}))
"""


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        name: What was checked.
        value: The result.
        status: ``"ok"``, ``"note"`` (works, with a limitation) or ``"problem"``.
        advice: What to do, in one sentence. `""` for nothing.
    """

    name: str
    value: str
    status: Status = "ok"
    advice: str = ""


def _pip(what: str) -> str:
    return f"Run  {sys.executable} -m pip install {what}"


def version_of(*distributions: str) -> str:
    """Return the version of the first of these distributions that is installed, or "".

    Args:
        *distributions: Names as on PyPI.
    """
    for name in distributions:
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return ""


def check_packages() -> list[Finding]:
    """Check Python and the Jupyter packages that dashboards need."""
    python = ".".join(map(str, sys.version_info[:3]))
    findings = [
        Finding("Python", f"{python} at {sys.executable}")
        if sys.version_info >= (3, 11)
        else Finding("Python", python, "problem", "Install Python 3.11 or newer."),
        Finding("dlwidgets", __version__),
    ]
    for name in ("jupyterlab", "voila", "ipywidgets", "ipykernel"):
        version = version_of(name)
        if not version:
            findings.append(Finding(name, "not installed", "problem", _pip(f"{name}.")))
        elif name == "ipykernel" and version.startswith("7.0."):
            advice = _pip("'ipykernel!=7.0.*' : version 7.0 fails when a thread updates a widget.")
            findings.append(Finding(name, version, "problem", advice))
        else:
            findings.append(Finding(name, version))
    return findings


def ask_tensorflow() -> dict[str, Any]:
    """Import TensorFlow in a separate process, and return what it reports.

    Returns:
        ``tensorflow`` and ``keras`` (versions), ``backend``, ``cuda`` (whether it was built with
        CUDA) and ``gpus`` (names), or only ``error``, the last line of the error message.
    """
    try:
        done = subprocess.run(  # noqa: S603 - this Python, and a fixed program
            [sys.executable, "-c", _ASK_TENSORFLOW],
            capture_output=True,
            text=True,
            timeout=_TENSORFLOW_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": f"the import took longer than {_TENSORFLOW_SECONDS} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode == 0 and lines:
        answer: dict[str, Any] = json.loads(lines[-1])
        return answer
    complaints = done.stderr.strip().splitlines() or [
        f"the import ended with exit code {done.returncode}"
    ]
    return {"error": complaints[-1]}


def check_tensorflow(answer: dict[str, Any] | None = None) -> list[Finding]:
    """Check TensorFlow, Keras and the GPU.

    Args:
        answer: The result of `ask_tensorflow`. `None` to call it.
    """
    version = version_of("tensorflow", "tensorflow-cpu")
    if not version:
        advice = _pip("'dlwidgets[cpu]'  (or 'dlwidgets[gpu]' with an NVIDIA GPU).")
        return [Finding("TensorFlow", "not installed", "problem", advice)]
    found = ask_tensorflow() if answer is None else answer
    if "error" in found:
        advice = _pip("--force-reinstall 'dlwidgets[cpu]' : TensorFlow can't be imported.")
        return [Finding("TensorFlow", f"{version}: {found['error']}", "problem", advice)]
    findings = [Finding("TensorFlow", found["tensorflow"]), _check_keras(found)]
    if found["gpus"]:
        findings.append(Finding("GPU", ", ".join(found["gpus"])))
    else:
        findings.append(_why_no_gpu(bool(found["cuda"])))
    return findings


def _check_keras(found: dict[str, Any]) -> Finding:
    version = str(found["keras"])
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if numbers < (3, 14):
        return Finding("Keras", version, "problem", _pip("'keras>=3.14' : older ones are unsafe."))
    if found["backend"] != "tensorflow":
        advice = "Set the environment variable KERAS_BACKEND=tensorflow."
        return Finding("Keras", f"{version} on {found['backend']}", "problem", advice)
    return Finding("Keras", version)


def _why_no_gpu(built_with_cuda: bool) -> Finding:
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
    has_driver = Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi")
    if not has_driver:
        return Finding(
            "GPU", "none. This machine has no NVIDIA driver, so training runs on the CPU"
        )
    if hidden is not None and hidden.strip() in ("", "-1"):
        advice = "Unset the environment variable CUDA_VISIBLE_DEVICES to use the GPU."
        return Finding("GPU", f"hidden by CUDA_VISIBLE_DEVICES={hidden!r}", "note", advice)
    if not built_with_cuda:
        advice = _pip("'dlwidgets[gpu]' to use the GPU.")
        return Finding(
            "GPU", "not used, because this TensorFlow was built for CPUs only", "note", advice
        )
    advice = _pip("'tensorflow[and-cuda]' : TensorFlow finds no CUDA libraries for the driver.")
    return Finding("GPU", "the driver is installed, but TensorFlow finds no GPU", "note", advice)


def check_machine() -> Finding:
    """Check memory and CPU cores."""
    import psutil

    memory = psutil.virtual_memory()
    value = (
        f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB free, {os.cpu_count()} cores"
    )
    if memory.available < 1.5e9:
        advice = "Close other programs. TensorFlow with a small model needs about 1.2 GB."
        return Finding("Memory", value, "note", advice)
    return Finding("Memory", value)


def check_front_end() -> Finding:
    """Check whether Jupyter finds the front end of this version."""
    from jupyter_core.paths import jupyter_path

    advice = _pip("--force-reinstall --no-deps dlwidgets  (in a source tree: pip install .).")
    for folder in jupyter_path("labextensions"):
        description = Path(folder, "dlwidgets", "package.json")
        if not description.is_file():
            continue
        try:
            found = str(json.loads(description.read_text(encoding="utf-8")).get("version", ""))
        except (OSError, ValueError, AttributeError) as error:
            return Finding("Front end", f"{description} is damaged ({error})", "problem", advice)
        if found != __version__:
            value = f"version {found}, but the Python package is {__version__}"
            return Finding("Front end", value, "problem", advice)
        return Finding("Front end", f"{found} in {description.parent}")
    return Finding("Front end", "not installed, so widgets can't be displayed", "problem", advice)


def check_notebooks() -> Finding:
    """Check whether the notebooks that come with dlwidgets are installed."""
    from dlwidgets.cli.errors import CommandError
    from dlwidgets.cli.notebooks import find_notebooks, notebooks_root

    try:
        root = notebooks_root()
    except CommandError:
        return Finding("Notebooks", "none", "problem", _pip("--force-reinstall dlwidgets."))
    return Finding("Notebooks", f"{len(find_notebooks(root))} in {root}")


def check_data() -> list[Finding]:
    """Check where each data set is."""
    from dlwidgets import data

    findings = []
    for item in data.available().values():
        if item.problem:
            advice = f"Delete {item.path} or replace it with an intact copy."
            findings.append(Finding(f"Data: {item.title}", item.problem, "note", advice))
        else:
            findings.append(Finding(f"Data: {item.title}", item.details()))
    return findings


def examine() -> list[Finding]:
    """Run all checks.

    Returns:
        The findings, in the order of the report.
    """
    return [
        *check_packages(),
        *check_tensorflow(),
        check_machine(),
        check_front_end(),
        check_notebooks(),
        *check_data(),
    ]


def doctor(*, as_json: bool = False) -> int:
    """Print the report.

    Args:
        as_json: Print JSON instead of text.

    Returns:
        0 if dashboards can be served and models trained, 1 otherwise.
    """
    findings = examine()
    problems = [finding for finding in findings if finding.status == "problem"]
    if as_json:
        report = {"ok": not problems, "findings": [asdict(finding) for finding in findings]}
        print(json.dumps(report, indent=2))
        return 1 if problems else 0
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        print(f"{_MARKS[finding.status]}  {finding.name:{width}}  {finding.value}")
        if finding.advice:
            print(f"      {'':{width}}  {finding.advice}")
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        print(f"\n{count} found. Follow the advice under FAIL, then run  dlwidgets doctor  again.")
        return 1
    print("\nNo problems found. Run  dlwidgets serve")
    return 0
