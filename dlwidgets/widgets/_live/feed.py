"""The samples that a view is given: arrays, or the first ones of a data set or generator."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.data._streams import refuse_begun
from dlwidgets.data._structures import is_structure
from dlwidgets.data.samples import Samples, is_stream, take
from dlwidgets.inspect.outcomes import true_classes
from dlwidgets.recording.recorded_run import RecordedRun
from dlwidgets.training.run import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets._keras_types import KerasModel, Nested

MAX_PREDICTED = 10_000
"""Samples of a data set that are predicted at most."""

MAX_SHOWN = 1000
"""Samples of a data set that one can be chosen from at most."""


def samples_for(
    source: KerasModel | Run | RecordedRun | None,
    x: Nested,
    y: Nested = None,
    class_names: Sequence[str] = (),
    *,
    limit: int = MAX_SHOWN,
    labels_needed: bool = False,
) -> Samples:
    """Return the samples that a view shows.

    Args:
        source: The model that they are for, or its Run; `None` if it takes other inputs. A recorded
            run brings the samples that were recorded with each snapshot.
        x: Arrays, of which all are used; or what `dl.data.take` accepts, of which the first are.
        y: Targets, for arrays.
        class_names: Names of the classes. Default: those that a data set knows.
        limit: Samples of a data set or generator at most.
        labels_needed: Whether the view is about true classes. If not, targets of a data set that
            are no classes are left out.

    Raises:
        TypeError: As for `take`.
        ValueError: As for `take`; also for no samples, and for a generator that a blocking `fit`
            has begun to read.
    """
    if isinstance(source, RecordedRun):
        if x is None:
            x, y, class_names = _probe_of(source, y, class_names)
        source = None  # the samples are for its model, which isn't needed yet
    model = source.model if isinstance(source, Run) else source
    stream = is_stream(x)
    if isinstance(source, Run) and source.blocking and not source.state.ended:
        refuse_begun(x)  # Keras doesn't tell a callback what it trains on
    found = take(x, y, limit=limit if stream else None, model=model)
    if found.x is not None and not len(found):
        raise ValueError(
            tr("Expected at least one sample. Received: {name} with 0 samples", name="x")
        )
    if stream and not labels_needed and not _are_classes(found.y):
        found = replace(found, y=None)
    return replace(found, class_names=tuple(class_names) or found.class_names)


def _probe_of(
    recorded: RecordedRun, y: Nested, class_names: Sequence[str]
) -> tuple[Nested, Nested, Sequence[str]]:
    """Return the samples that were recorded with each snapshot, where others aren't given."""
    if not recorded.snapshots:
        return None, y, class_names
    probe = recorded.probe()
    return (
        probe.inputs,
        probe.labels if y is None else y,
        tuple(class_names) or probe.class_names,
    )


def _are_classes(y: Any) -> bool:
    if y is None or is_structure(y):
        return True
    try:
        true_classes(y)
    except ValueError:
        return False
    return True
