"""Things to try on the pages that train a classifier and judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.widgets.dashboards._tries import Try

if TYPE_CHECKING:
    from dlwidgets.widgets.dashboards.mistakes import MistakesDashboard
    from dlwidgets.widgets.dashboards.train import TrainDashboard


def _keep(page: TrainDashboard) -> None:
    page.keep_curves()


def _other_batch_size(page: TrainDashboard) -> None:
    page.keep_curves()
    page.form.batch_size.value = 512 if page.form.batch_size.value == 8 else 8


def _loss(page: TrainDashboard) -> Any:
    return page.panel.charts[0]


def _most_confused(page: MistakesDashboard) -> str:
    if page.confusion.select_most_confused():
        return tr("The darkest red cell is selected.")
    return tr("No cell is selected: there are no mistakes yet.")


def _surest_mistakes(page: MistakesDashboard) -> None:
    page.browser.cards.order = "confident"
    page.browser.filter(wrong_only=True)


def _other_score(page: MistakesDashboard) -> str:
    plot = page.confusion.plot
    plot.sort = "recall" if plot.sort == "precision" else "precision"
    if plot.sort == "precision":
        return tr("The table is sorted by precision, the lowest first.")
    return tr("The table is sorted by recall, the lowest first.")


TRAIN = (
    Try(
        text=tr(
            "**Learning rate.** Train with 0.1, and compare with the curves before. The curve "
            "jumps or gets stuck: the steps are too large. Move the slider during training: the "
            "rate acts at once, and a line in the chart marks where. *Challenge:* bring such a run "
            "down again without a restart."
        ),
        settings={"dataset": "digits", "model": "mlp", "learning_rate": 0.1},
        act=_keep,
        run=True,
        watch=_loss,
    ),
    Try(
        text=tr(
            "**Batch size.** Compare 8 with 512: each press takes the other one and keeps the "
            "curves. Small batches give a noisy curve, because each contains only a few samples, "
            "but many steps per epoch. Smoothing (the slider above the chart) shows the trend. "
            "*Challenge:* which batch size reaches a validation accuracy of 95% in the fewest "
            "steps?"
        ),
        settings={"dataset": "digits", "model": "mlp"},
        act=_other_batch_size,
        run=True,
        watch=_loss,
    ),
    Try(
        text=tr(
            "**Overfitting.** Watch the *validation loss*. When it rises while the training loss "
            "still falls, the network is memorizing its training images. The marker *best epoch* "
            "shows where that began. Dropout and L2 help: try 0.3 and 0.001. *Challenge:* get a "
            "lower validation loss than this run."
        ),
        settings={"dataset": "digits", "model": "mlp", "dropout": 0, "l2": 0, "epochs": 60},
        run=True,
        watch=_loss,
    ),
    Try(
        text=tr(
            "**A convolution uses neighboring pixels.** The *Small CNN 32-64* has half the "
            "parameters, 21,386 instead of 44,660, and is at least as accurate. A stroke looks "
            "the same everywhere in the image, so a convolution learns it once for all places. It "
            "is slower, because it computes more with each parameter. Watch its feature maps, and "
            "click other images."
        ),
        settings={"dataset": "digits", "model": "small_cnn"},
        act=_keep,
        run=True,
        watch=lambda page: page.graph,
    ),
    Try(
        text=tr(
            "**The smallest network.** Train one neuron with the data *Line*. It has two "
            "parameters, and the page shows the line that they define. With a learning rate of "
            "0.32 it diverges, and the panel shows at which step. *Challenge:* find the largest "
            "rate that finds the line."
        ),
        settings={"dataset": "line", "learning_rate": 0.32},
        run=True,
        watch=lambda page: page.predictions,
    ),
)

MISTAKES = (
    Try(
        text=tr(
            "**Which classes are confused?** Look at the images of the darkest red cell: would you "
            "have known? Now click the mirrored cell, on the other side of the diagonal. Confusion "
            "often goes one way only."
        ),
        act=_most_confused,
        watch=lambda page: page.confusion,
    ),
    Try(
        text=tr(
            "**Confident and wrong.** Look at the wrong predictions, *most confident first*. A "
            "mistake made with 99% differs from one made with 40%. Often the label is doubtful, "
            "or the training data contained nothing like this image. *Highest loss first* finds "
            "the same images, because the loss penalizes exactly this."
        ),
        act=_surest_mistakes,
        watch=lambda page: page.browser,
    ),
    Try(
        text=tr(
            "**Precision or recall?** Sort the table by one, then by the other: each press takes "
            "the other one. A class with low *precision* is predicted too often, a class with low "
            "*recall* is missed too often. A class can be good at one and bad at the other."
        ),
        act=_other_score,
        watch=lambda page: page.confusion,
        part=".dlw-scores-scroller",
    ),
    Try(
        text=tr(
            "**Where mistakes lie.** In the last view, rings are mistakes. Most lie at the border "
            "between two groups: the network has placed the image between two classes. A ring in "
            "the middle of a group of another color is an image that the network has truly "
            "misread. Switch from PCA to t-SNE: neighbors stay together, but distances between "
            "groups no longer mean anything."
        ),
        act=lambda page: setattr(page.embedding.method, "value", "tsne"),
        watch=lambda page: page.embedding,
    ),
    Try(
        text=tr(
            "**Which model?** Train a convolutional network with the same seed. It uses which "
            "pixels are neighbors, an MLP doesn't. Which confusions disappear, and which ones do "
            "both models make?"
        ),
        settings={"model": "small_cnn"},
        run=True,
        watch=lambda page: page.confusion,
    ),
    Try(
        text=tr(
            "**From the first step.** Watch the matrix of a new run. At first whole columns are "
            "red, because the network predicts the same class for everything. Which digits does "
            "it tell apart first?"
        ),
        run=True,
        watch=lambda page: page.confusion,
    ),
    Try(
        text=tr(
            "**A question with a rare answer.** Only one image in ten is an 8, so a model that "
            "always answers *no* is right 90% of the time, with a recall of 0%. Move the "
            "*threshold*, and watch precision and recall."
        ),
        settings={"question": 8},
        run=True,
        watch=lambda page: page.confusion,
    ),
)
