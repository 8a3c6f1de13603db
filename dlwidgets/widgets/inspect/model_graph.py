"""The layers of a model and how they are connected, as a picture to walk through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Dict, Int, List, Unicode, validate

from dlwidgets.inspect.layers import no_layer
from dlwidgets.inspect.summary import shapes_text, summarize
from dlwidgets.training.errors import explain
from dlwidgets.training.model_source import ModelSource
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.view import View
from dlwidgets.widgets._core.worker import Worker

if TYPE_CHECKING:
    from dlwidgets.inspect.graph import Graph
    from dlwidgets.inspect.summary import ModelSummary
    from dlwidgets.widgets._core.change import Change

_LONGEST_NAME = 500  # characters of a path from the page
_MOST_OPEN = 200  # nested models that the page may open


class ModelGraph(View):
    """The graph of a model: branches, shared layers, nested models, shapes on the edges.

    In the page it can be zoomed, moved, and walked through with the keys; nested models open with
    Enter or a click on their plus sign.

    Args:
        source: A built Keras model, or a `Run`, whose model may still have to be built by its first
            step; None for an empty view until `show`.
        layer: The path name of the layer that is selected; "" for none.
        height: Pixels.

    Attributes:
        layer: The selected layer; changes when the visitor chooses another. An unknown name is told
            in words and changes nothing else.
        expanded: The path names of the nested models that are open.

    Example:
        >>> model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
        >>> view = dl.ModelGraph(model)
        >>> view.layer = model.layers[0].name
    """

    _model_name = Unicode("ModelGraphModel").tag(sync=True)
    _view_name = Unicode("ModelGraphView").tag(sync=True)
    _controls: ClassVar[frozenset[str]] = frozenset({"layer", "expanded"})

    graph = Dict().tag(sync=True)
    layer = Unicode("").tag(sync=True)
    expanded = List(Unicode()).tag(sync=True)
    title = Unicode("").tag(sync=True)
    note = Unicode("").tag(sync=True)
    empty_text = Unicode("No model yet.").tag(sync=True)
    height = Int(480, min=120, max=4000).tag(sync=True)

    def __init__(self, source: Any = None, *, layer: str = "", **kwargs: Any) -> None:
        self._worker = Worker("dlwidgets-graph", self._failed)
        self._source: ModelSource | None = None
        self._known: tuple[str, ...] = ()
        self._remark = ""
        super().__init__(**kwargs)
        self.observe(self._say_layer, "layer")
        self.layer = layer
        if source is not None:
            self.show(source)

    @validate("layer")
    def _check_layer(self, proposal: Any) -> str:
        return str(proposal["value"])[:_LONGEST_NAME]

    @validate("expanded")
    def _check_expanded(self, proposal: Any) -> list[str]:
        names = dict.fromkeys(str(name)[:_LONGEST_NAME] for name in proposal["value"])
        return list(names)[:_MOST_OPEN]

    def show(self, source: Any) -> None:
        """Show another model.

        Args:
            source: A built Keras model, or a Run.
        """
        TICKER.remove(self)
        self._source = fresh = ModelSource(source)
        self._known, self._remark = (), ""
        with self.hold_sync():
            self.graph, self.title, self.note, self.expanded = {}, "", "", []
            self.empty_text = "Reading the model…"
        if fresh.run is not None and not getattr(fresh.run.model, "built", False):
            self.empty_text = "The model is built by the first step of its training."
            TICKER.add(self)
        else:
            self._worker.submit(lambda: self._read(fresh))

    def tick(self) -> bool:
        """Wait for a Run to build its model; called by the pump."""
        source = self._source
        if source is None or source.run is None:
            return False
        built = bool(getattr(source.run.model, "built", False))
        if built or source.run.state.ended:
            self._worker.submit(lambda: self._read(source))
            return False
        return True

    def close(self) -> None:
        """Take the view off the page."""
        TICKER.remove(self)
        self._source = None
        self._worker.close()
        super().close()

    def _read(self, source: ModelSource) -> None:
        try:
            source.refresh()
            summary = source.use(summarize)
        except Exception:
            if source is self._source:  # else it is no news of what is shown now
                raise
        if source is not self._source:  # another model was shown meanwhile
            return
        self._known = tuple(row.path for row in summary.layers)
        self._remark = summary.graph.note
        with self.hold_sync():
            self.graph = to_wire(summary)
            self.title = heading(summary)
        self._say_layer()

    def _say_layer(self, _change: Change[object] | None = None) -> None:
        problem = ""
        if self.layer and self._known and self.layer not in self._known:
            problem = no_layer(self.layer, self._known)
            problem = problem[0].upper() + problem[1:]
        self.note = " ".join(part for part in (problem, self._remark) if part)

    def _failed(self, error: Exception) -> None:
        self.empty_text = f"No graph: {explain(error)}"[:600]


def heading(summary: ModelSummary) -> str:
    """A model's name and size in a line."""
    fixed = f", {summary.non_trainable:,} of them not trainable" if summary.non_trainable else ""
    n = sum(not row.is_model for row in summary.layers)
    layers = "1 layer" if n == 1 else f"{n:,} layers"
    return f"{summary.name}: {layers}, {summary.parameters:,} parameters{fixed}"


def to_wire(summary: ModelSummary) -> dict[str, Any]:
    """A graph in the form that the page takes: nodes by number, shapes as text."""
    graph: Graph = summary.graph
    numbers = {node.path: i for i, node in enumerate(graph.nodes)}
    words = {row.path: row.configuration for row in summary.layers}
    nodes = [
        [
            node.path,
            node.type,
            node.kind,
            node.calls,
            words.get(node.path, "") if node.kind != "input" else shapes_text(node.output_shapes),
            [numbers[path] for path in node.inputs if path in numbers],
            [numbers[path] for path in node.outputs if path in numbers],
        ]
        for node in graph.nodes
    ]
    edges = [
        [
            numbers[edge.source],
            numbers[edge.target],
            shapes_text([edge.shape]),
            edge.call,
            edge.output,
            edge.input,
        ]
        for edge in graph.edges
    ]
    return {"nodes": nodes, "edges": edges}
