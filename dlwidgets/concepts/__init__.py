"""Ideas of deep learning, each as a widget that you move with your hand.

``dl.concepts.convolution()`` displays one. The widgets compute in the page, so they answer at once
and live on without a kernel. What they compute is checked against NumPy and Keras: the modules of
this package are the reference, and contain the presets and the checks of arguments.

Example:
    >>> dl.concepts.convolution(kernel=[[1, 0, -1]], stride=2).state
    'kernel=1,0,-1;stride=2'
"""

from pathlib import Path

import lazy_loader

# The widgets are above the engines: their names are known here, and nothing of them is imported.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(
    "dlwidgets.widgets.concepts",
    str(Path(__file__).parents[1] / "widgets" / "concepts" / "__init__.py"),
)
