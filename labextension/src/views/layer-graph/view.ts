import { t } from '../../core/i18n';
import { reportError } from '../../core/model';
import { el, setAttributes, setText, svg } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { icon, type IconName } from '../../shared/icons';
import { ThemedView } from '../../core/view';
import { sizedCanvas } from '../../shared/draw-pixels';
import { FrameScheduler } from '../../core/frame-scheduler';
import { followPointers, type Size, type Viewport, zoomAt } from '../../shared/viewport';
import { ancestors, canOpen, isBlock, visibleGraph } from './data';
import { arrowHead, drawLayout } from './draw';
import { type Layout, layoutCompact, layoutGraph, loadDagre } from './layout';
import type { LayerGraphModel } from './model';
import { PicturePainter } from './pictures';
import { unitAt, UnitPointer } from './pointing';
import { fitAll, firstView, keepInside, LIMITS, neighbor, reveal, seenMiddle } from './viewport';

const STEP = 1.25; // one press of a zoom button
/** Below this scale the small print is left out. */
const SMALL = 0.5;
const TINY = 0.28;

/** Draws a network from its inputs down; zoom, pan, open nested models, choose a layer. */
export class LayerGraphView extends ThemedView {
  declare model: LayerGraphModel;
  private heading!: HTMLElement;
  private tools!: HTMLElement;
  private stage!: HTMLElement;
  private drawing!: SVGGElement;
  /** Over the nodes, with what their layers give. */
  private pictures!: HTMLCanvasElement;
  private painter!: PicturePainter;
  private painting!: FrameScheduler;
  private pointer!: UnitPointer;
  private notice!: HTMLElement;
  /** In the place of the graph, what will be there. */
  private waiting!: HTMLElement;
  private layout!: Layout | null;
  private port!: Viewport;
  /** The node that the keyboard is at: also inputs and operations, which are no layers. */
  private current!: string;
  private placed!: boolean;
  /** Whether the user has moved the view: then it is no longer fitted to its room. */
  private moved!: boolean;
  /** Whether the graph has not been drawn yet: then the chosen layer is looked for. */
  private fresh!: boolean;
  private round!: number;
  /** The width for which the view was last moved, to stay in the middle when it changes. */
  private width!: number;

  override render(): void {
    super.render();
    this.layout = null;
    this.port = { left: 0, top: 0, scale: 1 };
    this.current = '';
    this.placed = this.moved = false;
    this.fresh = true;
    this.round = 0;
    this.width = 0;
    this.el.classList.add('dlw-layer-graph');
    this.el.classList.toggle('dlw-mg-compact', this.model.flag('compact'));
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.heading = el('div', 'dlw-title', { role: 'heading', 'aria-level': 2 });
    this.tools = el('div', 'dlw-mg-tools', { role: 'toolbar', 'aria-label': () => t('Zoom') });
    this.drawing = svg('g', { class: 'dlw-mg-drawing' });
    const id = `dlw-mg-${this.cid}`;
    const canvas = svg('svg', { class: 'dlw-mg-canvas', role: 'presentation' }, arrowHead(id), this.drawing);
    this.pictures = el('canvas', 'dlw-mg-pictures', { 'aria-hidden': 'true' });
    this.painter = new PicturePainter();
    this.painting = new FrameScheduler(() => this.paint());
    this.pointer = new UnitPointer(this.model, () => this.painting.request());
    this.stops.push(() => this.painting.dispose());
    this.stops.push(() => this.pointer.dispose());
    this.waiting = el('div', 'dlw-notice dlw-mg-waiting', { role: 'status' });
    this.stage = el('div', 'dlw-mg-stage', { role: 'listbox', tabindex: 0 }, canvas, this.pictures);
    const frame = el('div', 'dlw-mg-room', {}, this.stage, this.waiting, this.pointer.root);
    this.notice = el('div', 'dlw-notice', { role: 'status' });
    const tools: [IconName, () => string, () => void][] = [
      ['zoomIn', () => t('Zoom in (+)'), () => this.zoom(STEP)],
      ['zoomOut', () => t('Zoom out (−)'), () => this.zoom(1 / STEP)],
      ['reset', () => t('Show everything (0)'), () => this.showAll()],
    ];
    for (const [name, title, action] of tools) this.addTool(name, title, action);
    this.el.append(el('div', 'dlw-mg-head', {}, this.heading, this.tools), frame, this.notice);
    this.listenTo(this.model, 'change:graph', () => {
      this.placed = this.moved = false;
      this.fresh = true;
      this.arrange();
    });
    this.listenTo(this.model, 'change:expanded', () => this.arrange());
    this.listenTo(this.model, 'change:layer', () => this.onLayer());
    this.listenTo(this.model, 'change:pictures', () => this.onPictures());
    this.listenTo(this.model, 'change:title change:message change:height change:empty_text', () =>
      this.words(),
    );
    followPointers(this.stage, {
      pan: (dx, dy) => this.pan(dx, dy),
      zoom: (factor, at) => this.zoom(factor, at),
      click: (event) => this.onClick(event),
      hover: (event) => this.hover(event),
    });
    this.stage.addEventListener('pointerleave', () => this.pointer.move(null));
    this.stage.addEventListener('dblclick', (event) => this.onDouble(event));
    this.stage.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    this.stage.addEventListener('keydown', (event) => this.onKey(event));
    this.watchSize(this.stage, () => this.onResize());
    this.words();
    this.arrange();
    this.onPictures();
  }

  protected override onTheme(): void {
    this.painting.request();
  }

  private onPictures(): void {
    this.painter.show(this.model.shown);
    this.el.dataset.step = String(this.model.shown.step);
    this.el.dataset.pictures = String(this.model.shown.byPath.size);
    this.painting.request();
  }

  /** Draws the pictures where their nodes are. */
  private paint(): void {
    const { room } = this;
    const context = sizedCanvas(this.pictures, room.width, room.height);
    if (!context || !this.layout || this.port.scale < TINY) {
      this.pointer.hide();
      return;
    }
    const style = getComputedStyle(this.el);
    this.painter.draw(context, this.layout.nodes, this.port, room, {
      accent: style.getPropertyValue('--dlw-accent'),
      bar: style.getPropertyValue('--dlw-mg-plain'),
      text: style.color,
      font: style.fontFamily,
    });
    this.pointer.draw(context, this.layout.nodes, this.port, room);
  }

  private hover(event: PointerEvent): void {
    const box = this.stage.getBoundingClientRect();
    const at: [number, number] = [event.clientX - box.left, event.clientY - box.top];
    const drawn = this.layout && this.port.scale >= TINY;
    const place = drawn ? unitAt(this.layout!.nodes, this.model.shown, this.port, at) : null;
    this.pointer.move(place, at);
  }

  protected override onLanguage(): void {
    this.arrange();
  }

  override remove(): this {
    this.round += 1;
    super.remove();
    return this;
  }

  private addTool(name: IconName, title: () => string, action: () => void): void {
    const button = el('button', 'dlw-tool', { type: 'button', title, 'aria-label': title }, icon(name));
    button.addEventListener('click', action);
    this.tools.append(button);
  }

  private get open(): Set<string> {
    return new Set(this.model.texts('expanded'));
  }

  private get room(): Size {
    return { width: this.stage.clientWidth || 600, height: this.stage.clientHeight || 400 };
  }

  private words(problem = ''): void {
    const { model } = this;
    const empty = model.network.nodes.length === 0;
    setText(this.heading, model.localized('title'));
    this.heading.hidden = !empty && model.localized('title') === '';
    setCode(this.notice, problem || model.localized('message'));
    this.notice.classList.toggle('dlw-error', problem !== '');
    this.notice.hidden = this.notice.textContent === '';
    // Without a graph the stage keeps its place: nothing moves when one comes.
    setText(this.waiting, empty ? model.emptyText() : '');
    this.waiting.hidden = !empty;
    this.el.classList.toggle('dlw-mg-empty', empty);
    this.stage.style.height = `${Math.max(120, model.number('height', 480))}px`;
    setAttributes(this.stage, { 'aria-label': model.localized('title') || t('Layers of the model') });
  }

  /** Places and draws what is to be seen; the view stays where it is, but for the first time. */
  private arrange(): void {
    const { network } = this.model;
    this.words();
    this.round += 1;
    const { round } = this;
    if (network.nodes.length === 0) {
      this.layout = null;
      this.drawing.replaceChildren();
      setAttributes(this.el, { 'data-ready': 'true', 'data-nodes': 0 });
      return;
    }
    loadDagre().then(
      (dagre) => {
        if (round !== this.round) return;
        const anchor = this.anchor();
        const visible = visibleGraph(network, this.open);
        this.layout = this.model.flag('compact')
          ? layoutCompact(visible, dagre, this.room)
          : layoutGraph(visible, dagre);
        drawLayout(this.drawing, this.layout, `dlw-mg-${this.cid}`);
        if (!this.placed) this.port = this.firstPort(this.layout);
        else this.keep(anchor);
        const first = this.fresh;
        this.fresh = false;
        this.placed = this.stage.clientWidth > 0;
        this.move(this.port);
        if (first) this.onLayer();
        else this.showCurrent();
        setAttributes(this.el, { 'data-ready': 'true', 'data-nodes': this.layout.nodes.length });
      },
      (error: unknown) => {
        reportError('LayerGraph', error);
        this.words(
          t(
            "The graph can't be drawn, because the page couldn't load its layout library. Reload the page to try again.",
          ),
        );
      },
    );
  }

  /** A compact graph is seen whole as long as its pictures can be told apart. */
  private firstPort(layout: Layout): Viewport {
    const all = fitAll(layout, this.room);
    return this.model.flag('compact') && all.scale >= SMALL ? all : firstView(layout, this.room);
  }

  /** The box of the current node, or of the model whose part it was or is. */
  private anchor(): { path: string; x: number; y: number } | null {
    const found = this.placedOf(this.current);
    return found ? { path: this.current, x: found.x, y: found.y } : null;
  }

  private keep(anchor: { path: string; x: number; y: number } | null): void {
    const now = anchor && this.placedOf(anchor.path);
    if (!anchor || !now) return;
    this.port.left += (anchor.x - now.x) * this.port.scale;
    this.port.top += (anchor.y - now.y) * this.port.scale;
  }

  private placedOf(path: string): Layout['nodes'][number] | undefined {
    const is = (placed: Layout['nodes'][number]): boolean => placed.node.path === path;
    return this.layout?.nodes.find(is) ?? this.layout?.frames.find(is);
  }

  /** Shows the layer that was chosen here or elsewhere. */
  private onLayer(): void {
    const { model } = this;
    const layer = model.text('layer');
    if (layer && model.network.byPath.has(layer)) {
      const closed = ancestors(model.network, layer).filter((path) => !this.open.has(path));
      this.current = layer;
      if (closed.length > 0) {
        model.put('expanded', [...this.open, ...closed]);
        return; // comes here again when it is drawn
      }
    } else if (layer === '' && this.isLayer(this.current)) {
      this.current = '';
    }
    this.showCurrent();
  }

  private showCurrent(): void {
    this.mark();
    const box = this.placedOf(this.current);
    if (box && this.placed) this.move(reveal(this.port, box, this.room));
  }

  private isLayer(path: string): boolean {
    const node = this.model.network.byPath.get(path);
    return node !== undefined && (node.kind === 'layer' || node.kind === 'model') && !isBlock(node);
  }

  private mark(): void {
    let active = '';
    for (const group of this.drawing.querySelectorAll<SVGGElement>('.dlw-mg-node, .dlw-mg-frame')) {
      const here = group.dataset.path === this.current;
      group.classList.toggle('dlw-mg-current', here);
      if (group.getAttribute('role') === 'option') group.setAttribute('aria-selected', String(here));
      if (here) active = group.id;
    }
    for (const edge of this.drawing.querySelectorAll<SVGGElement>('.dlw-mg-edge')) {
      const here = edge.dataset.source === this.current || edge.dataset.target === this.current;
      edge.classList.toggle('dlw-mg-current', here && this.current !== '');
    }
    setAttributes(this.stage, { 'aria-activedescendant': active || undefined });
    this.el.dataset.current = this.current;
  }

  private choose(path: string): void {
    this.current = path;
    const layer = this.isLayer(path) ? path : '';
    if (layer !== this.model.text('layer')) this.model.put('layer', layer);
    this.showCurrent();
  }

  private toggle(path: string): void {
    const node = this.model.network.byPath.get(path);
    if (!node || !canOpen(node)) return;
    const { open } = this;
    // What is inside goes out of sight with it.
    if (open.has(path) && ancestors(this.model.network, this.current).includes(path)) this.choose(path);
    if (!open.delete(path)) open.add(path);
    this.current = path;
    this.model.put('expanded', [...open]);
  }

  private move(port: Viewport): void {
    if (!this.layout) return;
    this.width = this.stage.clientWidth;
    this.port = keepInside(port, this.layout, this.room);
    const { left, top, scale } = this.port;
    this.drawing.setAttribute('transform', `translate(${left},${top}) scale(${scale})`);
    this.drawing.classList.toggle('dlw-mg-small', scale < SMALL);
    this.drawing.classList.toggle('dlw-mg-tiny', scale < TINY);
    this.el.dataset.scale = scale.toFixed(3);
    this.painting.request();
  }

  /** @param at by default what zooms without a pointer go to */
  private zoom(factor: number, at?: readonly [number, number]): void {
    if (!this.layout) return;
    const { x, y } = this.zoomGoal(this.layout);
    this.moved = true;
    this.move(zoomAt(this.port, factor, at ?? [x, y], LIMITS));
  }

  /** Where a zoom by button or key goes to: the chosen node where it is in sight. */
  private zoomGoal(layout: Layout): { x: number; y: number } {
    const { left, top, scale } = this.port;
    const box = this.placedOf(this.current);
    if (box) {
      const x = (box.x + box.width / 2) * scale + left;
      const y = (box.y + box.height / 2) * scale + top;
      if (x >= 0 && y >= 0 && x <= this.room.width && y <= this.room.height) return { x, y };
    }
    return seenMiddle(this.port, layout, this.room);
  }

  private showAll(): void {
    if (!this.layout) return;
    this.moved = false;
    this.move(fitAll(this.layout, this.room));
  }

  private onResize(): void {
    // Hidden for a while, as with its tab or notebook: it comes back as it was.
    if (!this.layout || this.stage.clientWidth === 0) return;
    if (this.model.flag('compact') && !this.moved && this.room.width !== this.width) {
      // Placed anew, as its height depends on the room as well.
      this.placed = false;
      this.arrange();
      return;
    }
    if (!this.placed) {
      this.port = this.firstPort(this.layout);
      this.placed = true;
      this.onLayer();
    } else if (this.width > 0 && this.room.width !== this.width) {
      this.port.left += (this.room.width - this.width) / 2;
    }
    this.move(this.port);
  }

  private pan(dx: number, dy: number): void {
    const { left, top, scale } = this.port;
    this.moved = true;
    this.move({ scale, left: left + dx, top: top + dy });
  }

  private onClick(event: PointerEvent): void {
    const opens = closest(event, '[data-opens]')?.dataset.opens;
    if (opens !== undefined) {
      this.toggle(opens);
      return;
    }
    const path = closest(event, '[data-path]')?.dataset.path ?? '';
    this.choose(path === this.current ? '' : path);
  }

  private onDouble(event: MouseEvent): void {
    const path = closest(event, '[data-path]')?.dataset.path;
    if (path !== undefined && closest(event, '[data-opens]') === null) this.toggle(path);
  }

  private onWheel(event: WheelEvent): void {
    // The page scrolls as usual, unless the graph has the focus or the wheel is meant to zoom.
    const zooming = event.ctrlKey || event.metaKey;
    if (!zooming && document.activeElement !== this.stage) return;
    event.preventDefault();
    const box = this.stage.getBoundingClientRect();
    if (zooming) {
      const factor = Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) * 0.008);
      const at = [event.clientX - box.left, event.clientY - box.top] as const;
      this.zoom(factor, at);
    } else {
      const [dx, dy] = event.shiftKey ? [event.deltaY, event.deltaX] : [event.deltaX, event.deltaY];
      this.pan(-dx, -dy);
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.layout) return;
    const actions: Record<string, () => void> = {
      '+': () => this.zoom(STEP),
      '=': () => this.zoom(STEP),
      '-': () => this.zoom(1 / STEP),
      '0': () => this.showAll(),
      Enter: () => this.toggle(this.current),
      ' ': () => this.toggle(this.current),
      Escape: () => this.choose(''),
    };
    const pan: Record<string, [number, number]> = {
      ArrowLeft: [80, 0],
      ArrowRight: [-80, 0],
      ArrowUp: [0, 80],
      ArrowDown: [0, -80],
    };
    if (event.shiftKey && Object.hasOwn(pan, event.key)) {
      const [dx, dy] = pan[event.key]!;
      this.pan(dx, dy);
    } else if (Object.hasOwn(actions, event.key)) {
      actions[event.key]!();
    } else {
      const next = neighbor(this.layout, this.current, event.key);
      if (next === null) {
        if (!event.key.startsWith('Arrow')) return;
      } else {
        this.choose(next);
      }
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

function closest(event: Event, selector: string): SVGElement | null {
  return event.target instanceof Element ? event.target.closest<SVGElement>(selector) : null;
}
