"""The version of dlwidgets. Its only source is `labextension/package.json`."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def _version() -> str:
    try:
        return version("dlwidgets")
    except PackageNotFoundError:  # a checkout that isn't installed
        manifest = Path(__file__).parents[1] / "labextension" / "package.json"
        return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


__version__ = _version()
