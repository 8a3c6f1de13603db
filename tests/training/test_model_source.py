"""The clone that all views of a Run share, and its parts."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect.calling import NotBuiltError
from dlwidgets.training import shared_clone
from dlwidgets.training.model_parts import part_of
from dlwidgets.training.model_source import ModelSource, OwnClone
from dlwidgets.training.run import Run
from dlwidgets.training.weight_calls import WeightReader
from tests.helpers.training import digits, mlp, stepped
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def run() -> Iterator[Any]:
    x, y = digits(256)
    started = dl.fit(mlp(), x, y, epochs=100_000)
    yield started
    started.stop()
    until(lambda: started.state.ended, "the end of the run")


def test_the_clone_takes_over_each_step_once(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    snapshot = Run.snapshot

    def noted(self: Run, timeout: float | None = None) -> Any:
        found = snapshot(self, timeout)
        taken.append(found.step)
        return found

    monkeypatch.setattr(Run, "snapshot", noted)
    until(lambda: run.step_count > 3, "some steps")
    run.pause()
    until(lambda: run.state == "paused", "the pause")
    sources = [ModelSource(run) for _ in range(5)]
    for source in sources * 2:
        source.refresh()
        assert source.step == run.step_count
    assert taken == [run.step_count]
    run.step()
    until(lambda: run.step_count > taken[0], "one more step")
    for source in sources:
        source.refresh()
    assert taken == [taken[0], run.step_count]
    for weights in (source.use(lambda m: m.get_weights()) for source in sources):
        np.testing.assert_array_equal(weights[0], run.model.get_weights()[0])


def test_views_that_ask_at_once_wait_for_one_copy(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(lambda: run.step_count > 3, "some steps")
    run.pause()
    sources = [ModelSource(run) for _ in range(5)]
    sources[0].refresh()
    stepped(run, 1)
    taken: list[int] = []
    read, release = WeightReader.read, threading.Event()
    monkeypatch.setattr(
        WeightReader, "read", lambda self, model: taken.append(1) or read(self, model)
    )
    run.at_boundary(lambda: release.wait(60))
    views = [threading.Thread(target=source.refresh) for source in sources]
    for view in views:
        view.start()
    release.set()
    for view in views:
        view.join(60)
    assert taken == [1]
    assert {source.step for source in sources} == {run.step_count}


def test_a_clone_of_ones_own_keeps_its_weights(run: Any) -> None:
    source, own = ModelSource(run), OwnClone()
    source.refresh()
    mine, before = source.use(lambda m: (own.of(m), m.get_weights()))
    first = source.step
    until(lambda: run.step_count > first, "one more step")
    source.refresh()
    assert source.step > first
    np.testing.assert_array_equal(mine.get_weights()[0], before[0])
    assert source.use(own.of) is mine


def test_parts_of_models() -> None:
    vae, gan = dl.models.dense_vae((8, 8, 1), 2), dl.models.small_gan()
    assert [part_of(vae, name) for name in ("decoder", "generator", "encoder")] == [
        vae.decoder,
        vae.decoder,
        vae.encoder,
    ]
    assert part_of(vae, "discriminator") is None
    assert [part_of(gan, name) for name in ("generator", "decoder", "discriminator")] == [
        gan.generator,
        gan.generator,
        gan.discriminator,
    ]
    apart = ModelSource(vae.decoder, parts={"encoder": vae.encoder})
    assert apart.use(lambda *parts: parts, "encoder", "decoder") == (vae.encoder, vae.decoder)
    assert apart.part("discriminator") is None


def test_parts_of_a_run_are_those_of_its_clone() -> None:
    x, _ = digits(64)
    vae = dl.models.dense_vae((8, 8, 1), 2)
    vae.compile("adam")
    run = dl.fit(vae, x.reshape(-1, 8, 8, 1), epochs=1).wait(60)
    source = ModelSource(run)
    decoder, encoder = source.use(lambda *parts: parts, "decoder", "encoder")
    assert decoder is not vae.decoder
    z = np.ones((2, 2), "float32")
    np.testing.assert_allclose(decoder(z), vae.decoder(z), atol=1e-6)
    assert encoder is source.use(lambda model: model.encoder)
    assert source.part("decoder") is vae.decoder


def test_what_is_no_source_is_named() -> None:
    with pytest.raises(TypeError, match=r"or a dlwidgets Run\. Received: int"):
        ModelSource(3).use(lambda model: model)
    with pytest.raises(NotBuiltError, match="has no weights yet"):
        ModelSource(keras.Sequential([keras.layers.Dense(1)])).refresh()
    with pytest.raises(TypeError, match="Received: function"):
        ModelSource(lambda z: z).use(lambda model: model)
    assert ModelSource(lambda z: z + 1, functions=True).use(lambda f: f(1), "generator") == 2


def test_a_first_step_that_takes_too_long_doesnt_rule_out_a_clone(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = ModelSource(run)
    at_boundary = Run.at_boundary
    monkeypatch.setattr(Run, "at_boundary", lambda _run, _function: Late())
    with pytest.raises(TimeoutError):
        source.refresh()
    assert source.cloned is None
    monkeypatch.setattr(Run, "at_boundary", at_boundary)
    source.refresh()
    assert source.cloned


class _Clock:
    """Stands still until a test moves it on, and counts how often it was asked."""

    def __init__(self) -> None:
        self.now, self.asked = 0.0, 0

    def monotonic(self) -> float:
        self.asked += 1
        return self.now

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def test_views_that_wait_together_give_up_together(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, clock = ModelSource(run), _Clock()
    source.refresh()
    waited: list[float | None] = []

    def late(_run: Run, timeout: float | None = None) -> Any:
        waited.append(timeout)
        # Each view has begun to wait; the first one has also asked how long it may.
        until(lambda: clock.asked >= 5, "the other views")
        clock.now += timeout or 0.0
        raise TimeoutError

    until(lambda: run.step_count > source.step, "a step")
    with monkeypatch.context() as patched:
        patched.setattr(shared_clone, "time", clock)
        patched.setattr(Run, "snapshot", late)
        with ThreadPoolExecutor() as pool:
            views = [pool.submit(ModelSource(run).refresh) for _ in range(4)]
            assert [type(view.exception(60)) for view in views] == [TimeoutError] * 4
    # Those who had waited for another one wait no more.
    assert waited == [shared_clone.BOUNDARY_TIMEOUT, 0.0, 0.0, 0.0]


class Late(Future[Any]):
    """Isn't done in time."""

    def result(self, timeout: float | None = None) -> Any:
        raise TimeoutError
