"""Fetching the weights of a network from a studio, and dreaming with them."""

from __future__ import annotations

import dataclasses
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from dlwidgets.vision import networks
from dlwidgets.widgets import DreamStudio, StyleStudio
from dlwidgets.widgets.vision._studio_network import StudioNetwork
from tests.helpers.page import displayed, is_error
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """VGG19's weights as `keras.applications` offers them, but random."""
    import h5py
    import keras
    from keras.src.legacy.saving import legacy_h5_format

    path = tmp_path_factory.mktemp("weights") / "vgg19.h5"
    keras.utils.set_random_seed(1)
    with h5py.File(path, "w") as file:
        model = keras.applications.VGG19(include_top=False, weights=None)
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    return path.read_bytes()


class Host:
    def __init__(self, content: bytes) -> None:
        self.go_on, self.going = threading.Event(), threading.Event()
        self.go_on.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_args: object) -> None:
                pass

            def do_HEAD(self) -> None:
                self.send_response(200)
                self.end_headers()

            def do_GET(self) -> None:
                self.do_HEAD()
                sent = len(content) // 2
                self.wfile.write(content[:sent])
                outer.going.set()
                while not outer.go_on.wait(0.05):  # a slow line
                    self.wfile.write(content[sent : sent + 1000])
                    sent += 1000
                self.wfile.write(content[sent:])

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture
def host(weights: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Host]:
    host = Host(weights)
    md5 = hashlib.md5(weights, usedforsecurity=False).hexdigest()
    vgg = dataclasses.replace(networks.PRETRAINED[1], nbytes=len(weights), md5=md5)
    monkeypatch.setattr(networks, "PRETRAINED", (networks.PRETRAINED[0], vgg))
    monkeypatch.setattr(networks, "WEIGHTS_URL", f"http://127.0.0.1:{host.http.server_port}/")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    yield host
    host.go_on.set()
    host.http.shutdown()
    host.http.server_close()


@pytest.fixture(params=[DreamStudio, StyleStudio])
def studio(request: pytest.FixtureRequest, host: Host) -> Iterator[Any]:
    one = request.param()
    one.restart.value = False
    one.longest.value, one.steps.value = 64, 1
    yield one
    one.close()


def test_a_network_is_fetched_and_used(studio: Any, host: Host) -> None:
    field = studio.weights
    assert [b.description for b in field.buttons.values()] == [
        "Download InceptionV3 (87.9\u00a0MB)",
        "Download VGG19 (80.2\u00a0MB)",
    ]
    before = [key for _, key in studio.network_field.options]
    button = field.buttons["vgg19"]
    host.go_on.clear()
    button.click()
    until(lambda: field.bar.value > 0.1, "progress")
    assert displayed(studio, field.bar)
    assert button.disabled
    assert field.message.value.endswith("of 80.2\u00a0MB received.")
    host.go_on.set()
    until(lambda: button.description == "Use VGG19", "the file")
    assert not button.disabled
    assert not displayed(studio, field.bar)
    button.click()
    assert [key for _, key in studio.network_field.options] == [*before, "vgg19"]
    assert studio.network_field.value == "vgg19"
    layers = studio.layers if isinstance(studio, DreamStudio) else studio.style_layers
    assert "block5_conv2" in layers
    until(lambda: studio.result is not None, "an image", 60)
    settings = studio.result[1]
    assert (settings["network"], settings["scaling"]) == ("vgg19", "caffe")
    assert settings["network_steps"] == 0
    studio.network_field.value = "patch_net"
    assert "block5_conv2" not in (
        studio.layers if isinstance(studio, DreamStudio) else studio.style_layers
    )
    button.click()
    assert studio.network_field.value == "vgg19"


def test_a_download_can_be_cancelled_and_begun_again(studio: Any, host: Host) -> None:
    field, button = studio.weights, studio.weights.buttons["vgg19"]
    host.go_on.clear()
    button.click()
    assert host.going.wait(30)
    field.cancel.click()
    host.go_on.set()
    until(lambda: "canceled" in field.message.value)
    assert button.description.startswith("Download")
    assert not button.disabled
    button.click()
    until(lambda: button.description == "Use VGG19")


def test_a_page_closed_in_the_middle_leaves_nothing(
    studio: Any, host: Host, tmp_path: Path
) -> None:
    host.go_on.clear()
    studio.weights.buttons["vgg19"].click()
    assert host.going.wait(30)
    studio.close()
    host.go_on.set()
    until(lambda: not studio.weights.busy)
    assert list((tmp_path / "models").iterdir()) == []


def test_without_a_network_the_page_says_which_file_belongs_where(
    studio: Any, host: Host, tmp_path: Path
) -> None:
    host.http.shutdown()
    host.http.server_close()
    field = studio.weights
    field.buttons["inception_v3"].click()
    until(lambda: is_error(field.message))
    text = field.message.value
    assert "can't be reached" in text
    assert str(tmp_path / "models" / networks.PRETRAINED[0].file) in text
    assert not field.buttons["inception_v3"].disabled
    studio.start_button.click()
    until(lambda: studio.result is not None, "an image of the small network", 90)


@pytest.mark.parametrize("kind", [DreamStudio, StyleStudio])
def test_weights_that_lie_in_keras_s_cache_are_a_choice(
    kind: Any, host: Host, weights: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "models" / networks.PRETRAINED[1].file
    path.parent.mkdir()
    path.write_bytes(weights)
    one = kind()
    one.restart.value = False
    one.longest.value, one.steps.value = 64, 1
    assert list(one.weights.buttons) == ["inception_v3"], "nothing to fetch for the other"
    one.network_field.value = "vgg19"
    until(lambda: one.result is not None, "an image", 60)
    assert one.result[1]["network"] == "vgg19"
    assert not host.going.is_set(), "nothing was downloaded"
    one.close()


def test_a_file_of_the_right_size_with_other_weights_is_refused_in_words(
    host: Host, weights: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "models" / networks.PRETRAINED[1].file
    path.parent.mkdir()
    middle = len(weights) // 2
    flipped = bytes([weights[middle] ^ 1])
    path.write_bytes(weights[:middle] + flipped + weights[middle + 1 :])
    one = DreamStudio()
    one.restart.value = False
    one.longest.value, one.steps.value = 64, 1
    one.network_field.value = "vgg19"
    until(lambda: is_error(one.message_line), "the reason", 60)
    assert one.message.startswith(f"{path} is damaged, or contains other weights")
    assert "its checksum is" in one.message
    one.network_field.value = "patch_net"
    until(lambda: one.result is not None, "an image of the small network", 90)
    one.close()


def test_a_file_that_is_cut_off_is_named_and_replaced(
    host: Host, weights: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "models" / networks.PRETRAINED[1].file
    path.parent.mkdir()
    path.write_bytes(weights[:1_000_000])
    one = DreamStudio()
    field = one.weights
    assert "vgg19" not in [key for _, key in one.network_field.options]
    message = field.message.value
    assert message.startswith(f"{path} is incomplete, or contains other weights: it has")
    assert f" 1,000,000 bytes instead of {len(weights):,}" in message
    assert is_error(field.message)
    field.buttons["vgg19"].click()
    until(lambda: field.buttons["vgg19"].description == "Use VGG19", "the file")
    assert path.read_bytes() == weights
    assert not is_error(field.message)
    one.close()


def test_a_model_of_one_s_own_needs_no_other(host: Host, still: None) -> None:
    import keras

    model = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(2, 3)])
    one = DreamStudio(model)
    assert one.weights.layout.display == "none"
    one.close()


@pytest.mark.parametrize("learns", [True, False])
def test_an_image_is_described_by_the_network_that_made_it(learns: bool) -> None:
    network = StudioNetwork(None)
    of = {bool(one.trained_on): name for name, one in network.choices.items()}
    network.choose(of[not learns])
    described = network.describe_used(of[learns], 0)
    assert network.choices[of[learns]].title in described
    assert ("0 training steps" in described) == learns
