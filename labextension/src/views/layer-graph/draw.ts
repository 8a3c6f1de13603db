import { t, tn, translated } from '../../core/i18n';
import { svg } from '../../shared/dom';
import { canOpen, family, type GraphEdge } from './data';
import { type Layout, pathThrough, type PlacedEdge, type PlacedNode } from './layout';

/** Draws a layout into a group; `id` makes the ids of its parts unique in the page. */
export function drawLayout(into: SVGGElement, layout: Layout, id: string): void {
  into.replaceChildren(
    ...layout.frames.map((frame, i) => drawFrame(frame, `${id}-f${i}`)),
    ...layout.edges.map((edge) => drawEdge(edge, id)),
    // Behind all lines, so that none strikes through a shape.
    ...layout.edges.map((edge) => drawShape(edge)),
    ...layout.nodes.map((node, i) => drawNode(node, `${id}-n${i}`)),
  );
}

function drawNode(placed: PlacedNode, id: string): SVGGElement {
  const { node, x, y, width, height, title, detail } = placed;
  const about = [node.type, translated(node.detail)].filter(Boolean).join(' · ');
  const group = svg(
    'g',
    {
      id,
      class: 'dlw-mg-node',
      role: 'option',
      'aria-selected': 'false',
      'data-path': node.path,
      'data-kind': node.kind,
      'data-family': family(node),
      transform: `translate(${x},${y})`,
    },
    // Also what a screen reader says: the texts below may be cut.
    svg('title', {}, [node.path, about, shared(placed)].filter(Boolean).join('\n')),
    svg('rect', { class: 'dlw-mg-card', width, height, rx: 5 }),
    svg('rect', { class: 'dlw-mg-mark', width: 5, height: height - 2, x: 1, y: 1, rx: 2.5 }),
    svg(
      'text',
      { 'aria-hidden': 'true', class: 'dlw-mg-title', x: 14, y: detail ? 17 : height / 2 + 4 },
      title,
    ),
  );
  if (detail)
    group.append(svg('text', { 'aria-hidden': 'true', class: 'dlw-mg-detail', x: 14, y: 33 }, detail));
  if (node.calls > 1) group.classList.add('dlw-mg-shared');
  if (canOpen(node)) group.append(opener(node.path, width - 20, 9, false));
  return group;
}

function drawFrame(placed: PlacedNode, id: string): SVGGElement {
  const { node, x, y, width, height, title } = placed;
  return svg(
    'g',
    {
      id,
      class: 'dlw-mg-frame',
      'data-path': node.path,
      transform: `translate(${x},${y})`,
    },
    svg('title', {}, node.path),
    svg('rect', { class: 'dlw-mg-box', width, height, rx: 8 }),
    svg('text', { class: 'dlw-mg-title', x: 28, y: 17 }, title),
    opener(node.path, 8, 6, true),
  );
}

/** The small button that opens or closes a nested model. */
function opener(path: string, x: number, y: number, open: boolean): SVGGElement {
  return svg(
    'g',
    { class: 'dlw-mg-opener', 'data-opens': path, transform: `translate(${x},${y})` },
    svg('title', {}, open ? t('Close') : t('Open')),
    svg('rect', { width: 14, height: 14, rx: 3 }),
    svg('path', { d: open ? 'M3.5,7H10.5' : 'M3.5,7H10.5M7,3.5V10.5' }),
  );
}

function drawEdge(placed: PlacedEdge, id: string): SVGGElement {
  const { edge, points } = placed;
  const path = svg('path', { d: pathThrough(points), 'marker-end': `url(#${id}-arrow)` });
  return svg('g', edgeAttributes(edge), path);
}

function drawShape({ edge, label }: PlacedEdge): SVGGElement {
  const text = svg('text', { class: 'dlw-mg-shape', x: label[0], y: label[1] + 4 }, edge.shape);
  return svg('g', edgeAttributes(edge), text);
}

function edgeAttributes(edge: GraphEdge): Record<string, string | number> {
  return {
    class: 'dlw-mg-edge',
    'data-source': edge.source,
    'data-target': edge.target,
    'data-call': Math.min(edge.call, 3),
  };
}

function shared({ node }: PlacedNode): string {
  return node.calls > 1 ? tn('shared, called {n} time', 'shared, called {n} times', node.calls) : '';
}

/** The tip of the arrows. */
export function arrowHead(id: string): SVGDefsElement {
  return svg(
    'defs',
    {},
    svg(
      'marker',
      {
        id: `${id}-arrow`,
        viewBox: '0 0 8 8',
        refX: 7,
        refY: 4,
        markerUnits: 'userSpaceOnUse',
        markerWidth: 9,
        markerHeight: 9,
        orient: 'auto-start-reverse',
      },
      svg('path', { class: 'dlw-mg-tip', d: 'M0,0.5L8,4L0,7.5z' }),
    ),
  );
}
