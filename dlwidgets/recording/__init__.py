"""Recording: runs as directories of plain files, written while they train and read by NumPy alone.

Nothing here imports TensorFlow or Keras, but for `RecordedRun.model`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
