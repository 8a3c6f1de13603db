"""Random valid Keras models: everything works with them, or says in a sentence why not.

DLWIDGETS_FUZZ_MODELS is how many (default 8), DLWIDGETS_FUZZ_SEED which (default 0).
"""

from __future__ import annotations

import os
import traceback
import warnings
from typing import TYPE_CHECKING

import keras
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.helpers.model_checks import CHECKS, trained
from tests.helpers.random_models import made, model_code
from tests.helpers.watched import watch

if TYPE_CHECKING:
    from random import Random

MODELS = int(os.environ.get("DLWIDGETS_FUZZ_MODELS", "8"))
SEED = int(os.environ.get("DLWIDGETS_FUZZ_SEED", "0"))


@pytest.mark.timeout(60 * MODELS + 60)
def test_random_models(monkeypatch: pytest.MonkeyPatch) -> None:
    watch(monkeypatch)
    faults: list[str] = []
    policy = keras.config.dtype_policy()

    def fault(name: str, code: str, error: BaseException) -> None:
        where = traceback.format_exception(error)[-1].strip()[:600]
        faults.append(f"## {name}: {where}\n{code}")

    @seed(SEED)
    @settings(
        max_examples=MODELS,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True))
    def try_one(random: Random) -> None:
        code = model_code(random)
        try:
            both = trained(lambda: made(code))
        except Exception as error:  # noqa: BLE001 - reported below
            fault("training", code, error)
            return
        for name, check in CHECKS.items() if both else ():
            try:
                check(*both)
            except Exception as error:  # noqa: BLE001 - reported below
                fault(name, code, error)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            try_one()
        finally:
            keras.config.set_dtype_policy(policy)
    assert not faults, f"{len(faults)} faults\n\n" + "\n".join(faults)
