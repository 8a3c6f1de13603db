"""Views of all kinds on one Run: one clone, one budget."""

from __future__ import annotations

import collections
import dataclasses
import threading
from typing import TYPE_CHECKING, Any

import keras
import pytest

import dlwidgets as dl
from dlwidgets.training import model_source, shared_clone
from dlwidgets.widgets import GanMonitor, LatentExplorer, Predictions, TextSampler
from dlwidgets.widgets._live.budget import Budget, budget_of
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

layers = keras.layers


class Everything(keras.Model):
    """Encoder, decoder (for a GAN's view the generator) and classifier of images of 8×8 pixels.

    Its input is also a window of 8 one-hot characters out of 8, and its output the next of them.
    """

    @property
    def encoder(self) -> Any:
        return self.get_layer("encoder")

    @property
    def decoder(self) -> Any:
        return self.get_layer("decoder")


@pytest.fixture
def run() -> Iterator[Any]:
    keras.utils.set_random_seed(1)
    encoder = keras.Sequential(
        [keras.Input((8, 8)), layers.Flatten(), layers.Dense(2)], name="encoder"
    )
    decoder = keras.Sequential(
        [keras.Input((2,)), layers.Dense(64, "sigmoid"), layers.Reshape((8, 8))], name="decoder"
    )
    image = keras.Input((8, 8))
    flat = layers.Flatten()(decoder(encoder(image)))
    model = Everything(image, layers.Dense(8, "softmax")(flat), name="everything")
    model.compile("adam", "sparse_categorical_crossentropy")
    digits = dl.data.load("digits").normalized()
    known = digits.y_train < 8
    started = dl.fit(
        model,
        digits.x_train[known][..., 0],
        digits.y_train[known],
        epochs=100_000,
        batch_size=32,
        start=False,
    )
    yield started
    started.stop()
    until(lambda: started.state.ended, "the end of the run", 60)


def test_views_of_all_kinds_share_one_clone_and_one_budget(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloned: list[Any] = []
    spent: dict[str, float] = collections.defaultdict(float)
    clone, spend = shared_clone.clone, Budget.spend

    def noted_clone(model: Any) -> Any:
        cloned.append(model)
        return clone(model)

    def noted_spend(budget: Budget, seconds: float) -> None:
        assert budget is budget_of(run)
        spent[threading.current_thread().name] += seconds
        spend(budget, seconds)

    for module in (shared_clone, model_source):
        monkeypatch.setattr(module, "clone", noted_clone)
    monkeypatch.setattr(Budget, "spend", noted_spend)
    digits = dl.data.load("digits").normalized()
    images = digits.x_test[..., 0]
    tokenizer = dl.generate.CharTokenizer().fit("abcdefgh")
    views = [
        GanMonitor(run, images, images=9),
        LatentExplorer(run, images, digits.y_test),
        Predictions(run, dataclasses.replace(digits, x_test=images)),
        TextSampler(run, tokenizer, corpus="abcdefgh" * 20),
    ]
    try:
        run.start()
        until(lambda: len(spent) == len(views), "the cost of an update of each", 120)
        assert [view.message for view in views] == [""] * len(views)
        assert sum(model is run.model for model in cloned) == 1
        sources = [view.follower.source for view in views]
        models = [source.use(lambda model: model) for source in sources if source is not None]
        assert all(model is models[0] for model in models)
        assert models[0] is not run.model

        budget = budget_of(run)
        assert budget.members == len(views)
        views[1].follower.controls.share.value = 5.0
        assert budget.share == 5.0
        assert [view.follower.controls.share.value for view in views] == [5.0] * len(views)

        for view in views:
            view.hold = True
        run.pause()
        until(lambda: not any(view.busy for view in views), "rest", 60)
        assert budget.spent == pytest.approx(sum(spent.values()))
    finally:
        for view in views:
            view.close()
    assert budget.members == 0


def test_no_clone_is_made_twice_by_views_that_start_together(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloned: list[Any] = []
    clone = shared_clone.clone

    def noted(model: Any) -> Any:
        cloned.append(model)
        return clone(model)

    monkeypatch.setattr(shared_clone, "clone", noted)
    run.start()
    found: list[np.ndarray] = []

    def look() -> None:
        source = model_source.ModelSource(run)
        source.refresh()
        found.append(source.use(lambda model: model.get_weights()[0]))

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 6
    assert cloned == [run.model]
