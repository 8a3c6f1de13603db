"""Models without a `call`: their parts are shown, and the rest is refused in one true sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.generate.gan import latent_vectors
from dlwidgets.generate.latent_source import LatentSource
from dlwidgets.inspect.calling import NoCallError
from dlwidgets.inspect.tracing import trace
from dlwidgets.training.model_source import ModelSource
from tests.helpers.models_without_call import distiller, gan, vae
from tests.helpers.page import seen
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from dlwidgets.data import Dataset

PARTS = {
    vae: ["encoder", "decoder"],
    gan: ["generator", "discriminator"],
    distiller: ["student", "teacher"],
}


@pytest.mark.parametrize("make", PARTS)
def test_the_parts_of_a_run_are_clones(make: Any, digits: Dataset) -> None:
    model, x = make(), digits.x_train[:64]
    source = ModelSource(dl.fit(model, x, epochs=2).wait(60))
    assert source.ready
    source.refresh()
    assert source.cloned
    names = [name for name in PARTS[make] if name in ("encoder", "decoder", "generator")]
    for name in names:
        part = getattr(model, name)
        clone = source.use(lambda found: found, name)
        assert clone is not part
        for one, other in zip(clone.get_weights(), part.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("make", PARTS)
@pytest.mark.parametrize("finished", [False, True])
def test_views_of_the_whole_name_its_parts(make: Any, digits: Dataset, finished: bool) -> None:
    model, x = make(), digits.x_train[:64]
    run = dl.fit(model, x, epochs=1).wait(60)
    source = model if finished else run
    parts = [f"`model.{name}`" for name in PARTS[make]]
    views = [
        dl.ModelGraph(source),
        dl.LayerInspector(source),
        dl.FilterViewer(source),
        dl.ActivationViewer(source, x),
    ]
    seen(views[2].grid)
    for view in views:
        text = lambda view=view: getattr(view, "empty_text", "") + view.message  # noqa: E731
        until(lambda text=text: "has no `call`" in str(text()), type(view).__name__)
        assert all(part in str(text()) for part in parts)
        view.close()


def test_the_monitor_shows_what_the_generator_makes(digits: Dataset) -> None:
    model = gan()
    x = digits.x_train[:64] * 2 - 1
    run = dl.fit(model, x, epochs=2).wait(60)
    for source in (run, model):
        view = dl.GanMonitor(source, x, images=6, seed=2)
        until(lambda view=view: view.tracker.history.frames and not view.busy, "the images")
        made = np.asarray(model.generator(latent_vectors(6, 5, 2)))
        low, high = view.tracker.data_range
        expected = np.rint((made - low) * 255 / (high - low)).clip(0, 255)
        np.testing.assert_allclose(view.tracker.history.frames[-1].pixels, expected, atol=1)
        assert not view.message
        view.close()


def test_the_explorer_of_a_run_decodes(digits: Dataset) -> None:
    model, x = vae(), digits.x_train[:64]
    run = dl.fit(model, x, epochs=1).wait(60)
    source = LatentSource(run)
    assert source.has_encoder
    np.testing.assert_allclose(source.encode(x), model.encoder.predict(x, verbose=0)[0], atol=1e-5)


def test_engines_say_so_too(digits: Dataset) -> None:
    with pytest.raises(ValueError, match=r"has no `call`.*`model.generator`"):
        trace(gan())
    with pytest.raises(NoCallError, match=r"`model.student`, `model.teacher`"):
        ModelSource(distiller()).use(lambda model: model)
