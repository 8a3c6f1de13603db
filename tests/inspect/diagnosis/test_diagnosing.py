"""Diagnoses of made-up curves and facts, and of a few real trainings."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets.inspect.diagnosis import Curves, DataFacts, InsideFacts, Setup, diagnose
from tests.helpers.doctor.broken import BROKEN
from tests.helpers.doctor.healthy import HEALTHY
from tests.helpers.doctor.runs import is_right, train

SEED = 3  # not one that the rules were made with
ADAM = Setup(optimizer="Adam", rate=1e-3, task="classes", loss="sparsecategoricalcrossentropy")
TEN = DataFacts(samples=500, counts=np.full(10, 50), baseline=np.log(10), mean=0.5, std=0.3)


def curves(steps, epochs=10, /, **logged) -> Curves:
    loss = np.asarray(steps, float)
    ends = np.linspace(0, len(loss), epochs + 1).astype(int)[1:]
    values = {name: np.asarray(value, float) for name, value in logged.items()}
    return Curves(loss, ends, values)


def falling(n=500, to=0.1, start=2.3):
    rng = np.random.default_rng(0)
    return to + (start - to) * np.exp(-np.arange(n) / 100) * (1 + 0.1 * rng.normal(size=n))


def flat(n=500, at=2.3, noise=0.05):
    return at + noise * np.random.default_rng(0).normal(size=n)


def test_a_run_that_learns_has_no_findings() -> None:
    found = diagnose(curves(falling()), ADAM, TEN)
    assert found.findings == ()
    assert not found.early


def test_the_first_steps_say_nothing() -> None:
    assert diagnose(curves(falling(20), 1), ADAM, TEN).early
    assert diagnose(Curves(np.empty(0))).early


def test_overfitting_begins_after_the_best_epoch() -> None:
    val = [1.0, 0.6, 0.5, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    train_loss = [1.0, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.08, 0.05]
    found = diagnose(curves(falling(), val_loss=val, loss=train_loss), ADAM, TEN)
    assert found.kinds == ("overfitting",)
    assert found.findings[0].title == "Overfitting since epoch 4"
    assert found.findings[0].steps == (200, 500)
    assert {one.action for one in found.findings[0].remedies} == {"early_stopping", "dropout"}


def test_a_validation_loss_that_rises_for_two_epochs_is_no_overfitting() -> None:
    val = [1.0, 0.6, 0.5, 0.45, 0.4, 0.38, 0.35, 0.3, 0.5, 0.6]
    train_loss = np.linspace(1, 0.05, 10)
    assert diagnose(curves(falling(), val_loss=val, loss=train_loss), ADAM, TEN).kinds == ()


def test_a_validation_loss_that_stands_still_far_above_the_training_loss_is_overfitting() -> None:
    train_loss = 2.0 ** -np.arange(20)
    val = np.maximum(2.0 ** -np.arange(20), 0.8)
    found = diagnose(curves(falling(), 20, val_loss=val, loss=train_loss), ADAM, TEN)
    assert found.kinds == ("overfitting",)
    # It still falls a little, so none of its epochs was the lowest.
    val = np.maximum(val, 0.8 - 0.001 * np.arange(20))
    val[1:] = np.minimum(val[1:], 0.8 - 0.001 * np.arange(1, 20))
    found = diagnose(curves(falling(), 20, val_loss=val, loss=train_loss), ADAM, TEN)
    assert found.kinds == ("overfitting",)
    assert "hardly improved since epoch 2" in found.findings[0].reason
    assert "lowest" not in found.findings[0].reason


def test_a_loss_that_grows_to_nan_comes_of_the_learning_rate() -> None:
    loss = np.concatenate([2.3 * 1.5 ** np.arange(60), [np.nan]])
    found = diagnose(curves(loss, 1), ADAM, TEN)
    assert found.kinds == ("rate_high",)
    assert found.findings[0].steps == (41, 61)
    assert found.findings[0].remedies[0].value == pytest.approx(1e-4)


def test_nan_without_growth_is_a_single_operation() -> None:
    loss = np.concatenate([falling(100), [np.nan]])
    assert diagnose(curves(loss, 1), ADAM, TEN).kinds == ("nan",)
    assert "step 101" in diagnose(curves(loss, 1), ADAM, TEN).findings[0].title


def test_weights_that_become_nan_behind_a_finite_loss_are_seen() -> None:
    only = Curves(np.array([0.4]), not_finite=True)
    found = diagnose(only, ADAM, TEN)
    assert found.kinds == ("nan",)
    # The step and the words of the run's own error.
    title = "The model's weights became NaN or infinite by step 1"
    assert found.findings[0].title == title


@pytest.mark.parametrize(("value", "word"), [(np.nan, "NaN"), (np.inf, "infinite")])
@pytest.mark.parametrize("before", [falling(68), 2.3 * 1.5 ** np.arange(68)])
def test_infinity_is_not_called_nan(before: np.ndarray, value: float, word: str) -> None:
    found = diagnose(curves(np.append(before, value), 1), ADAM, TEN).findings[0]
    assert word in found.title
    assert ("NaN" in found.title) == (word == "NaN")
    assert "step 69" in found.title


def test_an_exploding_loss_is_told_before_it_is_nan() -> None:
    found = diagnose(curves(2.3 * 1.05 ** np.arange(100), 1), ADAM, TEN)
    assert found.kinds == ("rate_high",)
    assert "will become NaN" in found.findings[0].reason


def test_a_jump_that_the_model_does_not_recover_from_is_marked_where_it_is() -> None:
    loss = flat()
    loss[7] = 40.0
    finding = diagnose(curves(loss), ADAM, TEN).findings[0]
    assert finding.kind == "rate_high"
    assert finding.steps is not None
    assert finding.steps[0] <= 8 <= finding.steps[1]


def test_a_slow_steady_fall_with_a_small_rate_is_a_rate_that_is_too_low() -> None:
    slow = Setup("Adam", 1e-6, "classes", ADAM.loss)
    found = diagnose(curves(np.linspace(2.4, 2.28, 500)), slow, TEN)
    assert found.kinds == ("rate_low",)
    assert found.findings[0].remedies[0].value == pytest.approx(1e-3)  # the usual one


def test_a_flat_loss_far_above_the_usual_rate_is_a_rate_that_is_too_high() -> None:
    fast = Setup("Adam", 0.5, "classes", ADAM.loss)
    assert diagnose(curves(flat()), fast, TEN).kinds == ("rate_high",)


def test_why_a_run_does_not_learn_is_looked_for_inside() -> None:
    gone = InsideFacts(gradients={"a": 1e-9, "b": 1e-4, "c": 0.5}, moved={"a": 0.2, "c": 0.3})
    found = diagnose(curves(flat()), ADAM, TEN, gone)
    assert found.kinds == ("not_learning",)
    assert "vanishes" in found.findings[0].reason
    dead = InsideFacts(dead={"hidden": 1.0}, moved={"hidden": 0.0, "out": 0.3})
    assert diagnose(curves(flat()), ADAM, TEN, dead).kinds == ("dead_units",)


def test_labels_that_neighbors_say_nothing_of_are_those_of_other_samples() -> None:
    strange = DataFacts(
        samples=500, counts=TEN.counts, baseline=TEN.baseline, agreement=0.0, agreement_error=0.02
    )
    assert diagnose(curves(flat()), ADAM, strange).kinds == ("mismatched_labels",)
    # Learned by heart: the validation loss never gets better than a guess.
    val, loss = np.linspace(2.4, 4, 10), np.linspace(2.3, 0.1, 10)
    by_heart = curves(falling(), val_loss=val, loss=loss)
    assert diagnose(by_heart, ADAM, strange).kinds == ("mismatched_labels",)
    words = Setup("Adam", 1e-3, "classes", ADAM.loss, scales=True, tokens=True)
    assert "mismatched_labels" not in diagnose(by_heart, words, strange).kinds


def test_a_softmax_of_one_unit_is_seen_although_the_loss_falls() -> None:
    one = Setup("Adam", 1e-3, "binary", "binarycrossentropy", units=1, activation="softmax")
    assert diagnose(curves(falling()), one).kinds == ("not_learning",)


def test_epochs_are_counted_from_the_first_one_of_the_run() -> None:
    val = [0.45, 0.5, 0.6, 0.7, 0.8, 0.9]
    later = Curves(
        falling(300),
        np.arange(50, 301, 50),
        {"val_loss": np.array(val), "loss": np.array([0.4, 0.3, 0.2, 0.1, 0.08, 0.05])},
        initial_epoch=10,
    )
    assert diagnose(later, ADAM, TEN).findings[0].title == "Overfitting since epoch 11"


def noisy(seed: int, at: float = 0.003, n: int = 500):
    return at * np.random.default_rng(seed).lognormal(0, 1.2, n)


def test_noise_of_single_samples_is_no_rate_that_is_too_high() -> None:
    # A model that was trained before, with a batch of one sample.
    found = [diagnose(curves(noisy(seed)), ADAM, TEN).kinds for seed in range(200)]
    assert found == [()] * 200
    unknown = Setup("Adam", 1e-3, "classes", "of_its_own")
    kinds = [diagnose(curves(noisy(seed)), unknown).kinds for seed in range(200)]
    assert sum("rate_high" in one for one in kinds) <= 4


def test_a_linear_regression_that_learns_from_single_samples_is_fine() -> None:
    setup = Setup("SGD", 0.01, "regression", "meansquarederror")
    for seed in range(30):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(600, 3))
        y = x @ [1.0, -2.0, 0.5] + 0.3 * rng.normal(size=600)
        weights, loss = np.zeros(3), []
        for row, target in zip(x, y, strict=True):
            error = row @ weights - target
            loss.append(error**2)
            weights -= 0.01 * 2 * error * row
        facts = DataFacts(samples=600, baseline=float(y.var()))
        assert diagnose(curves(loss), setup, facts).kinds == ()


def test_a_divergence_is_seen_although_the_loss_of_a_guess_is_unknown() -> None:
    unknown = Setup("Adam", 1e-3, "classes", "of_its_own")
    rng = np.random.default_rng(0)
    grows = np.concatenate([[2.3], 400 * rng.lognormal(0, 0.5, 300)])
    assert diagnose(curves(grows), unknown).kinds == ("rate_high",)
    jumps = flat()
    jumps[7] = 40.0
    assert diagnose(curves(jumps), unknown).kinds == ("rate_high",)


def test_a_rate_of_0_at_the_start_has_no_remedy_and_raises_nothing() -> None:
    waiting = Setup("Adam", 0.0, "classes", ADAM.loss)
    found = diagnose(curves(np.linspace(2.4, 2.28, 500)), waiting, TEN)
    assert all(one.action != "rate" for finding in found.findings for one in finding.remedies)
    assert "rate_low" not in found.kinds


def test_a_small_rate_is_fine_where_the_loss_falls() -> None:
    two = DataFacts(samples=500, counts=np.full(2, 250), baseline=np.log(2), mean=0.5, std=0.3)
    tuned = Setup("Adam", 2e-5, "binary", "binarycrossentropy")
    assert diagnose(curves(np.linspace(0.686, 0.479, 300)), tuned, two).kinds == ()


def test_after_a_warm_up_the_rate_is_the_highest_so_far() -> None:
    cold = Setup("Adam", 1e-6, "classes", ADAM.loss)
    loss = np.linspace(2.4, 2.1, 500)
    assert diagnose(curves(loss), cold, TEN).kinds == ("rate_low",)
    ends = np.arange(50, 501, 50)
    assert diagnose(Curves(loss, ends, highest_rate=1e-3), cold, TEN).kinds == ()


_FEW = ("high: digits, MLP, SGD 30", "nan: digits, a gap in the data")


@pytest.mark.parametrize("case", [one for one in BROKEN if one.name in _FEW], ids=lambda c: c.name)
def test_real_broken_trainings(case) -> None:
    found = train(case, SEED).diagnosis()
    assert is_right(case, found), found


def test_a_real_healthy_training_has_no_findings_at_any_epoch() -> None:
    seen = train(HEALTHY[1], SEED)
    assert seen.diagnosis().findings == ()
    assert all(not one.findings for one in seen.on_the_way())


@pytest.mark.slow
def test_nine_of_ten_broken_trainings_are_understood() -> None:
    wrong = []
    for case in BROKEN:
        found = train(case, SEED).diagnosis()
        if not is_right(case, found):
            wrong.append((case.name, found.kinds))
    assert len(wrong) <= 0.1 * len(BROKEN), wrong


@pytest.mark.slow
def test_one_of_twenty_healthy_trainings_may_raise_a_false_alarm() -> None:
    alarms = []
    for case in HEALTHY:
        found = train(case, SEED).diagnosis()
        if not is_right(case, found):
            alarms.append((case.name, found.kinds))
    assert len(alarms) <= 0.05 * len(HEALTHY), alarms
