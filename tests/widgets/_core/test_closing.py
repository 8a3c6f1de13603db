"""What is left of a widget after its `close`: no other widget, no thread, and not itself."""

from __future__ import annotations

import gc
import inspect
import threading
import weakref
from typing import TYPE_CHECKING, Any

import ipywidgets
import keras
import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances

import dlwidgets as dl
from dlwidgets import widgets
from dlwidgets.models import dense_vae
from dlwidgets.training.model_source import ModelSource
from tests.helpers.page import seen
from tests.helpers.waiting import until, until_collected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dlwidgets.data import Dataset

# A training's own threads, what loads TensorFlow ahead, and what asks whether there is a network.
NOT_OF_WIDGETS = ("dlwidgets-iterators", "dlwidgets-warm-up", "dlwidgets-probe")
# What the constructor of a widget needs, where it needs something.
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "DownloadButton": (lambda: ("empty.txt", b""),),
    "Trial": (lambda _: None, {"epochs": 1}),
    "Webcam": (lambda _: None,),
}
# Each view of a model as its user makes it; `source` is a model or a Run.
FOLLOWING: dict[str, Callable[[Any, Dataset], Any]] = {
    "ActivationViewer": lambda source, d: widgets.ActivationViewer(source, d.x_test),
    "ConfusionMatrix": lambda source, d: widgets.ConfusionMatrix(source, d.x_test, d.y_test),
    "DrawPad": lambda source, _: widgets.DrawPad(source),
    "DreamStudio": lambda source, _: widgets.DreamStudio(source),
    "EmbeddingView": lambda source, d: widgets.EmbeddingView(source, d.x_test, d.y_test),
    "FilterViewer": lambda source, _: widgets.FilterViewer(source, value_range=(0.0, 1.0)),
    "HeatmapViewer": lambda source, d: widgets.HeatmapViewer(source, d.x_test, d.y_test),
    "Histograms": lambda source, d: widgets.Histograms(source, d.x_test[:64], d.y_test[:64]),
    "LayerInspector": lambda source, d: widgets.LayerInspector(
        source, d.x_train[:64], d.y_train[:64]
    ),
    "ModelGraph": lambda source, d: widgets.ModelGraph(source, d.x_test, d.y_test),
    "PredictionBrowser": lambda source, d: widgets.PredictionBrowser(source, d.x_test, d.y_test),
    "StyleStudio": lambda source, _: widgets.StyleStudio(source),
}


@pytest.fixture(scope="module")
def sources(digits: Dataset) -> Iterator[dict[str, Any]]:
    """A finished model, and a training that goes on."""

    def model() -> Any:
        return dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)

    run = dl.fit(model(), digits.x_train, digits.y_train, epochs=100_000, batch_size=32)
    yield {"model": model(), "run": run}
    run.stop()
    until(lambda: run.state.ended, "the end of the run", 60)


def threads() -> set[threading.Thread]:
    """Those that the package's widgets have begun; the pump ends with its last member."""
    return {
        t
        for t in threading.enumerate()
        if t.name.startswith("dlwidgets-") and not t.name.startswith(NOT_OF_WIDGETS)
    }


def goes_without_a_trace(make: Callable[[], Any], use: Callable[[Any], None]) -> None:
    gc.collect()
    before, working = set(_instances), threads()
    view = make()
    use(view)
    view.close()
    left = [type(w).__name__ for key, w in list(_instances.items()) if key not in before]
    assert left == []
    until(lambda: not threads() - working, "the end of its threads", 60)
    assert view.comm is None
    known = weakref.ref(view)
    del view
    until_collected(known)


def takes_a_source(name: str) -> bool:
    return "source" in inspect.signature(getattr(widgets, name)).parameters


def test_every_view_of_a_model_is_looked_at_with_one() -> None:
    elsewhere = {
        *("Doctor", "GanMonitor", "LatentExplorer", "Predictions", "RunTimeline", "TextSampler"),
        "TrainingPanel",
    }
    assert {name for name in widgets.__all__ if takes_a_source(name)} == {*FOLLOWING, *elsewhere}


@pytest.mark.parametrize("name", widgets.__all__)
def test_a_widget_leaves_nothing(name: str) -> None:
    kind = getattr(widgets, name)
    assert issubclass(kind, ipywidgets.Widget)
    goes_without_a_trace(lambda: kind(*ARGUMENTS.get(name, ())), lambda _: None)


@pytest.mark.parametrize("kind", ["model", "run"])
@pytest.mark.parametrize("name", FOLLOWING)
def test_a_view_of_a_model_leaves_nothing(
    name: str,
    kind: str,
    sources: dict[str, Any],
    digits: Dataset,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use, begun = ModelSource.use, weakref.WeakSet[Any]()

    def noted(source: ModelSource, *args: Any) -> Any:
        begun.add(source)
        return use(source, *args)

    monkeypatch.setattr(ModelSource, "use", noted)

    def look(view: Any) -> None:
        follower = view.judging.follower if hasattr(view, "judging") else None
        follower = follower or getattr(view, "follower", None)
        if name == "FilterViewer":
            seen(view.grid)
        if name.endswith("Studio"):
            seen(view.compare)
        until(lambda: follower.source is not None, "the source")
        if kind == "run":
            until(lambda: follower.step >= 0, "a look", 60)
        until(lambda: not follower.busy or follower.source in begun, "the beginning of a look", 60)

    goes_without_a_trace(lambda: FOLLOWING[name](sources[kind], digits), look)


@pytest.mark.slow  # as any view of a run, above
def test_a_text_sampler_of_a_run_leaves_nothing() -> None:
    corpus = dl.generate.load_corpus().text[:5000]
    tokenizer = dl.generate.CharTokenizer().fit(corpus)
    model = dl.models.char_gru(tokenizer.size, units=(8,), embedding=4)
    model.compile("adam", "sparse_categorical_crossentropy")
    batches = dl.generate.windows(corpus, tokenizer, step=50, one_hot=False, targets="all")
    run = dl.fit(model, batches, epochs=100_000)

    def look(view: widgets.TextSampler) -> None:
        until(lambda: view.history.headings, "a sample", 60)
        view.generate()
        until(lambda: view.stream.text, "some text", 60)

    goes_without_a_trace(lambda: widgets.TextSampler(run, tokenizer, corpus=corpus), look)
    run.stop()
    until(lambda: run.state.ended, "the end of the run", 60)


def test_a_matrix_beside_a_browser_leaves_the_browser(digits: Dataset) -> None:
    browser = widgets.PredictionBrowser()
    goes_without_a_trace(lambda: widgets.ConfusionMatrix(browser=browser), lambda _: None)
    assert browser.comm is not None
    assert browser.cards.comm is not None


def test_a_widget_that_was_closed_can_be_closed_again(digits: Dataset) -> None:
    view = widgets.PredictionBrowser()
    view.close()
    view.close()
    assert view.comm is None


def test_a_latent_explorer_that_draws_leaves_nothing(digits: Dataset) -> None:
    vae = dense_vae((8, 8, 1), 2)
    vae(np.zeros((1, 8, 8, 1), np.float32))
    goes_without_a_trace(
        lambda: widgets.LatentExplorer(vae, digits.x_test, digits.y_test),
        lambda view: until(lambda: view.pad.tiles, "the map"),
    )


def test_a_started_page_leaves_nothing_but_its_stopping_run() -> None:
    def use(page: Any) -> None:
        seen(page.panel.bar)
        until(lambda: page.run is not None and page.run.step_count > 2, "a training", 120)

    goes_without_a_trace(widgets.MistakesDashboard, use)
    keras.backend.clear_session()
