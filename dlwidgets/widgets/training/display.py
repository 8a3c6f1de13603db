"""How a notebook displays a Run."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from dlwidgets.recording import RecordedRun
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets.training.panel import TrainingPanel
from dlwidgets.widgets.training.run_viewer import RunViewer

if TYPE_CHECKING:
    from dlwidgets.training.run import Run

_viewers: weakref.WeakKeyDictionary[RecordedRun, RunViewer] = weakref.WeakKeyDictionary()
_panels: weakref.WeakKeyDictionary[Run, TrainingPanel] = weakref.WeakKeyDictionary()


def panel_of(run: Run) -> TrainingPanel:
    """Return the panel that all displays of a Run share.

    Args:
        run: The Run.
    """
    panel = _panels.get(run)
    if panel is None or panel.comm is None:
        panel = _panels[run] = TrainingPanel(run)
    return panel


def viewer_of(recorded: RecordedRun) -> RunViewer:
    """Return the viewer that all displays of a recorded run share.

    Args:
        recorded: The recorded run.
    """
    viewer = _viewers.get(recorded)
    if viewer is None or viewer.comm is None:
        viewer = _viewers[recorded] = RunViewer(recorded)
    return viewer


def display_bundle(run: Run | RecordedRun) -> dict[str, Any]:
    """Return the MIME bundle of a run: its panel, and plain text where widgets aren't supported.

    Args:
        run: The Run, or a recorded run.
    """
    shown = viewer_of(run) if isinstance(run, RecordedRun) else panel_of(run)
    bundle = dict(shown._repr_mimebundle_() or {})
    bundle["text/plain"] = repr(run)
    return bundle


def display_live(run: Run) -> None:
    """Display the panel of a Run that starts in a blocking `fit`. Outside IPython, do nothing.

    Keras has no callback for a `fit` that ends with an exception, such as an interrupt between two
    steps. The end of the cell ends the Run then.

    Args:
        run: The Run.
    """
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    shell = get_ipython()
    if shell is None:
        return
    display(panel_of(run))

    def cell_is_over(result: Any = None) -> None:
        # The end of a cell on another thread has nothing to do with this fit.
        left = not run.state.ended and engine_of(run).steering.on_training_thread()
        if left:
            engine_of(run).abandon(getattr(result, "error_in_exec", None))
        if left or run.state.ended:
            shell.events.unregister("post_run_cell", cell_is_over)

    shell.events.register("post_run_cell", cell_is_over)
