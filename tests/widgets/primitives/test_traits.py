"""Traits have the same names and defaults in Python and in TypeScript."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import shutil
import subprocess
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

from dlwidgets import widgets
from dlwidgets.widgets._core.view import View

FRONT_END = Path(__file__).parents[3] / "labextension"
NAMES = {"_model_module", "_model_name", "_view_module", "_view_name"}
COMMON = set(ipywidgets.DOMWidget.class_traits(sync=True)) - NAMES


@pytest.fixture(scope="module")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What `defaults()` of each model in TypeScript returns, by the name of the model."""
    npx = shutil.which("npx")
    if npx is None or not (FRONT_END / "node_modules" / "vitest").is_dir():
        pytest.skip("needs the Node packages of the front end: npm install in labextension")
    path = tmp_path_factory.mktemp("traits") / "traits.json"
    done = subprocess.run(
        [npx, "vitest", "run", "tests/traits.test.ts"],
        cwd=FRONT_END,
        env={**os.environ, "DLWIDGETS_TRAITS": str(path)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, dict[str, Any]] = json.loads(path.read_text())
    return found


def own_views() -> dict[str, type[View]]:
    """The widgets with a TypeScript half, by the name of the model."""
    for module in pkgutil.walk_packages(widgets.__path__, "dlwidgets.widgets."):
        importlib.import_module(module.name)
    found, waiting = {}, [View]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        model = kind.class_traits()["_model_name"].default_value
        if kind.__module__.startswith("dlwidgets.") and model != "DOMWidgetModel":
            found.setdefault(model, kind)  # a subclass in Python has the same model
    return found


def defaults(kind: type[View]) -> dict[str, Any]:
    """The synced traits of a widget with their defaults, as JSON."""
    values = {}
    for name, trait in kind.class_traits(sync=True).items():
        if name in COMMON:
            continue
        value = trait.default()
        to_json = trait.metadata.get("to_json")
        # A text travels as a message, with its English text; that is what defaults are.
        message = to_json is None or isinstance(value, str)
        values[name] = value if message else to_json(value, None)
    plain: dict[str, Any] = json.loads(json.dumps(values))
    return plain


def test_each_model_has_a_widget(typescript: dict[str, dict[str, Any]]) -> None:
    assert set(own_views()) == set(typescript)


@pytest.mark.parametrize("model", sorted(own_views()))
def test_names_and_defaults_agree(model: str, typescript: dict[str, dict[str, Any]]) -> None:
    assert defaults(own_views()[model]) == typescript[model]
