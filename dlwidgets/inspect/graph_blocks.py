"""Blocks of layers that belong together by name, such as those of a residual network."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from dlwidgets.inspect.layers import SEPARATOR

if TYPE_CHECKING:
    from dlwidgets.inspect.graph import Edge, Graph, Node

_BLOCK = re.compile(r"[a-z]+_?\d+[a-z]?(?:_block\d+[a-z]?)?(?=_\d*_?[a-z])")
"""The beginning that names of a block have in common: "block4c" of "block4c_expand_conv", and
"conv5_block3" of "conv5_block3_1_bn", but nothing of "conv2d_3"."""

_MIN_LAYERS, _MIN_BLOCKS, _MIN_GRAPH = 3, 3, 40


@dataclass(frozen=True)
class Block:
    """A block of layers, which is drawn as one node until it is opened.

    Attributes:
        path: Its name after those of the models around it.
        members: The nodes in it.
        inputs: The paths of the members that take tensors from outside, one per edge.
        outputs: The paths of the members that give tensors to nodes outside.
    """

    path: str
    members: tuple[Node, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def fold_blocks(graph: Graph) -> tuple[list[Block], list[Edge]]:
    """Return the blocks of a graph with many layers, and its edges with blocks at their ends.

    Args:
        graph: The graph of a model.

    Returns:
        Blocks of three layers or more that follow each other, none if there are few layers or fewer
        than three blocks in a model. An edge that leads into or out of a block has the path of the
        block, and the place in its `inputs` or `outputs`.

    Example:
        >>> from dlwidgets.inspect.graph_blocks import fold_blocks
        >>> fold_blocks(dl.inspect.graph(dl.models.line_neuron()))[0]
        []
    """
    runs: list[tuple[str, tuple[Node, ...]]] = []
    for parent in dict.fromkeys(node.parent for node in graph.nodes):
        runs += _blocks_of(graph.children(parent), parent)
    of = {node.path: path for path, members in runs for node in members}
    entries: dict[str, list[str]] = {path: [] for path, _ in runs}
    exits: dict[str, list[str]] = {path: [] for path, _ in runs}
    edges = []
    for edge in graph.edges:
        source, target = of.get(edge.source), of.get(edge.target)
        if source == target:
            edges.append(edge)
            continue
        changed = edge
        if source is not None:
            if edge.source not in exits[source]:
                exits[source].append(edge.source)
            output = exits[source].index(edge.source)
            changed = replace(changed, source=source, output=output)
        if target is not None:
            entries[target].append(edge.target)
            changed = replace(changed, target=target, input=len(entries[target]) - 1)
        edges.append(changed)
    blocks = [
        Block(path, members, tuple(entries[path]), tuple(exits[path])) for path, members in runs
    ]
    return blocks, edges


def _blocks_of(nodes: list[Node], parent: str) -> list[tuple[str, tuple[Node, ...]]]:
    """Path and nodes of each block in one model."""
    if len(nodes) < _MIN_GRAPH:
        return []
    found: list[tuple[str, tuple[Node, ...]]] = []
    taken = {node.path for node in nodes}
    for name, run in groupby(nodes, _block_name):
        members = tuple(run)
        path = f"{parent}{SEPARATOR}{name}" if parent else name
        if name and len(members) >= _MIN_LAYERS and path not in taken:
            taken.add(path)
            found.append((path, members))
    # A name that appears again, elsewhere, isn't that of one block.
    return found if len(found) >= _MIN_BLOCKS else []


def _block_name(node: Node) -> str:
    match = _BLOCK.match(node.name) if node.kind in {"layer", "operation"} else None
    return match[0] if match else ""
