"""Models of `tf_keras`, in whose place stand classes from a module of that name."""

from __future__ import annotations

from typing import Any

import pytest

import dlwidgets as dl
from dlwidgets.inspect.model_cache import require_model
from dlwidgets.training.model_source import ModelSource

WORDS = r"Expected a Keras 3 model\. Received: a tf_keras model\. Build it with `import keras`"


class _Base:
    """What views and `dl.fit` look at."""

    name, built, compiled = "sequential", True, True
    weights: tuple[Any, ...] = ()

    def fit(self, *args: Any, **kwargs: Any) -> Any:
        """As in `tf_keras`, tells its callbacks the model first."""
        for callback in kwargs["callbacks"]:
            callback.set_model(self)

    def train_step(self, data: Any) -> None: ...

    def __call__(self, x: Any) -> Any:
        return x


_Model = type("Sequential", (_Base,), {"__module__": "tf_keras.src.engine.sequential"})
Own = type("Own", (_Model,), {"__module__": __name__})


@pytest.mark.parametrize("kind", [_Model, Own])
def test_each_way_in_says_what_to_do(kind: type[Any]) -> None:
    model = kind()
    with pytest.raises(TypeError, match=WORDS):
        dl.fit(model, [1.0])
    with pytest.raises(TypeError, match=WORDS):
        model.fit([1.0], callbacks=[dl.Live()])
    with pytest.raises(TypeError, match=WORDS):
        require_model(model)
    with pytest.raises(TypeError, match=WORDS):
        ModelSource(model).refresh()
    with pytest.raises(TypeError, match=WORDS):
        dl.inspect.graph(model)


def test_other_objects_are_named() -> None:
    with pytest.raises(TypeError, match=r"Expected a Keras model\. Received: list"):
        dl.fit([], [1.0])
