"""Random models tried in a process of their own, because TensorFlow keeps the memory of graphs.

All that a model depends on is its name, such as "0.1:77" for one of the sequence "0.1".
`python -m tests.helpers.fuzzing 0.1:77` tries it again; with the arguments `0.1 50` it tries the
first 50 of the sequence.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
import warnings
from pathlib import Path
from random import Random

PARTS = 2
"""Test files that share the models, so that two processes of tests can share them."""
MODELS = int(os.environ.get("DLWIDGETS_FUZZ_MODELS", "6"))
SEED = int(os.environ.get("DLWIDGETS_FUZZ_SEED", "0"))
SECONDS = 60 + 30 * MODELS // PARTS
"""How long one part may take on a busy machine."""

_MODEL, _FAULT = "## ", "!! "  # what lines of output begin with


def faults_of_part(part: int) -> str:
    """Try a part of the random models, and return what fails, with the code of each such model.

    Every model is trained by `fit` and by `dl.fit`, which must agree to the bit (see `trained`).
    Each check of an engine or a view is made on four of thirteen models, which the name of the
    model chooses, so that the whole takes minutes.

    Args:
        part: 1 to `PARTS`.
    """
    command = [sys.executable, "-m", "tests.helpers.fuzzing", f"{SEED}.{part}"]
    done = subprocess.run(
        [*command, str(MODELS // PARTS)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    models = done.stdout.split(f"\n{_MODEL}")[1:]
    failed = [model for model in models if f"\n{_FAULT}" in model]
    if done.returncode:
        failed += [
            f"The process ended with {done.returncode}.\n{done.stderr[-3000:]}",
            *models[-1:],
        ]
    elif len(models) < MODELS // PARTS:
        failed.append(f"Only {len(models)} models were tried.")
    return "\n\n".join(failed)


def try_sequence(sequence: str, models: int) -> None:
    """Print each model of a sequence, and what fails."""
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis import strategies as st

    @seed(sequence)
    @settings(
        max_examples=models,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**24 - 1))
    def try_one(number: int) -> None:
        try_model(f"{sequence}:{number}")

    try_one()


def try_model(name: str) -> None:
    """Print a model, and what fails."""
    import ipywidgets

    from tests.helpers.model_checks import CHECKS, trained
    from tests.helpers.random_models import made, model_code

    code = model_code(Random(name))
    print(f"\n{_MODEL}{name}\n{code}", flush=True)
    try:
        both = trained(lambda: made(code))
    except Exception as error:  # noqa: BLE001 - reported
        _report("training", error)
        return
    some = Random(f"{name} checks").sample(CHECKS, len(CHECKS) // 4 + 1)
    for check in some if both else ():
        try:
            check(*both)
        except Exception as error:  # noqa: BLE001 - reported
            _report(check.__name__, error)
    ipywidgets.Widget.close_all()


def _report(check: str, error: BaseException) -> None:
    where = traceback.extract_tb(error.__traceback__)[-4:]
    places = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in where)
    text = f"{type(error).__name__}: {error}".strip()[:900]
    print(f"\n{_FAULT}{check}: {text}\n({places})", flush=True)


def _main() -> None:
    import comm
    import pytest

    from tests.helpers.page import Comm
    from tests.helpers.watched import watch

    sequence, _, number = sys.argv[1].partition(":")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setattr(comm, "create_comm", Comm)
        watch(patch)
        if number:
            try_model(sys.argv[1])
        else:
            try_sequence(sequence, int(sys.argv[2]))


if __name__ == "__main__":
    _main()
