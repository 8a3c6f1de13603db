"""Data folders of their own for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REAL_DATA = os.environ.get("DLWIDGETS_DATA", "")


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Point $DLWIDGETS_DATA and Keras's cache at empty folders; return both."""
    own, keras = tmp_path / "own", tmp_path / "keras"
    own.mkdir()
    (keras / "datasets").mkdir(parents=True)
    monkeypatch.setenv("DLWIDGETS_DATA", str(own))
    monkeypatch.setenv("KERAS_HOME", str(keras))
    return own, keras / "datasets"


@pytest.fixture
def own(folders: tuple[Path, Path]) -> Path:
    return folders[0]


@pytest.fixture
def keras_cache(folders: tuple[Path, Path]) -> Path:
    return folders[1]


@pytest.fixture
def real_data(monkeypatch: pytest.MonkeyPatch) -> Path:
    if not REAL_DATA or not Path(REAL_DATA, "mnist.npz").is_file():
        pytest.skip("needs real data: set DLWIDGETS_DATA to a folder with mnist.npz and others")
    monkeypatch.setenv("DLWIDGETS_DATA", REAL_DATA)
    return Path(REAL_DATA)
