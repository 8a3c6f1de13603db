"""The latent explorer on real, small models: what a visitor does, and what is then shown."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

import dlwidgets as dl
from dlwidgets.generate import latent
from dlwidgets.models.vae_builders import dense_vae
from dlwidgets.vision.images import read_settings
from dlwidgets.widgets import LatentDashboard, LatentExplorer, LatentPad
from tests.helpers.page import from_page, messages, press_start, seen, set_on_page
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dlwidgets.data import Dataset
    from dlwidgets.models.vae import VAE


@pytest.fixture(scope="module")
def vae(digits: Dataset) -> VAE:
    return built(2, digits, epochs=3)


@pytest.fixture(scope="module")
def deep(digits: Dataset) -> VAE:
    return built(4, digits, epochs=1)


def built(latent_dim: int, digits: Dataset, epochs: int) -> VAE:
    keras.utils.set_random_seed(1)
    model = dense_vae((8, 8, 1), latent_dim, hidden=(32,), beta=0.2, seed=1)
    model.compile(keras.optimizers.Adam(0.003))
    if epochs:
        model.fit(digits.x_train, epochs=epochs, batch_size=64, verbose=0)
    return model


@pytest.fixture
def explorer(vae: VAE, digits: Dataset) -> Iterator[LatentExplorer]:
    made = LatentExplorer(vae, digits.x_test, digits.y_test, digits.class_names)
    settled(made)
    yield made
    made.close()


def settled(explorer: LatentExplorer) -> None:
    until(lambda: explorer.pad.tiles and not explorer.busy, "everything drawn", 60)


def saved(button: Any) -> tuple[str, bytes]:
    """The file that a page gets from a button."""
    before = len(messages(button, "file"))
    from_page(button, {"type": "download", "request": before})
    ((file, (content,)),) = messages(button, "file")[before:]
    return file["name"], content


def shown(atlas: dict[str, Any]) -> np.ndarray:
    shape = (atlas["count"], atlas["height"], atlas["width"], atlas["channels"])
    return np.frombuffer(atlas["data"], np.uint8).reshape(shape)


def pixels(model: VAE, codes: Any) -> np.ndarray:
    images = np.asarray(model.decoder(np.atleast_2d(np.asarray(codes, "f4"))))
    return (images * 255).round()


def test_the_picture_follows_the_pointer(explorer: LatentExplorer, vae: VAE) -> None:
    pad = explorer.pad
    before = len(pad.comm.sent)
    for asked, (x, y) in enumerate([(0.1, 0.2), (-1.0, 0.7), (1.25, -0.5)], 1):
        from_page(pad, {"type": "move", "x": x, "y": y, "asked": asked})
    until(lambda: pad.image["asked"] == 3, "the last picture")
    np.testing.assert_allclose(shown(pad.image), pixels(vae, [1.25, -0.5]), atol=1)
    np.testing.assert_allclose(explorer.code, [1.25, -0.5])
    # A place that comes back would pull the handle away from the pointer.
    sent = [d["state"] for _, d, _ in pad.comm.sent[before:] if "state" in d]
    assert not [state for state in sent if "point" in state]


def test_tiles_lie_where_they_were_decoded(explorer: LatentExplorer, vae: VAE) -> None:
    tiles, radius = shown(explorer.pad.tiles), explorer.pad.radius
    assert (len(tiles), explorer.pad.tiles["columns"]) == (225, 15)
    assert explorer.pad.tiles["region"] == [0.0, 0.0, radius]
    edge = radius * 14 / 15  # the middle of the outermost tile
    for index, code in {0: (-edge, edge), 14: (edge, edge), 210: (-edge, -edge)}.items():
        np.testing.assert_allclose(tiles[index], pixels(vae, code)[0], atol=1)
    explorer.grid_size.value = 4
    until(lambda: explorer.pad.tiles["count"] == 16, "the smaller map")
    assert explorer.settings["n"] == 4
    edge = radius * 3 / 4
    np.testing.assert_allclose(shown(explorer.pad.tiles)[15], pixels(vae, [edge, -edge])[0], atol=1)


def test_a_zoomed_plane_gets_a_map_of_what_it_shows(explorer: LatentExplorer, vae: VAE) -> None:
    set_on_page(explorer.pad, region=[1.0, -0.5, 0.25])
    until(lambda: explorer.pad.tiles["region"] == [1.0, -0.5, 0.25], "the map of the region")
    x, y, edge = 1.0, -0.5, 0.25 * 14 / 15
    for index, code in {0: (x - edge, y + edge), 112: (x, y), 224: (x + edge, y - edge)}.items():
        np.testing.assert_allclose(shown(explorer.pad.tiles)[index], pixels(vae, code)[0], atol=1)
    assert (explorer.settings["center"], explorer.settings["radius"]) == ([1.0, -0.5], 0.25)
    set_on_page(explorer.pad, region=[])
    until(lambda: explorer.pad.tiles["region"] == [0.0, 0.0, explorer.pad.radius], "the whole")


def test_the_ends_of_the_path_are_dragged_and_the_ring_moves_along(
    explorer: LatentExplorer, vae: VAE
) -> None:
    for end, x, y in ((0, -2.0, 1.0), (1, 2.0, -1.0)):
        from_page(explorer.pad, {"type": "end", "end": end, "x": x, "y": y})
    until(lambda: explorer.pad.path == [[-2.0, 1.0], [2.0, -1.0]], "the path")
    settled(explorer)
    expected = pixels(vae, [[-2, 1], [2, -1]])
    np.testing.assert_allclose(shown(explorer.path.images.atlas)[[0, -1]], expected, atol=1)
    from_page(explorer.pad, {"type": "along", "share": 0.25, "asked": 1})
    until(lambda: explorer.pad.image["asked"] == 1 and not explorer.busy, "the image there")
    np.testing.assert_allclose(explorer.code, [-1.0, 0.5])
    np.testing.assert_allclose(shown(explorer.pad.image), pixels(vae, [-1.0, 0.5]), atol=1)


def test_points_are_kept_as_they_were(explorer: LatentExplorer, vae: VAE) -> None:
    before = bytes(explorer.pad.codes["places"])
    explorer.keep_ghost()
    same = keras.Sequential([keras.Input((2,)), keras.layers.Activation("linear")])
    explorer.show(vae.decoder, np.eye(4, 2), encoder=same)
    assert explorer.pad.ghost == {}, "another model has other points"
    settled(explorer)
    explorer.keep_ghost()
    assert bytes(explorer.pad.ghost["places"]) == bytes(explorer.pad.codes["places"]) != before


def test_codes_of_test_images_with_their_classes(
    explorer: LatentExplorer, vae: VAE, digits: Dataset
) -> None:
    codes = explorer.pad.codes
    places = np.frombuffer(codes["places"], "<f4").reshape(-1, 2)
    np.testing.assert_allclose(places, vae.encoder(digits.x_test)[0], atol=1e-4)
    np.testing.assert_array_equal(np.frombuffer(codes["groups"], "u1"), digits.y_test)
    mean = places[digits.y_test == 7].mean(axis=0)
    np.testing.assert_allclose(codes["centers"][7], mean, atol=1e-4)


def test_a_click_on_a_code_shows_image_and_reconstruction(
    explorer: LatentExplorer, vae: VAE, digits: Dataset
) -> None:
    from_page(explorer.pad, {"type": "pick", "index": 11})
    settled(explorer)
    original = (digits.x_test[11] * 255).round()
    np.testing.assert_allclose(shown(explorer.pad.original)[0], original, atol=1)
    assert explorer.pad.original_label == f"Image 11: {digits.y_test[11]}"
    reconstruction = (np.asarray(vae(digits.x_test[11:12])) * 255).round()
    until(
        lambda: np.abs(shown(explorer.pad.image) - reconstruction).max() <= 1,
        "the reconstruction",
    )


def test_a_path_between_two_points(explorer: LatentExplorer, vae: VAE) -> None:
    explorer.code = [1.0, 2.0]
    explorer.path.start.click()
    explorer.code = [-1.0, 0.0]
    explorer.path.end.click()
    explorer.path.steps.value = 5
    until(lambda: explorer.path.images.count == 5, "the path")
    settled(explorer)
    expected = pixels(vae, [[1, 2], [0.5, 1.5], [0, 1], [-0.5, 0.5], [-1, 0]])
    np.testing.assert_allclose(shown(explorer.path.images.atlas), expected, atol=1)
    assert explorer.pad.path == [[1.0, 2.0], [-1.0, 0.0]]


def test_a_concept_vector_and_its_strength(
    explorer: LatentExplorer, vae: VAE, digits: Dataset
) -> None:
    explorer.concept.a.value, explorer.concept.b.value = 3, 6
    explorer.concept.strength.value = 0.5
    settled(explorer)
    codes = np.asarray(vae.encoder(digits.x_test)[0])
    of = digits.y_test
    vector = codes[of == 6].mean(axis=0) - codes[of == 3].mean(axis=0)
    np.testing.assert_allclose(explorer.pad.arrow, 0.5 * vector, atol=1e-4)
    np.testing.assert_allclose(
        shown(explorer.concept.images.atlas)[0], pixels(vae, 0.5 * vector)[0], atol=1
    )
    explorer.concept.go.click()
    np.testing.assert_allclose(explorer.code, 0.5 * vector, atol=1e-4)
    from_page(explorer.pad, {"type": "move", "x": 1.0, "y": 0.0, "asked": 9})
    from_page(explorer.pad, {"type": "rest"})
    moved = pixels(vae, [1.0, 0.0] + 0.5 * vector)[0]
    until(
        lambda: np.abs(shown(explorer.concept.images.atlas)[0] - moved).max() <= 1,
        "the strip there",
    )
    explorer.concept.a.value = 6
    until(lambda: explorer.pad.arrow == [], "no vector from a class to itself")


def test_a_concept_vector_between_images_picked_by_hand(
    explorer: LatentExplorer, vae: VAE, digits: Dataset
) -> None:
    controls = explorer.concept
    first, second = controls.add
    assert first.disabled  # nothing is chosen yet
    assert controls.clear.disabled
    groups = ([3, 7], [11])
    for button, group in zip(controls.add, groups, strict=True):
        for index in group:
            from_page(explorer.pad, {"type": "pick", "index": index})
            button.click()
    assert [label for label, _ in controls.a.options][-2:] == [
        "my group 1 (2 images)",
        "my group 2 (1 image)",
    ]
    settled(explorer)
    codes = np.asarray(vae.encoder(digits.x_test[:20])[0])
    vector = codes[11] - codes[[3, 7]].mean(axis=0)
    np.testing.assert_allclose(explorer.pad.arrow, controls.strength.value * vector, atol=1e-4)
    _, png = saved(controls.save)
    settings = read_settings(png)
    assert settings["picked"] == [[3, 7], [11]]
    np.testing.assert_allclose(settings["vector"], vector, atol=1e-4)
    second.click()  # 11 again: it is in one group once
    assert controls.b.label == "my group 2 (1 image)"
    first.click()
    assert controls.b.label == "my group 2 (0 images)"
    until(lambda: explorer.pad.arrow == [], "no vector to an empty group")
    controls.clear.click()
    assert controls.a.label == "my group 1 (0 images)"


def test_strips_are_saved_as_they_are_shown(explorer: LatentExplorer) -> None:
    explorer.path.steps.value = 5
    until(lambda: explorer.path.images.count == 5, "the path")
    name, png = saved(explorer.path.save)
    assert name == "latent-path.png"
    assert read_settings(png)["steps"] == 5
    picture = np.asarray(Image.open(io.BytesIO(png)))
    assert picture.shape == (8, 40, 3)
    np.testing.assert_array_equal(picture[:, 8:16, 0], shown(explorer.path.images.atlas)[1, ..., 0])


def test_more_than_two_dimensions(deep: VAE, digits: Dataset) -> None:
    explorer = LatentExplorer(deep, digits.x_test, digits.y_test)
    settled(explorer)
    sliders = explorer.plane.sliders
    assert [s.layout.display for s in sliders[:5]] == ["none", "none", None, None, "none"]
    explorer.plane.x.value = 3
    assert [s.layout.display for s in sliders[:5]] == [None, "none", None, "none", "none"]
    assert explorer.pad.x_label == "z4"
    sliders[0].value = 1.5
    from_page(explorer.pad, {"type": "move", "x": -1.0, "y": 0.5, "asked": 1})
    settled(explorer)
    np.testing.assert_allclose(explorer.code, [1.5, 0.5, 0.0, -1.0])
    np.testing.assert_allclose(
        shown(explorer.pad.image), pixels(deep, [1.5, 0.5, 0.0, -1.0]), atol=1
    )
    edge = explorer.pad.radius * 14 / 15
    corner = pixels(deep, [1.5, edge, 0.0, -edge])[0]
    np.testing.assert_allclose(shown(explorer.pad.tiles)[0], corner, atol=1)
    until(lambda: explorer.pad.path, "the path")
    from_page(explorer.pad, {"type": "end", "end": 1, "x": 2.0, "y": 1.0})
    from_page(explorer.pad, {"type": "along", "share": 1.0, "asked": 2})
    from_page(explorer.pad, {"type": "rest"})
    # The end keeps its other coordinates, and the ring takes them over.
    np.testing.assert_allclose(explorer.code, [1.5, 1.0, 0.0, 2.0])
    explorer.plane.x.value = 1  # what the other axis has
    assert explorer.plane.axes == (1, 3)
    explorer.close()


def test_any_decoder_will_do() -> None:
    model = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(48, "sigmoid"), keras.layers.Reshape((4, 4, 3))]
    )
    explorer = LatentExplorer(model)
    settled(explorer)
    assert explorer.pad.tiles["channels"] == 3
    assert explorer.pad.codes["count"] == 0
    assert explorer.concept.layout.display == "none"
    explorer.close()


def test_models_that_do_not_fit_are_named_and_the_old_one_stays(
    explorer: LatentExplorer, vae: VAE, deep: VAE
) -> None:
    with pytest.raises(ValueError, match="vectors of 4 numbers"):
        explorer.show(deep.decoder, encoder=vae.encoder)
    with pytest.raises(ValueError, match="at least two latent dimensions"):
        explorer.show(dense_vae(latent_dim=1))
    with pytest.raises(ValueError, match="9 and 3"):
        explorer.show(vae, np.zeros((9, 8, 8, 1)), [1, 2, 3])
    explorer.code = [0.5, 0.5]
    settled(explorer)
    np.testing.assert_allclose(shown(explorer.pad.image), pixels(vae, [0.5, 0.5]), atol=1)


def test_images_of_another_size_are_told_and_the_rest_goes_on(vae: VAE) -> None:
    explorer = LatentExplorer(vae, np.zeros((9, 5, 5, 1)), [0] * 9)
    until(lambda: "images of shape (8, 8, 1)" in explorer.message, "the reason")
    explorer.code = [1.0, 1.0]
    until(lambda: explorer.pad.image, "a picture")
    explorer.close()


@pytest.mark.parametrize(
    "message",
    [
        {"type": "move", "x": "1", "y": 0, "asked": 1},
        {"type": "move", "x": float("nan"), "y": 0, "asked": 1},
        {"type": "move", "x": 1},
        {"type": "pick", "index": 10**6},
        {"type": "end", "end": 2, "x": 1, "y": 1},
        {"type": "end", "end": 0, "x": float("nan"), "y": 1},
        {"type": "along", "share": "1", "asked": 1},
        {"type": "along", "asked": 1},
        {"type": "pick", "index": -1},
        {"type": "pick", "index": None},
        {"type": "close"},
    ],
)
def test_messages_of_strangers(explorer: LatentExplorer, message: dict[str, Any]) -> None:
    from_page(explorer.pad, message)
    assert (explorer.pad.point, explorer.pad.selected) == ([0.0, 0.0], -1)


def test_the_page_may_set_no_more_than_the_place() -> None:
    pad = LatentPad()
    set_on_page(pad, title="mine", radius=99.0, point=[1.0])
    assert (pad.title, pad.radius, pad.point) == ("", 3.0, [0.0, 0.0])
    set_on_page(pad, region=[1.0, 2.0])
    set_on_page(pad, region=[1.0, 2.0, float("nan")])
    assert pad.region == []
    set_on_page(pad, region=[1e9, 0.0, -0.5])
    assert pad.region == [1000.0, 0.0, 0.5]
    set_on_page(pad, point=[1e9, 0.5])
    assert pad.point == [1000.0, 0.5]
    with pytest.raises(TraitError):
        pad.point = [float("inf"), 0.0]


def test_the_map_can_be_saved_with_its_settings(explorer: LatentExplorer, vae: VAE) -> None:
    name, png = saved(explorer.save)
    assert name == "latent-map.png"
    settings = read_settings(png)
    assert settings.pop("step") == -1
    again = latent.latent_map(vae.decoder, **{**settings, "axes": tuple(settings["axes"])})
    np.testing.assert_allclose(
        shown(explorer.pad.tiles), (again.reshape(225, 8, 8, 1) * 255).round(), atol=1
    )


# -- while it trains ---------------------------------------------------------------------------


def test_a_training_is_followed_held_and_seen_to_its_end(digits: Dataset) -> None:
    model = built(2, digits, epochs=0)
    run = dl.fit(model, digits.x_train, epochs=100_000, batch_size=64)
    explorer = LatentExplorer(run, digits.x_test, digits.y_test)
    caption = explorer.follower.controls.caption
    try:
        until(lambda: explorer.pad.tiles and caption.value, "a grid", 60)
        first = explorer.pad.tiles
        until(lambda: explorer.pad.tiles is not first, "another grid", 60)
        explorer.hold = True
        until(lambda: not explorer.busy, "rest")
        held = explorer.pad.tiles
        step = run.step_count
        until(lambda: run.step_count > step + 200, "more steps")
        assert explorer.pad.tiles is held
    finally:
        run.stop()
    run.wait(60)
    explorer.hold = False
    until(lambda: f"After step {run.step_count:,}." in caption.value, "the last", 60)
    settled(explorer)
    edge = explorer.pad.radius * 14 / 15
    corner = pixels(model, [-edge, edge])[0]
    np.testing.assert_allclose(shown(explorer.pad.tiles)[0], corner, atol=1)
    explorer.close()


def test_the_page_trains_at_once_and_beta_reaches_the_training() -> None:
    page = LatentDashboard()
    try:
        assert not page.busy, "a kernel that is kept ready trains though nobody looks"
        assert {chart.y_label for chart in page.panel.charts} == {"nats per image"}
        seen(page.panel.bar)
        until(lambda: page.run is not None and page.explorer.pad.tiles, "a living page", 120)
        page.beta.value = 4.0
        until(lambda: page.run.model.beta == 4.0, "the next step")
        assert page.panel.run is page.run
        first = page.run
        first.stop()
        until(lambda: first.state.ended, "the end of the run", 60)
        page.latent_dim.value = 3
        press_start(page)
        until(lambda: page.run is not first, "another run", 120)
        page.run.stop()
        until(lambda: page.run.state.ended, "the end of the run", 60)
        until(lambda: len(page.explorer.code) == 3, "the latent vector of the new model", 60)
    finally:
        run = page.run
        page.close()
        if run is not None:
            run.stop()
            until(lambda: run.state.ended, "the end of the run", 60)


def test_moments_of_a_recorded_run(digits: Dataset, tmp_path: Path) -> None:
    model = built(2, digits, epochs=0)
    run = dl.fit(model, digits.x_train, epochs=3, batch_size=64, record=dl.record(tmp_path))
    run.wait(60)
    assert run.recording is not None
    recorded = dl.open_run(run.recording.path)
    view = LatentExplorer(recorded, digits.x_test, digits.y_test, digits.class_names)
    steps = [snapshot.step for snapshot in recorded.snapshots]
    for step in (steps[0], steps[-1], steps[len(steps) // 2]):
        view.at(step=step)
        until(lambda: view.settings["step"] == step and not view.busy, "the map", 60)  # noqa: B023
        then, n, radius = recorded.model(step), view.settings["n"], view.settings["radius"]
        (x, y), half = view.settings["center"], radius * (1 - 1 / n)
        across, down = np.linspace(x - half, x + half, n), np.linspace(y + half, y - half, n)
        codes = np.stack(np.meshgrid(across, down), axis=-1).reshape(n * n, 2)
        np.testing.assert_allclose(shown(view.pad.tiles), pixels(then, codes), atol=1)
        mean, _ = then.encoder(np.asarray(digits.x_test[:20], "f4"))
        view.pick(7)
        np.testing.assert_allclose(view.code, mean[7], atol=1e-5)
    view.close()
