"""The fields and buttons of the latent explorer, apart from what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_SLIDERS = 16
"""Latent dimensions beyond the plane that get a slider; further ones stay at 0."""

FASTEST = 2.0
"""Redraws per second at most."""

_NARROW = {"width": "auto", "margin": "0"}


class PlaneControls(ipywidgets.VBox):
    """Which two dimensions make the plane, and sliders for the others; hidden for a flat space."""

    def __init__(self) -> None:
        self.x = ipywidgets.Dropdown(description="Across", layout={"width": "150px"})
        self.y = ipywidgets.Dropdown(description="Up", layout={"width": "150px"})
        for choice in (self.x, self.y):
            choice.style.description_width = "52px"
        # Made here, all of them: a thread that shows another model must not make widgets.
        self.sliders = tuple(
            ipywidgets.FloatSlider(
                value=0.0,
                min=-4.0,
                max=4.0,
                step=0.05,
                description=f"z{i + 1}",
                readout_format=".2f",
                layout={"width": "260px", "display": "none"},
            )
            for i in range(MOST_SLIDERS)
        )
        for slider in self.sliders:
            slider.style.description_width = "28px"
        axes = ipywidgets.Box([self.x, self.y])
        axes.add_class("dlw-row")
        others = ipywidgets.Box(self.sliders)
        others.add_class("dlw-row")
        super().__init__([axes, others], layout={"display": "none"})

    def show(self, dims: int) -> None:
        """Offer this many dimensions, the first two of them as the plane."""
        options = [(f"z{i + 1}", i) for i in range(dims)]
        for choice, value in ((self.x, 0), (self.y, 1)):
            choice.options = options
            choice.value = value
        for slider in self.sliders:
            slider.value = 0.0
        self.layout.display = None if dims > 2 else "none"
        self.arrange(dims)

    def arrange(self, dims: int) -> None:
        """Show the sliders of the dimensions that the plane does not show."""
        plane = (self.x.value, self.y.value)
        for i, slider in enumerate(self.sliders):
            slider.layout.display = None if i < dims and i not in plane else "none"


class GridControls(ipywidgets.Box):
    """Images per side of the grid, how often it is redrawn, and a button that holds it."""

    def __init__(self, n: int) -> None:
        self.n = ipywidgets.IntSlider(
            n,
            2,
            25,
            description="Images per side",
            continuous_update=False,
            layout={"width": "270px"},
        )
        self.rate = ipywidgets.FloatSlider(
            FASTEST,
            min=0.1,
            max=FASTEST,
            step=0.1,
            description="Redraws per second, at most",
            readout_format=".1f",
            layout={"width": "340px", "display": "none"},
        )
        self.n.style.description_width = self.rate.style.description_width = "initial"
        self.hold = ipywidgets.ToggleButton(
            False,
            description="Hold",
            layout={**_NARROW, "display": "none"},
            tooltip="Keep grid and codes as they are while the training goes on",
        )
        super().__init__([self.n, self.rate, self.hold])
        self.add_class("dlw-row")
        self.add_class("dlw-actions")

    def show_live(self, *, live: bool) -> None:
        """Show what only a training needs."""
        for control in (self.rate, self.hold):
            control.layout.display = None if live else "none"


class PathControls(ipywidgets.Box):
    """The ends of a path, and the number of images on it."""

    def __init__(self) -> None:
        self.start = ipywidgets.Button(
            description="A is here", tooltip="The path begins at the handle", layout=_NARROW
        )
        self.end = ipywidgets.Button(
            description="B is here", tooltip="The path ends at the handle", layout=_NARROW
        )
        self.steps = ipywidgets.IntSlider(9, 2, 15, description="Images", layout={"width": "240px"})
        self.steps.style.description_width = "initial"
        super().__init__([self.start, self.end, self.steps])
        self.add_class("dlw-row")
        self.add_class("dlw-actions")


GROUPS = ("my group 1", "my group 2")
"""Groups that the visitor makes of single images; in the choices they are numbered -1 and -2."""


class ConceptControls(ipywidgets.VBox):
    """Two groups of images, classes or hand-picked, and how far to go from one to the other."""

    def __init__(self) -> None:
        self.a = ipywidgets.Dropdown(description="From", layout={"width": "230px"})
        self.b = ipywidgets.Dropdown(description="to", layout={"width": "210px"})
        self.a.style.description_width = "36px"
        self.b.style.description_width = "20px"
        self.strength = ipywidgets.FloatSlider(
            1.0,
            min=-2.0,
            max=2.0,
            step=0.05,
            description="Strength",
            readout_format=".2f",
            layout={"width": "280px"},
        )
        self.strength.style.description_width = "initial"
        self.go = ipywidgets.Button(
            description="Move the handle there",
            layout=_NARROW,
            tooltip="Add the concept vector times the strength to the handle's code",
        )
        self.add = tuple(
            ipywidgets.Button(
                description=f"Add to {group}",
                layout=_NARROW,
                disabled=True,
                tooltip="Put the image whose dot is chosen on the map into this group",
            )
            for group in GROUPS
        )
        self.clear = ipywidgets.Button(
            description="Empty both",
            layout=_NARROW,
            disabled=True,
            tooltip="Take all images out of the two groups",
        )
        self._names: list[str] = []
        hint = note()
        hint.value = "Click a dot on the map, then:"
        rows = [
            ipywidgets.Box([self.a, self.b, self.strength, self.go]),
            ipywidgets.Box([hint, *self.add, self.clear]),
        ]
        for row in rows:
            row.add_class("dlw-row")
            row.add_class("dlw-actions")
        super().__init__(rows)

    def show(self, groups: Sequence[str]) -> None:
        """Offer these classes, the first two to begin with; none for images without classes."""
        self._names = list(groups)
        self._offer((0, 0), (0, 1) if len(groups) > 1 else (-1, -2))

    def show_picked(self, counts: tuple[int, int]) -> None:
        """Offer the two groups of the visitor with this many images in them."""
        self._offer(counts, (self.a.value, self.b.value))
        self.clear.disabled = not any(counts)

    def _offer(self, counts: tuple[int, int], chosen: tuple[int, int]) -> None:
        options = [(name, i) for i, name in enumerate(self._names)]
        options += [
            (f"{group} ({count} image{'' if count == 1 else 's'})", -1 - i)
            for i, (group, count) in enumerate(zip(GROUPS, counts, strict=True))
        ]
        for choice, value in zip((self.a, self.b), chosen, strict=True):
            choice.options = options
            choice.value = value


def section(title: str, *parts: ipywidgets.Widget) -> ipywidgets.VBox:
    """Parts of the explorer under a heading."""
    heading = ipywidgets.Label(title)
    heading.add_class("dlw-section-title")
    box = ipywidgets.VBox([heading, *parts])
    box.add_class("dlw-section")
    return box


def note() -> ipywidgets.Label:
    """A remark that is as long as it needs to be."""
    label = ipywidgets.Label()
    label.add_class("dlw-message")
    return label
