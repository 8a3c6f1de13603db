"""What the buttons of a page do: its code, and saving, loading and handing over its model."""

from __future__ import annotations

from concurrent.futures import wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets._canceled import CanceledError
from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.sublayers import sublayers
from dlwidgets.models import saved
from dlwidgets.training.run import Run
from dlwidgets.widgets.dashboards._code import all_shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.models.saved import SavedAbout
    from dlwidgets.widgets.dashboards._page import Page

_ROUND = 0.1  # seconds in which a cancel is noticed

PAGES = {
    "look-inside": tr("Look inside"),
    "filters": tr("Filters"),
    "mistakes": tr("Mistakes"),
    "where-it-looks": tr("Where it looks"),
    "latent": tr("Latent space"),
    "gan": tr("GAN"),
    "text": tr("Text"),
    "dream": tr("DeepDream"),
    "style": tr("Style transfer"),
}
"""The pages that a model can be opened on, each with its title."""

_OPENED_BY = {
    "classifier": ("look-inside", "filters", "mistakes", "where-it-looks", "dream", "style"),
    "network": ("filters", "dream", "style"),
    "vae": ("latent", "filters"),
    "gan": ("gan", "filters"),
    "text": ("text",),
}
"""The pages that show each kind of model: of a VAE the encoder's filters, of a GAN the
discriminator's."""

_NEEDS_MAPS = ("dream", "style")
"""The pages that need layers with feature maps."""


def pages_for(kind: str) -> dict[str, str]:
    """Return the pages that show any model of a kind, each with its title.

    Args:
        kind: As in `SavedAbout`.
    """
    has_maps = kind == "network"
    found = _OPENED_BY.get(kind, ())
    return {page: PAGES[page] for page in found if has_maps or page not in _NEEDS_MAPS}


_IMAGE_RANK = 4  # batch, rows, columns, channels


@dataclass(frozen=True)
class Shown:
    """The model that a page shows.

    Attributes:
        source: The model, or the Run that trains it.
        about: What is stored beside it.
    """

    source: KerasModel | Run
    about: SavedAbout


class Desk:
    """Saves, loads and hands over the model of a page.

    Args:
        page: The page.
    """

    def __init__(self, page: Page) -> None:
        self._page = page

    def code(self) -> str:
        """Return the notebook code of what the page shows."""
        return all_shown(self._page.code())

    def save(self, name: str, canceled: Callable[[], bool]) -> str:
        """Save the model that is shown, and return a message.

        Args:
            name: The name to save it under.
            canceled: Whether it is no longer wanted.

        Raises:
            CanceledError: It was canceled before a boundary of the run came.
        """
        checked = saved.check_name(name)
        used = self._write(lambda model, about: saved.save_model(model, checked, about), canceled)
        self.refresh()
        return tr("Saved as “{name}”.", name=used)

    def load(self, name: str) -> None:
        """Show a saved model. The page says how it goes, and when it is shown.

        Args:
            name: Its name.
        """
        self._page.open_model(lambda: saved.load_model(name))

    def keep(self) -> str:
        """Keep the recorded run where none is deleted to make room, and return a message.

        Raises:
            RecordingError: It can't be kept.
        """
        return self._page.keep_run()

    def hand_over(self, page: str, canceled: Callable[[], bool]) -> str:
        """Save the model that is shown for another page.

        Args:
            page: A name of `PAGES`.
            canceled: Whether it is no longer wanted.

        Returns:
            The query of the address that opens it.

        Raises:
            CanceledError: It was canceled before a boundary of the run came.
        """
        link = self._page.link_to_model()
        return link or f"saved={self._write(saved.hand_over, canceled)}"

    def refresh(self) -> None:
        """Find the saved models again, and what can be done with the model that is shown."""
        page, tools, shown = self._page, self._page.tools, self._page.shown_model()
        keeps = page.model_kind if page.can_open else ""
        found = saved.saved_models(keeps) if keeps else {}
        kind = page.model_kind if shown is None else shown.about.kind
        with tools.hold_sync():
            tools.keeps = bool(page.model_kind)
            tools.saved = [
                {"name": name, "text": _describe(about)} for name, about in found.items()
            ]
            tools.targets = [
                {"page": name, "title": PAGES[name], "problem": _problem(name, shown)}
                for name in _OPENED_BY.get(kind, ())
                if name != page.page_name
            ]
            tools.can_save = shown is not None

    def _write(self, write: Callable[[Any, SavedAbout], str], canceled: Callable[[], bool]) -> str:
        shown = self._page.shown_model()
        if shown is None:
            raise ValueError(tr("There is no trained model yet. Start a run first."))
        if isinstance(shown.source, Run):
            run = shown.source
            return _awaited(run.at_boundary(lambda: write(run.model, shown.about)), canceled)
        return write(shown.source, shown.about)


def _awaited(future: Future[str], canceled: Callable[[], bool]) -> str:
    """The result, however long a step of the run takes, unless it is canceled before."""
    while not wait([future], _ROUND).done:
        if canceled() and future.cancel():
            raise CanceledError(tr("Canceled. Nothing was saved."))
    return future.result()


def _problem(page: str, shown: Shown | None) -> str:
    """Return why a page can't show a model, "" if it can."""
    if page not in _NEEDS_MAPS or shown is None:
        return ""
    model = shown.source.model if isinstance(shown.source, Run) else shown.source
    shape = getattr(model, "input_shape", ())
    if not isinstance(shape, tuple) or len(shape) != _IMAGE_RANK:
        return tr("This page needs a model of images.")
    # By their classes: to trace a model that trains would take its turn from the training.
    layers = load_keras().layers
    kinds = (layers.Conv2D, layers.DepthwiseConv2D, layers.SeparableConv2D)
    if any(isinstance(layer, kinds) for layer in sublayers(model)):
        return ""
    return tr("This page needs convolutional layers, and the model has none.")


def _describe(about: SavedAbout) -> str:
    """Return a model's title, data and steps in one line."""
    accuracy = about.metrics.get("val_accuracy")
    if accuracy is None:
        return tr(
            "{title}, {dataset}, {step} steps",
            title=about.title,
            dataset=about.dataset,
            step=about.step,
        )
    return tr(
        "{title}, {dataset}, {step} steps, validation accuracy {accuracy}",
        title=about.title,
        dataset=about.dataset,
        step=about.step,
        accuracy=f"{accuracy:.1%}",
    )
