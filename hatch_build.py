"""Compile the catalogs when the package is built."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogHook(BuildHookInterface[Any]):
    """Writes the catalogs that the front end and the package contain."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before anything else is built."""
        sys.path.insert(0, str(Path(__file__).resolve().parent / "dlwidgets" / "locale"))
        from compiling import compile_all

        compile_all()
