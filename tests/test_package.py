"""Importing the package: light, and clear about what is missing."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import dlwidgets as dl

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
        import dlwidgets, dlwidgets.training
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


def test_names() -> None:
    assert {"fit", "Live", "Run", "data"} <= set(dir(dl))
    assert dl.training.fit is dl.fit
    with pytest.raises(AttributeError, match="module 'dlwidgets' has no attribute 'fitt'"):
        dl.fitt  # noqa: B018
    with pytest.raises(AttributeError, match="has no attribute 'x'"):
        dl.training.x  # noqa: B018
