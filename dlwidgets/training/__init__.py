"""Training engines: a Run, its recorder, and `fit`. Nothing here imports a widget.

TensorFlow is imported when `fit` or `Live` is first used, not before.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
