"""FilterViewer: what ascends, how it follows the form, and what it makes of bad input."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from PIL import Image

import dlwidgets as dl
from dlwidgets.training.model_source import ModelSource
from dlwidgets.vision import kernel_images, maximize_filters, read_settings
from dlwidgets.widgets import FilterDashboard, FilterViewer
from dlwidgets.widgets._live.moment import moment_of
from dlwidgets.widgets.vision import _filter_job
from tests.helpers.digit_recordings import Recording
from tests.helpers.filters import BOOK
from tests.helpers.page import from_page, messages, seen, set_on_page
from tests.helpers.viewers import settled
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dlwidgets.data import Dataset

layers = keras.layers
FAST = {"preset": "book", "size": 16, "steps": 5, "before": False}


def cnn(*, side: int | None = None, channels: int = 3) -> Any:
    keras.utils.set_random_seed(2)
    parts = [
        layers.Conv2D(5, 3, activation="relu", name="conv_a"),
        layers.Conv2D(6, 3, activation="relu", name="conv_b"),
    ]
    if side is not None:
        parts += [layers.Flatten(name="flat"), layers.Dense(4, name="classes")]
    return keras.Sequential([keras.Input((side, side, channels)), *parts], name="cnn")


@pytest.fixture
def viewer() -> Iterator[Callable[..., Any]]:
    made: list[Any] = []

    def make(source: Any = None, *, fields: dict[str, Any] = FAST, **options: Any) -> Any:
        one = FilterViewer(**options)
        made.append(one)
        one.follow.value = False
        for name, value in fields.items():
            getattr(one.form, name).value = value
        one.follow.value = True
        one.show(cnn() if source is None else source)
        seen(one.grid)
        return settled(one)

    yield make
    for one in made:
        one.close()


def shown(grid: Any) -> np.ndarray:
    a = grid.atlas
    shape = a["count"], a["height"], a["width"], a["channels"]
    return np.frombuffer(a["data"], np.uint8).reshape(shape)


def expected(model: Any, layer: str, **options: Any) -> Any:
    options = BOOK | {"size": (16, 16), "steps": 5, "epsilon": 1e-12, "every": 4} | options
    return list(maximize_filters(model, layer, **options))[-1]


def png_of(button: Any) -> tuple[str, bytes]:
    from_page(button, {"type": "download", "request": 1})
    content, buffers = messages(button, "file")[-1]
    return content["name"], buffers[0]


def test_all_filters_ascend_and_can_be_saved(viewer: Any) -> None:
    model = cnn()
    one = viewer(model)
    last = expected(model, "conv_b")
    np.testing.assert_array_equal(shown(one.grid), last.images)
    assert one.grid.labels[2] == f"2 · {last.activations[2]:.3g}"
    assert "Step 5 of 5, 6 filters." in one.message
    assert len(one.chart.points("mean")) == 2
    name, png = png_of(one.save)
    assert name == "filters-conv_b.png"
    settings = read_settings(png)
    again = expected(model, settings["layer"], filters=settings["filters"], seed=settings["seed"])
    picture = np.asarray(Image.open(io.BytesIO(png)))
    assert picture.shape == (16, 6 * 21 - 5, 3)
    np.testing.assert_array_equal(picture[:, 21:37], again.images[1])


def test_nothing_is_made_before_somebody_looks(viewer: Any) -> None:
    one = FilterViewer(cnn())
    assert one.follower.source is None
    one.close()


def test_a_changed_setting_begins_again(viewer: Any) -> None:
    model = cnn()
    one = viewer(model)
    one.form.seed.value = 7
    one.form.variation.value = 0.5
    settled(one)
    from dlwidgets.vision import Regularizers

    last = expected(model, "conv_b", seed=7, regularizers=Regularizers(total_variation=0.5))
    np.testing.assert_array_equal(shown(one.grid), last.images)
    one.follow.value = False
    one.form.seed.value = 0
    settled(one)
    np.testing.assert_array_equal(shown(one.grid), last.images)
    one.start.click()
    settled(one)
    assert (shown(one.grid) != last.images).any()


def test_before_the_activation_nothing_is_dead(viewer: Any) -> None:
    model = cnn()
    kernel, bias = model.get_layer("conv_b").get_weights()
    model.get_layer("conv_b").set_weights([kernel, bias - 1e9])
    one = viewer(model)
    assert set(one.grid.border_colors) == {"bad"}
    one.form.before.value = True
    settled(one)
    assert set(one.grid.border_colors) == {""}
    np.testing.assert_array_equal(
        shown(one.grid), expected(model, "conv_b", before_activation=True).images
    )


def test_a_click_makes_a_large_one(viewer: Any) -> None:
    model = cnn()
    one = viewer(model)
    set_on_page(one.grid, selected=3)
    settled(one)
    assert one.selected == 3
    large = expected(model, "conv_b", filters=[3], size=(192, 192))
    np.testing.assert_array_equal(shown(one.large), large.images)
    assert "192×192" in one.large.title
    name, png = png_of(one.save_large)
    assert name == "filter-conv_b-3.png"
    assert read_settings(png)["size"] == [192, 192]
    set_on_page(one.grid, selected=-1)
    assert one.large.layout.display == "none"


def test_cancel_stops_at_once_and_leaves_what_there_is(viewer: Any) -> None:
    one = viewer()
    one.form.steps.value = 200
    one.form.size.value = 192
    until(lambda: 0 < one.bar.value < 0.5, "some steps")
    one.cancel.click()
    settled(one)
    assert one.message.startswith("Stopped. Step ")
    assert not one.follower.filmed[0].whole()
    assert one.result[1]["steps_taken"] < 200
    assert shown(one.grid).shape[0] == 6


def test_kernels_directly(viewer: Any) -> None:
    model = cnn()
    one = viewer(model)
    assert one.kernels.layout.display == "none"  # conv_b sees feature maps
    one.layer = "conv_a"
    settled(one)
    one.kernels.value = True
    settled(one)
    np.testing.assert_array_equal(shown(one.grid), kernel_images(model, "conv_a"))
    name, png = png_of(one.save)
    assert name == "kernels-conv_a.png"
    assert read_settings(png)["method"] == "kernels"
    set_on_page(one.grid, selected=1)
    np.testing.assert_array_equal(shown(one.large)[0], kernel_images(model, "conv_a")[1])
    one.kernels.value = False
    settled(one)
    np.testing.assert_array_equal(shown(one.grid), expected(model, "conv_a").images)


def test_dead_and_broken_filters_are_marked(viewer: Any) -> None:
    model = cnn()
    kernel, bias = model.get_layer("conv_a").get_weights()
    bias[1], kernel[..., 2] = -1e9, np.inf
    model.get_layer("conv_a").set_weights([kernel, bias])
    one = viewer(model)
    one.layer = "conv_a"
    settled(one)
    assert one.grid.labels[1] == "1 · dead"
    assert one.grid.labels[2] == "2 · NaN"
    assert one.grid.border_colors[:3] == ["", "bad", "bad"]
    assert " dead: no pixel" in one.message
    assert "1 filter has a NaN output." in one.message


def test_a_layer_that_is_not_there_is_told(viewer: Any) -> None:
    one = viewer()
    one.layer = "<b>conv</b>"
    settled(one)
    assert "There is no layer '<b>conv</b>'. The nearest is" in one.message
    assert one.grid.count == 6
    one.layer = "conv_a"
    settled(one)
    assert one.grid.count == 5
    assert "no layer" not in one.message


def test_a_layer_behind_flatten_takes_the_network_s_own_size(viewer: Any) -> None:
    model = cnn(side=9, channels=1)
    one = viewer(model)
    one.layer = "classes"
    settled(one)
    assert shown(one.grid).shape == (4, 9, 9, 1)
    assert one.form.size.disabled
    one.layer = "conv_a"
    settled(one)
    assert shown(one.grid).shape[1:3] == (16, 16)


def test_models_that_have_no_filters_to_show(viewer: Any) -> None:
    one = viewer(keras.Sequential([keras.Input((4,)), layers.Dense(3, name="dense")]))
    assert "Expected an image model" in one.message
    one.show(keras.Sequential([keras.Input((4, 4)), layers.LSTM(3)]))
    settled(one)
    assert "has no layers whose filters" in one.message
    one.show(cnn())
    settled(one)
    assert one.grid.count == 6


def test_many_filters_and_a_size_that_is_too_small(viewer: Any) -> None:
    model = keras.Sequential(
        [
            keras.Input((None, None, 3)),
            layers.Conv2D(700, 1, name="wide"),
            layers.Conv2D(3, 17, name="deep"),
        ]
    )
    one = viewer(model)
    one.layer = "deep"
    settled(one)
    assert "too small for layer 'deep'" in one.message
    one.form.count.value = 64
    one.layer = "wide"
    settled(one)
    assert one.form.count.max == 512
    one.form.first.value = 690
    settled(one)
    assert [label.partition(" · ")[0] for label in one.grid.labels] == [
        str(i) for i in range(690, 700)
    ]


def test_it_follows_a_run(viewer: Any) -> None:
    x = np.random.default_rng(0).random((32, 9, 9, 1)).astype("float32")
    model = cnn(side=9, channels=1)
    model.compile("adam", "mse")
    run = dl.fit(model, x, np.zeros((32, 4)), epochs=3, batch_size=8)
    one = viewer(run)
    run.wait()
    until(lambda: one.follower.step == run.step_count and not one.follower.busy, "the end")
    np.testing.assert_array_equal(shown(one.grid), expected(model, "conv_b").images)
    assert one.result[1]["network_steps"] == run.step_count
    assert one.follower.controls.layout.display is None


@pytest.mark.slow
def test_recorded_steps_are_computed_once_and_the_latest_wins(
    viewer: Any, digits: Dataset, tmp_path: Path
) -> None:
    recording = Recording(tmp_path, digits)
    recording.snapshot()
    recording.record((1, 2, 3))
    recorded = dl.open_run(recording.close())
    one = viewer(recorded, fields=FAST | {"count": 4})
    moment, states = moment_of(recorded), _filter_job.Job.states
    newest, layer = shown(one.grid), one.result[1]["layer"]
    computed: list[int] = []
    going = threading.Event()

    def counted(job: Any, filters: Any, size: Any, stop: Callable[[], bool]) -> Any:
        step = job.settings["network_steps"]
        computed.append(step)
        if step == 1:  # until another step is wanted
            assert "at step 3. Those of step 1 are being computed" in one.grid.title
            going.set()
            until(stop, "the next step")
        return states(job, filters, size, stop)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_filter_job.Job, "states", counted)
        moment.go(1)
        assert going.wait(30)
        moment.go(0)
        settled(one)
        assert computed == [1, 0]
        model = recorded.model(0)
        options = {"filters": range(4)}
        np.testing.assert_array_equal(shown(one.grid), expected(model, layer, **options).images)
        assert one.grid.title == f"Images that maximize the filters of {layer}"
        moment.go(3)
        settled(one)
        moment.go(0)
        settled(one)
        moment.go(None)
        settled(one)
    assert computed == [1, 0], "what was computed before is shown again"
    np.testing.assert_array_equal(shown(one.grid), newest)
    assert read_settings(png_of(one.save)[1])["network_steps"] == 3
    assert one.follower.filmed[0].whole()


def test_the_file_names_the_weights_that_were_used(
    viewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another view of the Run takes over newer weights while the pictures are made."""
    x = np.random.default_rng(0).random((32, 9, 9, 1)).astype("float32")
    model = cnn(side=9, channels=1)
    model.compile("adam", "mse")
    run = dl.fit(model, x, np.zeros((32, 4)), epochs=2, batch_size=8, start=False)
    one = viewer()
    states = _filter_job.Job.states
    steps: list[int] = []

    def meanwhile(*args: Any) -> Any:
        if run.state.value == "ready":
            steps.append(one.follower.step)
            run.start()
            run.wait()
            source = ModelSource(run)
            source.refresh()
            steps.append(source.step)
            one.follower.hold = True
        return states(*args)

    monkeypatch.setattr(_filter_job.Job, "states", meanwhile)
    one.result = None
    one.show(run)
    until(lambda: one.result is not None, "the pictures")
    assert steps == [0, 8]
    assert read_settings(png_of(one.save)[1])["network_steps"] == 0


def test_a_large_one_that_is_cancelled_is_no_longer_announced(viewer: Any) -> None:
    one = viewer()
    one.follow.value = False
    one.form.steps.value = 200
    set_on_page(one.grid, selected=3)
    until(lambda: one.large.title == "Filter 3: computing a large image…", "its beginning")
    one.cancel.click()
    settled(one)
    assert one.large.title == "Filter 3"


def test_the_page_begins_with_a_trained_network_and_photographs() -> None:
    page = FilterDashboard()
    try:
        for name, value in FAST.items():
            getattr(page.filters.form, name).value = value
        seen(page.filters.grid)
        until(lambda: page.filters.result is not None, "the first pictures", 120)
        assert page.run is None
        assert page.filters.result[1]["model"] == "pretrained_cnn"
        photos = page.filters.photos
        until(lambda: photos.grid.count == 6, "photographs", 60)
        assert page.filters.result[1]["layer"] == (layer := "block3_conv")
        assert photos.grid.title == f"Filter 0 of {layer} in photographs"
        before = shown(photos.grid).copy()
        from_page(page.filters.grid, {"type": "hover", "index": 5})
        assert photos.which == 5
        assert (shown(photos.grid) != before).any()
        page.filters.layer = "block5_conv"
        assert page.filters.grid.count == 0  # no image of another layer under its title
        until(lambda: "block5_conv" in photos.grid.title, "those of the other layer", 60)
    finally:
        page.close()


def test_kernels_are_squares_and_leave_the_ascent_s_settings_alone(viewer: Any) -> None:
    one = viewer(cnn())
    one.layer = "conv_a"
    settled(one)
    one.kernels.value = True
    settled(one)
    assert not one.grid.smooth
    assert all(field.disabled for field in (one.form.steps, one.form.before, one.form.preset))
    one.kernels.value = False
    settled(one)
    assert one.grid.smooth
    assert not one.form.steps.disabled


def test_a_hover_that_makes_no_sense_is_ignored(viewer: Any) -> None:
    one = viewer(cnn())
    for index in (-1, 99, "x", None, float("nan")):
        from_page(one.grid, {"type": "hover", "index": index})
    assert one.photos.which == 0


@pytest.mark.usefixtures("trainings")
def test_the_page_trains_a_network_and_shows_both_ways(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))  # no ImageNet weights
    page = FilterDashboard()
    try:
        assert page.run is None  # nobody looks yet
        names = [value for _, value in page.network.options]
        assert names[:2] == ["cifar10_cnn", "patch_net"]
        page.network.value = "patch_net"
        assert "vgg19" in page.weights.buttons
        for name, value in FAST.items():
            getattr(page.filters.form, name).value = value
        seen(page.filters.grid)
        until(lambda: page.filters.result is not None, "the first pictures", 120)
        until(lambda: page.activations.result is not None, "the first maps", 60)
        assert page.message.startswith("Training: epoch 1 of")
        assert page.filters.form.range.value == (-1.0, 1.0)
        assert page.activations.field.grid.count == 120
        page.filters.layer = "block3_conv"
        until(lambda: page.activations.result.layer == "block3_conv", "the same layer there", 60)
        run = page.run
    finally:
        page.close()
    until(lambda: run.state.value == "paused", "rest when nobody looks", 60)
    run.stop()


def test_a_page_closed_before_its_network_is_ready_lets_the_training_rest(
    late_training: Any,
) -> None:
    page, runs = FilterDashboard(), late_training.runs
    page.network.value = "patch_net"
    seen(page.filters.grid)
    assert late_training.reached.wait(120)
    page.close()
    late_training.go_on.set()
    until(lambda: runs and runs[0].state.value == "paused", "rest when nobody looks", 120)
    until(lambda: not page.busy, "the end of its work", 60)
    assert page.run is None
    assert page.filters.follower.source is None
    runs[0].stop()


def test_a_layer_without_filters_is_named_in_words_and_the_view_lives() -> None:
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(2, 3, name="conv"),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(3, name="dense"),
        ]
    )
    viewer = dl.FilterViewer(model)
    seen(viewer.grid)
    try:
        until(lambda: viewer.grid.count == 2, "the filters of the convolution", 60)
        viewer.layer = "flatten"
        until(lambda: "has no filters" in viewer.message, "the word about it", 60)
        assert "The nearest is" in viewer.message
        viewer.layer = "convv"
        until(lambda: "no layer 'convv'" in viewer.message, "another word", 60)
        assert "The nearest is 'conv'" in viewer.message
        viewer.layer = "dense"
        until(lambda: viewer.grid.count == 3, "the units of the last layer", 60)
    finally:
        viewer.close()


def test_presets_set_the_form_and_the_form_names_its_preset(viewer: Any) -> None:
    one = FilterViewer()
    form = one.form
    assert form.preset.value == "smooth"
    settings = form.settings()
    assert (settings["size"], settings["steps"], settings["step_size"]) == ([128, 128], 100, 2.0)
    assert settings["regularizers"]["jitter"] == 8
    form.preset.value = "book"
    settings = form.settings()
    assert (settings["size"], settings["steps"], settings["step_size"]) == ([64, 64], 40, 1.0)
    assert not any(settings["regularizers"].values())
    form.blur.value = 0.7
    assert form.preset.value == ""
    form.preset.value = "smooth"
    assert form.settings()["regularizers"]["blur"] == 0.5
    assert [value for _, value in form.preset.options] == ["smooth", "quick", "book"]
    one.close()


def test_dead_filters_are_flat_gray_with_the_word(viewer: Any) -> None:
    model = cnn()
    kernel, bias = model.get_layer("conv_b").get_weights()
    model.get_layer("conv_b").set_weights([kernel, bias - 1e9])
    one = viewer(model, fields={**FAST, "blur": 1.0})
    assert (shown(one.grid) == 127).all()
    assert [label.partition(" · ")[2] for label in one.grid.labels] == ["dead"] * 6
