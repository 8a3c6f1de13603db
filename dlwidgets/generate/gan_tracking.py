"""Following a generator: pictures of the same latent vectors, kept within bounds, and a verdict."""

from __future__ import annotations

import threading
import time
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.generate import gan as looking
from dlwidgets.training.model_source import ModelSource
from dlwidgets.training.run import Run
from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_FILM_BYTES = 24_000_000
_FILM_FRAMES = 240
_RECENT = 100  # steps that a verdict looks at
_EARLY = 200  # steps before which nobody can tell: an untrained generator makes one grey image


@dataclass(frozen=True, eq=False)
class Frame:
    """What the generator made of the fixed latent vectors at one moment.

    Attributes:
        pixels: uint8, shape (n, height, width, channels).
        step: Training steps done.
        epoch: The epoch as a fraction.
        time: Seconds of training.
        diversity: See `generate.gan.diversity`; NaN where an image is not finite.
    """

    pixels: NDArray[np.uint8]
    step: int
    epoch: float
    time: float
    diversity: float


class FrameHistory:
    """Frames over time, in bounded memory: when full, every second one is dropped.

    The first and the newest frame always stay, and those between lie evenly in steps.

    Args:
        most_bytes: Memory of the pixels.
        most_frames: Number of frames, at least 4.

    Example:
        >>> film = dl.generate.gan_tracking.FrameHistory(most_frames=4)
        >>> pixels = np.zeros((1, 2, 2, 1), "uint8")
        >>> for step in range(100):
        ...     film.add(dl.generate.gan_tracking.Frame(pixels, step, 0.0, 0.0, 1.0))
        >>> [frame.step for frame in film.frames]
        [0, 64, 99]
    """

    def __init__(self, *, most_bytes: int = _FILM_BYTES, most_frames: int = _FILM_FRAMES) -> None:
        self._most_bytes, self._most_frames = most_bytes, max(4, most_frames)
        self._gap = 1  # steps between two kept frames at least
        self._kept: list[Frame] = []
        self._newest: Frame | None = None
        self._lock = threading.Lock()

    def add(self, frame: Frame) -> None:
        """Add the newest frame."""
        with self._lock:
            self._newest = frame
            if self._kept and frame.step - self._kept[-1].step < self._gap:
                return
            self._kept.append(frame)
            most = max(3, min(self._most_frames, self._most_bytes // max(1, frame.pixels.nbytes)))
            while len(self._kept) >= most:
                self._kept = self._kept[::2]
                self._gap = max(2 * self._gap, self._kept[-1].step // max(1, len(self._kept)))

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All frames, oldest first; the last one is the newest."""
        with self._lock:
            if self._newest is None or self._kept[-1] is self._newest:
                return tuple(self._kept)
            return (*self._kept, self._newest)

    @property
    def nbytes(self) -> int:
        """Memory of the pixels in bytes."""
        return sum(frame.pixels.nbytes for frame in self.frames)


@dataclass(frozen=True, eq=False)
class NearestReal:
    """A generated image, and the real ones nearest to it.

    Attributes:
        pixels: uint8, shape (1 + k, height, width, channels), the generated one first.
        index: int64, shape (k,), which real images.
        distance: float64, shape (k,), root mean squared difference, 1 for the whole data range.
    """

    pixels: NDArray[np.uint8]
    index: NDArray[np.int64]
    distance: NDArray[np.float64]


@dataclass(frozen=True)
class Verdict:
    """How the two networks stand to each other.

    Attributes:
        diversity: Of the newest frame.
        real_diversity: Of as many real images.
        real_accuracy: The discriminator's on real images, mean of recent steps; NaN without any.
        fake_accuracy: On generated images, likewise.
        collapsed: Too few different images: mode collapse.
        discriminator_won: The generator hardly learns any more.
    """

    diversity: float
    real_diversity: float
    real_accuracy: float = float("nan")
    fake_accuracy: float = float("nan")
    collapsed: bool = False
    discriminator_won: bool = False


class GanTracker:
    """Looks at a generator again and again, with the same latent vectors.

    Args:
        source: A Run of a `GAN`; a finished `GAN`; or any function or Keras model from latent
            vectors to images.
        real: The real images, shape (m, height, width, channels), scaled as the generator's.
        n: Images per look, 1 to 400.
        seed: Of the latent vectors.
        latent_dim: Size of a latent vector, for a source that does not say.

    Raises:
        ValueError: A number out of its range, real images of another shape, or no latent size.

    Example:
        >>> real = np.eye(4).reshape(4, 2, 2, 1)
        >>> generator = lambda z: z.reshape(-1, 2, 2, 1)
        >>> watch = dl.generate.gan_tracking.GanTracker(generator, real, n=3, latent_dim=4)
        >>> watch.look().pixels.shape
        (3, 2, 2, 1)
    """

    def __init__(
        self,
        source: Any,
        real: NDArray[Any],
        *,
        n: int = 36,
        seed: int = 0,
        latent_dim: int | None = None,
    ) -> None:
        self.run = source if isinstance(source, Run) else None
        self._model = source.model if isinstance(source, Run) else source
        self._source = ModelSource(source) if isinstance(source, Run) else None
        self.real = _images(real)
        size = latent_dim or looking.latent_size(self._model)
        if size is None:
            message = "the generator does not say how long its latent vectors are: give latent_dim"
            raise ValueError(message)
        if not 1 <= n <= 400:
            message = f"n must be 1 to 400. Received: {n!r}"
            raise ValueError(message)
        self.seed, self.latent = seed, looking.latent_vectors(n, size, seed)
        told = getattr(self._model, "data_range", None)
        self.data_range = told or (float(self.real.min()), float(self.real.max()))
        self.film = FrameHistory()
        self.seconds = 0.0
        """What the last look cost, without the wait for a boundary."""
        self._bandwidth = looking.typical_distance(self.real)
        self._real_diversity = looking.diversity(
            looking.spread(self.real, n), bandwidth=self._bandwidth
        )

    @property
    def step(self) -> int:
        """Training steps done by now; 0 for a finished model."""
        return self.run.step_count if self.run is not None else 0

    @property
    def cloned(self) -> bool | None:
        """Whether a copy of the model is looked at; None before the first look."""
        return self._source.cloned if self._source is not None else False

    def look(self) -> Frame:
        """Make the images as the generator makes them now, and add them to the film.

        Raises:
            ValueError: The generator makes no images of the real ones' shape.
        """
        source, run = self._source, self.run
        if source is None or run is None:
            began = time.perf_counter()
            images = looking.sample_grid(self._model, self.latent)
            spent = time.perf_counter() - began
            step, epoch, clock = 0, 0.0, 0.0
        else:
            source.refresh()
            images, spent = source.use(self._timed_images)
            spent += source.seconds
            step, epoch, clock = source.step, *_moment(run, source.step)
        began = time.perf_counter()
        if images.shape[1:] != self.real.shape[1:]:
            message = (
                f"the generator must make images of the real ones' shape {self.real.shape[1:]}. "
                f"Received: {images.shape[1:]}"
            )
            raise ValueError(message)
        diversity = looking.diversity(images, bandwidth=self._bandwidth)
        frame = Frame(self.to_pixels(images), step, epoch, clock, diversity)
        self.film.add(frame)
        self.seconds = spent + time.perf_counter() - began
        return frame

    def _timed_images(self, model: Any) -> tuple[NDArray[np.float32], float]:
        """The images of a Run's model, through a graph of its own, and what they cost."""
        graph = _graph_of(model, self.latent.shape[1])
        began = time.perf_counter()
        images = looking.sample_grid(graph, self.latent)
        return images, time.perf_counter() - began

    def to_pixels(self, images: NDArray[Any]) -> NDArray[np.uint8]:
        """Images in the data range as uint8; what is not finite becomes black."""
        low, high = self.data_range
        scaled = (np.asarray(images, np.float32) - low) * (255.0 / max(high - low, 1e-12))
        return np.nan_to_num(scaled, nan=0.0).clip(0, 255).round().astype(np.uint8)

    def nearest(self, frame: Frame, index: int, k: int = 6) -> NearestReal:
        """The real images nearest to one of a frame.

        Args:
            frame: The frame.
            index: Which of its images.
            k: How many at most.
        """
        low, high = self.data_range
        asked = frame.pixels[index : index + 1]
        found = looking.nearest_real(
            asked.astype(np.float32) * ((high - low) / 255.0) + low,
            self.real,
            min(k, len(self.real)),
        )
        real = self.to_pixels(self.real[found.index[0]])
        distance = found.distance[0] / max(high - low, 1e-12)
        return NearestReal(np.concatenate([asked, real]), found.index[0], distance)

    def verdict(self) -> Verdict | None:
        """How the newest frame and the latest steps are to be judged; None before a frame."""
        frames = self.film.frames
        if not frames:
            return None
        made, real = frames[-1].diversity, self._real_diversity
        if self.run is None:
            return Verdict(made, real, collapsed=looking.collapsed(made, real))
        recent = self._recent(self.run.metrics)
        if recent is None:
            return Verdict(made, real)
        on_real, on_fake, g_loss = recent
        late = frames[-1].step >= _EARLY
        return Verdict(
            made,
            real,
            float(np.mean(on_real)),
            float(np.mean(on_fake)),
            collapsed=late and looking.collapsed(made, real),
            discriminator_won=late and looking.discriminator_won(on_real, on_fake, g_loss),
        )

    @staticmethod
    def _recent(metrics: Mapping[str, Any]) -> list[NDArray[np.float64]] | None:
        names = ("real_accuracy", "fake_accuracy", "g_loss")
        if not all(name in metrics and len(metrics[name]) for name in names):
            return None
        return [metrics[name].value[-_RECENT:] for name in names]


def _images(real: NDArray[Any]) -> NDArray[np.float32]:
    array = np.asarray(real, np.float32)
    if array.ndim == 3:
        array = array[..., np.newaxis]
    if array.ndim != 4 or array.shape[-1] not in (1, 3) or len(array) < 2:
        message = (
            "the real images must have the shape (n, height, width, channels) with 1 or 3 channels "
            f"and n of at least 2. Received: {np.shape(real)}"
        )
        raise ValueError(message)
    if not np.isfinite(array).all():
        message = "the real images hold values that are NaN or infinite"
        raise ValueError(message)
    return array


_graphs: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()


def _graph_of(model: Any, latent_dim: int) -> Any:
    """A graph from latent vectors to a model's images, traced once per model."""
    found = _graphs.get(model)
    if found is None:
        tf, _ = load()
        held = weakref.ref(model)  # a graph that held its model would never let it go
        latent = tf.TensorSpec((None, latent_dim), tf.float32)

        def images(z: Any) -> Any:
            return held()(z, training=False)  # type: ignore[misc] # there while it is traced

        found = tf.function(images, input_signature=[latent])
        _graphs[model] = found
    return found


def _moment(run: Run, step: int) -> tuple[float, float]:
    """The epoch as a fraction and the seconds of training after a step."""
    steps = engine_of(run).recorder.steps
    if step < 1 or not steps.names:
        return 0.0, 0.0
    points = steps.points(steps.names[0])
    row = min(step, len(points)) - 1
    return float(points.epoch[row]), float(points.time[row])


def contact_sheet(pixels: NDArray[np.uint8], *, columns: int, width: int = 720) -> Any:
    """Many images as one, enlarged by a whole number, for saving.

    Args:
        pixels: uint8, shape (n, height, width, 1 or 3).
        columns: Images per row, at least 1.
        width: Pixels that the result has about.

    Returns:
        uint8, shape (height, width, 3); one white pixel, enlarged too, between two images.

    Example:
        >>> pixels = np.zeros((5, 8, 8, 1), "uint8")
        >>> dl.generate.gan_tracking.contact_sheet(pixels, columns=3, width=30).shape
        (19, 28, 3)
    """
    n, high, wide, channels = pixels.shape
    columns = min(columns, n)
    rows = -(-n // columns)
    sheet = np.full((rows * (high + 1) + 1, columns * (wide + 1) + 1, channels), 255, np.uint8)
    for i, image in enumerate(pixels):
        top, left = i // columns * (high + 1) + 1, i % columns * (wide + 1) + 1
        sheet[top : top + high, left : left + wide] = image
    scale = max(1, round(width / sheet.shape[1]))
    large = sheet.repeat(scale, axis=0).repeat(scale, axis=1)
    return np.repeat(large, 3, axis=2) if channels == 1 else large
