"""Parameters that only `make slow` tries, since others in the same list run the same code."""

from __future__ import annotations

from typing import Any

import pytest


def slow(*values: Any) -> Any:
    """The values of one case that only `make slow` tries."""
    return pytest.param(*values, marks=pytest.mark.slow)
