"""Importing TensorFlow: when first needed, quietly, and with GPU memory growth."""

from __future__ import annotations

import builtins
import contextlib
import functools
import importlib
import importlib.util
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._quiet import quiet_stderr
from dlwidgets._threads import begin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dlwidgets._keras_types import Function

INSTALL_HINT = tr(
    "TensorFlow isn't installed. Run `pip install 'dlwidgets[cpu]'`, or "
    "`pip install 'dlwidgets[gpu]'` on a machine with an NVIDIA GPU."
)

_BOTH = ("tensorflow", "keras")
_MAX_WAIT = 60.0
"""Seconds that another thread's import waits at most, should the two wait for each other."""

_lock = threading.Lock()
_loaded: tuple[Any, Any] | None = None


class TensorFlowMissingError(ImportError):
    """TensorFlow isn't installed, but training needs it."""


def _import() -> tuple[Any, Any]:
    if importlib.util.find_spec("tensorflow") is None:
        raise TensorFlowMissingError(INSTALL_HINT)
    wanted = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if wanted != "tensorflow" and "keras" not in sys.modules:
        raise _wrong_backend(wanted)
    first = "tensorflow" not in sys.modules
    with quiet_stderr() if first else contextlib.nullcontext(), _before_others():
        if "keras" in sys.modules:  # another thread may be importing it, and TensorFlow for it
            importlib.import_module("keras")
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


@contextlib.contextmanager
def _before_others() -> Iterator[None]:
    """Let other threads that import TensorFlow or Keras wait until this one has imported both.

    The two packages import each other: of two threads that begin with one each, Python would give
    one an unfinished module. Only here can one wait before the lock of a module is taken.
    """
    importer, done, usual = threading.get_ident(), threading.Event(), builtins.__import__

    def waiting(name: str, *args: Any, **options: Any) -> Any:
        level = args[3] if len(args) > 3 else options.get("level", 0)
        # At a level, it is a module of this name in the importing package.
        if not level and name.partition(".")[0] in _BOTH and threading.get_ident() != importer:
            done.wait(_MAX_WAIT)
        return usual(name, *args, **options)

    if any(name in sys.modules for name in _BOTH):  # who has begun must not wait
        yield
        return
    try:
        setattr(builtins, "__import__", waiting)  # noqa: B010 - mypy takes it for a fixed function
        yield
    finally:
        if builtins.__import__ is waiting:
            setattr(builtins, "__import__", usual)  # noqa: B010 - as above
        done.set()


def _wrong_backend(backend: str) -> RuntimeError:
    return RuntimeError(
        tr(
            "Expected Keras with the TensorFlow backend. Received: backend {backend}. Set "
            "KERAS_BACKEND=tensorflow before Keras is imported.",
            backend=repr(backend),
        )
    )


def load() -> tuple[Any, Any]:
    """Import TensorFlow and Keras once, and return both modules.

    GPU memory growth is enabled before the first operation, so that other processes can use the
    same GPU.

    Returns:
        The modules ``(tensorflow, keras)``.

    Raises:
        TensorFlowMissingError: TensorFlow isn't installed. The message names the extras.
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
    """Import TensorFlow in the background, so that its first use doesn't have to wait.

    Code that needs it earlier waits in `load`, which also raises if TensorFlow is missing.
    """

    def work() -> None:
        with contextlib.suppress(ImportError, RuntimeError):  # raised again where it is needed
            load()

    begin(work, "dlwidgets-warm-up")


def is_loaded() -> bool:
    """Whether TensorFlow has been imported and is ready."""
    return _loaded is not None


def compiled(function: Callable[..., Any], **options: Any) -> Function:
    """Return `tf.function(function, **options)`, whose traces TensorFlow counts by themselves.

    TensorFlow counts the traces of all functions with the same code together, and warns of
    retracing where several models have each been traced once. It counts a partial's alone.

    Args:
        function: What to compile.
        **options: Those of `tf.function`.
    """
    graph: Function = load()[0].function(functools.partial(function), **options)
    return graph


_MOST_SHAPES = 8  # of a function's arguments, for each of which its graph is known


def compiled_by_shape(function: Callable[..., Any], **options: Any) -> Function:
    """Return what `compiled` does, whose calls take half the time if the shapes are known.

    Args:
        function: What to compile. It takes tensors.
        **options: Those of `tf.function`.
    """
    graph: Any = compiled(function, **options)
    known: dict[tuple[tuple[Any, Any], ...], Function] = {}

    def call(*tensors: Any) -> Any:
        key = tuple((tensor.shape, tensor.dtype) for tensor in tensors)
        found = known.get(key)
        if found is None:
            found = graph.get_concrete_function(*tensors)
            if len(known) >= _MOST_SHAPES:
                known.clear()
            known[key] = found
        return found(*tensors)

    return call


def load_keras() -> Any:
    """Import Keras (with TensorFlow behind it) and return the module."""
    return load()[1]
