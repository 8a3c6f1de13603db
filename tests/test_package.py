"""Importing the package: light, and clear about what is missing."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

import dlwidgets as dl
from tests.helpers.page import state_of

ROOT = Path(__file__).parent.parent


def python(text: str) -> subprocess.CompletedProcess[str]:
    head = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
    return subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(text)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_importing_imports_neither_tensorflow_nor_widgets() -> None:
    done = python("""
        import dlwidgets, dlwidgets.training, dlwidgets.widgets
        from dlwidgets import Run
        heavy = {"tensorflow", "keras", "ipywidgets", "plotly", "IPython"}
        print(sorted(heavy & set(sys.modules)))
    """)
    assert done.stdout.strip() == "[]", done.stderr


def test_without_tensorflow_one_sentence_names_the_extras() -> None:
    done = python("""
        from importlib.machinery import PathFinder
        class WithoutTensorFlow(PathFinder):
            @classmethod
            def find_spec(cls, name, path=None, target=None):
                missing = name.partition(".")[0] in ("tensorflow", "keras")
                return None if missing else super().find_spec(name, path, target)
        sys.meta_path[:] = [WithoutTensorFlow if f is PathFinder else f for f in sys.meta_path]
        import dlwidgets as dl
        for use in (lambda: dl.fit(None, [1], [1]), lambda: dl.Live()):
            try:
                use()
            except ImportError as error:
                print(error)
    """)
    sentences = done.stdout.strip().splitlines()
    assert len(sentences) == 2, done.stderr
    assert len(set(sentences)) == 1
    assert "pip install 'dlwidgets[cpu]'" in sentences[0]
    assert "dlwidgets[gpu]" in sentences[0]


def test_another_keras_backend_is_named() -> None:
    done = python("""
        import os
        os.environ["KERAS_BACKEND"] = "numpy"
        import dlwidgets as dl
        try:
            dl.fit(None, [1], [1])
        except RuntimeError as error:
            print(error)
    """)
    assert "backend 'numpy'. Set KERAS_BACKEND=tensorflow" in done.stdout, done.stderr


def test_importing_tensorflow_writes_nothing_to_stderr() -> None:
    done = python("""
        from dlwidgets._tensorflow import load
        load()
        print("loaded")
    """)
    assert done.stdout.strip() == "loaded"
    assert done.stderr == ""


def names_of(stub: Path) -> set[str]:
    """The names that a stub exports, those of a star import included."""
    names: set[str] = set()
    for line in ast.parse(stub.read_text()).body:
        if isinstance(line, ast.ImportFrom):
            for alias in line.names:
                if alias.name == "*":
                    names |= names_of(stub.parent / str(line.module) / "__init__.pyi")
                else:
                    assert alias.asname == alias.name, "type checkers hide it otherwise"
                    names.add(alias.name)
    return names


@pytest.mark.parametrize("package", ["", "models", "recording", "training", "widgets"])
def test_type_checkers_see_the_names_that_are_there(package: str) -> None:
    path = ".".join(filter(None, ("dlwidgets", package)))
    module = importlib.import_module(path)
    assert names_of(ROOT / "dlwidgets" / package / "__init__.pyi") == set(module.__all__)
    for name in module.__all__:
        assert getattr(module, name) is not None


def test_every_widget_is_available_at_the_top() -> None:
    assert set(dl.widgets.__all__) <= set(dl.__all__)
    assert dl.TrainingPanel is dl.widgets.TrainingPanel


def test_there_is_one_version() -> None:
    manifest = json.loads((ROOT / "labextension" / "package.json").read_text())
    lock = json.loads((ROOT / "labextension" / "package-lock.json").read_text())
    assert manifest["version"] == lock["version"] == lock["packages"][""]["version"]
    assert dl.__version__ == manifest["version"]
    assert state_of(dl.widgets.Chart(), "_model_module_version") == manifest["version"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "labextension/package.json"
    pattern = project["tool"]["hatch"]["version"]["pattern"]
    found = re.findall(pattern, (ROOT / "labextension" / "package.json").read_text())
    assert found == [manifest["version"]]


def test_names() -> None:
    assert {"fit", "Live", "Run", "data"} <= set(dir(dl))
    assert dl.training.fit is dl.fit
    with pytest.raises(AttributeError, match="No dlwidgets attribute fitt"):
        dl.fitt  # noqa: B018
    with pytest.raises(AttributeError, match=r"No dlwidgets\.training attribute x"):
        dl.training.x  # noqa: B018
