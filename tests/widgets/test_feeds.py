"""Every view of samples shows the same, whatever they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.data import take
from dlwidgets.models.vae_builders import dense_vae
from dlwidgets.vision import activations, grad_cam
from tests.helpers.feeds import ENDLESS, STREAMS, slices
from tests.helpers.viewers import settled
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dlwidgets.data import Dataset

SAMPLES = 80


class Subjects:
    """Models to look at, and the digits that they know."""

    def __init__(self, cnn: Any, digits: Dataset) -> None:
        self.cnn, self.digits = cnn, digits
        self.x, self.y = digits.x_test[:SAMPLES], digits.y_test[:SAMPLES]
        self.vae = dense_vae((8, 8, 1), 2, hidden=(16,), seed=1)
        self.generator = keras.Sequential([keras.Input((2,)), self.vae.decoder])


@pytest.fixture(scope="module")
def subjects(trained_cnn: Any, digits: Dataset) -> Subjects:
    return Subjects(trained_cnn, digits)


def _browser(view: Any) -> Any:
    return view.cards.cards, view.cards.summary


def _matrix(view: Any) -> Any:
    return view.plot.matrix, view.plot.scores


def _activations(view: Any) -> Any:
    view.index = 7
    settled(view)
    return view.result.layer, view.result.values, view.result.sample, view.field.count


def _heatmaps(view: Any) -> Any:
    view.index = 7
    settled(view)
    return view.overlay.maps, view.overlay.image, view.overlay.image_caption, view.grid.atlas


def _vectors(view: Any) -> Any:
    return view.plane.points


def _inspector(view: Any) -> Any:
    moments = {path: view.history.moments(path) for path in ("first", "second")}
    return [(path, moment.gradient_norm) for path, all_ in moments.items() for moment in all_]


def _latent(view: Any) -> Any:
    return view.pad.codes, view.pad.tiles


def _gan(view: Any) -> Any:
    return view.grid.atlas, view.neighbors.atlas


VIEWS: dict[str, tuple[Callable[..., Any], Callable[[Any], Any]]] = {
    "PredictionBrowser": (lambda s, *data: dl.PredictionBrowser(s.cnn, *data), _browser),
    "ConfusionMatrix": (lambda s, *data: dl.ConfusionMatrix(s.cnn, *data), _matrix),
    "ActivationViewer": (lambda s, *data: dl.ActivationViewer(s.cnn, *data), _activations),
    "HeatmapViewer": (lambda s, *data: dl.HeatmapViewer(s.cnn, *data), _heatmaps),
    "EmbeddingView": (lambda s, *data: dl.EmbeddingView(s.cnn, *data), _vectors),
    "LayerInspector": (lambda s, *data: dl.LayerInspector(s.cnn, *data), _inspector),
    "LatentExplorer": (lambda s, *data: dl.LatentExplorer(s.vae, *data), _latent),
    "GanMonitor": (lambda s, x, *_: dl.GanMonitor(s.generator, x, images=9), _gan),
}
_WANTED: dict[str, Any] = {}


def content(name: str, subjects: Subjects, *data: Any) -> tuple[Any, str]:
    """What a view shows, and its message."""
    make, read = VIEWS[name]
    view = settled(make(subjects, *data))
    found = read(view)
    message = str(view.message)
    view.close()
    return found, message


def same(found: Any, wanted: Any) -> None:
    """Assert that two contents are equal, arrays up to rounding."""
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys()
        for key, value in wanted.items():
            same(found[key], value)
    elif isinstance(wanted, (list, tuple)):
        for one, other in zip(found, wanted, strict=True):
            same(one, other)
    elif isinstance(wanted, (np.ndarray, float)):
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    else:
        assert found == wanted


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_shows_what_it_shows_of_arrays(name: str, kind: str, subjects: Subjects) -> None:
    if name not in _WANTED:
        _WANTED[name], _ = content(name, subjects, subjects.x, subjects.y)
    if name == "LayerInspector" and "one-hot" in kind:
        pytest.skip("the compiled loss takes class numbers")
    found, message = content(name, subjects, STREAMS[kind](subjects.x, subjects.y))
    same(found, _WANTED[name])
    assert message == ""


LIMITS = {
    "PredictionBrowser": 10_000,
    "ConfusionMatrix": 10_000,
    "ActivationViewer": 1000,
    "HeatmapViewer": 1000,
    "EmbeddingView": 3000,
    "LayerInspector": 128,
    "LatentExplorer": 500,
    "GanMonitor": 10_000,
}


@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_says_how_many_samples_it_uses(name: str, kind: str, subjects: Subjects) -> None:
    limit = LIMITS[name]
    _, message = content(name, subjects, ENDLESS[kind](subjects.x, subjects.y))
    assert message == f"Only the first {limit:,} samples are used."


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "GanMonitor"])
def test_targets_are_not_given_twice(name: str, subjects: Subjects) -> None:
    dataset = slices(subjects.x, subjects.y).batch(32)
    with pytest.raises(ValueError, match="Leave out `y`"):
        VIEWS[name][0](subjects, dataset, subjects.y)


@pytest.mark.parametrize("name", ["ActivationViewer", "EmbeddingView", "HeatmapViewer"])
def test_targets_that_are_no_classes_are_no_labels(name: str, subjects: Subjects) -> None:
    wanted, _ = content(name, subjects, subjects.x)
    found, _ = content(name, subjects, slices(subjects.x, subjects.x).batch(32))
    same(found, wanted)


def test_the_names_of_a_folder_of_images_are_shown(tmp_path: Any, digits: Dataset) -> None:
    names = ("one", "two", "three")
    folder = tmp_path / "images"
    for i, name in enumerate(names, 1):
        (folder / name).mkdir(parents=True)
        for number, at in enumerate(np.flatnonzero(digits.y_test == i)[:4]):
            keras.utils.save_img(folder / name / f"{number}.png", digits.x_test[at])
    images = keras.utils.image_dataset_from_directory(
        folder, image_size=(8, 8), color_mode="grayscale", verbose=False
    )
    net = dl.models.small_cnn((8, 8, 1), 3)
    assert settled(dl.PredictionBrowser(net, images)).judging.class_names == sorted(names)
    matrix = settled(dl.ConfusionMatrix(net, images, class_names=["a", "b", "c"]))
    assert matrix.judging.class_names == ["a", "b", "c"]
    viewer = settled(dl.HeatmapViewer(net, images))
    assert viewer.overlay.image_caption.removeprefix("True class: ") in names
    assert viewer.bars.labels[0] in names
    shown = dl.widgets.Predictions(net, images)
    until(lambda: shown.grid.count == 12, "the images")
    assert all(any(name in label for name in names) for label in shown.grid.labels)


def test_held_out_images_of_a_data_set(subjects: Subjects) -> None:
    wanted = dl.widgets.Predictions(subjects.cnn, subjects.digits)
    view = dl.widgets.Predictions(subjects.cnn, slices(subjects.x, subjects.y).batch(32))
    until(lambda: wanted.grid.count == view.grid.count == 24, "the images")
    assert view.grid.labels == wanted.grid.labels
    assert view.grid.atlas == wanted.grid.atlas
    with pytest.raises(ValueError, match=r"images and their classes\. Received: no classes"):
        view.show(subjects.cnn, (image for image in [subjects.x]))


def test_a_view_of_a_run_takes_what_the_run_trains_on(
    runs: list[Any], subjects: Subjects, digits: Dataset
) -> None:
    net = keras.models.clone_model(subjects.cnn)
    net.compile("adam", "sparse_categorical_crossentropy")
    dataset = slices(digits.x_train, digits.y_train).batch(64)
    run = dl.fit(net, dataset, epochs=2)
    runs.append(run)
    browser = dl.PredictionBrowser(run, dataset)
    run.wait(60)
    until(lambda: browser.judging.step == run.step_count, "the last predictions")
    predicted = net.predict(digits.x_train, verbose=0).argmax(1)
    np.testing.assert_array_equal(browser.judging.judged.predicted, predicted)


class Counted:
    """Counts the batches that were read of an endless generator of real digits."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        self.read = 0
        self.generator = self._give(x, y)

    def _give(self, x: np.ndarray, y: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for pair in ENDLESS["generator"](x, y):
            self.read += 1
            yield pair


@pytest.mark.parametrize("of_validation", [False, True])
@pytest.mark.parametrize("name", VIEWS)
def test_no_view_takes_batches_away_from_training(
    name: str, of_validation: bool, runs: list[Any], subjects: Subjects
) -> None:
    net = keras.models.clone_model(subjects.cnn)
    net.compile("adam", "sparse_categorical_crossentropy")
    counted = Counted(subjects.x, subjects.y)
    data = (subjects.x, subjects.y, 32) if of_validation else (counted.generator,)
    held_out: Any = counted.generator if of_validation else None
    run = dl.fit(
        net,
        *data,
        epochs=1,
        steps_per_epoch=2,
        validation_data=held_out,
        validation_steps=2,
        start=False,
    )
    runs.append(run)
    with pytest.raises(ValueError, match=r"A run trains on this generator, .*make a second one"):
        VIEWS[name][0](subjects, counted.generator)
    assert counted.read == 0
    run.stop()
    settled(VIEWS[name][0](subjects, counted.generator)).close()  # it is free again
    assert counted.read > 0


def test_what_a_view_has_read_before_training_is_shown_again(
    runs: list[Any], subjects: Subjects
) -> None:
    net = keras.models.clone_model(subjects.cnn)
    net.compile("adam", "sparse_categorical_crossentropy")
    counted = Counted(subjects.x, subjects.y)
    assert len(take(counted.generator, limit=60)) == 60
    assert counted.read == 3
    run = dl.fit(net, counted.generator, epochs=1, steps_per_epoch=2, start=False)
    runs.append(run)
    assert run.message == (
        "3 batches of the generator were read by a view before, and aren't trained on. Make a "
        "second generator for the view."
    )
    found = take(counted.generator, limit=200)
    assert (len(found), found.truncated, counted.read) == (SAMPLES, True, 3)


def test_no_view_takes_batches_away_from_a_fit_that_blocks(subjects: Subjects) -> None:
    net = keras.models.clone_model(subjects.cnn)
    net.compile("adam", "sparse_categorical_crossentropy")
    counted, live = Counted(subjects.x, subjects.y), dl.Live()
    refused: list[str] = []

    def look(_epoch: int, _logs: object) -> None:
        assert live.run is not None
        with pytest.raises(ValueError, match="A run trains on this generator") as error:
            dl.PredictionBrowser(live.run, counted.generator)
        refused.append(str(error.value))

    watch = keras.callbacks.LambdaCallback(on_epoch_end=look)
    net.fit(counted.generator, epochs=1, steps_per_epoch=2, callbacks=[live, watch], verbose=0)
    assert len(refused) == 1


def test_two_views_of_one_generator_show_the_same(subjects: Subjects) -> None:
    generator = STREAMS["generator"](subjects.x, subjects.y)
    browser = settled(dl.PredictionBrowser(subjects.cnn, generator))
    viewer = settled(dl.HeatmapViewer(subjects.cnn, generator))
    assert len(browser.rows) == SAMPLES
    assert viewer.index_field.max == SAMPLES - 1


def test_texts_are_predicted_by_a_model_that_takes_texts() -> None:
    import tensorflow as tf

    texts, classes = ["good fun", "bad", "good", "bad bad film"], [1, 0, 1, 0]
    words = keras.layers.TextVectorization(output_sequence_length=4)
    words.adapt(texts)
    net = keras.Sequential(
        [
            keras.Input((), dtype="string"),
            words,
            keras.layers.Embedding(9, 4),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(2, "softmax"),
        ]
    )
    dataset = tf.data.Dataset.from_tensor_slices((texts, classes)).batch(2)
    browser = settled(dl.PredictionBrowser(net, dataset))
    assert browser.message == ""
    wanted = np.asarray(net(tf.constant(texts)))
    np.testing.assert_allclose(browser.judging.judged.probabilities, wanted, atol=1e-6)
    vectors = settled(dl.EmbeddingView(net, dataset))
    assert vectors.message == ""


def test_engines_take_data_sets(subjects: Subjects) -> None:
    dataset = slices(subjects.x, subjects.y).batch(32)
    arrays, cnn = take(dataset).x, subjects.cnn
    heat = grad_cam(cnn, dataset)
    np.testing.assert_allclose(heat.maps, grad_cam(cnn, arrays[:64]).maps, atol=1e-5)
    assert heat.notes[0] == "Only the first 64 samples are used."
    assert grad_cam(cnn, arrays[:4]).notes == ()
    for name, values in activations(cnn, dataset).items():
        np.testing.assert_allclose(values, activations(cnn, arrays)[name], atol=1e-5)
    np.testing.assert_allclose(
        dl.inspect.predict(cnn, dataset), dl.inspect.predict(cnn, arrays), atol=1e-6
    )
    vectors, _, name = dl.inspect.hidden_vectors(cnn, dataset)
    wanted, _, same_name = dl.inspect.hidden_vectors(cnn, arrays)
    np.testing.assert_allclose(vectors, wanted, atol=1e-5)
    assert name == same_name
