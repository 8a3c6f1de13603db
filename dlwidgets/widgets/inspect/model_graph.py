"""The graph of a model's layers and their connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import join_messages, tr, trn
from dlwidgets.inspect.graph_blocks import Block, fold_blocks
from dlwidgets.inspect.layers import no_layer
from dlwidgets.inspect.summary import shapes_text, summarize
from dlwidgets.training.errors import explain
from dlwidgets.training.model_source import ModelSource
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets.inspect._layer_facts import parameters_text
from dlwidgets.widgets.primitives.layer_graph import LayerGraph

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel
    from dlwidgets.inspect.graph import Graph, Node
    from dlwidgets.inspect.summary import ModelSummary
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change


class ModelGraph(LayerGraph):
    """The graph of a model with branches, shared layers, nested models, and shapes on the edges.

    Zoom it, move it, or walk through it with the keyboard. Open a nested model with Enter or a
    click on its plus sign.

    Args:
        source: A built Keras model or a Run, whose model may be built in its first step. `None` for
            an empty view until `show`.
        layer: The path of the layer that is selected at first; "" for none.
        height: Pixels.

    Attributes:
        layer: The path of the selected layer. Settable. An unknown name leads to a message and
            changes nothing else.
        expanded: The paths of the nested models that are open.
        busy: Whether the model is being read.
        message: What can't be shown, and why; "" for nothing.

    Example:
        >>> model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
        >>> view = dl.ModelGraph(model)
        >>> view.layer = model.layers[0].name
    """

    def __init__(
        self, source: KerasModel | Run | None = None, *, layer: str = "", **kwargs: Any
    ) -> None:
        self._worker = Worker("dlwidgets-graph", self._failed)
        self._source: ModelSource | None = None
        self._known: tuple[str, ...] = ()
        self._note = ""
        super().__init__(**kwargs)
        self.observe(self._check_selection, "layer")
        self.layer = layer
        if source is not None:
            self.show(source)

    @property
    def busy(self) -> bool:
        """Whether the model is being read."""
        return self._worker.busy

    def show(self, source: KerasModel | Run) -> None:
        """Show another model.

        Args:
            source: A built Keras model or a Run.
        """
        TICKER.remove(self)
        self._source = fresh = ModelSource(source)
        self._known, self._note = (), ""
        with self.hold_sync():
            self.graph, self.title, self.message, self.expanded = {}, "", "", []
            self.empty_text = tr("Reading the model…")
        if fresh.run is not None and not fresh.ready:
            self.empty_text = tr("The model is built in its first training step.")
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
        with self.hold_sync():
            self.graph = to_wire(summary)
            self.title = heading(summary)
        self._check_selection()

    def _check_selection(self, _change: Change[object] | None = None) -> None:
        unknown = self.layer and self._known and self.layer not in self._known
        problem = no_layer(self.layer, self._known) if unknown else ""
        self.message = join_messages([problem, self._note])

    def _failed(self, error: Exception) -> None:
        self.empty_text = tr("No graph. {reason}", reason=explain(error))


def heading(summary: ModelSummary) -> str:
    """Return name and size of a model in one line.

    Args:
        summary: The model.
    """
    return tr(
        "{model}: {layers}, {parameters}",
        model=summary.name,
        layers=trn("{n} layer", "{n} layers", summary.layer_count),
        parameters=parameters_text(summary),
    )


def to_wire(summary: ModelSummary) -> dict[str, Any]:
    """Return a graph as the page receives it: nodes by number, shapes as text.

    A block of many layers is a node of its own, before the first of them, without a type.

    Args:
        summary: The model.
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
            return [item.path, "", "model", 1, layers, *ends, item.members[0].parent]
        shapes = shapes_text(item.output_shapes)
        detail = words.get(item.path, "") if item.kind != "input" else shapes
        around = within.get(item.path, item.parent)
        return [item.path, item.type, item.kind, item.calls, detail, *ends, around]

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
