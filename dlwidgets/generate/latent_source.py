"""A decoder and its encoder, of a finished model or of one that trains."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from dlwidgets.generate import latent
from dlwidgets.training.cloning import clone

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets.training.run import Run

_BOUNDARY_TIMEOUT = 60.0  # seconds; one step of a large model can take long


def descendants(model: Any) -> tuple[Any, Any | None]:
    """The decoder of a generative model, and its encoder if it has one.

    Args:
        model: A model with the attribute `decoder` or `generator`, and perhaps `encoder`; any other
            is taken for a decoder itself.

    Raises:
        ValueError: The decoder takes no latent vectors, or others than the encoder gives.
    """
    decoder = getattr(model, "decoder", None) or getattr(model, "generator", None) or model
    encoder = getattr(model, "encoder", None)
    latent.latent_dim_of(decoder)
    if encoder is not None:
        latent.check_fit(decoder, encoder)
    return decoder, encoder


class LatentSource:
    """Decodes and encodes with a model's weights as they were at the last `refresh`.

    A model that trains is looked at through a copy; one that cannot be copied, between two
    executions, which holds its training up for that time.

    Args:
        decoder: A built Keras model: latent vectors in, images out. Ignored with a Run.
        encoder: A built Keras model: images in, codes out; None if there is none.
        run: A Run of a model that has the parts (see `descendants`).

    Raises:
        ValueError: The parts do not fit together.

    Example:
        >>> source = LatentSource(vae.decoder, vae.encoder)  # doctest: +SKIP
        >>> source.decode(source.encode(images)).shape  # doctest: +SKIP
        (24, 28, 28, 1)
    """

    def __init__(
        self, decoder: Any = None, encoder: Any | None = None, *, run: Run | None = None
    ) -> None:
        self._lock = threading.Lock()
        self.run = run
        if run is not None:
            decoder, encoder = descendants(run.model)
        self.latent_dim = latent.latent_dim_of(decoder)
        if encoder is not None:
            latent.check_fit(decoder, encoder)
        self.has_encoder = encoder is not None
        # Those of a Run's model are not to be used while it trains: see `refresh`.
        self._decoder: Any = decoder if run is None else None
        self._encoder: Any = encoder if run is None else None
        self._copy: Any | None = None
        self._tried = False
        self.step = -1
        """Steps done by the weights in use; -1 for a finished model, or before `refresh`."""
        self.seconds = 0.0
        """What the last `refresh` cost."""

    @property
    def cloned(self) -> bool | None:
        """Whether a Run's model is seen through a copy; None before the first `refresh`."""
        return self._copy is not None if self._tried else None

    def refresh(self) -> None:
        """Take over a Run's weights as they are at its next boundary.

        Raises:
            TimeoutError: The run reached no boundary within a minute.
        """
        run = self.run
        if run is None:
            return
        with self._lock:
            if not self._tried:
                self._copy = run.at_boundary(lambda: clone(run.model)).result(_BOUNDARY_TIMEOUT)
                self._tried = True
            if self._copy is None:
                self.step = run.step_count
                return
            snapshot = run.snapshot(_BOUNDARY_TIMEOUT)
            started = time.perf_counter()
            snapshot.load_into(self._copy)
            self._decoder, self._encoder = descendants(self._copy)
            self.step = snapshot.step
            self.seconds = time.perf_counter() - started

    def decode(self, codes: ArrayLike) -> NDArray[Any]:
        """Images of latent vectors; as `latent.decode`."""
        return self._with_parts(lambda decoder, _: latent.decode(decoder, codes))

    def encode(self, images: ArrayLike) -> NDArray[Any]:
        """Codes of images; as `latent.encode`.

        Raises:
            ValueError: There is no encoder, or the images do not fit it.
        """
        if not self.has_encoder:
            message = "this model has no encoder: it can decode codes, and encode no images"
            raise ValueError(message)
        return self._with_parts(lambda _, encoder: latent.encode(encoder, images))

    def _with_parts(self, use: Callable[[Any, Any], NDArray[Any]]) -> NDArray[Any]:
        run = self.run
        if run is not None and not self._tried:
            self.refresh()
        if run is None or self._copy is not None:
            return use(self._decoder, self._encoder)
        return run.at_boundary(lambda: use(*descendants(run.model))).result(_BOUNDARY_TIMEOUT)
