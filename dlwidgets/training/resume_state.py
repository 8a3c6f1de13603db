"""The complete state of a training between two steps: copied, and set again.

`keras.Model.save` leaves out where the random generators of layers stand, the running metrics of
the epoch, and what else a step changes, such as a `tf.Variable` of the user's own. The graph of a
step names everything that it uses, so that nothing is missed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.inspect.sublayers import sublayers
from dlwidgets.recording.errors import RecordingError
from dlwidgets.training.learning_rate import held_optimizers
from dlwidgets.training.random_states import tensorflow_generator
from dlwidgets.training.thread_state import generator_made, generator_state
from dlwidgets.training.weight_calls import variable_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel

Groups = dict[str, list[tuple[str, Any]]]
"""Variables of TensorFlow with their names, in groups: the model's, those of each optimizer, …"""

_MODEL, _METRICS, _KERAS, _TENSORFLOW, _STEP = "model", "metrics", "keras", "tensorflow", "step"


def groups(model: KerasModel, step: Iterable[Any] = (), keras: Any = None) -> Groups:
    """Return all variables that training changes, each once.

    Args:
        model: A compiled Keras model.
        step: The variables that the graph of a step uses.
        keras: The state of Keras's global seed generator; None if there is none.

    Example:
        >>> from dlwidgets.training.resume_state import groups
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> [name for name, _ in groups(model)["model"]][:2]
        ['hidden1/kernel', 'hidden1/bias']
    """
    seen: set[int] = set()

    def new(variables: Iterable[Any]) -> list[tuple[str, Any]]:
        found = []
        for one in variables:
            variable = getattr(one, "value", one)
            variable = one if callable(variable) else variable  # a variable of TensorFlow's own
            if id(variable) not in seen:
                seen.add(id(variable))
                found.append((getattr(one, "path", None) or one.name, variable))
        return found

    result: Groups = {_MODEL: new(model.variables)}
    for name, optimizer in held_optimizers(model).items():
        result[f"optimizer {name}"] = new(optimizer.variables)
    result[_METRICS] = new(model.metrics_variables)
    result[_KERAS] = new([] if keras is None else [keras])
    own = tensorflow_generator()
    result[_TENSORFLOW] = new([] if own is None else [own])
    # In a graph they are in no order.
    result[_STEP] = sorted(new(step), key=lambda item: (item[0], str(item[1].shape)))
    return result


class StateReader:
    """Copies all variables that training changes, again and again.

    Args:
        model: A compiled Keras model.
    """

    def __init__(self, model: KerasModel) -> None:
        self._model = model
        self._keras: Any = None
        self._read: Callable[[], Sequence[Any]] = tuple
        self._variables: list[Any] = []
        self._names: dict[str, list[str]] = {}

    def prepare(self) -> None:
        """Note the state of the calling thread's seed generator, once it may be there."""
        self._keras = self._keras if self._keras is not None else generator_state()

    def read(self, step: Iterable[Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
        """Return copies on the CPU by name, and for each group the variables' own names.

        Args:
            step: The variables that the graph of a step uses.
        """
        found = groups(self._model, step, self._keras)
        variables = [variable for group in found.values() for _, variable in group]
        same = len(variables) == len(self._variables)
        if not same or any(a is not b for a, b in zip(variables, self._variables, strict=True)):
            self._variables, self._read = variables, variable_reader(variables)
            self._names = {name: [path for path, _ in group] for name, group in found.items()}
        keys = [key(group, i) for group, names in self._names.items() for i in range(len(names))]
        return dict(zip(keys, self._read(), strict=True)), self._names


def key(group: str, index: int) -> str:
    """Return the name of a tensor in a state.

    Args:
        group: The variable's group.
        index: Its place there.
    """
    return f"{group}/{index}"


def assign(
    model: KerasModel,
    tensors: Mapping[str, NDArray[Any]],
    names: Mapping[str, Sequence[str]],
    step: Iterable[Any] = (),
) -> list[str]:
    """Set all variables that there are already.

    Args:
        model: The model that goes on.
        tensors: The copies by name.
        names: For each group the variables' names.
        step: The variables that the graph of a step uses.

    Returns:
        The groups whose variables aren't there yet.

    Raises:
        RecordingError: A variable has another shape than the one that was recorded.
    """
    keras = generator_made() if names.get(_KERAS) else None
    present = groups(model, step, keras)
    later = []
    for group, paths in names.items():
        variables = present.get(group, [])
        if len(variables) != len(paths):
            later.append(group)
            continue
        for i, (path, variable) in enumerate(variables):
            value = tensors[key(group, i)]
            _check_shape(path, variable, value)
            variable.assign(value)
    return later


def check(
    model: KerasModel,
    tensors: Mapping[str, NDArray[Any]],
    names: Mapping[str, Sequence[str]],
) -> None:
    """Check the variables that there are already, before anything is changed.

    Args:
        model: The model that is to go on.
        tensors: The copies by name.
        names: For each group the variables' names.

    Raises:
        RecordingError: A variable has another shape than the one that was recorded.
    """
    present = groups(model)
    for group, paths in names.items():
        variables = present.get(group, [])
        if len(variables) == len(paths):
            for i, (path, variable) in enumerate(variables):
                _check_shape(path, variable, tensors[key(group, i)])


def _check_shape(path: str, variable: Any, value: NDArray[Any]) -> None:
    if tuple(variable.shape) != value.shape:
        raise RecordingError(
            tr(
                "Expected the model that was recorded. Received: another one, whose {name} has "
                "shape {shape} instead of {recorded}",
                name=path,
                shape=str(tuple(variable.shape)),
                recorded=str(value.shape),
            )
        )


def is_optional(group: str, batches: int) -> bool:
    """Whether training may go on without the variables of a group.

    Args:
        group: The group.
        batches: The batches done in the epoch; before the first, the metrics are empty.
    """
    return group == _TENSORFLOW or (group == _METRICS and not batches)


def build_optimizer(model: KerasModel) -> None:
    """Make the variables of the optimizer that a model was compiled with, if it can be.

    An optimizer takes no variables that come later. So it isn't built before all layers are, such
    as one that is only used in training, and not for a model of which nothing is trained yet.

    Args:
        model: A compiled Keras model.

    Raises:
        Exception: What the optimizer raises.
    """
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None or optimizer.built or not model.trainable_variables:
        return
    if all(layer.built for layer in sublayers(model)):
        optimizer.build(model.trainable_variables)
