"""Jupyter widgets that make Keras training something you can watch, steer and look inside.

``dl.fit(model, x, y, ...)`` takes the arguments of ``model.fit``, trains in the background, and
returns a `Run`. A notebook displays a Run as a panel. Importing this package imports neither
TensorFlow nor a widget library.

The examples in this package assume ``import dlwidgets as dl`` and ``import numpy as np``.

Example:
    >>> import dlwidgets as dl
    >>> digits = dl.data.load("digits").normalized()
    >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    >>> run = dl.fit(model, digits.x_train, digits.y_train, epochs=10)
    >>> run.pause(); run.learning_rate = 1e-4; run.resume()
    >>> len(run.wait().history["loss"])
    10
"""

from pathlib import Path

import lazy_loader

# All public widgets, as `widgets/__init__.pyi` lists them.
_, _, _WIDGETS = lazy_loader.attach_stub(
    "dlwidgets.widgets", str(Path(__file__).with_name("widgets") / "__init__.py")
)

# The same names are in `__init__.pyi`, for type checkers and editors.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=(
        "concepts",
        "course",
        "data",
        "generate",
        "inspect",
        "models",
        "recording",
        "training",
        "vision",
        "widgets",
    ),
    submod_attrs={
        "_messages": ["set_language"],
        "_version": ["__version__"],
        "recording": ["RecordedRun", "open_run", "record"],
        "training": ["Live", "Run", "fit", "fork", "resume"],
        "widgets": _WIDGETS,
    },
)
