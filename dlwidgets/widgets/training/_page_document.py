"""A recorded run as the document that a page of one file shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._formatting import format_number
from dlwidgets._messages import tr
from dlwidgets.recording import RecordingError
from dlwidgets.recording.layout import PROBE_PREFIX
from dlwidgets.recording.tensor_files import TensorFile
from dlwidgets.training.executor import is_loss
from dlwidgets.vision.images import reduced
from dlwidgets.widgets._core.pixels import to_pixels
from dlwidgets.widgets._core.wire import decimate, pack
from dlwidgets.widgets.training._metric_names import metric_title, series_name
from dlwidgets.widgets.training._page_facts import created, facts_of, parameters_of
from dlwidgets.widgets.training._page_histograms import histograms_of
from dlwidgets.widgets.training._page_images import picture_of, pixels_of
from dlwidgets.widgets.training._page_parts import Bytes
from dlwidgets.widgets.training._page_probe import probe_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dlwidgets.recording import Probe, RecordedRun, SnapshotInfo
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.table import Points

_MAX_MOMENTS = 40
_MAX_POINTS = 20_000  # of all curves
_MIN_POINTS = 600  # of a curve
_MAX_CHARTS = 4
_MAX_EVENTS = 200
_MAX_SAMPLES = 40  # things that views recorded
_MAX_TEXT = 4000
_SAMPLE_SIDE, _SAMPLE_IMAGES = 64, 64
_ACTIVATION_BYTES = 900_000


def document_of(rec: RecordedRun) -> bytes:
    """Return a recorded run as a document.

    Args:
        rec: The run.
    """
    rec.refresh()
    store = Bytes()
    moments = _moments(rec)
    recorder = rec.recorder
    best = _best(recorder)
    content = {
        "format": 1,
        "head": _head(rec, best),
        "curves": _curves(recorder, _markers(recorder, best), store),
        "moments": [{"step": m.step, "epoch": m.epoch, "time": m.time} for m in moments],
        "epochEnds": _epoch_ends(recorder),
        "probe": probe_of(_loader(rec, moments), len(moments), store, _ACTIVATION_BYTES),
        "histograms": histograms_of(rec, moments, store),
        "samples": _samples(rec, store),
        "events": _events(rec.events)[-_MAX_EVENTS:],
        "facts": facts_of(rec.info),
        "damage": list(rec.damage),
    }
    return store.document(content)


def _finite(value: float, otherwise: float = 0.0) -> float:
    """JSON has no NaN."""
    return float(value) if math.isfinite(value) else otherwise


def _moments(rec: RecordedRun) -> list[SnapshotInfo]:
    """The snapshots that are shown: where there is a probe, those with it, the first and the last.

    What a model makes of a probe isn't recorded with each snapshot where that takes long.
    """
    snapshots = rec.snapshots
    last = len(snapshots) - 1
    probed = [s for i, s in enumerate(snapshots) if i in (0, last) or _has_probe(s)]
    some = probed if len(probed) > 2 else snapshots
    places = np.linspace(0, len(some) - 1, min(_MAX_MOMENTS, len(some))).round().astype(int)
    return [some[i] for i in dict.fromkeys(places.tolist())]


def _has_probe(snapshot: SnapshotInfo) -> bool:
    try:
        return any(name.startswith(PROBE_PREFIX) for name in TensorFile(snapshot.path).names)
    except RecordingError:
        return False


def _best(recorder: Recorder) -> dict[str, Any] | None:
    """A marker at the epoch with the lowest validation loss, or loss without one."""
    table = recorder.epochs
    name = next((n for n in ("val_loss", "loss") if n in table.names), None)
    if name is None or len(table) < 2:
        return None
    points = table.points(name)
    if not np.isfinite(points.value).any():
        return None
    at = int(np.nanargmin(np.where(np.isfinite(points.value), points.value, np.nan)))
    epoch = math.ceil(points.epoch[at])
    text = tr("best epoch {epoch} ({loss})", epoch=epoch, loss=format_number(points.value[at]))
    place = _place(points.step[at], points.epoch[at], points.time[at])
    return {"id": "best", "kind": "best", "text": text, **place}


def _place(step: float, epoch: float, time: float) -> dict[str, float]:
    return {"step": int(step), "epoch": _finite(epoch), "time": _finite(time)}


def _head(rec: RecordedRun, best: dict[str, Any] | None) -> dict[str, Any]:
    recorder = rec.recorder
    names = [name for name in recorder.epochs.names if name != "learning_rate"]
    names.sort(key=lambda name: (not is_loss(name.removeprefix("val_")), name.startswith("val_")))
    values = [
        {
            "name": metric_title(name) if not name.startswith("val_") else _validation(name),
            "value": float(column[-1]),
        }
        for name in names
        if len(column := recorder.epochs.points(name).value) and math.isfinite(column[-1])
    ]
    return {
        "name": rec.name,
        "model": rec.model_name,
        "parameters": parameters_of(rec.info),
        "state": rec.state.value,
        "message": rec.message,
        "created": created(rec.info),
        "tags": list(rec.tags),
        "note": rec.note,
        "step": rec.step_count,
        "epoch": len(recorder.epochs),
        "epochs": rec.epochs_total,
        "seconds": _finite(rec.seconds),
        "best": math.ceil(best["epoch"]) if best else 0,
        "values": values[:4],
    }


def _validation(name: str) -> str:
    return series_name(name, per_step=False, exact=True)


def _markers(recorder: Recorder, best: dict[str, Any] | None) -> list[dict[str, Any]]:
    found = [
        {"id": f"m{i}", "kind": m.kind, "text": m.text, **_place(m.step, m.epoch, m.time)}
        for i, m in enumerate(recorder.markers[-100:])
    ]
    return [*found, best] if best else found


def _events(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What happened, as far as it can be told in words."""
    found = []
    for event in events:
        text, step, epoch = (event.get(key) for key in ("text", "step", "epoch"))
        told = isinstance(text, str) or (isinstance(text, dict) and {"id", "text"} <= text.keys())
        if not text or not told or not isinstance(step, int):
            continue
        epoch = _finite(epoch) if isinstance(epoch, (int, float)) else 0.0
        found.append({"step": step, "epoch": epoch, "kind": str(event.get("kind")), "text": text})
    return found


def _curves(
    recorder: Recorder, markers: list[dict[str, Any]], store: Bytes
) -> list[dict[str, Any]]:
    """Charts as a panel has them: one for losses, then one for each metric."""
    charts: dict[str, list[tuple[dict[str, Any], Points]]] = {}
    for table, where in ((recorder.steps, "step"), (recorder.epochs, "epoch")):
        for name in table.names:
            if name == "learning_rate" or not len(table):
                continue
            base = name.removeprefix("val_")
            chart = "loss" if is_loss(base) else base
            if chart not in charts and len(charts) == _MAX_CHARTS:
                chart = list(charts)[-1]
            exact = name in recorder.exact or where == "epoch"
            series = {
                "id": f"{where}/{name}",
                "name": series_name(name, per_step=where == "step", exact=exact),
                "kind": "line" if where == "step" else "line+markers",
                "smooth": where == "step" and exact,
                "reference": False,
                "color": "",
            }
            charts.setdefault(chart, []).append((series, table.points(name)))
    counts = sorted(len(points) for all_ in charts.values() for _, points in all_)
    most = _share(counts, _MAX_POINTS)
    return [
        {
            "title": tr("Loss") if chart == "loss" else metric_title(chart),
            "series": [series for series, _ in all_],
            "snapshot": {
                "generation": 0,
                "number": 1,
                "series": {s["id"]: _points(points, most, store) for s, points in all_},
            },
            "markers": [m for m in markers if chart == "loss" or m["kind"] != "best"],
        }
        for chart, all_ in charts.items()
    ]


def _share(counts: list[int], total: int) -> int:
    """The points that a curve may have, so that all have so many; short curves leave the rest."""
    left = total
    for i, count in enumerate(counts):
        share = left // (len(counts) - i)
        if count > share:
            return max(_MIN_POINTS, share)
        left -= count
    return total


def _points(points: Points, most: int, store: Bytes) -> dict[str, Any]:
    few = decimate(points, most)
    return {"total": len(points), "count": len(few), "data": store.add(pack(few))}


def _epoch_ends(recorder: Recorder) -> list[int]:
    names = recorder.epochs.names
    return recorder.epochs.points(names[0]).step.tolist() if names else []


def _loader(rec: RecordedRun, moments: list[SnapshotInfo]) -> Callable[[int], Probe | None]:
    """What reads the probe of a moment; `None` where that is damaged."""

    def load(index: int) -> Probe | None:
        try:
            return rec.probe(moments[index].step)
        except RecordingError:
            return None

    return load


def _samples(rec: RecordedRun, store: Bytes) -> list[dict[str, Any]]:
    """What views recorded, the same number of each name."""
    by_name: dict[str, list[Any]] = {}
    for sample in rec.samples():
        if sample.kind == "marks":  # of a text, for a view of it
            continue
        by_name.setdefault(sample.name, []).append(sample)
    each = max(1, _MAX_SAMPLES // max(1, len(by_name)))
    found = []
    for many in by_name.values():
        places = np.linspace(0, len(many) - 1, min(each, len(many))).round().astype(int)
        for at in dict.fromkeys(places.tolist()):
            try:
                content = many[at].load()
            except RecordingError:
                continue
            shown = _shown(content, store)
            if shown is not None:
                place = {"step": many[at].step, "epoch": _finite(many[at].epoch)}
                found.append({**place, "name": many[at].name, **shown})
    return found


def _shown(content: Any, store: Bytes) -> dict[str, Any] | None:
    if isinstance(content, str):
        return {"images": None, "text": content[:_MAX_TEXT]}
    array = pixels_of(content) if isinstance(content, bytes) else np.asarray(content)
    if array.ndim == 2:
        array = array[np.newaxis]
    if array.ndim == 3 and array.shape[-1] in (3, 4) and array.shape[0] > 4:
        array = array[np.newaxis]
    if array.ndim == 3:
        array = array[..., np.newaxis]
    if array.ndim != 4 or array.shape[-1] not in (1, 3, 4) or not array.size:
        return None
    images = reduced(to_pixels(array[:_SAMPLE_IMAGES]), _SAMPLE_SIDE if len(array) > 1 else 256)
    return {"images": picture_of(images, store, quality=75), "text": ""}
