"""Things to try on the pages that look into a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.widgets.dashboards._settings import put
from dlwidgets.widgets.dashboards._tries import Try

if TYPE_CHECKING:
    from dlwidgets.widgets.dashboards.filters import FilterDashboard
    from dlwidgets.widgets.dashboards.look_inside import LookInsideDashboard
    from dlwidgets.widgets.dashboards.where_it_looks import WhereItLooksDashboard


_NO_RUN = tr("No run is active. Press Start, then try it again.")
_ONE = (((0.5, 0.2), (0.5, 0.8)),)
"""The strokes of a 1."""


def _deepest_maps(page: LookInsideDashboard) -> None:
    page.show_tab(page.activations)
    names = [name for _, name in page.activations.choice.options]
    page.graph.layer = next((name for name in reversed(names) if "conv" in name), "")


def _evidence_for_a_3(page: LookInsideDashboard) -> None:
    page.show_tab(page.heatmap)
    page.select_image(8)
    put(page.heatmap.form.class_field, 3)


def _worst_mistake(page: LookInsideDashboard) -> str:
    page.show_tab(page.heatmap)
    page.show_tab(page.browser)
    if page.select_worst():
        return tr("The image with the highest loss is selected.")
    return tr("No image is selected: there are no predictions yet.")


def _much_faster(page: LookInsideDashboard) -> str:
    page.show_tab(page.inspector)
    run = page.run
    if run is None or run.state.ended:
        return _NO_RUN
    rate = 10 * run.learning_rate
    run.set_learning_rate(rate)
    return tr("The learning rate of this run is now {rate}.", rate=f"{rate:.2g}")


def _pause(page: LookInsideDashboard) -> str:
    if page.run is None or page.run.state.ended:
        return _NO_RUN
    page.run.pause()
    return tr("The run is paused.")


def _an_8_in_a_3(page: WhereItLooksDashboard) -> None:
    page.select_image(3)
    put(page.viewer.form.class_field, 8)


def _first_layer(page: WhereItLooksDashboard) -> None:
    names = [name for _, name in page.viewer.form.layer_field.options if name]
    page.viewer.layer = names[0] if names else ""


def _all_methods(page: WhereItLooksDashboard) -> None:
    page.viewer.methods = list(page.viewer.form.buttons)


def _draw_a_1(page: WhereItLooksDashboard) -> str:
    if not page.drawable:
        return tr("Images of this data can't be drawn. Choose data of digits, then try it again.")
    page.pad.surface.draw(_ONE)
    return tr("A 1 is drawn. Add to it.")


def _signed_methods(page: WhereItLooksDashboard) -> None:
    page.viewer.methods = ["integrated_gradients", "occlusion"]


def _next_layer(page: FilterDashboard) -> None:
    names = [name for _, name in page.filters.form.layer.options]
    if names:
        at = names.index(page.filters.layer) if page.filters.layer in names else -1
        page.filters.layer = names[(at + 1) % len(names)]


def _first_block(page: FilterDashboard) -> None:
    names = [name for _, name in page.filters.form.layer.options]
    page.filters.layer = names[0] if names else ""


def _open_more(page: FilterDashboard) -> None:
    page.filters.more.selected_index = 0


LOOK_INSIDE = (
    Try(
        text=tr(
            "**Watch a layer develop.** Begin a new run, and watch the first convolution. Its "
            "feature maps begin as blurred copies of the image, because random filters mostly "
            "average. Within a few hundred steps most of them respond to an edge in one direction, "
            "or to a filled area."
        ),
        act=lambda page: page.show_tab(page.activations),
        run=True,
        watch=lambda page: page.upper,
    ),
    Try(
        text=tr(
            "**Deeper maps are smaller and more abstract.** Go down the graph. Each pooling layer "
            "halves the size of the maps, and there are more of them. Deep maps say less about how "
            "the image looks and more about what it shows. They are empty for most images "
            "(*sparsity*)."
        ),
        act=_deepest_maps,
        watch=lambda page: page.upper,
    ),
    Try(
        text=tr(
            "**Heat map.** The heat map (Grad-CAM++) marks the places that support the predicted "
            "class, using the last convolution by default. Choose a class other than the predicted "
            "one: where does the network find evidence for a 3 in this 8?"
        ),
        act=_evidence_for_a_3,
        watch=lambda page: page.upper,
    ),
    Try(
        text=tr(
            "**A mistake from the inside.** Take the image with the highest loss. Compare its heat "
            "map for the true class with the one for the predicted class."
        ),
        act=_worst_mistake,
        watch=lambda page: page.upper,
    ),
    Try(
        text=tr(
            "**A learning rate that is too high.** Raise the learning rate to ten times its value, "
            "and watch *Weights*. The ratio of update to weight, usually near one in a thousand, "
            "jumps, and the histogram of the weights becomes wider. Units of a ReLU layer die: "
            "their feature maps stay black for every image."
        ),
        act=_much_faster,
        watch=lambda page: page.upper,
    ),
    Try(
        text=tr(
            "**Pause and step.** Press *Step*: every view shows the weights of exactly that step."
        ),
        act=_pause,
        watch=lambda page: page.panel.bar,
    ),
    Try(
        text=tr(
            "**Draw.** Under *Draw* you can draw a digit and see the prediction change while you "
            "draw."
        ),
        act=lambda page: page.show_tab(page.draw),
        watch=lambda page: page.lower,
    ),
)

WHERE_IT_LOOKS = (
    Try(
        text=tr(
            "**Another class.** Take an image of a 3 and choose class 8. The map shows the strokes "
            "that an 8 shares with it. Then add *Grad-CAM*. It averages the gradients of each "
            "feature map, and a network as small as this has mostly negative averages, so its map "
            "is often 0 everywhere."
        ),
        act=_an_8_in_a_3,
        watch=lambda page: page.viewer,
    ),
    Try(
        text=tr(
            "**Another layer.** Grad-CAM uses the feature maps of one layer. The last convolution "
            "knows most about classes, but its maps are small, 14×14 for these digits, so you see "
            "soft blobs. The first convolution has fine maps but hardly distinguishes classes."
        ),
        act=_first_layer,
        watch=lambda page: page.viewer,
    ),
    Try(
        text=tr(
            "**Methods side by side.** Show all methods next to each other. *Saliency* is noisy, "
            "because a pixel's gradient describes only an infinitely small change. *SmoothGrad* "
            "averages it over noisy copies. *Integrated gradients* adds up the gradients on the "
            "way from black to the image, so that all attributions together are the score that the "
            "image has gained. Where the methods disagree, trust none of them alone."
        ),
        act=_all_methods,
        watch=lambda page: page.viewer,
    ),
    Try(
        text=tr(
            "**Evidence against the class.** Integrated gradients and occlusion have a sign: red "
            "supports the class, blue is evidence against it. Find a digit in which something is "
            "blue, and draw one without it."
        ),
        act=_signed_methods,
        watch=lambda page: page.viewer,
    ),
    Try(
        text=tr(
            "**Fool the network.** Begin with a 1, and add to it until the network predicts 7. "
            "What did the last stroke change in the heat map? Draw something that isn't a digit: "
            "some class always has the highest probability."
        ),
        act=_draw_a_1,
        watch=lambda page: page.pad,
    ),
    Try(
        text=tr(
            "**A network without convolutions.** Train an MLP. Grad-CAM needs a convolution and "
            "shows a message. The other methods work."
        ),
        settings={"model": "mlp"},
        run=True,
        watch=lambda page: page.viewer,
    ),
    Try(
        text=tr(
            "**Fewer pixels.** With the digits of 8×8 pixels, the maps of the last convolution are "
            "4×4. What can you still see? A drawing is scaled and centered as the digits of the "
            "data are. The small image beside the pad shows the input of the network."
        ),
        settings={"dataset": "digits"},
        run=True,
        watch=lambda page: page.viewer,
    ),
)

FILTERS = (
    Try(
        text=tr(
            "**Layer by layer.** `block1_conv` detects single edges and colors, `block2_conv` "
            "combines them, and `block4_conv` responds to textures. The deeper the layer, the "
            "larger the part of the image that one activation depends on."
        ),
        act=_next_layer,
        watch=lambda page: page.filters,
    ),
    Try(
        text=tr(
            "**In photographs.** Point at one image after another. The photographs beside them "
            "stay bright where they excite that filter. Does it respond to what its image shows?"
        ),
        act=lambda page: page.filters.point_at(0),
        watch=lambda page: page.filters,
        part=".dlw-filter-photos",
    ),
    Try(
        text=tr(
            "**A larger image.** Click an image: the same filter gets a larger one, which shows "
            "what it repeats."
        ),
        act=lambda page: setattr(page.filters, "selected", 0),
        watch=lambda page: page.filters,
    ),
    Try(
        text=tr(
            "**The kernels themselves.** For `block1_conv`, the 3×3 weights can be shown as "
            "images, because its input channels are colors. Compare each kernel with the result of "
            "gradient ascent. The input of deeper layers is feature maps, so their kernels can't "
            "be shown as images."
        ),
        settings={"kernels": True},
        act=_first_block,
        watch=lambda page: page.filters,
    ),
    Try(
        text=tr(
            "**Dead filters.** Without *Before the activation function*, the activation after ReLU "
            "is maximized, as in the book. An image with a dashed border belongs to a filter whose "
            "activation is 0 everywhere on the initial gray image. The gradient of ReLU is 0 "
            "there, so no pixel can change anything, whatever the number of steps. Another seed "
            "may help."
        ),
        settings={"before": False},
        act=_open_more,
        watch=lambda page: page.filters,
    ),
    Try(
        text=tr(
            "**Steps and step size.** The gradient is divided by its own size, so each step has "
            "the same length on a flat slope as on a steep one. Try many small steps and a few "
            "large ones: when does the curve of the mean activation level off?"
        ),
        settings={"steps": 100, "step_size": 0.2},
        act=_open_more,
        watch=lambda page: page.filters.chart,
    ),
    Try(
        text=tr(
            "**Smoothness.** Plain gradient ascent favors high frequencies, which activate a "
            "filter strongly and look like noise. *Jitter* shifts the image before each step. "
            "*Blur* smooths it after every fourth step. *L2* draws it towards gray. *Total "
            "variation* makes neighboring pixels more alike. Try them one at a time."
        ),
        settings={"jitter": 4, "blur": 0.5},
        act=_open_more,
        watch=lambda page: page.filters,
    ),
    Try(
        text=tr(
            "**During training.** This network begins with random weights and learns from "
            "photographs. Its images are computed again and again, within the time budget shown "
            "below them. *Hold* keeps the current images. Compare them with later ones."
        ),
        settings={"network": "patch_net"},
        watch=lambda page: page.filters,
    ),
    Try(
        text=tr(
            "**Another network.** This one learns digits. A network has no filters for things that "
            "aren't in its training data."
        ),
        settings={"network": "digit_net"},
        watch=lambda page: page.filters,
    ),
)
