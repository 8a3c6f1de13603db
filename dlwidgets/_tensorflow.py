"""The one place that imports TensorFlow: late, quietly, and with GPU memory growth."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import re
import sys
import tempfile
import threading
from typing import TYPE_CHECKING, Any

from dlwidgets._threads import begin

if TYPE_CHECKING:
    from collections.abc import Iterator

INSTALL_HINT = (
    "TensorFlow is not installed: run  pip install 'dlwidgets[cpu]'  "
    "(or 'dlwidgets[gpu]' on a machine with an NVIDIA GPU)."
)

_NATIVE_LINE = re.compile(
    rb"[IWE]\d{4} |\d{4}-\d\d-\d\d .*: [IWE] |WARNING: All log messages before absl|"
    rb"To enable the following instructions|\s*$"
)
"""Lines that TensorFlow's C++ code writes at its start, none of which a user can act on."""

_lock = threading.Lock()
_loaded: tuple[Any, Any] | None = None


class TensorFlowMissingError(ImportError):
    """TensorFlow, which training needs, is not installed."""


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Keep TensorFlow's native start-up lines off the page; show them if the import fails.

    They are written to file descriptor 2 by C++ code, and no environment variable removes them.
    """
    try:
        saved = os.dup(2)
    except OSError:  # no stderr at all (a detached process): nothing to keep quiet
        yield
        return
    with tempfile.TemporaryFile() as sink:
        os.dup2(sink.fileno(), 2)
        failed = True
        try:
            yield
            failed = False
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            sink.seek(0)
            # Other threads may have written meanwhile: what is not TensorFlow's is passed on.
            rest = [line for line in sink if failed or not _NATIVE_LINE.match(line)]
            if rest:
                os.write(2, b"".join(rest))


def _import() -> tuple[Any, Any]:
    if importlib.util.find_spec("tensorflow") is None:
        raise TensorFlowMissingError(INSTALL_HINT)
    wanted = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if wanted != "tensorflow" and "keras" not in sys.modules:
        raise _wrong_backend(wanted)
    first = "tensorflow" not in sys.modules
    with _quiet_stderr() if first else contextlib.nullcontext():
        tf = importlib.import_module("tensorflow")
        keras = importlib.import_module("keras")
    backend = keras.backend.backend()
    if backend != "tensorflow":
        raise _wrong_backend(backend)
    for gpu in tf.config.list_physical_devices("GPU"):
        # Raised when the GPU is already in use: then its memory mode was the user's choice.
        with contextlib.suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(gpu, True)
    return tf, keras


def _wrong_backend(backend: str) -> RuntimeError:
    return RuntimeError(
        f"dlwidgets trains with Keras on TensorFlow. Received: Keras backend {backend!r}. "
        "Set KERAS_BACKEND=tensorflow before Keras is imported."
    )


def load() -> tuple[Any, Any]:
    """Import TensorFlow and Keras once, and return both modules.

    GPU memory growth is switched on before the first operation, so that a GPU is shared rather
    than taken whole.

    Returns:
        The modules ``(tensorflow, keras)``.

    Raises:
        TensorFlowMissingError: TensorFlow is not installed; the message names the extras.
        RuntimeError: Keras was already imported with another backend.

    Example:
        >>> tf, keras = load()
        >>> keras.backend.backend()
        'tensorflow'
    """
    global _loaded  # noqa: PLW0603 - a module-level cache, guarded by the lock
    with _lock:
        if _loaded is None:
            _loaded = _import()
        return _loaded


def warm_up() -> None:
    """Begin to import TensorFlow in the background, so that its first use need not wait for it.

    Whoever needs it meanwhile waits in `load`, which also tells if it is missing.
    """

    def work() -> None:
        with contextlib.suppress(ImportError, RuntimeError):  # raised again where it is needed
            load()

    begin(work, "dlwidgets-warm-up")


def is_loaded() -> bool:
    """Whether TensorFlow has been imported and is ready."""
    return _loaded is not None


def load_keras() -> Any:
    """Import Keras (with TensorFlow behind it) and return the module."""
    return load()[1]
