"""What a view sets itself is no choice of the visitor; what the visitor sets meanwhile is one."""

from __future__ import annotations

import threading

from dlwidgets.widgets._core.signal_blocker import SignalBlocker


def test_only_the_thread_in_the_block_is_quiet() -> None:
    quiet, seen = SignalBlocker(), []
    with quiet:
        thread = threading.Thread(target=lambda: seen.append(bool(quiet)))
        thread.start()
        thread.join()
        assert quiet
        with quiet:
            pass
        assert quiet, "the inner block ended the outer one"
    assert not quiet
    assert seen == [False]
