"""The Runs page: what was recorded on all pages, to compare, go on with, keep or delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from dlwidgets._messages import tr
from dlwidgets.models.saved import SavedAbout, hand_over
from dlwidgets.recording import RecordingError, places
from dlwidgets.widgets.dashboards import _recording as recording
from dlwidgets.widgets.dashboards._desk import pages_for
from dlwidgets.widgets.dashboards._page import Page
from dlwidgets.widgets.dashboards._tries_of_runs import RUNS
from dlwidgets.widgets.training._run_rows import about_of
from dlwidgets.widgets.training.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import ipywidgets

    from dlwidgets.recording import RecordedRun, RunSummary
    from dlwidgets.training.run import Run

_EMPTY = tr(
    "No runs yet. Open *Train* or another page. Each run is recorded, and appears here as soon as "
    "it starts."
)


class RunsDashboard(Page):
    """Dashboard of all recorded runs: those of the pages, and those that were kept.

    The pages record into a folder in the user's cache, where the oldest runs are deleted when they
    take more than 1 GB together. *Keep* puts a run into ``$DLWIDGETS_RUNS``, or
    ``~/dlwidgets/runs``, where `dl.fit(…, record=…)` may record as well.

    Args:
        start: Accepted as of all pages; nothing is trained here.

    Attributes:
        runs: The `Runs`.
        run: The Run that was resumed here last, `None` before the first.

    Example:
        >>> dl.RunsDashboard()  # doctest: +SKIP
    """

    css_class: ClassVar[str] = "dlw-page"
    page_name = "runs"
    tries = RUNS
    has_code = True
    runs: Runs

    @property
    def busy(self) -> bool:
        """Whether a run is being prepared."""
        return False

    @property
    def run(self) -> Run | None:
        """The Run that was resumed here last, `None` before the first."""
        return self.runs.run

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the runs."""
        return {"runs": Runs(_folders())}

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return the runs."""
        return [self.runs]

    def connect(self) -> None:
        """Let runs be kept, and shown on the pages that have recorded them."""
        self.opener = self.runs.table
        self.runs.say_when_empty(_EMPTY)
        self.runs.table.title = ""
        acts = self.runs.acts
        acts.pages = _pages
        acts.hand_over = _hand_over
        acts.keep = lambda run: places.keep(run, places.kept_folder())
        acts.can_keep = lambda run: run.path.parent != places.kept_folder()

    def code(self) -> str:
        """Return the notebook code of the page."""
        return 'import dlwidgets as dl\n\ndl.Runs("~/dlwidgets/runs")\n'


def _folders() -> Sequence[Path]:
    """Return the folders of recent and kept runs; the latter alone if there is no other."""
    try:
        recent, kept = recording.folders()
    except RecordingError:
        return [places.kept_folder()]
    places.keep_marked(recent, kept)
    return [recent, kept]


def _pages(run: RunSummary) -> dict[str, str]:
    """Return the pages that can show the model of a run, each with its title."""
    about = about_of(run.info)
    if about.get("dataset") in (None, "", "own"):  # without the user's own text
        return {}
    return pages_for(str(about.get("kind", "")))


def _hand_over(run: RecordedRun, _page: str) -> str:
    """Hand the model of a run to a page, and return the query of its address."""
    about = about_of(run.info)
    settings, names = about.get("settings"), about.get("class_names")
    saved = SavedAbout(
        kind=str(about.get("kind", "")),
        title=str(about.get("title", run.model_name)),
        dataset=str(about.get("dataset", "")),
        class_names=tuple(map(str, names)) if isinstance(names, list) else (),
        settings=dict(settings) if isinstance(settings, dict) else {},
        step=run.step_count,
        metrics={name: float(values[-1]) for name, values in run.history.items() if values},
    )
    if saved.kind in ("vae", "gan"):  # Keras looks up the classes that a file may name
        from dlwidgets.models import GAN, VAE

        _ = GAN, VAE
    model: Any = run.model()
    return f"saved={hand_over(model, saved)}"
