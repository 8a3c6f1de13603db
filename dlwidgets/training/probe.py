"""What a recording keeps for those who look at it without TensorFlow: histograms and a probe."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import error_message, tr
from dlwidgets.data._structures import is_structure, leaves_of
from dlwidgets.data.samples import Samples, is_stream, take
from dlwidgets.inspect.model_cache import unchanged
from dlwidgets.inspect.probing import Probing, histograms_of
from dlwidgets.inspect.tracking import weight_paths
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.layout import PROBE
from dlwidgets.recording.tensor_files import TensorFile
from dlwidgets.training.cloning import clone, set_weights_often

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.histograms import Histogram
    from dlwidgets.recording.writer import RunWriter
    from dlwidgets.training.snapshot import Snapshot

    Found = dict[str, tuple[float, float, NDArray[np.int64]]]

_log = logging.getLogger("dlwidgets")

MAX_SAMPLES = 256
"""Most samples of a probe."""

MAX_BYTES = 1_500_000
"""Of what is recorded with one snapshot for a probe."""

MAX_INPUT_BYTES = 8_000_000
"""Of the samples themselves, which are recorded once."""

_SHARE = 0.002  # of the time of one processor core
_CREDIT = 0.02  # seconds of it that a run may take in its beginning
_RECENT = 12  # looks
_LARGEST_HALF = 65_504  # the largest number of float16


@dataclass(frozen=True, eq=False)
class Look:
    """What is recorded of one snapshot.

    Attributes:
        tensors: What the model makes of the probe: "activations/LAYER", shape (samples, …), as
            float16, and "predictions", as float32. Empty without a probe.
        histograms: By kind and name: lowest value, highest value, counts.
    """

    tensors: dict[str, NDArray[Any]]
    histograms: Found


class ProbeRecorder:
    """Looks at the snapshots of a run that is recorded: histograms, and what a probe becomes.

    `offer` is called on the training thread, everything that takes time on the writer's. What looks
    cost is bounded: 0.2% of the time of one processor core after the first 0.02 seconds.

    Args:
        model: The model that is trained.
        probe: The samples that it is asked about with each snapshot: `(x, y)`, `x`, how many of the
            training data, or `None` for no samples. At most 256 are used.
        x: The training data, for a number of samples.
        y: Their targets.

    Attributes:
        samples: The samples; `None` without a probe.
        message: What isn't recorded of the probe, and why; "" for nothing.
        spent: Seconds of processor time that all looks took, without the building of graphs.

    Raises:
        ValueError: `probe` is nothing that the model takes.

    Example:
        >>> model = dl.models.line_neuron()
        >>> from dlwidgets.training.probe import ProbeRecorder
        >>> recorder = ProbeRecorder(model, (np.ones((2, 1)), np.ones((2, 1))))
        >>> look = recorder.look(model.get_weights())
        >>> sorted(look.tensors), look.histograms["weights/neuron/kernel"][2].sum()
        (['activations/neuron', 'predictions'], np.int64(1))
    """

    def __init__(
        self, model: KerasModel, probe: Any = None, *, x: Nested = None, y: Nested = None
    ) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._clone: KerasModel | None = None
        self._names: list[str] = []
        self._looked = False
        self._elsewhere: deque[float] = deque(maxlen=_RECENT)
        self._balance, self._at = _CREDIT, time.monotonic()
        self.samples = probe_samples(probe, model, x, y)
        self.message, self.spent = "", 0.0
        self._probing: Probing | None = None
        self._announced = self._prepared = False

    # -- on the training thread ----------------------------------------------------------------

    def offer(self, writer: RunWriter, snapshot: Snapshot, *, last: bool = False) -> None:
        """Offer the recording weights to look at, with their histograms and the probe.

        Args:
            writer: Of the recording.
            snapshot: The weights.
            last: Whether no others follow: these are kept and looked at whatever it costs.
        """
        due = self.due() or last
        keep = last or writer.wants_snapshot()
        count = due and (last or writer.wants_histograms())
        if not keep and not count:
            return
        self.prepare()
        names, weights = self._names, snapshot.weights
        if len(names) != len(weights):
            return
        if self.samples is not None and not self._announced:
            self._announced = True
            writer.probe(_inputs(self.samples), **_about(self.samples))
        look = _Once(self, weights) if due else None
        if keep:
            tensors = dict(zip(names, weights, strict=True))
            place = (snapshot.step, snapshot.epoch, snapshot.time)
            writer.offer_snapshot(*place, tensors, look.tensors if look else {})
        if count and look:
            writer.histograms(
                snapshot.step, look.histograms, epoch=snapshot.epoch, time=snapshot.time
            )

    def prepare(self) -> None:
        """Clone the model; while nothing trains it. Later calls do nothing."""
        if len(self._names) != len(self._model.weights):
            self._names = weight_paths(self._model)
        if self.samples is None or self._prepared:
            return
        self._prepared = True
        try:
            self._clone = clone(self._model)
            self._probing = Probing.of(self._model, self.samples.x, self.samples.y)
        except Exception as error:  # noqa: BLE001 - the user's layers; the training goes on
            self._clone = None
            problem = error_message(error)
            self.message = tr("The probe isn't recorded. {problem}", problem=problem)
            return
        if self._clone is None:
            self.message = tr(
                "This model can't be cloned, so neither activations nor predictions are recorded."
            )

    def due(self) -> bool:
        """Return whether there is time for another look."""
        with self._lock:
            now = time.monotonic()
            self._balance = min(self._balance + (now - self._at) * _SHARE, _CREDIT)
            self._at = now
            return self._balance > 0

    # -- on the writer's thread ----------------------------------------------------------------

    def look(self, weights: Iterable[Any]) -> Look:
        """Return what is recorded of weights.

        Args:
            weights: In the order of ``model.get_weights()``.
        """
        self.prepare()
        values = [np.asarray(weight) for weight in weights]
        own = time.thread_time()
        found = histograms_of("weights", dict(zip(self._names, values, strict=True)))
        tensors: dict[str, NDArray[Any]] = {}
        elsewhere = 0.0
        if self._clone is not None and self._probing is not None:
            begun, before = time.perf_counter(), time.thread_time()
            with unchanged(self._clone, for_good=True):  # nobody else has it
                set_weights_often(self._clone, values)
                answers = self._probing.ask(self._clone)
            elsewhere = time.perf_counter() - begun - (time.thread_time() - before)
            self._tell(self._probing.problems)
            found |= answers.histograms()
            tensors = compact(answers.activations)
            if answers.predictions is not None:
                tensors["predictions"] = answers.predictions.astype(np.float32)
        self._charge(time.thread_time() - own, elsewhere)
        return Look(tensors, {name: _plain(one) for name, one in found.items()})

    def _tell(self, problems: Mapping[str, str]) -> None:
        """Say why nothing is recorded of the probe, as where the model doesn't take the samples."""
        if not self.message and {"activations", "predictions"} <= problems.keys():
            problem = problems["activations"]
            self.message = tr("The probe isn't recorded. {problem}", problem=problem)

    def _charge(self, own: float, elsewhere: float) -> None:
        """Take what a look cost from what may be spent.

        Args:
            own: Processor time of this thread, in seconds.
            elsewhere: Seconds for which it waited for TensorFlow's threads. Most of it may be
                waiting for a processor: the shortest of the last looks tells what was computed.
        """
        with self._lock:
            self._elsewhere.append(max(0.0, elsewhere))
            first, self._looked = not self._looked, True
            if first and self.samples is not None:  # it builds graphs, once
                self._elsewhere.clear()
                return
            cost = own + min(self._elsewhere)
            self.spent += cost
            self._balance -= cost


class _Once:
    """One look, when the first of those who need it asks; for nothing where it fails."""

    def __init__(self, recorder: ProbeRecorder, weights: Iterable[Any]) -> None:
        self._recorder, self._weights = recorder, weights
        self._found: Look | None = None

    def tensors(self) -> dict[str, NDArray[Any]]:
        """What the model makes of the probe."""
        return self._look().tensors

    def histograms(self) -> Found:
        """The histograms."""
        return self._look().histograms

    def _look(self) -> Look:
        if self._found is None:
            try:
                self._found = self._recorder.look(self._weights)
            except Exception:  # noqa: BLE001 - the user's model; the rest is recorded
                _log.warning("The probe couldn't be recorded.", exc_info=True)
                self._found = Look({}, {})
        return self._found


def probe_samples(
    probe: Any, model: KerasModel | None, x: Nested = None, y: Nested = None
) -> Samples | None:
    """Return the samples of a probe.

    Args:
        probe: `(x, y)`, `x`, or how many of the training data; `None` or 0 for none.
        model: The model that they are for.
        x: The training data.
        y: Their targets.

    Raises:
        ValueError: There are no such samples; the message says what is expected.

    Example:
        >>> from dlwidgets.training.probe import probe_samples
        >>> len(probe_samples(2, None, np.ones((5, 3)), np.ones(5)))
        2
    """
    if probe is None or probe is False:
        return None
    limit = MAX_SAMPLES
    if isinstance(probe, (int, np.integer)):
        limit, probe = min(int(probe), MAX_SAMPLES), None
        if limit <= 0:
            return None
        if x is None or (is_stream(x) and not hasattr(x, "element_spec")):
            message = tr(
                "Expected the samples of the probe, because the training data can't be read "
                "twice. Received: a number. Pass `probe=(x, y)`."
            )
            raise ValueError(message)
    elif isinstance(probe, tuple) and len(probe) == 2:
        x, y = probe
    else:
        x, y = probe, None
    found = take(x, y, limit=limit, model=model)
    return found if len(found) else None


def recorded_samples(path: Path) -> Any:
    """Return the probe of a run that is recorded already and goes on; `None` without one.

    Args:
        path: The run's directory.
    """
    if not (path / PROBE).is_file():
        return None
    try:
        found = TensorFile(path / PROBE).load()
    except RecordingError:
        return None
    several = any("/" in name for name in found)
    if "inputs" not in found or several:  # a model with several inputs is asked no more
        return None
    return (found["inputs"], found["labels"]) if "labels" in found else found["inputs"]


def compact(activations: Mapping[str, NDArray[Any]], most: int = MAX_BYTES) -> dict[str, Any]:
    """Return activations small enough to be recorded with each snapshot, as float16.

    Where all samples need too much room, the first ones are kept, as many for every layer. Where
    one is too large, images are reduced to their half as often as needed.

    Args:
        activations: By layer, shape (samples, …).
        most: Bytes of all together.

    Returns:
        By "activations/LAYER". Layers that are too large even so are left out.

    Example:
        >>> from dlwidgets.training.probe import compact
        >>> compact({"dense": np.ones((9, 10), "float32")}, most=100)["activations/dense"].shape
        (5, 10)
    """
    arrays = {name: a for name, a in activations.items() if a.dtype.kind == "f" and a.size}
    sizes = {name: 2 * a[0].size for name, a in arrays.items()}
    all_of_them = True
    while sum(sizes.values()) > most:
        largest = max(sizes, key=lambda name: sizes[name])
        smaller = _halved(arrays[largest])
        if smaller is None:
            del arrays[largest], sizes[largest]
        else:
            arrays[largest], sizes[largest] = smaller, 2 * smaller[0].size
            all_of_them = False
    count = most // max(1, sum(sizes.values())) if all_of_them else 1
    return {f"activations/{name}": _half_precision(a[:count]) for name, a in arrays.items()}


def _halved(array: NDArray[Any]) -> NDArray[Any] | None:
    """Images with half as many pixels on each side, by means of four; `None` for anything else."""
    if array.ndim != 4 or min(array.shape[1:3]) < 8:
        return None
    _, height, width, channels = array.shape
    even = array[:1, : height // 2 * 2, : width // 2 * 2]
    halved: NDArray[Any] = even.reshape(1, height // 2, 2, width // 2, 2, channels).mean((2, 4))
    return halved


def _half_precision(array: NDArray[Any]) -> NDArray[Any]:
    with np.errstate(invalid="ignore"):
        large = bool((np.abs(array) > _LARGEST_HALF).any())
    return array.astype(np.float32 if large else np.float16)


def _plain(one: Histogram) -> tuple[float, float, NDArray[np.int64]]:
    return one.low, one.high, one.counts


def _inputs(samples: Samples) -> dict[str, NDArray[Any]]:
    """The samples as they are recorded: numbers only, and not too large."""
    found: dict[str, NDArray[Any]] = {}
    for kind, value in (("inputs", samples.x), ("labels", samples.y)):
        if value is None:
            continue
        leaves = leaves_of(value)
        names = _names(kind, value, len(leaves))
        found |= {n: a for n, a in zip(names, map(np.asarray, leaves), strict=True) if _kept(a)}
    return found


def _names(kind: str, value: Nested, count: int) -> list[str]:
    """The first of several inputs has the kind's own name, the others their keys."""
    if not is_structure(value):
        return [kind]
    keys = [*value] if isinstance(value, dict) else [str(i) for i in range(count)]
    if len(keys) != count:
        keys = [str(i) for i in range(count)]
    return [kind, *(f"{kind}/{key}" for key in keys[1:])]


def _kept(array: NDArray[Any]) -> bool:
    return array.dtype.kind in "biuf" and array.nbytes <= MAX_INPUT_BYTES


def _about(samples: Samples) -> dict[str, Any]:
    return {"class_names": list(samples.class_names)} if samples.class_names else {}
