import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { afterPaint } from '../../core/frame-scheduler';
import { DrawnView } from '../../core/view';
import { drawImage, sizedCanvas } from '../../shared/draw-pixels';
import { LatestSender } from '../../shared/latest-sender';
import { Tip } from '../../shared/tip';
import { Pinch, type PinchStep } from '../../shared/viewport';
import { type Hold, holdAt, REACH } from './hold';
import { type LatentPadModel, NO_CODES, place, square } from './model';
import { Mosaic } from './mosaic';
import { paintPlane } from './painter';
import {
  between,
  coordinate,
  fromPixel,
  minus,
  moveByKey,
  nearest,
  panned,
  pinched,
  type Place,
  type Plane,
  sideIn,
  tileAt,
  tileCenter,
  toPixel,
  zoomed,
} from './plane';
import { PlaneTools } from './tools';

/** Time without another zoom after which the kernel hears what the plane shows. */
const SETTLED_MS = 120;
/** A press that moves less than this is a click on a code. */
const SLOP = 4;
const ZOOMS: Record<string, number> = { '+': 1.5, '=': 1.5, '-': 1 / 1.5, '0': 0 };

/** A latent plane over a map, whose handle follows the pointer and the keys, beside the image decoded there. */
export class LatentPadView extends DrawnView {
  declare model: LatentPadModel;
  private heading!: HTMLElement;
  private surface!: HTMLElement;
  private canvas!: HTMLCanvasElement;
  private handle!: HTMLElement;
  private image!: HTMLCanvasElement;
  private original!: HTMLCanvasElement;
  private readout!: HTMLElement;
  private originalFigure!: HTMLElement;
  private originalCaption!: HTMLElement;
  private yLabel!: HTMLElement;
  private xLabel!: HTMLElement;
  private plane!: Plane;
  private sender!: LatestSender;
  private tools!: PlaneTools;
  private tip!: Tip;
  private mosaic!: Mosaic;
  /** Where the press began or was last, what it has hold of, and where that was before. */
  private press!: { at: Place; hold: Hold; before: Place } | null;
  private pinch!: Pinch;
  /** The ends of the path while one of them is dragged, before the kernel has drawn it. */
  private dragged!: [Place, Place] | null;
  private telling!: ReturnType<typeof setTimeout> | undefined;
  /** When the pointer moved for each place that is on its way, in ms of the page's clock. */
  private moved!: Map<number, number>;

  override render(): void {
    super.render();
    this.plane = { side: sideIn(Infinity), radius: 3 };
    this.press = this.dragged = null;
    this.mosaic = new Mosaic();
    this.telling = undefined;
    this.moved = new Map();
    this.pinch = new Pinch();
    this.tip = new Tip();
    this.tools = new PlaneTools({
      layers: () => this.drawing.request(true),
      zoom: (factor) => this.zoom(factor, this.model.point),
      along: (share, rests) => this.goAlong(share, rests),
    });
    this.build();
    // A share of the path has no second number.
    this.sender = new LatestSender(([x, y], asked, when) => {
      this.moved.set(asked, when);
      this.model.tell(Number.isNaN(y) ? { type: 'along', share: x, asked } : { type: 'move', x, y, asked });
    });
    this.stops.push(
      () => this.sender.dispose(),
      () => this.tools.stop(),
      () => clearTimeout(this.telling),
    );
    this.listenTo(this.model, 'change:image', () => this.onImage());
    this.listenTo(this.model, 'change:point', () => this.placeHandle());
    this.listenTo(this.model, 'change:path', () => {
      if (this.press === null) this.dragged = null;
    });
    this.listenTo(this.model, 'change:region', () => this.drawing.request(true));
    this.surface.addEventListener('pointerdown', (event) => this.onDown(event));
    this.surface.addEventListener('pointermove', (event) => this.onMove(event));
    this.surface.addEventListener('pointerup', (event) => this.onUp(event));
    this.surface.addEventListener('pointercancel', (event) => this.onCancel(event));
    this.surface.addEventListener('pointerleave', () => this.tip.hide());
    this.surface.addEventListener(
      'wheel',
      (event) => {
        // The page scrolls as usual, unless the plane has the focus or the wheel is meant to zoom.
        if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.surface) return;
        event.preventDefault();
        const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002));
        this.zoom(factor, fromPixel(this.plane, this.pixel(event)));
      },
      { passive: false },
    );
    this.surface.addEventListener('keydown', (event) => this.onKey(event));
    this.surface.addEventListener('keyup', (event) => {
      if (moveByKey(event.key, false, [0, 0], 1)) this.rest();
    });
    this.drawOnResize();
    this.onImage();
  }

  private build(): void {
    this.el.classList.add('dlw-latent-pad');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.heading = el('div', 'dlw-title', { role: 'heading', 'aria-level': 2 });
    this.canvas = el('canvas', 'dlw-latent-canvas', { 'aria-hidden': 'true' });
    this.handle = el('div', 'dlw-latent-handle', { 'aria-hidden': 'true' });
    this.surface = el(
      'div',
      'dlw-latent-surface',
      {
        role: 'slider',
        tabindex: 0,
        'aria-roledescription': () => t('latent plane'),
      },
      this.canvas,
      this.handle,
      this.tip.root,
    );
    this.yLabel = el('div', 'dlw-latent-y');
    this.xLabel = el('div', 'dlw-latent-x');
    // Square, as most images are, so that nothing moves when the first one comes.
    this.image = el('canvas', 'dlw-latent-image', { 'aria-hidden': 'true', width: 1, height: 1 });
    this.original = el('canvas', 'dlw-latent-image', { 'aria-hidden': 'true' });
    this.readout = el('figcaption', 'dlw-latent-caption');
    this.originalCaption = el('figcaption', 'dlw-latent-caption');
    this.originalFigure = el('figure', '', { hidden: true }, this.original, this.originalCaption);
    this.el.append(
      this.heading,
      el(
        'div',
        'dlw-latent-body',
        {},
        el('div', 'dlw-latent-plane', {}, this.yLabel, this.surface, this.xLabel),
        el(
          'div',
          'dlw-latent-images',
          {},
          el('figure', '', {}, this.image, this.readout),
          this.originalFigure,
        ),
      ),
      this.tools.root,
      el('div', 'dlw-latent-hint', {}, () =>
        t(
          'Drag the ring, click a place, or use the arrow keys. Click a dot to see its image. Drag A and B. Zoom with ' +
            '+ and −, with two fingers, or with the wheel after a click; drag with Shift to move the plane.',
        ),
      ),
    );
  }

  protected override draw(): void {
    const { model } = this;
    const side = sideIn(this.el.clientWidth - 28);
    this.plane = this.shownPlane(side);
    this.el.style.setProperty('--dlw-side', `${side}px`);
    const context = sizedCanvas(this.canvas, side, side);
    if (context) {
      const scene = {
        codes: model.codes,
        names: model.texts('class_names'),
        selected: model.number('selected', -1),
        points: this.tools.showsPoints,
        ghost: this.tools.showsGhost ? model.ghost : NO_CODES,
        tiles: model.tiles,
        opacity: this.tools.opacity,
        path: this.path,
        arrow: place(model.get('arrow')),
        point: model.point,
      };
      paintPlane(context, this.plane, this.theme, scene, this.mosaic.of(model.tiles, model.text('colormap')));
    }
    this.tools.offer({
      map: model.tiles.columns > 0,
      ghost: model.ghost.groups.length > 0,
      path: this.path !== null,
    });
    this.tools.label();
    setText(this.heading, model.localized('title'));
    this.heading.hidden = model.localized('title') === '';
    setText(this.xLabel, model.localized('x_label'));
    setText(this.yLabel, model.localized('y_label'));
    this.placeHandle();
    this.drawOriginal();
    const { region } = model.tiles;
    this.el.dataset.codes = String(model.codes.groups.length);
    this.el.dataset.tiles = String(model.tiles.atlas.count);
    this.el.dataset.map = region.map((value) => value.toFixed(3)).join(' ');
    this.el.dataset.ready = 'true';
  }

  /** What the plane shows, zoomed or whole. */
  private shownPlane(side: number): Plane {
    const zoom = square(this.model.get('region'));
    if (!zoom) return { side, radius: Math.max(0.1, this.model.number('radius', 3)) };
    return { side, radius: zoom[2], center: [zoom[0], zoom[1]] };
  }

  private get path(): readonly [Place, Place] | null {
    return this.dragged ?? this.model.path;
  }

  private zoom(factor: number, around: Place): void {
    const whole = Math.max(0.1, this.model.number('radius', 3));
    this.look(factor === 0 ? null : zoomed(this.plane, factor, around, whole));
  }

  /** Shows another part of the plane; its map follows as soon as the kernel has decoded it. */
  private look(plane: Plane | null): void {
    const [x, y] = plane?.center ?? [0, 0];
    this.model.set('region', plane ? [x, y, plane.radius] : []);
    this.plane = this.shownPlane(this.plane.side);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.model.save_changes(), SETTLED_MS);
    this.tip.hide();
  }

  private goAlong(share: number, rests: boolean): void {
    const { path } = this;
    if (!path) return;
    this.model.set('point', [...between(path[0], path[1], share)]);
    this.sender.offer([share, NaN], performance.now());
    if (rests) this.rest();
  }

  private placeHandle(): void {
    const { model } = this;
    const [x, y] = model.point;
    const [left, top] = toPixel(this.plane, [x, y]);
    this.handle.style.transform = `translate(${left}px, ${top}px)`;
    const text = this.coordinates([x, y]);
    setText(this.readout, t('What the decoder draws at {place}', { place: text }));
    setAttributes(this.surface, {
      'aria-label': t('Point in the latent space'),
      'aria-valuenow': x.toFixed(2),
      'aria-valuemin': -this.plane.radius,
      'aria-valuemax': this.plane.radius,
      'aria-valuetext': text,
    });
    this.el.dataset.point = `${x.toFixed(3)} ${y.toFixed(3)}`;
  }

  private coordinates([x, y]: Place): string {
    const { model } = this;
    return `${model.localized('x_label')} ${coordinate(x)}, ${model.localized('y_label')} ${coordinate(y)}`;
  }

  /** Shown at once, without waiting for the next frame's turn: it follows the pointer. */
  private onImage(): void {
    const asked = this.model.answered;
    this.show(this.image, 'image');
    this.el.dataset.answered = String(asked);
    this.sender.answered(asked);
    const since = this.moved.get(asked);
    for (const key of this.moved.keys()) if (key <= asked) this.moved.delete(key);
    if (since === undefined) return;
    requestAnimationFrame(() =>
      afterPaint(() => {
        const detail = { asked, ms: performance.now() - since };
        this.el.dispatchEvent(new CustomEvent('dlw:follow', { detail, bubbles: true }));
      }),
    );
  }

  private drawOriginal(): void {
    const shown = this.show(this.original, 'original');
    this.originalFigure.hidden = !shown;
    setText(this.originalCaption, this.model.localized('original_label'));
  }

  private show(canvas: HTMLCanvasElement, name: 'image' | 'original'): boolean {
    const atlas = this.model.atlas(name);
    if (atlas.count === 0) return false;
    drawImage(canvas, atlas, 0, this.model.text('colormap'));
    return true;
  }

  private pixel(event: MouseEvent): Place {
    const box = this.surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private holdAt(at: Place, shift: boolean): Hold {
    const { path, plane, model } = this;
    const places = this.tools.showsPoints ? model.codes.places : null;
    return shift ? 'plane' : holdAt(plane, { point: model.point, path, places }, at);
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.surface.focus({ preventScroll: true });
    this.surface.setPointerCapture(event.pointerId);
    this.tip.hide();
    this.pinch.press(event);
    if (this.pinch.count > 1) {
      this.letGo();
      return;
    }
    const at = this.pixel(event);
    const hold = this.holdAt(at, event.shiftKey);
    const end = hold === 0 || hold === 1 ? this.path?.[hold] : null;
    this.press = { at, hold, before: end ?? this.model.point };
    const [dx, dy] = minus(toPixel(this.plane, this.model.point), at);
    if (hold === 'handle' && Math.hypot(dx, dy) >= REACH) {
      this.moveTo(fromPixel(this.plane, at), event.timeStamp);
    }
  }

  /** Another finger has come: the two zoom, and what the first one moved goes back. */
  private letGo(): void {
    const { press } = this;
    this.press = null;
    if (press?.hold === 0 || press?.hold === 1) this.dragEnd(press.hold, press.before);
    if (press?.hold !== 'handle') return;
    this.moveTo(press.before, performance.now());
    this.rest();
  }

  /** Two fingers zoom around their middle, and take the plane along. */
  private onPinch(step: PinchStep): void {
    const { left, top } = this.surface.getBoundingClientRect();
    this.look(pinched(this.plane, step, [left, top], Math.max(0.1, this.model.number('radius', 3))));
  }

  private onMove(event: PointerEvent): void {
    const at = this.pixel(event);
    const step = this.pinch.move(event);
    if (this.pinch.count > 1) {
      if (step) this.onPinch(step);
      return;
    }
    if (!this.press) {
      // The finger that is left after two have zoomed moves nothing.
      if (this.pinch.count === 0) this.point(at);
      return;
    }
    const { at: from, hold } = this.press;
    const [dx, dy] = minus(at, from);
    if (hold === 'plane') {
      this.press.at = at;
      this.look(panned(this.plane, dx, dy));
    } else if (hold === 0 || hold === 1) this.dragEnd(hold, fromPixel(this.plane, at));
    else if (hold === 'handle' || Math.hypot(dx, dy) >= SLOP) {
      this.press.hold = 'handle';
      this.moveTo(fromPixel(this.plane, at), event.timeStamp);
    }
  }

  private onUp(event: PointerEvent): void {
    this.pinch.release(event);
    const { press } = this;
    this.press = null;
    if (press?.hold === 'handle') this.rest();
    if (press?.hold !== 'point') return;
    const index = nearest(this.plane, this.model.codes.places, this.pixel(event), REACH);
    if (index >= 0) this.model.act({ type: 'pick', index });
  }

  private onCancel(event: PointerEvent): void {
    this.pinch.release(event);
    if (this.press?.hold === 'handle') this.rest();
    this.press = null;
  }

  private dragEnd(end: 0 | 1, [x, y]: Place): void {
    const { path } = this;
    if (!path) return;
    this.tools.stop();
    this.dragged = end === 0 ? [[x, y], path[1]] : [path[0], [x, y]];
    this.model.tell({ type: 'end', end, x, y });
    this.drawing.request(true);
  }

  /** Says what is under the pointer: a point, or the tile of the map. */
  private point(at: Place): void {
    const { model, plane } = this;
    const { atlas, columns, region } = model.tiles;
    const index = this.tools.showsPoints ? nearest(plane, model.codes.places, at, REACH / 2) : -1;
    const under = fromPixel(plane, at);
    const tile = columns > 0 && this.tools.opacity > 0 ? tileAt(region, columns, under) : -1;
    if (index < 0 && tile < 0) {
      this.tip.hide();
      return;
    }
    const { places, groups } = model.codes;
    const where: Place =
      index < 0 ? tileCenter(region, columns, tile) : [places[index * 2]!, places[index * 2 + 1]!];
    const name = model.texts('class_names')[groups[index] ?? -1];
    const coordinates = this.coordinates(where);
    const text =
      index < 0
        ? t('What the decoder draws at {place}', { place: coordinates })
        : t('Image {index}: {name}. {place}', { index, name: name ?? '', place: coordinates });
    const size = { width: plane.side, height: plane.side };
    this.tip.show({ text, atlas, tile: index < 0 ? tile : -1 }, at, size, model.text('colormap'));
  }

  /** The handle is let go: what takes longer than an image may follow now. */
  private rest(): void {
    this.sender.flush();
    this.model.tell({ type: 'rest' });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { model } = this;
    if (event.key === 'Enter') {
      const index = nearest(this.plane, model.codes.places, toPixel(this.plane, model.point), Infinity);
      if (index >= 0) model.act({ type: 'pick', index });
    } else if (event.key in ZOOMS) this.zoom(ZOOMS[event.key]!, model.point);
    else {
      const [x, y] = this.plane.center ?? [0, 0];
      const whole = Math.max(model.number('radius', 3), Math.abs(x), Math.abs(y));
      const to = moveByKey(event.key, event.shiftKey, model.point, whole, this.plane.radius);
      if (to === null) return;
      this.moveTo(to, event.timeStamp);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private moveTo(to: Place, when: number): void {
    this.tools.stop();
    this.model.set('point', [...to]);
    this.sender.offer(to, when);
  }
}
