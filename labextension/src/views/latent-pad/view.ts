import { t } from '../../core/i18n';
import { afterPaint, el, setAttributes, setText } from '../../shared/dom';
import { DrawnView } from '../../core/view';
import { drawImage, sizedCanvas } from '../../shared/draw-pixels';
import { LatestSender } from '../../shared/latest-sender';
import { type LatentPadModel, place } from './model';
import { paintPlane } from './painter';
import { coordinate, fromPixel, moveByKey, nearest, type Place, type Plane, toPixel } from './plane';

const LARGEST_SIDE = 420;
/** A press that moves less than this is a click on a code. */
const SLOP = 4;
const REACH = 12;

/** A latent plane whose handle follows the pointer and the keys, beside the image decoded there. */
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
  /** Where the press began, and whether it has become a drag. */
  private press!: { at: Place; dragging: boolean } | null;
  /** When the pointer moved for each place that is on its way, in ms of the page's clock. */
  private moved!: Map<number, number>;

  override render(): void {
    super.render();
    this.plane = { side: LARGEST_SIDE, radius: 3 };
    this.press = null;
    this.moved = new Map();
    this.build();
    this.sender = new LatestSender(([x, y], asked, when) => {
      this.moved.set(asked, when);
      this.model.tell({ type: 'move', x, y, asked });
    });
    this.stops.push(() => this.sender.dispose());
    this.listenTo(this.model, 'change:image', () => this.onImage());
    this.listenTo(this.model, 'change:point', () => this.placeHandle());
    this.surface.addEventListener('pointerdown', (event) => this.onDown(event));
    this.surface.addEventListener('pointermove', (event) => this.onMove(event));
    this.surface.addEventListener('pointerup', (event) => this.onUp(event));
    this.surface.addEventListener('pointercancel', () => this.onCancel());
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
        title: () => t('Drag the ring, or use the arrow keys. Click a dot to see its image.'),
      },
      this.canvas,
      this.handle,
    );
    this.yLabel = el('div', 'dlw-latent-y');
    this.xLabel = el('div', 'dlw-latent-x');
    this.image = el('canvas', 'dlw-latent-image', { 'aria-hidden': 'true' });
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
    );
  }

  protected override draw(): void {
    const { model } = this;
    const side = Math.max(160, Math.min(LARGEST_SIDE, this.el.clientWidth - 28));
    this.plane = { side, radius: Math.max(0.1, model.number('radius', 3)) };
    this.el.style.setProperty('--dlw-side', `${side}px`);
    const context = sizedCanvas(this.canvas, side, side);
    if (context) {
      paintPlane(context, this.plane, this.theme, {
        codes: model.codes,
        names: model.texts('class_names'),
        selected: model.number('selected', -1),
        gridReach: model.number('grid_reach'),
        path: model.list('path').flatMap((end) => [place(end)].filter((p) => p !== null)),
        arrow: place(model.get('arrow')),
        point: model.point,
      });
    }
    setText(this.heading, model.localized('title'));
    this.heading.hidden = model.localized('title') === '';
    setText(this.xLabel, model.localized('x_label'));
    setText(this.yLabel, model.localized('y_label'));
    this.placeHandle();
    this.drawOriginal();
    this.el.dataset.codes = String(model.codes.groups.length);
    this.el.dataset.ready = 'true';
  }

  private placeHandle(): void {
    const { model } = this;
    const [x, y] = model.point;
    const [left, top] = toPixel(this.plane, [x, y]);
    this.handle.style.transform = `translate(${left}px, ${top}px)`;
    const text = `${model.localized('x_label')} ${coordinate(x)}, ${model.localized('y_label')} ${coordinate(y)}`;
    setText(this.readout, t('Decoded at {place}', { place: text }));
    setAttributes(this.surface, {
      'aria-label': t('Point in the latent space'),
      'aria-valuenow': x.toFixed(2),
      'aria-valuemin': -this.plane.radius,
      'aria-valuemax': this.plane.radius,
      'aria-valuetext': text,
    });
    this.el.dataset.point = `${x.toFixed(3)} ${y.toFixed(3)}`;
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

  private pixel(event: PointerEvent): Place {
    const box = this.surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.surface.focus({ preventScroll: true });
    this.surface.setPointerCapture(event.pointerId);
    const at = this.pixel(event);
    const [x, y] = toPixel(this.plane, this.model.point);
    // On the handle, and where there is no code, the drag begins at once.
    const onHandle = Math.hypot(x - at[0], y - at[1]) < REACH;
    const dragging = onHandle || nearest(this.plane, this.model.codes.places, at, REACH / 2) < 0;
    this.press = { at, dragging };
    if (dragging && !onHandle) this.moveTo(fromPixel(this.plane, at), event.timeStamp);
  }

  private onMove(event: PointerEvent): void {
    if (!this.press) return;
    const at = this.pixel(event);
    const { at: from } = this.press;
    if (!this.press.dragging && Math.hypot(at[0] - from[0], at[1] - from[1]) < SLOP) return;
    this.press.dragging = true;
    this.moveTo(fromPixel(this.plane, at), event.timeStamp);
  }

  private onUp(event: PointerEvent): void {
    const { press } = this;
    this.press = null;
    if (press?.dragging) this.rest();
    if (!press || press.dragging) return;
    const index = nearest(this.plane, this.model.codes.places, this.pixel(event), REACH);
    if (index >= 0) this.model.act({ type: 'pick', index });
  }

  private onCancel(): void {
    if (this.press?.dragging) this.rest();
    this.press = null;
  }

  /** The handle is let go: what takes longer than an image may follow now. */
  private rest(): void {
    this.model.tell({ type: 'rest' });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { model } = this;
    if (event.key === 'Enter') {
      const index = nearest(this.plane, model.codes.places, toPixel(this.plane, model.point), Infinity);
      if (index >= 0) model.act({ type: 'pick', index });
    } else {
      const to = moveByKey(event.key, event.shiftKey, model.point, this.plane.radius);
      if (to === null) return;
      this.moveTo(to, event.timeStamp);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private moveTo(to: Place, when: number): void {
    this.model.set('point', [...to]);
    this.sender.offer(to, when);
  }
}
