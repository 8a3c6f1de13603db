"""A graph of layers to zoom, move and walk through."""

from __future__ import annotations

from typing import Any, ClassVar

from traitlets import Bool, Dict, Int, List, TraitError, Unicode, validate

from dlwidgets._messages import tr
from dlwidgets.widgets._core.text import Text, to_page
from dlwidgets.widgets._core.view import View

_MAX_PATH = 500  # characters of a path from the page
_MAX_EXPANDED = 200


class LayerGraph(View):
    """A graph of layers as the page draws it.

    Args:
        height: Pixels.
        compact: Whether each node is one line: its name beside its picture, without shapes.

    Attributes:
        graph: Nodes and edges; an empty dict for none.
        pictures: What the layers give for one sample; an empty dict for none.
        layer: The path of the selected layer; "" for none.
        expanded: The paths of the nested models that are open.
        pointed: Path, channel, row and column of the unit under the pointer; `[]` for none.
        title: Shown above the graph.
        message: Shown below the title.
        empty_text: Shown while there is no graph.
    """

    _model_name = Unicode("LayerGraphModel").tag(sync=True)
    _view_name = Unicode("LayerGraphView").tag(sync=True)
    _controls: ClassVar[frozenset[str]] = frozenset({"layer", "expanded", "pointed"})

    graph = Dict().tag(sync=True, to_json=to_page)
    pictures = Dict().tag(sync=True)
    layer = Unicode("").tag(sync=True)
    expanded = List(Unicode()).tag(sync=True)
    pointed: List[Any] = List().tag(sync=True)
    title = Text()
    message = Text()
    empty_text = Text(tr("No model yet."))
    height = Int(480, min=120, max=4000).tag(sync=True)
    compact = Bool(False).tag(sync=True)

    @validate("layer")
    def _check_layer(self, proposal: Any) -> str:
        return str(proposal["value"])[:_MAX_PATH]

    @validate("pointed")
    def _check_pointed(self, proposal: Any) -> list[Any]:
        value = list(proposal["value"])
        if not value:
            return []
        path, *place = value
        if not isinstance(path, str) or len(place) != 3:
            raise TraitError("expected path, channel, row and column")
        if not all(isinstance(at, int) and at >= 0 for at in place):
            raise TraitError("expected whole numbers from 0")
        return [path[:_MAX_PATH], *place]

    @validate("expanded")
    def _check_expanded(self, proposal: Any) -> list[str]:
        names = dict.fromkeys(str(name)[:_MAX_PATH] for name in proposal["value"])
        return list(names)[:_MAX_EXPANDED]
