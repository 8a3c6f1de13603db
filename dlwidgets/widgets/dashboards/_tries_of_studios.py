"""Things to try on the pages that make images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.widgets.dashboards._tries import Try

if TYPE_CHECKING:
    from dlwidgets.widgets.dashboards.dream import DreamDashboard
    from dlwidgets.widgets.dashboards.style import StyleDashboard


def _picture(page: DreamDashboard | StyleDashboard) -> Any:
    return page.studio.compare


def _only_one_layer(page: DreamDashboard) -> None:
    _only_one(page.studio.layers)


def _only_one_style_layer(page: StyleDashboard) -> None:
    _only_one(page.studio.style_layers)


def _more_style(page: StyleDashboard) -> None:
    page.studio.balance.value = 0.75


def _only_one(sliders: dict[str, Any]) -> None:
    """Give one slider a weight, after the one that has it alone, and 0 to all others."""
    names = list(sliders)
    weighted = [name for name in names if sliders[name].value]
    at = (names.index(weighted[0]) + 1) % len(names) if len(weighted) == 1 else 0
    # First the weight: without any there is nothing to make.
    sliders[names[at]].value = 1.0
    for name in names:
        if name != names[at]:
            sliders[name].value = 0.0


DREAM = (
    Try(
        text=tr(
            "**One layer at a time.** Give only one layer a weight: each press chooses another "
            "one. `block1_conv` creates fine edges, `block3_conv` whole textures. Later "
            "layers see a larger part of the image at once, so their patterns are "
            "larger. A negative weight removes what a layer detects."
        ),
        act=_only_one_layer,
        run=True,
        watch=_picture,
    ),
    Try(
        text=tr(
            "**Octaves.** With one octave, all patterns have the same small size, that of "
            "the network's receptive field. With more octaves, the dream begins on a small copy of "
            "the image, which is enlarged by the *octave scale* before it goes on. This gives "
            "patterns of all sizes. The *lost detail*, which the small copy could not hold, is "
            "added back each time, so the photograph stays sharp."
        ),
        settings={"octaves": 1},
        run=True,
        watch=_picture,
    ),
    Try(
        text=tr(
            "**Step size and steps.** Many small steps and a few large ones give different "
            "results: compare 5 × 0.05 with 100 × 0.002. *Max. loss* ends an "
            "octave before the image turns into nothing but pattern."
        ),
        settings={"steps": 5, "step_size": 0.05},
        run=True,
        watch=_picture,
    ),
    Try(
        text=tr(
            "**Jitter.** Set it to 0, and look for a regular grid. The network pools pixels in "
            "fixed blocks, and the dream shows their grid. A random shift before each step hides "
            "it. The same seed gives the same image again."
        ),
        settings={"jitter": 0},
        run=True,
        watch=_picture,
    ),
    Try(
        text=tr(
            "**An untrained network** dreams as well. Take one that begins to learn: the patterns "
            "of its first dream come from random filters. Watch how they change as it learns."
        ),
        settings={"network": "patch_net"},
        watch=lambda page: page.studio.network_line,
    ),
)

STYLE = (
    Try(
        text=tr(
            "**Content and style.** With 75% style, the temple dissolves into petals. Move the "
            "slider to 0%: only the colors change. *Keep* both to compare them. The chart shows "
            "the parts of the loss, each relative to its target: 0 means the same, 1 means nothing "
            "alike."
        ),
        act=_more_style,
        run=True,
        watch=_picture,
    ),
    Try(
        text=tr(
            "**Style layers.** Their sliders divide the weight of the style among the layers. Give "
            "only one a weight: each press chooses another one. With all but `block1_conv` "
            "at 0, you get colors and fine grain. With all but `block4_conv` at 0, you get larger "
            "forms and other colors."
        ),
        act=_only_one_style_layer,
        run=True,
        watch=_picture,
    ),
    Try(
        text=tr(
            "**Begin with noise.** Nothing of the image is given, so everything comes from the "
            "loss. With a content weight of 0.001 you see the style alone, a texture without a "
            "scene."
        ),
        settings={"origin": "noise", "content_weight": 0.001},
        run=True,
        watch=_picture,
    ),
    Try(
        text=tr(
            "**The optimizer.** L-BFGS keeps an estimate of the curvature and gets further with "
            "the same number of steps. Adam takes cheaper steps and needs more of them."
        ),
        settings={"optimizer": "adam"},
        run=True,
        watch=lambda page: page.studio.chart,
    ),
    Try(
        text=tr(
            "**Smoothness.** At its lowest value the image becomes noisy: the network responds to "
            "pixel patterns that no painter would make."
        ),
        settings={"variation": 0},
        run=True,
        watch=_picture,
    ),
    Try(
        text=tr(
            "**Your own images.** Images with strong textures make good styles: a close-up of "
            "cloth, leaves, a painting. A style image of one color has no texture, and the page "
            "says so."
        ),
        watch=lambda page: page.studio.style,
    ),
)
