"""The studios: what they make, how they follow the form, and what they refuse."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from dlwidgets.vision import deep_dream, photographs, read_settings, transfer_style
from dlwidgets.vision.demo_networks import TRAININGS
from dlwidgets.vision.networks import describe_model
from dlwidgets.widgets import Compare, DreamStudio, StyleStudio
from tests.helpers.page import from_page, messages, seen, set_on_page, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def net() -> Any:
    import keras

    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input((None, None, 3)),
            keras.layers.Conv2D(4, 3, padding="same", activation="relu", name="conv_a"),
            keras.layers.AveragePooling2D(2, name="pool"),
            keras.layers.Conv2D(6, 3, padding="same", activation="relu", name="conv_b"),
        ],
        name="small",
    )


@pytest.fixture
def studio(still: None) -> Iterator[Callable[..., Any]]:
    made: list[Any] = []

    def make(kind: Any, model: Any = None, **values: Any) -> Any:
        one = kind(net() if model is None else model)
        made.append(one)
        seen(one.compare)
        one.follow.value = False
        one.longest.value, one.steps.value = 64, 2
        if model is None:
            one.start.click()  # in place of the first picture, which is larger
        finished(one)
        for name, value in values.items():
            getattr(one, name).value = value
        return one

    yield make
    for one in made:
        one.close()


def finished(one: Any) -> Any:
    until(lambda: not one._worker.busy, "the picture", 60)
    return one


def shown(compare: Compare, side: str) -> np.ndarray:
    a = getattr(compare, side)
    return np.frombuffer(a["data"], np.uint8).reshape(a["height"], a["width"], a["channels"])


def steps(one: Any) -> int:
    """How many steps of the newest picture are done."""
    begun = one._making == one._request and one.chart.series
    return len(one.chart.points("loss").value) if begun else 0


def png_of(one: Any) -> tuple[str, bytes]:
    from_page(one.save, {"type": "download", "request": 1})
    content, buffers = messages(one.save, "file")[-1]
    return content["name"], buffers[0]


def test_a_dream_is_made_at_once_and_can_be_made_again_from_its_file(studio: Any) -> None:
    one = studio(DreamStudio, octaves=2, seed=5)
    one.start.click()
    finished(one)
    name, png = png_of(one)
    assert name == "dream-china.png"
    settings = read_settings(png)
    picture = photographs()[settings["picture"]].scaled(settings["longest"]).pixels
    keys = ("octaves", "octave_scale", "steps", "step_size", "max_loss", "jitter", "seed")
    states = list(deep_dream(net(), picture, settings["layers"], **{k: settings[k] for k in keys}))
    saved = np.asarray(Image.open(io.BytesIO(png)))
    np.testing.assert_array_equal(saved, states[-1].image)
    np.testing.assert_array_equal(shown(one.compare, "before"), picture)
    np.testing.assert_array_equal(shown(one.compare, "after"), saved)
    losses = one.chart.points("loss").value
    np.testing.assert_allclose(losses, [s.loss for s in states], rtol=1e-4)
    assert "steps per second" in one.status.value


def test_a_style_can_be_made_again_from_its_file(studio: Any) -> None:
    one = studio(StyleStudio)
    one.start.click()
    finished(one)
    settings = read_settings(png_of(one)[1])
    pictures = [photographs()[settings[k]].scaled(64).pixels for k in ("picture", "style")]
    keys = ("weights", "steps", "optimizer", "start", "seed")
    again = list(
        transfer_style(
            net(),
            *pictures,
            settings["content_layer"],
            settings["style_layers"],
            **{k: settings[k] for k in keys},
        )
    )[-1]
    np.testing.assert_array_equal(shown(one.compare, "after"), again.image)
    assert len(one.chart.points("style").value) == 2


def test_each_style_layer_has_a_slider_whose_weight_is_in_the_file(studio: Any) -> None:
    one = studio(StyleStudio)
    assert list(one.style_layers) == ["conv_a", "conv_b"]
    one.follow.value = True
    one.style_layers["conv_a"].value = 0.5
    finished(one)
    first = shown(one.compare, "after")
    one.style_layers["conv_b"].value = 3.5
    finished(one)
    settings = read_settings(png_of(one)[1])
    assert settings["style_layers"] == {"conv_a": 0.5, "conv_b": 3.5}
    assert (shown(one.compare, "after") != first).any()
    pictures = [photographs()[settings[k]].scaled(64).pixels for k in ("picture", "style")]
    keys = ("weights", "steps", "optimizer", "start", "seed")
    again = list(
        transfer_style(
            net(),
            *pictures,
            settings["content_layer"],
            settings["style_layers"],
            **{k: settings[k] for k in keys},
        )
    )[-1]
    np.testing.assert_array_equal(shown(one.compare, "after"), again.image)
    one.style_layers["conv_a"].value = 0.0
    assert finished(one).result[1]["style_layers"] == {"conv_b": 3.5}


def test_the_picture_follows_each_change(studio: Any) -> None:
    one = studio(DreamStudio)
    one.start.click()
    finished(one)
    before = shown(one.compare, "after")
    assert "octaves 3" in one.made.value
    one.octaves.value = 2
    assert "octaves 3" in one.made.value, "the settings of the picture, not of the form"
    one.layers["conv_a"].value = 4.0
    assert finished(one).result[1]["layers"].get("conv_a") != 4.0, "not while it is switched off"
    one.follow.value = True
    one.layers["conv_a"].value = 5.0
    finished(one)
    assert one.result[1]["layers"]["conv_a"] == 5.0
    assert "octaves 2" in one.made.value
    assert "layers 5 × conv_a + 1 × conv_b" in one.made.value
    assert (shown(one.compare, "after") != before).any()


def test_a_page_that_rounds_its_sliders_as_it_opens_makes_no_other_picture(studio: Any) -> None:
    one = studio(DreamStudio)
    one.follow.value = True
    before = one._request
    set_on_page(one.scale, value=1.4000000000000001)
    set_on_page(one.step_size, value=0.010000000000000005)
    set_on_page(one.layers["conv_a"], value=1e-17)
    assert one._request == before
    set_on_page(one.scale, value=1.45)
    assert one._request == before + 1
    one.cancel.click()
    cancelled = one._request
    set_on_page(one.scale, value=1.4500000000000002)
    assert one._request == cancelled + 1, "cancelled: what the form says was not made"
    finished(one)
    for times in (2, 3):  # another picture of the same name is another picture
        one.picture.take("mine.png", file(np.full((60, 60, 3), 9 * times, np.uint8)))
        assert one._request == cancelled + times
    finished(one)


def training(**arguments: Any) -> Any:
    """A Run of eight steps an epoch, and its model."""
    import keras

    import dlwidgets as dl

    x = np.random.default_rng(0).uniform(-1, 1, (64, 16, 16, 3)).astype("float32")
    base = net()
    outputs = keras.layers.Dense(1)(keras.layers.GlobalAveragePooling2D()(base.outputs[0]))
    model = keras.Model(base.inputs[0], outputs)
    model.compile("sgd", "mse")
    return dl.fit(model, x, x.mean((1, 2, 3)), batch_size=8, **arguments), model


def test_a_picture_of_filters_that_knew_nothing_gives_way(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = training(epochs=3, start=False)
    one = studio(DreamStudio, run)
    go_on, point = threading.Event(), one._point
    monkeypatch.setattr(one, "_point", lambda state: (go_on.wait(60), point(state))[1])
    one.start.click()
    until(lambda: one._making == one._request, "the picture is under way")
    one.tick()
    assert one._request == one._making, "nothing has been learned yet"
    run.start()
    run.wait()
    one.tick()
    assert one._request == one._making + 1
    one.tick()
    assert one._request == one._making + 1, "once"
    go_on.set()
    assert finished(one).result[1]["network_steps"] == 24
    assert "stopped_after" not in one.result[1]


def test_the_settings_name_the_weights_that_were_taken(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot comes at the next boundary: later than the step at which it is asked for."""
    run, _ = training(epochs=3, start=False)
    one = studio(DreamStudio, run)
    features = one.network.features

    def meanwhile(layers: Any) -> Any:
        run.start()
        run.wait()
        return features(layers)

    monkeypatch.setattr(one.network, "features", meanwhile)
    one.start.click()
    assert finished(one).result[1]["network_steps"] == 24


def test_a_slider_moved_before_the_network_learns_does_not_end_the_following(studio: Any) -> None:
    run, _ = training(epochs=2, start=False)
    one = studio(DreamStudio, run)
    present, one.network.run = one.network.run, None  # as before the data are loaded
    one.follow.value = True
    one.steps.value = 1
    one.network.run = present
    finished(one)
    assert one.result[1]["network_steps"] == 0
    run.start()
    run.wait()
    one._ended = 0.0
    one.tick()
    assert finished(one).result[1]["network_steps"] == 16


def test_of_two_sliders_moved_at_once_the_last_counts(studio: Any) -> None:
    one = studio(DreamStudio, steps=100)
    one.follow.value = True
    for value in (0.5, 1.0, 1.5):
        one.layers["conv_a"].value = value
        one.octaves.value = 2
    one.steps.value = 3
    finished(one)
    settings = one.result[1]
    assert (settings["layers"]["conv_a"], settings["octaves"], settings["steps"]) == (1.5, 2, 3)
    assert "stopped_after" not in settings


def test_cancel_keeps_the_picture_and_says_how_far_it_came(studio: Any) -> None:
    one = studio(DreamStudio, steps=100, longest=320, max_loss=10_000)
    one.start.click()
    assert not one.cancel.disabled
    until(lambda: 2 <= steps(one) < 200, "some steps")
    one.cancel.click()
    finished(one)
    assert one.cancel.disabled
    assert 0 < one.result[1]["stopped_after"] < 300
    assert one.status.value.startswith("Stopped after")
    one.steps.value = 1
    one.start.click()
    assert finished(one).result[1]["steps"] == 1


@pytest.mark.parametrize("kind", [DreamStudio, StyleStudio])
def test_cancel_before_the_first_step_leaves_the_old_picture(studio: Any, kind: Any) -> None:
    one = studio(kind, longest=320, steps=100)
    before = one.result
    for _ in range(3):
        one.start.click()
        one.cancel.click()
    finished(one)
    assert one.cancel.disabled
    settings = one.result[1]
    assert one.result is before or settings["stopped_after"] < 10
    words = "Cancelled before the first step." if one.result is before else "Stopped after"
    assert one.status.value.startswith(words)
    one.longest.value, one.steps.value = 64, 1
    one.start.click()
    assert finished(one).result[1]["steps"] == 1
    assert "stopped_after" not in one.result[1]


def test_cancel_while_the_network_is_prepared(still: None, monkeypatch: pytest.MonkeyPatch) -> None:
    one = DreamStudio(net())
    begun, go_on, prepare = threading.Event(), threading.Event(), one.network.prepare

    def slow(say: Any) -> None:
        begun.set()
        assert go_on.wait(60)
        prepare(say)

    monkeypatch.setattr(one.network, "prepare", slow)
    seen(one.compare)
    assert begun.wait(60)
    one.start.click()
    one.cancel.click()
    assert one.status.value == "Cancelling…"
    go_on.set()
    finished(one)
    assert one.status.value == "Cancelled before the first step."
    assert one.result is None
    assert one.cancel.disabled
    one.close()


def test_of_two_style_sliders_moved_at_once_the_last_counts(studio: Any) -> None:
    one = studio(StyleStudio, steps=100)
    one.follow.value = True
    for value in (0.5, 2.0):
        one.style_layers["conv_a"].value = value
        one.content_weight.value = value / 10
    one.steps.value = 3
    finished(one)
    settings = one.result[1]
    assert settings["style_layers"]["conv_a"] == 2.0
    assert settings["weights"][0] == pytest.approx(0.2)
    assert settings["steps"] == 3


@pytest.mark.parametrize("kind", [DreamStudio, StyleStudio])
def test_closing_in_the_middle_ends_the_work(studio: Any, kind: Any) -> None:
    one = studio(kind, steps=100, longest=640)
    one.start.click()
    until(lambda: one._making == one._request, "the beginning")
    one.close()
    finished(one)


def file(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(array).save(out, "PNG")
    return out.getvalue()


def given_by_page(upload: Any, name: Any, data: bytes | int) -> None:
    """What the page sends of a file, or of one that it finds too large, by its size."""
    size = data if isinstance(data, int) else len(data)
    message = {"method": "custom", "content": {"type": "file", "name": name, "size": size}}
    buffers = [] if isinstance(data, int) else [data]
    upload.comm.handle_msg({"content": {"data": message}, "buffers": buffers})


def test_a_page_that_sends_no_file_harms_nothing(studio: Any) -> None:
    field = studio(DreamStudio).picture
    for name, size in ((None, 0), ({}, 5), ("x" * 10_000, 10**400)):
        given_by_page(field.upload, name, size)
        assert "is too large" in field.message.value
        assert len(field.message.value) < 300
    given_by_page(field.upload, "fine.png", file(np.full((60, 60, 3), 9, np.uint8)))
    assert field.image.name == "fine.png"


def test_own_pictures_with_their_limits(studio: Any) -> None:
    one = studio(DreamStudio)
    field = one.picture
    for data, words in (
        (b"no picture", "is none of PNG"),
        (file(np.zeros((50, 1, 3), np.uint8)), "1×50 pixels: both sides need at least 16"),
        (b"\0" * 8_000_001, "is too large (8\u00a0MB). Choose a file of at most 8\u00a0MB."),
        (100_000_000, "is too large (100\u00a0MB). Choose a file of at most 8\u00a0MB."),
    ):
        given_by_page(field.upload, "<b>mine</b>.png", data)
        assert words in field.message.value
        assert "<b>mine</b>.png" in field.message.value
        assert "dlw-error" in field.message._dom_classes
        assert field.choice.value == "china"
    given_by_page(field.upload, "wide.png", file(np.zeros((1000, 8000, 4), np.uint8)))
    assert field.choice.value == "own"
    assert "Transparent parts were laid on white." in field.message.value
    assert "Scaled down from 8000×1000 to 2048×256" in field.message.value
    assert "dlw-error" not in field.message._dom_classes
    assert shown(one.compare, "before").shape == (8, 64, 3)
    field.take("other.png", file(np.full((60, 60, 3), 9, np.uint8)))
    assert (field.choice.value, field.image.name) == ("own", "other.png")
    assert shown(one.compare, "before").shape == (60, 60, 3)


def test_what_goes_wrong_is_said_and_the_studio_lives_on(studio: Any) -> None:
    one = studio(StyleStudio)
    one.style.take("plain.png", file(np.full((60, 60, 3), 9, np.uint8)))
    one.start.click()
    finished(one)
    until(lambda: "has one colour (9, 9, 9)" in one.status.value)
    one.style.choice.value = "flower"
    for field in one.style_layers.values():
        field.value = 0
    one.start.click()
    until(lambda: "every style layer's weight is 0" in finished(one).status.value.lower())
    one.style_layers["conv_a"].value = 1.0
    one.start.click()
    assert finished(one).result[1]["style_layers"] == {"conv_a": 1.0}
    assert one.status.value.startswith("Step 2 of 2")

    dream = studio(DreamStudio, octaves=6, longest=64)
    dream.scale.value = 2.0
    dream.start.click()
    until(lambda: "the smallest of 6 octaves is 2×1 pixels" in finished(dream).status.value.lower())
    dream.octaves.value = 1
    for field in dream.layers.values():
        field.value = 0
    dream.start.click()
    until(lambda: "every layer's weight is 0" in finished(dream).status.value.lower())


def test_surprise_moves_the_layers_and_makes_one_picture(studio: Any) -> None:
    one = studio(DreamStudio)
    one.follow.value = True
    before = one._request
    one.surprise.click()
    assert one._request == before + 1
    assert any(field.value for field in one.layers.values())
    finished(one)
    assert one.result[1]["layers"] == {n: f.value for n, f in one.layers.items() if f.value}


def test_a_run_is_followed_while_it_learns(studio: Any) -> None:
    """The dream of a Run's model is that of its weights at that step, and is made again later."""
    run, model = training(epochs=3)
    one = studio(DreamStudio, run)
    run.wait()
    one._ended = 0.0
    one._auto = True
    one.tick()
    finished(one)
    settings = one.result[1]
    assert settings["network_steps"] == 24
    assert "finished in epoch 3 of 3" in one.about_network.value
    keys = ("octaves", "octave_scale", "steps", "step_size", "max_loss", "jitter", "seed")
    picture = photographs()["china"].scaled(settings["longest"]).pixels
    last = list(deep_dream(model, picture, settings["layers"], **{k: settings[k] for k in keys}))[
        -1
    ]
    np.testing.assert_array_equal(shown(one.compare, "after"), last.image)
    before = one.result
    one.tick()
    assert finished(one).result is before, "nothing new has been learned"


@pytest.mark.parametrize("kind", [DreamStudio, StyleStudio])
def test_the_page_trains_a_network_on_what_is_chosen(kind: Any, still: None) -> None:
    one = kind()
    one.follow.value = False
    one.longest.value, one.steps.value = 64, 1
    assert {"patch_net", "digit_net"} <= set(one.network.choices)
    seen(one.compare)
    until(lambda: one.network.run is not None, "a training", 180)
    photographs_run = one.network.run
    one.choice.value = "digit_net"
    until(lambda: (one.result or [0, {}])[1].get("network") == "digit_net", "a picture", 180)
    run = one.network.run
    assert run is not photographs_run
    until(lambda: photographs_run.state.value in ("paused", "finished"), "the other rests", 180)
    until(lambda: run.step_count > 3, "it learns", 180)
    # A slider moved while the network changes does not make the change forgotten.
    one.follow.value = True
    one.choice.value = "patch_net"
    one.steps.value = 2
    until(lambda: one.result[1]["network"] == "patch_net" and not one._worker.busy, "both", 180)
    assert one.result[1]["steps"] == 2
    assert one.network.run is photographs_run
    one.close()
    until(lambda: photographs_run.state.value in ("paused", "finished"), "it rests", 180)


@pytest.mark.parametrize("kind", [DreamStudio, StyleStudio])
def test_a_studio_closed_before_its_network_is_ready_lets_the_training_rest(
    kind: Any, still: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, take = kind(), TRAININGS.take
    reached, go_on, taken = threading.Event(), threading.Event(), []

    def slow(*args: Any) -> Any:
        reached.set()
        assert go_on.wait(60)
        taken.append(take(*args))
        return taken[-1]

    monkeypatch.setattr(TRAININGS, "_running", {})  # not one that an earlier test has finished
    monkeypatch.setattr(TRAININGS, "take", slow)
    seen(one.compare)
    assert reached.wait(120)
    one.close()
    go_on.set()
    until(lambda: taken and taken[0].state.value == "paused", "rest when nobody looks", 120)
    finished(one)
    taken[0].stop()


def test_models_that_cannot_be_used_are_named_at_once() -> None:
    import keras

    flat = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match="must take one picture"):
        DreamStudio(flat)
    empty = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten()], name="empty")
    with pytest.raises(ValueError, match="'empty' has no layers with feature maps"):
        StyleStudio(empty)


def test_layers_of_a_deep_model_are_a_choice_from_input_to_output() -> None:
    import keras

    layers = [keras.layers.Conv2D(2, 3, padding="same", name=f"conv{i}") for i in range(20)]
    network = describe_model(keras.Sequential([keras.Input((None, None, 3)), *layers]), "unit")
    assert len(network.dream) == 8
    assert next(iter(network.dream)) == "conv0"
    assert list(network.dream)[-1] == network.content == "conv19"
    assert sum(network.dream.values()) == 1


def test_the_divider_takes_only_sound_positions_from_the_page() -> None:
    compare = Compare()
    compare.show(np.zeros((20, 30, 3), np.uint8), np.ones((10, 15), np.uint8))
    assert shown(compare, "after").shape == (10, 15, 1)
    set_on_page(compare, position=0.25)
    assert compare.position == 0.25
    for sent, holds in ((7.0, 1.0), (-1.0, 0.0)):
        set_on_page(compare, position=sent)
        assert compare.position == holds
    for wrong in ("0.3", None, {}):
        set_on_page(compare, position=wrong)
        assert compare.position == 0.0
    set_on_page(compare, before={}, empty_text="x", max_height=5)
    assert compare.before["width"] == 30
    compare.clear_after()
    assert compare.after == {}
    with pytest.raises(ValueError, match="Expected images of shape"):
        compare.show(np.zeros((2, 2, 7)))
