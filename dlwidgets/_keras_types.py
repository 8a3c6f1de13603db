"""Types for the parts of Keras and TensorFlow that dlwidgets uses; neither carries types itself.

Import from here under `TYPE_CHECKING`; nothing in this module imports Keras. Keras objects come out
of `load()` and `load_keras()` untyped, and fit these protocols without a cast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from numpy.typing import NDArray

Module: TypeAlias = ModuleType
"""The module `tensorflow` or `keras`, as `load()` returns them; every attribute of it is `Any`."""

Shape: TypeAlias = tuple[int | None, ...]
"""A shape with the batch axis first; `None` where a size isn't fixed."""

Shapes: TypeAlias = Shape | Sequence["Shapes"] | Mapping[str, "Shapes"]
"""The shape of one tensor, or the shapes of several in the structure that a model has them."""


class Tensor(Protocol):
    """A TensorFlow tensor with values."""

    @property
    def shape(self) -> Any:
        """Its shape: a `TensorShape`, which behaves like a tuple."""

    @property
    def dtype(self) -> Any:
        """Its dtype: a `tf.DType`."""

    def numpy(self) -> NDArray[Any]:
        """Return its values as an array."""

    def __getitem__(self, key: Any, /) -> Any: ...


class SymbolicTensor(Protocol):
    """A Keras tensor without values: the place of a tensor in a model's graph."""

    @property
    def name(self) -> str:
        """Its name; of an input the name that a dict of inputs has."""

    @property
    def shape(self) -> Shape:
        """Its shape, the batch axis first."""

    @property
    def dtype(self) -> str:
        """Its dtype, such as `"float32"`."""


Nested: TypeAlias = Any
"""One tensor or array, or a list, tuple or dict of them (of any depth), as Keras takes and gives
them. It says what is meant; a type checker can't follow the structure."""


class Variable(Protocol):
    """A Keras variable, such as a weight."""

    @property
    def name(self) -> str:
        """Its name, such as `"kernel"`."""

    @property
    def path(self) -> str:
        """Its name after those of the layers that hold it, joined by "/"."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""

    @property
    def dtype(self) -> str:
        """Its dtype, such as `"float32"`."""

    @property
    def trainable(self) -> bool:
        """Whether training changes it."""

    @property
    def value(self) -> Any:
        """The TensorFlow variable behind it."""

    def assign(self, value: Any, /) -> Any:
        """Set its values."""

    def numpy(self) -> NDArray[Any]:
        """Return its values as an array."""


class KerasLayer(Protocol):
    """A Keras layer. See `AnyLayer` for what only some have."""

    name: str
    trainable: bool
    built: bool
    stateful: bool

    @property
    def weights(self) -> list[Variable]:
        """All weights."""

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes."""

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training doesn't change through gradients."""

    @property
    def variables(self) -> list[Variable]:
        """All weights, and the state of metrics and random generators."""

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that training changes."""

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The variables that training doesn't change through gradients."""

    @property
    def losses(self) -> list[Any]:
        """The losses that layers add, such as regularization."""

    @property
    def compute_dtype(self) -> str:
        """The dtype of its computations, such as `"float16"` with mixed precision."""

    @property
    def input(self) -> Nested:
        """Its symbolic input, in the structure that it takes."""

    @property
    def output(self) -> Nested:
        """Its symbolic output, in the structure that it gives."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; `__call__` builds the layer first."""

    def build(self, *args: Any, **kwargs: Any) -> None:
        """Create the weights for an input shape."""

    def count_params(self) -> int:
        """Return the number of weights."""

    def get_weights(self) -> list[NDArray[Any]]:
        """Return the weights as arrays."""

    def set_weights(self, weights: Sequence[NDArray[Any]], /) -> None:
        """Set the weights from arrays."""

    def get_config(self) -> dict[str, Any]:
        """Return the configuration."""

    @classmethod
    def from_config(cls, config: dict[str, Any], /) -> Any:
        """Make an object of the configuration."""

    def get_build_config(self) -> dict[str, Any] | None:
        """Return what `build` was called with."""

    def build_from_config(self, config: dict[str, Any], /) -> None:
        """Build as `get_build_config` says."""

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """Return the output shape for an input shape."""

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Return a symbolic output for a symbolic input."""


class AnyLayer(KerasLayer, Protocol):
    """A layer of any class, with the further attributes of the class, such as `kernel`."""

    def __getattr__(self, name: str, /) -> Any: ...


class Optimizer(Protocol):
    """A Keras optimizer."""

    name: str
    learning_rate: Any
    iterations: Variable

    @property
    def variables(self) -> list[Variable]:
        """Its state."""

    @property
    def built(self) -> bool:
        """Whether its state exists."""

    def build(self, variables: Sequence[Variable], /) -> None:
        """Create the state for variables."""

    def apply(self, gradients: Any, variables: Any = None) -> Any:
        """Update variables by their gradients."""

    def get_config(self) -> dict[str, Any]:
        """Return the configuration."""


class KerasModel(KerasLayer, Protocol):
    """A Keras model: Sequential, functional or subclassed."""

    optimizer: Any
    loss: Any
    stop_training: bool
    stop_evaluating: bool
    compiled: bool
    dtype_policy: Any
    run_eagerly: bool
    jit_compile: Any
    steps_per_execution: int
    train_function: Any
    test_function: Any

    @property
    def layers(self) -> list[AnyLayer]:
        """Its layers; a nested model is one of them."""

    @property
    def operations(self) -> list[Any]:
        """Its layers and operations such as ``x + y``; only a functional model has them."""

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """Its symbolic inputs; a subclassed model has none."""

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """Its symbolic outputs; a subclassed model has none."""

    @property
    def input_shape(self) -> Any:
        """The shape of its input, or the shapes of several."""

    @property
    def output_shape(self) -> Any:
        """The shape of its output, or the shapes of several."""

    @property
    def metrics(self) -> list[Any]:
        """Its metrics, the loss first."""

    @property
    def metrics_variables(self) -> list[Variable]:
        """The variables of its metrics."""

    @property
    def metrics_names(self) -> list[str]:
        """The names of its metrics."""

    @property
    def distribute_strategy(self) -> Any:
        """The `tf.distribute` strategy that it was made under."""

    def get_layer(self, name: str | None = None, index: int | None = None) -> AnyLayer:
        """Return one of its layers."""

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Set optimizer, loss and metrics."""

    def fit(self, *args: Any, **kwargs: Any) -> Any:
        """Train, and return the `History`."""

    def evaluate(self, *args: Any, **kwargs: Any) -> Any:
        """Return the loss and metrics on data."""

    def predict(self, x: Nested, *args: Any, **kwargs: Any) -> Any:
        """Return the outputs for many samples."""

    def predict_on_batch(self, x: Nested, /) -> Any:
        """Return the outputs for one batch."""

    def make_train_function(self, force: bool = False) -> Any:
        """Compile the function that trains on one batch."""

    def train_step(self, *args: Any, **kwargs: Any) -> Any:
        """Train on one batch."""

    def test_step(self, *args: Any, **kwargs: Any) -> Any:
        """Evaluate one batch."""

    def compute_loss(self, *args: Any, **kwargs: Any) -> Any:
        """Return the loss of predictions."""

    def get_metrics_result(self) -> dict[str, Any]:
        """Return the values of the metrics."""

    def get_compile_config(self) -> dict[str, Any] | None:
        """Return what `compile` was called with."""

    def compile_from_config(self, config: dict[str, Any], /) -> None:
        """Compile as `get_compile_config` says."""

    def save(self, filepath: Any, *args: Any, **kwargs: Any) -> None:
        """Save the model in a file."""


Function: TypeAlias = Callable[..., Any]
"""A compiled `tf.function`."""
