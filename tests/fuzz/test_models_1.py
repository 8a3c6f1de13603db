"""The first half of the random models: everything works with them, or says why not."""

from __future__ import annotations

import pytest

from tests.helpers.fuzzing import SECONDS, faults_of_part


@pytest.mark.timeout(SECONDS + 60)
def test_random_models() -> None:
    faults = faults_of_part(1)
    assert not faults, faults
