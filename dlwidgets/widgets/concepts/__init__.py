"""Concept widgets: ideas of deep learning under the user's hand.

The names are listed in `__init__.pyi`; they are available as `dlwidgets.concepts.<name>`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
