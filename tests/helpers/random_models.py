"""Random Keras models, each as the code that makes it, so that a failing one can be copied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from tests.helpers.random_layers import EXPRESSIONS, HEADS, INPUTS, MERGES, filled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

SAMPLES = 10
_LONGEST = 4  # layers in one branch
_LARGEST = 4000  # values of a layer's output for one sample
_REFUSED = (ValueError, TypeError, NotImplementedError)
"""What Keras raises for a layer that doesn't fit a shape."""


@dataclass(frozen=True)
class Made:
    """What the code of a model gives.

    Attributes:
        code: Python code that makes the rest.
        model: The compiled model.
        x: Samples as the model takes them.
        y: Targets for `fit`.
        classes: How many classes a classifier with one output has; 0 for any other model.
    """

    code: str
    model: Any
    x: Any
    y: Any
    classes: int


def made(code: str) -> Made:
    """Run the code of a model: the same code gives the same model."""
    keras.utils.clear_session(free_memory=False)  # the names of layers begin again
    space: dict[str, Any] = {}
    exec(code, space)
    return Made(code, *(space[name] for name in ("model", "x", "y", "classes")))


def model_code(random: Random) -> str:
    """Code of a compiled model with samples and targets."""
    return _Writer(random).code()


@dataclass
class _Writer:
    """Writes code line by line, and runs each line to know the shapes."""

    random: Random
    lines: list[str] = field(default_factory=list)
    space: dict[str, Any] = field(default_factory=dict)
    names: int = 0
    called: list[str] = field(default_factory=list)

    def code(self) -> str:
        seed = self.pick(range(1000))
        policy = self.pick(("float32",) * 5 + ("mixed_float16", "float64"))
        self.write("import keras, numpy as np, tensorflow as tf")
        self.write("from keras import layers, ops")
        self.write(f"keras.utils.set_random_seed({seed})")
        self.write(f"keras.config.set_dtype_policy({policy!r})")
        self.write(f"rng = np.random.default_rng({seed})")
        self.pick((self.sequential, self.functional, self.functional))()
        # Most of a training's time is tracing: the updates of Adam take four times those of SGD.
        optimizer = self.pick(("sgd",) * 4 + ("adam", "rmsprop", "adamw", "nadam"))
        jit = self.pick((False,) * 39 + ("auto",))
        self.write(f"model.compile({optimizer!r}, loss, metrics=metrics, jit_compile={jit!r})")
        return "\n".join(self.lines) + "\n"

    # -- the pieces ------------------------------------------------------------------------------

    def pick(self, values: Any) -> Any:
        return self.random.choice(list(values))

    def write(self, line: str) -> None:
        exec(line, self.space)
        self.lines.append(line)

    def tried(self, expression: str) -> str | None:
        """The name of an expression's value; `None` if Keras refuses it for these shapes."""
        name = f"v{self.names}"
        line = f"{name} = {expression}"
        try:
            exec(line, self.space)
        except _REFUSED:
            return None
        if not _usable(self.space[name]):
            return None
        self.lines.append(line)
        self.names += 1
        return name

    def given(self, index: int) -> tuple[str, str]:
        """Write an input and its samples; return the names of a value to go on from, and of x."""
        kind = self.pick((*INPUTS, "series", "image"))
        options, samples = INPUTS[kind]
        x, v = f"x{index}", f"i{index}"
        self.write(f"{v} = keras.Input({options}, name='input_{index}')")
        self.write(f"{x} = {samples.format(n=SAMPLES)}")
        if kind == "tokens":
            return self.embedded(v), x
        if kind == "words":
            mode = self.pick(("int", "one_hot"))
            lookup = f"layers.StringLookup(vocabulary=['a', 'b'], output_mode={mode!r})({v})"
            v = self.tried(lookup) or v
            return v if mode == "one_hot" else self.embedded(v), x
        self.write(f"{x} = {x}.astype({v}.dtype)")
        return v, x

    def embedded(self, v: str) -> str:
        masks = self.pick((True, False))
        return self.tried(f"layers.Embedding(9, 4, mask_zero={masks})({v})") or v

    def chain(self, v: str, longest: int = _LONGEST) -> str:
        """Write some layers after a value, with branches and shared layers."""
        ways = (self.layer,) * 7 + (self.residual, self.nested, self.shared, self.operation)
        for _ in range(self.pick(range(longest + 1))):
            v = self.pick(ways)(v) or v
        return v

    def expression(self, v: str) -> str:
        """The code of a layer that may fit the shape of a value."""
        rank = len(eval(v, self.space).shape) - 1
        return filled(self.pick(EXPRESSIONS[max(1, min(rank, 4))]), self.random)

    def layer(self, v: str) -> str | None:
        name = f"layer{self.names}"
        made = self.expression(v)
        before = len(self.lines)
        self.write(f"{name} = {made}")
        two = made.partition("(")[0].endswith("Attention")
        out = self.tried(f"{name}({v}, {v})" if two else f"{name}({v})")
        if out is None:
            del self.lines[before:]
        elif not two:
            self.called.append(name)
        return out

    def residual(self, v: str) -> str | None:
        other = self.layer(v)
        return other and self.tried(f"{self.pick(MERGES)}([{v}, {other}])")

    def shared(self, v: str) -> str | None:
        return self.tried(f"{self.pick(self.called)}({v})") if self.called else None

    def operation(self, v: str) -> str | None:
        return self.tried(self.pick(("{v} * 2.0 + 1.0", "ops.tanh({v})", "{v} + {v}")).format(v=v))

    def nested(self, v: str) -> str | None:
        shape, dtype = tuple(self.space[v].shape[1:]), self.space[v].dtype
        name = f"inner{self.names}"
        layers = ", ".join(self.expression(v) for _ in range(self.pick((1, 2))))
        before = len(self.lines)
        start = f"keras.Input({shape}, dtype={dtype!r})"
        try:
            self.write(f"{name} = keras.Sequential([{start}, {layers}], name={name!r})")
        except _REFUSED:
            return None
        out = self.tried(f"{name}({v})")
        if out is None:
            del self.lines[before:]
        return out

    # -- whole models ----------------------------------------------------------------------------

    def sequential(self) -> None:
        """A chain of layers."""
        shape = self.pick(((5,), (6, 3), (8, 8, 2), (4, 4, 4, 1)))
        self.write(f"i0 = keras.Input({shape})")
        self.write("model = keras.Sequential([i0, layers.Identity()])")
        self.write(f"x = rng.normal(size={(SAMPLES, *shape)}).astype(i0.dtype)")
        for _ in range(self.pick(range(_LONGEST + 1))):
            made = self.expression("model.outputs[0]")
            try:
                exec(f"_ = {made}(model.outputs[0])", self.space)
            except _REFUSED:
                continue
            if _usable(self.space["_"]):
                self.write(f"model.add({made})")
        head = self.head("model.outputs[0]")
        self.write(f"model.add({head.layer})")
        self.ends(head.loss, head.metrics, head.y, head.classes)

    def functional(self) -> None:
        """Branches from one or two inputs, to one or two outputs."""
        tips, samples = [], []
        for index in range(self.pick((1, 1, 1, 2))):
            v, x = self.given(index)
            tips.append(self.chain(v))
            samples.append(x)
        trunk = tips[0]
        if len(tips) > 1:
            flat = [self.tried(f"layers.Flatten()({tip})") or tip for tip in tips]
            self.write(f"both = layers.Concatenate()([{', '.join(flat)}])")
            trunk = self.chain("both", 2)
        heads = [self.head(trunk) for _ in range(self.pick((1, 1, 1, 2)))]
        for index, head in enumerate(heads):
            self.write(f"o{index} = {head.layer}({trunk})")
        named = self.packed(samples, [f"o{index}" for index in range(len(heads))])
        if len(heads) == 1:
            (head,) = heads
            self.ends(head.loss, head.metrics, head.y, head.classes)
            return
        losses, targets = [head.loss for head in heads], [head.y for head in heads]
        if named:
            self.ends(_dict(("one", "two"), losses), "None", _dict(("one", "two"), targets), 0)
        else:
            self.ends(f"[{', '.join(losses)}]", "None", f"[{', '.join(targets)}]", 0)

    def packed(self, samples: list[str], outputs: list[str]) -> bool:
        """Write the model; return whether its outputs have names."""
        named = self.pick((True, False))
        inputs = [f"i{index}" for index in range(len(samples))]
        if len(samples) == 1:
            x, taken = samples[0], inputs[0]
        elif self.pick((True, False)):
            x, taken = _dict(inputs, samples), _dict(inputs, inputs)
        else:
            x, taken = f"[{', '.join(samples)}]", f"[{', '.join(inputs)}]"
        if len(outputs) == 1:
            given = outputs[0]
        else:
            given = _dict(("one", "two"), outputs) if named else f"[{', '.join(outputs)}]"
        self.write(f"x = {x}")
        self.write(f"model = keras.Model({taken}, {given})")
        return named

    def ends(self, loss: str, metrics: str, y: str, classes: int) -> None:
        self.write(f"loss, metrics, y, classes = {loss}, {metrics}, {y}, {classes}")

    def head(self, v: str) -> _Head:
        """A last layer for a value."""
        shape = eval(v, self.space).shape[1:]
        lead = ", ".join(str(n or 4) for n in (SAMPLES, *shape[:-1]))
        layer, loss, metrics, y, classes = self.pick(HEADS)
        return _Head(layer, loss, metrics, y.format(lead=lead), classes if len(shape) == 1 else 0)


@dataclass(frozen=True)
class _Head:
    """The last layer of an output, with loss, metrics, targets and number of classes."""

    layer: str
    loss: str
    metrics: str
    y: str
    classes: int


def _usable(value: Any) -> bool:
    shape = value.shape[1:]
    return 0 not in shape and np.prod([n or 1 for n in shape]) <= _LARGEST


def _dict(keys: Sequence[str], values: Sequence[str]) -> str:
    return "{" + ", ".join(f"'{k}': {v}" for k, v in zip(keys, values, strict=True)) + "}"
