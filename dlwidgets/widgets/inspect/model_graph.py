"""The graph of a model's layers and their connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Int

from dlwidgets._messages import join_messages, tr, trn
from dlwidgets.inspect.choosing import Targets
from dlwidgets.inspect.graph_blocks import Block, fold_blocks
from dlwidgets.inspect.layers import no_layer
from dlwidgets.inspect.outcomes import true_classes
from dlwidgets.inspect.summary import shapes_text, summarize
from dlwidgets.training.errors import explain
from dlwidgets.training.model_source import ModelSource
from dlwidgets.vision.layer_pictures import (
    MOST_LAYERS,
    LayerPictures,
    UnitPlace,
    layer_pictures,
    picture_form,
)
from dlwidgets.widgets._core.text import as_text
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._live.activations import shared_activations
from dlwidgets.widgets._live.feed import samples_for
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.samples import count_samples, take_samples
from dlwidgets.widgets._live.view import Holdable
from dlwidgets.widgets.inspect._graph_pictures import pictures_to_wire
from dlwidgets.widgets.inspect._layer_facts import parameters_text
from dlwidgets.widgets.primitives.layer_graph import LayerGraph

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.graph import Graph, Node
    from dlwidgets.inspect.summary import ModelSummary
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.vision.activation_viewer import ActivationViewer


class ModelGraph(Holdable, LayerGraph):
    """The graph of a model with branches, shared layers, nested models, and shapes on the edges.

    With samples, each layer shows its feature maps for one of them, the channels in their order, a
    dense layer its units, and the last one a bar per class; with a Run they follow training. Point
    at a unit of a feature map to see its receptive field, and what its value is computed from. Zoom
    the graph, move it, or walk through it with the keyboard. Open a nested model with Enter or a
    click on its plus sign.

    Args:
        source: A built Keras model or a Run, whose model may be built in its first step. `None` for
            an empty view until `show`.
        x: Samples as the model takes them, as for `ActivationViewer`. `None` for a graph without
            pictures.
        y: The class of each sample, shape (n,) or one-hot. `None` for none.
        class_names: One name per class. Default: the data set's, or their numbers.
        viewer: An `ActivationViewer`, whose sample the graph shows in place of `x`.
        layer: The path of the layer that is selected at first; "" for none.
        height: Pixels.
        compact: Whether each node is one line: its name beside its picture, without shapes.

    Attributes:
        layer: The path of the selected layer. Settable. An unknown name leads to a message and
            changes nothing else.
        index: Index of the sample. Settable; with a `viewer`, that of the viewer counts.
        expanded: The paths of the nested models that are open.
        shown: What the pictures show; `None` before the first.
        step: Steps that the weights shown were trained for; -1 for a finished model.
        hold: Whether the pictures are frozen while the Run continues. Settable.
        busy: Whether the model is being read, or an update is in progress.
        message: What can't be shown, and why; "" for nothing.

    Example:
        >>> model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
        >>> view = dl.ModelGraph(model, np.zeros((1, 8, 8, 1), "float32"))
        >>> view.layer = model.layers[0].name
    """

    index = Int(0, min=0)

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        x: Nested = None,
        y: ArrayLike | None = None,
        class_names: Sequence[str] = (),
        *,
        viewer: ActivationViewer | None = None,
        layer: str = "",
        **kwargs: Any,
    ) -> None:
        self._worker = Worker("dlwidgets-graph", self._failed)
        self.follower: Follower[tuple[LayerPictures | None, int]] = Follower(
            self._compute, self._draw, self._pictures_failed, name="graph-pictures"
        )
        self._source: ModelSource | None = None
        self._name = ""
        self._known: tuple[str, ...] = ()
        self._inputs: tuple[str, ...] = ()
        self._note = self._trouble = ""
        self._x: Nested = None
        self._targets = Targets()
        self._classes = np.zeros(0, np.int64)
        self._field = None if viewer is None else viewer.field
        self._listeners: list[Callable[[], None]] = []
        self.shown: LayerPictures | None = None
        super().__init__(**kwargs)
        if self._field is not None:
            self._field.on_change(self.follower.ask)
        self.observe(self._check_selection, "layer")
        self.observe(lambda _: self.follower.ask(), "index")
        self.observe(self._ask_of_unit, "pointed")
        self.layer = layer
        if source is not None:
            self.show(source, x, y, class_names)

    @property
    def busy(self) -> bool:
        """Whether the model is being read, or an update is in progress."""
        return self._worker.busy or self.follower.busy

    @property
    def step(self) -> int:
        """Steps that the weights shown were trained for; -1 for a finished model."""
        return int(self.pictures.get("step", -1))

    @property
    def sample_index(self) -> int:
        """Index of the sample that is shown; -1 for the user's own image."""
        return self.index if self._field is None else self._field.index

    @property
    def value_range(self) -> tuple[float, float] | None:
        """The values shown as black and white in the sample; `None` for its own."""
        return None if self._field is None else self._field.value_range

    @property
    def truth(self) -> int:
        """The true class of the sample; -1 if it isn't known."""
        at = self.sample_index
        return int(self._classes[at]) if 0 <= at < len(self._classes) else -1

    def on_look(self, listener: Callable[[], None]) -> None:
        """Call `listener` when `shown` has changed.

        Args:
            listener: Called on the thread of the follower.
        """
        self._listeners.append(listener)

    def show(
        self,
        source: KerasModel | Run,
        x: Nested = None,
        y: ArrayLike | None = None,
        class_names: Sequence[str] = (),
        *,
        name: str = "",
    ) -> None:
        """Show another model.

        Args:
            source: A built Keras model or a Run.
            x: As for the class. With a `viewer`, its samples are shown.
            y: As for the class.
            class_names: As for the class.
            name: The name in the heading. Default: the model's.

        Raises:
            ValueError: `x` and `y` don't fit together; the view stays as it was.
        """
        taken = samples_for(source, x, y, class_names)
        classes = np.zeros(0, np.int64) if taken.y is None else true_classes(taken.y)[0]
        TICKER.remove(self)
        self.follower.leave()
        self._x = taken.x
        self._classes = classes
        self._targets = Targets(taken.y, tuple(as_text(name) for name in taken.class_names))
        self._source = fresh = ModelSource(source)
        self._name = name
        self._known, self._note, self._trouble = (), "", ""
        self.index = 0
        waits = fresh.run is not None and not fresh.ready
        with self.hold_sync():
            self.pictures, self.message, self.expanded = {}, "", []
            self.empty_text = tr("Reading the model…")
            if waits:  # otherwise the graph before stays for the moment in which the model is read
                self.graph, self.title = {}, ""
                self.empty_text = tr("The model is built in its first training step.")
        self._look(None)
        if waits:
            TICKER.add(self)
        else:
            self._worker.submit(lambda: self._read(fresh))

    def tick(self) -> bool:
        """Wait until a Run has built its model; called by the ticker."""
        source = self._source
        if source is None or source.run is None:
            return False
        if source.ready or source.run.state.ended:
            self._worker.submit(lambda: self._read(source))
            return False
        return True

    def _release(self) -> None:
        TICKER.remove(self)
        self._source = None
        self.follower.close()
        self._worker.close()

    def _read(self, source: ModelSource) -> None:
        try:
            source.refresh()
            summary = source.use(summarize)
        except Exception:
            if source is self._source:  # otherwise another model is shown now
                raise
        if source is not self._source:  # another model was shown in the meantime
            return
        self._known = tuple(row.path for row in summary.layers)
        self._note = summary.graph.note
        layers = sum(not row.is_model for row in summary.layers)
        pictured = (self._field is not None or self._x is not None) and layers <= MOST_LAYERS
        with self.hold_sync():
            self.graph = to_wire(summary, pictured=pictured)
            self.title = heading(summary, self._name)
        self._check_selection()
        if self._field is not None or self._x is not None:
            self._inputs = summary.graph.inputs
            self.follower.show(source)

    # -- pictures --------------------------------------------------------------------------------

    def _sample(self) -> Nested:
        """The sample as a batch of one, `None` if there is none."""
        if self._field is not None:
            return self._field.sample()
        x = self._x
        known = x is not None and self.index < count_samples(x)
        return take_samples(x, np.array([self.index])) if known else None

    def _compute(self, model: KerasModel) -> tuple[LayerPictures | None, int]:
        sample, step = self._sample(), self.follower.step
        if sample is None:
            return None, step
        found = shared_activations(self.follower.source, model, sample)
        pointed = UnitPlace(*self.pointed) if self.pointed else None
        return layer_pictures(model, sample, self._targets, found=found, pointed=pointed), step

    def _ask_of_unit(self, change: Change[list[Any]]) -> None:
        if change["new"] and not self.hold:  # held, the pictures stay those of their step
            self.follower.ask()

    def _draw(self, found: tuple[LayerPictures | None, int]) -> None:
        result, step = found
        if result is not None:
            self.pictures = pictures_to_wire(result, self._inputs, step, self.value_range)
        self._trouble = ""
        self._check_selection()
        self._look(result)

    def _look(self, result: LayerPictures | None) -> None:
        self.shown = result
        for listener in self._listeners:
            listener()

    def _pictures_failed(self, error: Exception) -> None:
        self.pictures = {}
        self._trouble = tr("No pictures in the graph. {reason}", reason=explain(error))
        self._check_selection()
        self._look(None)

    def _check_selection(self, _change: Change[object] | None = None) -> None:
        unknown = self.layer and self._known and self.layer not in self._known
        problem = no_layer(self.layer, self._known) if unknown else ""
        self.message = join_messages([problem, self._note, self._trouble])

    def _failed(self, error: Exception) -> None:
        with self.hold_sync():
            self.graph, self.title = {}, ""
            self.empty_text = tr("No graph. {reason}", reason=explain(error))


def heading(summary: ModelSummary, name: str = "") -> str:
    """Return name and size of a model in one line.

    Args:
        summary: The model.
        name: Default: the model's.
    """
    return tr(
        "{model}: {layers}, {parameters}",
        model=name or summary.name,
        layers=trn("{n} layer", "{n} layers", summary.layer_count),
        parameters=parameters_text(summary),
    )


def to_wire(summary: ModelSummary, *, pictured: bool = False) -> dict[str, Any]:
    """Return a graph as the page receives it: nodes by number, shapes as text.

    A block of many layers is a node of its own, before the first of them, without a type.

    Args:
        summary: The model.
        pictured: Whether nodes have room for a picture.
    """
    graph: Graph = summary.graph
    blocks, edges = fold_blocks(graph)
    begins = {block.members[0].path: block for block in blocks}
    within = {node.path: block.path for block in blocks for node in block.members}
    order: list[Node | Block] = []
    for node in graph.nodes:
        order += [begins[node.path], node] if node.path in begins else [node]
    numbers = {item.path: i for i, item in enumerate(order)}
    words = {row.path: row.configuration for row in summary.layers}

    def record(item: Node | Block) -> list[Any]:
        ends = [
            [numbers[path] for path in paths if path in numbers]
            for paths in (item.inputs, item.outputs)
        ]
        if isinstance(item, Block):
            layers = trn("block of {n} layer", "block of {n} layers", len(item.members))
            return [item.path, "", "model", 1, layers, *ends, item.members[0].parent, ""]
        shapes = shapes_text(item.output_shapes)
        detail = words.get(item.path, "") if item.kind != "input" else shapes
        around = within.get(item.path, item.parent)
        form = _room(item, graph) if pictured else ""
        return [item.path, item.type, item.kind, item.calls, detail, *ends, around, form]

    wires = [
        [
            numbers[edge.source],
            numbers[edge.target],
            shapes_text([edge.shape]),
            edge.call,
            edge.output,
            edge.input,
        ]
        for edge in edges
    ]
    return {"nodes": [record(item) for item in order], "edges": wires}


def _room(node: Node, graph: Graph) -> str:
    """What a node has room for, before its picture comes: "" for nothing."""
    if node.kind not in {"input", "layer"} or len(node.output_shapes) != 1:
        return ""
    shape = node.output_shapes[0]
    if node.kind == "input":
        return "image" if node.path in graph.inputs and len(shape) == 4 else ""
    return "answer" if node.path in graph.outputs and len(shape) == 2 else picture_form(shape)
