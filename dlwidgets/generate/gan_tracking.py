"""Following a generator: images of the same latent vectors in bounded memory, and a verdict."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import compiled, load
from dlwidgets.generate import gan
from dlwidgets.generate.gan_frames import Frame, FrameHistory
from dlwidgets.inspect import final_activation
from dlwidgets.inspect.evaluation import fixed_batch_size, in_batches
from dlwidgets.inspect.model_cache import cached_per_model
from dlwidgets.recording.recorded_run import RecordedRun
from dlwidgets.training.model_parts import part_of
from dlwidgets.training.model_source import ModelSource
from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Tensor
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.run import Run

MAX_IMAGES = 400
"""Images of a frame at most."""

_RECENT_STEPS = 100  # that a verdict is about
_EARLY = 200  # steps without a verdict: an untrained generator makes one gray image


@dataclass(frozen=True, eq=False)
class NearestReal:
    """A generated image and the real images nearest to it.

    Attributes:
        pixels: uint8, shape (1 + k, height, width, channels), the generated one first.
        index: int64, shape (k,), indices of the real images.
        distance: float64, shape (k,), root mean squared difference of the pixels; 1 is the whole
            data range.
    """

    pixels: NDArray[np.uint8]
    index: NDArray[np.int64]
    distance: NDArray[np.float64]


@dataclass(frozen=True)
class Verdict:
    """How generator and discriminator compare.

    Attributes:
        diversity: The number of distinct images in the newest frame.
        real_diversity: The same for as many real images.
        real_accuracy: The discriminator's accuracy on real images, mean of recent steps; NaN if
            it isn't known.
        fake_accuracy: The same on generated images.
        collapsed: Whether the generator makes too few distinct images (mode collapse).
        discriminator_won: Whether the discriminator has won, so that the generator hardly learns.
    """

    diversity: float
    real_diversity: float
    real_accuracy: float = float("nan")
    fake_accuracy: float = float("nan")
    collapsed: bool = False
    discriminator_won: bool = False


class GanTracker:
    """Images of the same latent vectors, made again and again while a generator learns.

    Args:
        source: A Run of a model that has a `generator` or `decoder`, such as a `GAN`; a recorded
            run or a finished one; or any function or Keras model from latent vectors to images.
        real: The real images, shape (m, height, width, channels), scaled as the generator's.
        n: Images per frame, 1 to 400.
        seed: Seed of the latent vectors.
        latent_dim: Size of a latent vector, for a source that doesn't say.

    Raises:
        ValueError: A number is out of its range, the real images have another shape, or the latent
            size isn't known.

    Attributes:
        source: The `ModelSource`.
        run: The Run that is followed; None for a finished model or a recorded run.
        trained: The Run or recorded run, which knows its steps; None for a finished model.
        real: The real images, float32.
        seed: Seed of the latent vectors.
        latent: The latent vectors, float32, shape (n, latent size).
        data_range: The lowest and the highest value of a pixel.
        history: The `FrameHistory`.
        real_diversity: What a frame of real samples would have as diversity.

    Example:
        >>> real = np.eye(4).reshape(4, 2, 2, 1)
        >>> generator = lambda z: z.reshape(-1, 2, 2, 1)
        >>> tracker = dl.generate.gan_tracking.GanTracker(generator, real, n=3, latent_dim=4)
        >>> tracker.update().pixels.shape
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
        self.source = ModelSource(source, functions=True)
        self.run = self.source.run
        self.trained = self.run or self.source.recorded
        self.real = self._checked(real)
        whole = self.source.architecture
        generator = part_of(whole, "generator")
        size = latent_dim or gan.latent_size(generator) or gan.latent_size(whole)
        if size is None:
            message = tr(
                "The size of the generator's latent vectors isn't known. Set `latent_dim`."
            )
            raise ValueError(message)
        if not 1 <= n <= MAX_IMAGES:
            message = tr(
                "`n` must be a number from 1 to {most}. Received: {n}", most=MAX_IMAGES, n=n
            )
            raise ValueError(message)
        # Points cost next to nothing; images of a large generator may fill the memory.
        self._at_once = MAX_IMAGES if self.real.ndim == 2 else 64
        self.seed, self.latent = seed, gan.latent_vectors(n, size, seed)
        own = getattr(whole, "data_range", None)
        self.data_range = own or (float(self.real.min()), float(self.real.max()))
        self.history = FrameHistory()
        self._measure()

    def _checked(self, real: NDArray[Any]) -> NDArray[np.float32]:
        return _images(real)

    def _measure(self) -> None:
        """Find out what is to be known of the real samples."""
        self._bandwidth = gan.typical_distance(self.real)
        some = gan.spread(self.real, len(self.latent))
        self.real_diversity = gan.diversity(some, bandwidth=self._bandwidth)

    def update(self) -> Frame:
        """Add a frame with the images that the generator makes now.

        Raises:
            ValueError: The generator makes no images of the real ones' shape.
        """
        self.source.refresh()
        return self.add(self.source.use(self.images, "generator"), max(0, self.source.step))

    def images(self, model: Any) -> NDArray[np.float32]:
        """Return the images that a model makes of the latent vectors.

        Args:
            model: The generator, or a model that calls it, as `source.use` hands it out.

        Returns:
            float32, shape (n, height, width, channels), or (n, 2) where the real ones are points.
        """
        options: dict[str, Any] = {"points": self.real.ndim == 2, "batch_size": self._at_once}
        fixed = isinstance(model, load()[1].Model) and fixed_batch_size(model)
        if self.run is None and not fixed:
            return gan.sample_grid(model, self.latent, **options)
        graph = _graph_of(model, self.latent.shape[1])
        return gan.sample_grid(lambda z: in_batches(model, graph, z)[0], self.latent, **options)

    def scores(
        self, discriminator: KerasModel | None, images: NDArray[np.float32]
    ) -> NDArray[np.float32] | None:
        """Return how probable the discriminator thinks it that each image is real.

        Args:
            discriminator: A model from images to one logit or one probability of "real"; None for
                none.
            images: What `images` returned.

        Returns:
            float32, shape (n,); None without a discriminator, or for one that returns more than one
            number per image.
        """
        if discriminator is None:
            return None
        tf, _ = load()
        judged = np.asarray(_judge_of(discriminator)(tf.constant(images)), np.float32)
        if judged.size != len(images):
            return None
        judged = judged.reshape(-1)
        if final_activation(discriminator) == "sigmoid":
            return judged
        return np.asarray(1 / (1 + np.exp(-judged.clip(-80, 80))), np.float32)

    def surface(self, discriminator: KerasModel | None) -> NDArray[np.uint8] | None:
        """Return the discriminator's surface over a plane of points; None for images."""
        del discriminator
        return None

    def add(
        self,
        images: NDArray[np.float32],
        step: int,
        scores: NDArray[np.float32] | None = None,
        surface: NDArray[np.uint8] | None = None,
        *,
        keep: bool = True,
    ) -> Frame:
        """Add a frame to the history.

        Args:
            images: What `images` returned; points where the real samples are points.
            step: Steps that the model had been trained for.
            scores: What `scores` returned.
            surface: What `surface` returned.
            keep: False for a recorded step that is only looked at: nothing is added.

        Raises:
            ValueError: They don't have the real samples' shape.
        """
        if images.shape[1:] != self.real.shape[1:]:
            message = tr(
                "The generator must make images of the real images' shape {wanted}. "
                "Received: {shape}",
                wanted=self.real.shape[1:],
                shape=images.shape[1:],
            )
            raise ValueError(message)
        epoch, seconds = (0.0, 0.0) if self.trained is None else _moment(self.trained, step)
        pixels, diversity = self._shown(images)
        points = np.asarray(images, np.float32) if images.ndim == 2 else None
        frame = Frame(
            pixels, step, epoch, seconds, diversity, scores, points=points, surface=surface
        )
        if keep:
            self.history.add(frame)
        return frame

    def _shown(self, images: NDArray[np.float32]) -> tuple[NDArray[np.uint8], float]:
        """Return what a frame shows of images, and their diversity."""
        return self.to_pixels(images), gan.diversity(images, bandwidth=self._bandwidth)

    def to_pixels(self, images: NDArray[Any]) -> NDArray[np.uint8]:
        """Return images in the data range as uint8; values that aren't finite become black."""
        low, high = self.data_range
        scaled = (np.asarray(images, np.float32) - low) * (255.0 / max(high - low, 1e-12))
        return np.nan_to_num(scaled, nan=0.0).clip(0, 255).round().astype(np.uint8)

    def nearest(self, frame: Frame, index: int, k: int = 6) -> NearestReal:
        """Return the real images nearest to an image of a frame.

        Args:
            frame: The frame.
            index: The image's index in the frame.
            k: The number of real images at most.
        """
        low, high = self.data_range
        asked = frame.pixels[index : index + 1]
        found = gan.nearest_real(
            asked.astype(np.float32) * ((high - low) / 255.0) + low,
            self.real,
            min(k, len(self.real)),
        )
        real = self.to_pixels(self.real[found.index[0]])
        distance = found.distance[0] / max(high - low, 1e-12)
        return NearestReal(np.concatenate([asked, real]), found.index[0], distance)

    def verdict(self, frame: Frame | None = None) -> Verdict | None:
        """Return what a frame and the steps before it say; None before the first frame.

        Args:
            frame: The frame, also one that isn't kept; the newest by default.
        """
        frames = self.history.frames
        if frame is None and not frames:
            return None
        shown = frame or frames[-1]
        made, real = shown.diversity, self.real_diversity
        if self.trained is None:
            return Verdict(made, real, collapsed=gan.collapsed(made, real))
        newest = frame is None or shown in frames[-1:]
        recent = self._recent(None if newest else shown.step)
        if recent is None:
            return Verdict(made, real)
        on_real, on_fake, g_loss = recent
        late = shown.step >= _EARLY
        return Verdict(
            made,
            real,
            float(np.mean(on_real)),
            float(np.mean(on_fake)),
            collapsed=late and gan.collapsed(made, real),
            discriminator_won=late and gan.discriminator_won(on_real, on_fake, g_loss),
        )

    def _recent(self, step: int | None) -> list[NDArray[np.float64]] | None:
        """Return accuracies and loss of the last steps up to one, or of the newest ones."""
        names = ("real_accuracy", "fake_accuracy", "g_loss")
        assert self.trained is not None, "a finished model has no steps"
        steps = _recorder(self.trained).steps
        if any(name not in steps.names for name in names):
            return None
        found = []
        for name in names:
            points = steps.points(name)
            end = len(points) if step is None else int(np.searchsorted(points.step, step, "right"))
            if not end:
                return None
            found.append(points.value[max(0, end - _RECENT_STEPS) : end])
        return found


def _images(real: NDArray[Any]) -> NDArray[np.float32]:
    array = np.asarray(real, np.float32)
    if array.ndim == 3:
        array = array[..., np.newaxis]
    if array.ndim != 4 or array.shape[-1] not in (1, 3) or len(array) < 2:
        message = tr(
            "The real images must have the shape (n, height, width, channels), with at least 2 "
            "images and 1 or 3 channels. Received: {shape}",
            shape=np.shape(real),
        )
        raise ValueError(message)
    if not np.isfinite(array).all():
        message = tr("The real images contain NaN or infinity.")
        raise ValueError(message)
    return array


@cached_per_model
def _judge_of(discriminator: KerasModel) -> Callable[[Tensor], Tensor]:
    held = weakref.ref(discriminator)

    def judge(images: Tensor) -> Tensor:
        judged: Tensor = held()(images, training=False)  # type: ignore[misc]  # there while it is traced
        return judged

    return compiled(judge, reduce_retracing=True)


@cached_per_model
def _graph_of(model: KerasModel, latent_dim: int) -> Callable[[Tensor], Tensor]:
    """Return a graph from latent vectors to a model's images."""
    tf, _ = load()
    held = weakref.ref(model)  # a graph that held its model would never let it go

    def images(z: Tensor) -> Tensor:
        made: Tensor = held()(z, training=False)  # type: ignore[misc]  # there while it is traced
        return made

    spec = tf.TensorSpec((fixed_batch_size(model), latent_dim), tf.float32)
    return compiled(images, input_signature=[spec])


def _recorder(run: Run | RecordedRun) -> Recorder:
    return run.recorder if isinstance(run, RecordedRun) else engine_of(run).recorder


def _moment(run: Run | RecordedRun, step: int) -> tuple[float, float]:
    """Return the epochs done, with a fraction, and the seconds of training after a step."""
    steps = _recorder(run).steps
    if step < 1 or not steps.names:
        return 0.0, 0.0
    points = steps.points(steps.names[0])
    row = min(step, len(points)) - 1
    return float(points.epoch[row]), float(points.time[row])


def contact_sheet(pixels: NDArray[np.uint8], *, columns: int, width: int = 720) -> Any:
    """Return many images as one, enlarged by a whole number.

    Args:
        pixels: uint8, shape (n, height, width, 1 or 3).
        columns: Images per row, at least 1.
        width: The approximate width of the result in pixels.

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
