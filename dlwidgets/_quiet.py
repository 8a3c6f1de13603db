"""Keeps what TensorFlow's C++ code writes at its start off the page."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
import threading
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_NATIVE_LINE = re.compile(
    rb"[IWE]\d{4} |\d{4}-\d\d-\d\d .*: [IWE] |WARNING: All log messages before absl|"
    rb"To enable the following instructions|\s*$"
)
"""Lines that TensorFlow's C++ code writes when it starts; a user can't act on any of them."""

_NOISY = frozenset({"tensorflow", "keras"})

_redirecting = threading.Lock()


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Keep TensorFlow's native start-up lines off the page; show them if the import fails.

    They are written to file descriptor 2 by C++ code, and no environment variable removes them.
    Within another one, also of another thread, it does nothing.
    """
    if not _redirecting.acquire(blocking=False):
        yield
        return
    try:
        with _redirected():
            yield
    finally:
        _redirecting.release()


@contextlib.contextmanager
def _redirected() -> Iterator[None]:
    try:
        saved = os.dup(2)
    except OSError:  # no stderr (a detached process), so nothing to keep quiet
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
            # Other threads may have written, too: what isn't TensorFlow's is passed on.
            rest = [line for line in sink if failed or not _NATIVE_LINE.match(line)]
            if rest:
                os.write(2, b"".join(rest))


class QuietFinder(MetaPathFinder):
    """Finds TensorFlow and Keras as Python does, and keeps their import quiet."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return what imports a module, `None` for all modules that are none of these.

        Args:
            fullname: The name of the module.
            path: Where the modules of its package are, `None` for a module without a package.
            target: The module that is imported again, if any.
        """
        if fullname not in _NOISY:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def quietly(module: ModuleType) -> None:
                with quiet_stderr():
                    execute(module)

            # Anything else that a loader does, such as reading a resource, stays as it is.
            setattr(spec.loader, "exec_module", quietly)  # noqa: B010 - a method of this one only
        return spec


def load_ipython_extension(_shell: Any) -> None:
    """Keep the import of TensorFlow and Keras quiet in a kernel, whatever imports them.

    IPython calls it in the kernels that `dlwidgets` starts.
    """
    sys.meta_path.insert(0, QuietFinder())
