"""A small network, and what tests of the studios do with it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from dlwidgets.vision import photographs
from dlwidgets.widgets.vision._studio_job import JobState
from tests.helpers.page import from_page, messages
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlwidgets.widgets import Compare

DREAM_SETTINGS = (
    *("octaves", "octave_scale", "steps", "step_size", "max_loss"),
    *("jitter", "color", "detail", "seed"),
)
STYLE_SETTINGS = ("weights", "steps", "optimizer", "start", "seed")


def net() -> Any:
    """A network with two layers of feature maps, always with the same weights."""
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


def training(**arguments: Any) -> tuple[Any, Any]:
    """A Run of eight steps an epoch, and its model."""
    import keras

    import dlwidgets as dl

    x = np.random.default_rng(0).uniform(-1, 1, (64, 16, 16, 3)).astype("float32")
    base = net()
    outputs = keras.layers.Dense(1)(keras.layers.GlobalAveragePooling2D()(base.outputs[0]))
    model = keras.Model(base.inputs[0], outputs)
    model.compile("sgd", "mse")
    return dl.fit(model, x, x.mean((1, 2, 3)), batch_size=8, **arguments), model


def finished(studio: Any) -> Any:
    """The studio when nothing is in progress any more."""
    until(lambda: not studio.busy, "the image", 60)
    return studio


def learned(studio: Any) -> Any:
    """The studio after it has been asked, as by the ticker, for what its Run has learned."""
    studio.follower.tick()
    return finished(studio)


def running(studio: Any) -> bool:
    """Whether the newest image is in progress."""
    return studio.job is not None and studio.job.state is JobState.RUNNING


def shown(compare: Compare, side: str) -> np.ndarray:
    """The pixels that the page has of one side."""
    a = getattr(compare, side)
    return np.frombuffer(a["data"], np.uint8).reshape(a["height"], a["width"], a["channels"])


def scaled(names: Iterable[str], longest: int) -> list[np.ndarray]:
    """Pixels of photographs."""
    return [photographs()[name].scaled(longest).pixels for name in names]


def png_of(studio: Any) -> tuple[str, bytes]:
    """The name and the content of the file that the page saves."""
    from_page(studio.save_button, {"type": "download", "request": 1})
    content, buffers = messages(studio.save_button, "file")[-1]
    return content["name"], buffers[0]


def png(array: np.ndarray) -> bytes:
    """An image as a PNG file."""
    out = io.BytesIO()
    Image.fromarray(array).save(out, "PNG")
    return out.getvalue()


def given_by_page(upload: Any, name: Any, data: bytes | int) -> None:
    """Let the page send a file, or of one that is too large its size."""
    size = data if isinstance(data, int) else len(data)
    message = {"method": "custom", "content": {"type": "file", "name": name, "size": size}}
    buffers = [] if isinstance(data, int) else [data]
    upload.comm.handle_msg({"content": {"data": message}, "buffers": buffers})
