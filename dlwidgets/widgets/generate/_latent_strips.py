"""The latent explorer's strips of images: a path between two places, and a concept vector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets._formatting import format_number
from dlwidgets._messages import tr, trn
from dlwidgets.generate import latent
from dlwidgets.widgets._core.text import own_name
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets.widgets.generate._latent_state import LatentState

_NARROW = {"width": "auto", "margin": "0"}
_CELL = 56  # pixels of an image in a strip
_STRENGTHS = (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5)


class ImageStrip(ipywidgets.VBox):
    """A row of decoded images under its controls, with a heading and a button that saves it.

    Args:
        title: The heading.
        description: What the images show, for screen readers.
        rows: The controls, row by row.
        file: Returns the name and the content of the saved file.
        label: Of the button that saves it.

    Attributes:
        images: The `ImageGrid`.
        save: The `DownloadButton`.
    """

    def __init__(
        self,
        title: str,
        description: str,
        rows: Sequence[Sequence[ipywidgets.Widget]],
        file: Callable[[], tuple[str, bytes]],
        label: str,
    ) -> None:
        self.images = ImageGrid(description=description)
        self.save = DownloadButton(
            file, label=label, hint=tr("The strip, with its settings in the file")
        )
        heading = TextLine(title)
        heading.add_class("dlw-section-title")
        boxes = [ipywidgets.Box(row) for row in rows]
        for box in boxes:
            box.add_class("dlw-row")
            box.add_class("dlw-actions")
        super().__init__([heading, *boxes, self.images, self.save])
        self.add_class("dlw-section")

    def show_images(
        self,
        state: LatentState,
        images: NDArray[Any],
        labels: Sequence[str],
        borders: Sequence[str] = (),
    ) -> None:
        """Show decoded images.

        Args:
            state: What they were decoded from.
            images: Shape (n, height, width[, channels]).
            labels: One per image.
            borders: One color per image.
        """
        low, high = state.value_range
        self.images.cell_size = cell_size(images.shape[1:3], _CELL)
        self.images.show(images, low=low, high=high, labels=labels, border_colors=borders)


class PathStrip(ImageStrip):
    """Decoded images on the straight line from A to B.

    Args:
        file: Returns the name and the content of the saved file.

    Attributes:
        start: The button that puts A at the ring.
        end: The button that puts B at the ring.
        steps: The slider of the number of images.
    """

    def __init__(self, file: Callable[[], tuple[str, bytes]]) -> None:
        self.start = ipywidgets.Button(
            description=tr("Set A here"),
            tooltip=tr("Start the path at the ring."),
            layout=_NARROW,
        )
        self.end = ipywidgets.Button(
            description=tr("Set B here"), tooltip=tr("End the path at the ring."), layout=_NARROW
        )
        self.steps = ipywidgets.IntSlider(
            9,
            2,
            15,
            description=tr("Images"),
            tooltip=tr("Number of images on the path, A and B included."),
            layout={"width": "240px"},
        )
        self.steps.style.description_width = "initial"
        super().__init__(
            tr("Path from A to B"),
            tr("Decoded images between two points"),
            [[self.start, self.end, self.steps]],
            file,
            tr("Path (PNG)"),
        )

    def draw(self, state: LatentState) -> None:
        """Decode and show the path."""
        start, end = state.ends
        images = state.source.decode(latent.path_codes(start, end, self.steps.value))
        self.show_images(state, images, ["A", *[""] * (len(images) - 2), "B"])


class ConceptStrip(ImageStrip):
    """The image at the handle, moved along the direction from one group of images to another.

    Args:
        file: Returns the name and the content of the saved file.

    Attributes:
        a: The menu of the first group: classes, and the user's groups as -1 and -2.
        b: The menu of the second group.
        strength: The slider of the factor.
        go: The button that moves the handle.
        add: The buttons that add the selected image to one of the user's groups.
        clear: The button that empties these groups.
    """

    def __init__(self, file: Callable[[], tuple[str, bytes]]) -> None:
        self.a = ipywidgets.Dropdown(
            description=tr("From"),
            tooltip=tr("The group of images that the direction starts from."),
            layout={"width": "230px"},
        )
        self.b = ipywidgets.Dropdown(
            description=tr("To"),
            tooltip=tr("The group of images that the direction leads to."),
            layout={"width": "210px"},
        )
        self.a.style.description_width = "36px"
        self.b.style.description_width = "20px"
        self.strength = ipywidgets.FloatSlider(
            1.0,
            min=-2.0,
            max=2.0,
            step=0.05,
            description=tr("Strength"),
            tooltip=tr("How many times the concept vector is added."),
            readout_format=".2f",
            layout={"width": "280px"},
        )
        self.strength.style.description_width = "initial"
        self.go = ipywidgets.Button(
            description=tr("Move the ring there"),
            layout=_NARROW,
            tooltip=tr("Add the concept vector times the strength to the latent vector."),
        )
        self.add = tuple(
            ipywidgets.Button(
                description=text,
                layout=_NARROW,
                disabled=True,
                tooltip=tr("Put the image that is selected on the map into this group."),
            )
            for text in (tr("Add to my group 1"), tr("Add to my group 2"))
        )
        self.clear = ipywidgets.Button(
            description=tr("Clear both"),
            layout=_NARROW,
            disabled=True,
            tooltip=tr("Remove all images from the two groups."),
        )
        hint = TextLine(tr("Click a point on the map, then:"), layout={"width": "auto"})
        hint.add_class("dlw-message")
        self._names: list[str] = []
        super().__init__(
            tr("Concept vector"),
            tr("The ring's image, moved along a concept vector"),
            [[self.a, self.b, self.strength, self.go], [hint, *self.add, self.clear]],
            file,
            tr("Concept vector (PNG)"),
        )

    def offer(self, classes: Sequence[str]) -> None:
        """Offer these classes, the first two to begin with; none for images without classes."""
        self._names = list(classes)
        self._set_options((0, 0), (0, 1) if len(classes) > 1 else (-1, -2))

    def show_picked(self, counts: tuple[int, int]) -> None:
        """Offer the user's two groups with this many images in them."""
        self._set_options(counts, (self.a.value, self.b.value))
        self.clear.disabled = not any(counts)

    def vector(self, state: LatentState) -> NDArray[np.float32] | None:
        """Return the direction between the two groups; None where one has no images."""
        return state.concept_vector(self.a.value, self.b.value)

    def draw(self, state: LatentState) -> None:
        """Decode and show the moved images."""
        vector = self.vector(state)
        if vector is None:
            self.images.clear()
            return
        strengths = [float(self.strength.value), *_STRENGTHS]
        images = state.source.decode(state.code + np.outer(strengths, vector))
        labels: list[str] = [
            format_number(s, 2) if s <= 0 else f"+{format_number(s, 2)}" for s in strengths
        ]
        labels[0] = tr("now {strength}", strength=labels[0])
        labels[1 + _STRENGTHS.index(0.0)] = tr("no change")
        self.show_images(state, images, labels, ["good", *[""] * len(_STRENGTHS)])

    def _set_options(self, counts: tuple[int, int], chosen: tuple[int, int]) -> None:
        first, second = counts
        options: list[tuple[str, int]] = [(own_name(name), i) for i, name in enumerate(self._names)]
        options += [
            (trn("my group 1 ({n} image)", "my group 1 ({n} images)", first), -1),
            (trn("my group 2 ({n} image)", "my group 2 ({n} images)", second), -2),
        ]
        for choice, value in zip((self.a, self.b), chosen, strict=True):
            choice.options = options
            choice.value = value


def cell_size(size: Sequence[int], near: int) -> int:
    """Return a whole multiple of an image's longer side near this many pixels.

    Args:
        size: Height and width of an image.
        near: Pixels; a larger image gets just these.
    """
    longest = max(size)
    return longest * max(1, round(near / longest)) if longest <= 1.5 * near else near


def saved(
    atlas: Mapping[str, Any], columns: int | None, name: str, settings: dict[str, Any]
) -> tuple[str, bytes]:
    """Return images as one PNG file, with its settings inside.

    Args:
        atlas: The images, as they go to the page.
        columns: Images per row; None for one row.
        name: The file's name.
        settings: As JSON can hold them.

    Raises:
        ValueError: There are none.
    """
    from dlwidgets.vision.images import encode_png
    from dlwidgets.vision.mosaic import mosaic

    if not atlas:
        message = tr("There are no images to save yet.")
        raise ValueError(message)
    shape = (atlas["count"], atlas["height"], atlas["width"], atlas["channels"])
    images = np.frombuffer(atlas["data"], np.uint8).reshape(shape)
    return name, encode_png(mosaic(images, columns=columns or len(images)), settings)
