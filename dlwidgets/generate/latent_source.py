"""A decoder and its encoder, of a finished model or of one that trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.generate import latent
from dlwidgets.training.model_source import ModelSource

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.recording.recorded_run import RecordedRun
    from dlwidgets.training.run import Run


class LatentSource:
    """Decoder and encoder of a model, with the weights of the last `refresh`.

    Args:
        source: A built Keras model that has a `decoder` or `generator` as attribute, and perhaps an
            `encoder`; or a decoder itself: latent vectors in, images out. Or a Run of
            such a model, or a recorded run.
        encoder: A built Keras model, images in, latent vectors out, for a decoder without.

    Raises:
        ValueError: The decoder takes no latent vectors, or others than the encoder returns.

    Attributes:
        source: The `ModelSource`.
        latent_dim: The length of a latent vector.
        has_encoder: Whether there is an encoder.

    Example:
        >>> vae = dl.models.dense_vae((8, 8, 1), 2)
        >>> source = dl.generate.latent_source.LatentSource(vae)
        >>> source.decode([[0.0, 0.0], [1.0, 1.0]]).shape
        (2, 8, 8, 1)
    """

    def __init__(
        self, source: KerasModel | Run | RecordedRun, encoder: KerasModel | None = None
    ) -> None:
        parts = {} if encoder is None else {"encoder": encoder}
        self.source = ModelSource(source, parts=parts)
        decoder, encoder = self.source.part("decoder"), self.source.part("encoder")
        self.latent_dim = latent.latent_dim_of(decoder)
        self.has_encoder = encoder is not None
        if encoder is not None:
            latent.check_fit(decoder, encoder)

    @property
    def run(self) -> Run | None:
        """The Run; None for a finished model."""
        return self.source.run

    @property
    def step(self) -> int:
        """Steps that the weights in use were trained for; -1 for a finished model."""
        return self.source.step

    def refresh(self) -> None:
        """Load the weights that a Run's model has after its current step.

        Raises:
            TimeoutError: No step ended within a minute.
        """
        self.source.refresh()

    def decode(self, codes: ArrayLike) -> NDArray[Any]:
        """Return the images of latent vectors, as `latent.decode` does."""
        return self.source.use(lambda decoder: latent.decode(decoder, codes), "decoder")

    def encode(self, images: ArrayLike) -> NDArray[Any]:
        """Return the latent vectors of images, as `latent.encode` does.

        Raises:
            ValueError: There is no encoder, or the images don't fit it.
        """
        if not self.has_encoder:
            message = tr("This model has no encoder. It decodes latent vectors only.")
            raise ValueError(message)
        return self.source.use(lambda encoder: latent.encode(encoder, images), "encoder")
