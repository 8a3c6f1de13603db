import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { afterPaint } from '../../core/frame-scheduler';
import { DrawnView } from '../../core/view';
import { drawImage, sizedCanvas } from '../../shared/draw-pixels';
import type { DrawSurfaceModel } from './model';
import { BRUSHES, drawStrokes, FIRST_BRUSH, inside, movePen, type Spot } from '../../shared/strokes';

const LARGEST_SIDE = 300;
const SMALLEST_SIDE = 180;
/** Places closer than this are one, as a part of the side. */
const CLOSE = 0.004;

const help = (): string =>
  t(
    'Draw with the mouse, a pen or a finger. With the keyboard, the arrow keys move the pen, Space puts it down or lifts it, U undoes, Delete clears, + and − change the brush.',
  );

/** A square that takes the strokes of mouse, pen, finger and keys, and shows what the model sees of them. */
export class DrawSurfaceView extends DrawnView {
  declare model: DrawSurfaceModel;
  private heading!: HTMLElement;
  private surface!: HTMLElement;
  private canvas!: HTMLCanvasElement;
  private cursor!: HTMLElement;
  private hint!: HTMLElement;
  private seen!: HTMLCanvasElement;
  private seenLabel!: HTMLElement;
  private undo!: HTMLButtonElement;
  private clear!: HTMLButtonElement;
  private brushes!: HTMLButtonElement[];
  private status!: HTMLElement;
  private brush!: number;
  /** The pointer that draws. */
  private pointer!: number | null;
  /** Where the keys have moved the pen, and whether it is down. */
  private pen!: { at: Spot; down: boolean };
  /** When the pen moved last, ms of the page's clock. */
  private newest!: number;
  /** When the pen had moved last in each picture that is not answered. */
  private moved!: Map<number, number>;

  override render(): void {
    super.render();
    this.brush = FIRST_BRUSH;
    this.pointer = null;
    this.pen = { at: [0.5, 0.5], down: false };
    this.moved = new Map();
    this.newest = performance.now();
    this.build();
    this.listenTo(this.model, 'strokes', () => this.drawing.request(true));
    this.listenTo(this.model, 'change:answered', () => this.onAnswer());
    this.listenTo(this.model, 'sent', (asked: number) => this.moved.set(asked, this.newest));
    this.surface.addEventListener('pointerdown', (event) => this.onDown(event));
    this.surface.addEventListener('pointermove', (event) => this.onMove(event));
    for (const kind of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
      this.surface.addEventListener(kind, (event) => {
        if (event.pointerId === this.pointer) this.pointer = null;
      });
    }
    this.surface.addEventListener('keydown', (event) => this.onKey(event));
    this.surface.addEventListener('focus', () => this.drawing.request(true));
    this.surface.addEventListener('blur', () => {
      this.pen.down = false;
      this.drawing.request(true);
    });
    this.undo.addEventListener('click', () => this.model.undo());
    this.clear.addEventListener('click', () => this.model.erase());
    this.brushes.forEach((button, i) => button.addEventListener('click', () => this.choose(i)));
    this.drawOnResize();
    this.model.begins();
  }

  private build(): void {
    this.el.classList.add('dlw-draw');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.heading = el('div', 'dlw-title', { role: 'heading', 'aria-level': 2 });
    this.canvas = el('canvas', 'dlw-draw-canvas', { 'aria-hidden': 'true' });
    this.cursor = el('div', 'dlw-draw-cursor', { 'aria-hidden': 'true', hidden: true });
    this.hint = el('div', 'dlw-draw-hint', { 'aria-hidden': 'true' });
    this.status = el('div', 'dlw-sr-only', { role: 'status' });
    this.surface = el(
      'div',
      'dlw-draw-surface',
      { role: 'application', tabindex: 0, 'aria-roledescription': () => t('drawing pad'), title: help },
      this.canvas,
      this.hint,
      this.cursor,
    );
    this.undo = button(
      () => t('Undo'),
      () => t('Remove the last stroke (U)'),
    );
    this.clear = button(
      () => t('Clear'),
      () => t('Remove all strokes (Delete)'),
    );
    this.brushes = BRUSHES.map(({ name, width }) => {
      const made = button(null, name);
      made.append(el('span', 'dlw-draw-dot', { style: `width:${width * 130}px;height:${width * 130}px` }));
      return made;
    });
    this.seen = el('canvas', 'dlw-draw-seen', { 'aria-hidden': 'true' });
    this.seenLabel = el('figcaption', 'dlw-heat-caption');
    this.el.append(
      this.heading,
      el(
        'div',
        'dlw-draw-body',
        {},
        el(
          'div',
          '',
          {},
          this.surface,
          el(
            'div',
            'dlw-draw-tools',
            { role: 'toolbar', 'aria-label': () => t('Drawing') },
            this.undo,
            this.clear,
            el('span', 'dlw-draw-gap'),
            ...this.brushes,
          ),
        ),
        el('figure', 'dlw-heat-panel', {}, this.seen, this.seenLabel),
      ),
      this.status,
    );
  }

  protected override draw(): void {
    const { model } = this;
    const side = Math.max(SMALLEST_SIDE, Math.min(LARGEST_SIDE, (this.el.clientWidth || LARGEST_SIDE) - 4));
    this.el.style.setProperty('--dlw-side', `${side}px`);
    const context = sizedCanvas(this.canvas, side, side);
    if (context) {
      context.strokeStyle = context.fillStyle = '#f4f4f4';
      drawStrokes(context, model.strokes, side);
    }
    const empty = model.strokes.length === 0;
    this.hint.hidden = !empty && !model.showsExample;
    setText(this.hint, model.showsExample ? t('An example: draw your own digit') : t('Draw a digit here'));
    this.hint.classList.toggle('dlw-draw-example', model.showsExample);
    this.undo.disabled = this.clear.disabled = empty;
    this.brushes.forEach((made, i) => (made.ariaPressed = String(i === this.brush)));
    this.cursor.hidden = document.activeElement !== this.surface;
    this.cursor.classList.toggle('dlw-draw-down', this.pen.down);
    const wide = BRUSHES[this.brush]!.width * side;
    this.cursor.style.width = this.cursor.style.height = `${wide}px`;
    this.cursor.style.transform = `translate(${this.pen.at[0] * side - wide / 2}px, ${this.pen.at[1] * side - wide / 2}px)`;
    this.surface.setAttribute('aria-label', `${model.localized('description')}. ${help()}`);
    setText(this.heading, model.localized('title'));
    this.heading.hidden = model.localized('title') === '';
    this.drawSeen();
    this.el.dataset.strokes = String(model.strokes.length);
    this.el.dataset.ready = 'true';
  }

  private drawSeen(): void {
    const { seen } = this.model;
    const figure = this.seen.parentElement!;
    figure.hidden = seen.count === 0;
    if (seen.count === 0) return;
    drawImage(this.seen, seen);
    setText(
      this.seenLabel,
      `${this.model.localized('seen_label')}\n${t('{size} pixels', { size: `${seen.width}×${seen.height}` })}`,
    );
  }

  private onAnswer(): void {
    const asked = this.model.number('answered');
    const since = this.moved.get(asked);
    for (const key of this.moved.keys()) if (key <= asked) this.moved.delete(key);
    this.el.dataset.answered = String(asked);
    if (since === undefined) return;
    requestAnimationFrame(() =>
      afterPaint(() => {
        const detail = { asked, ms: performance.now() - since };
        this.el.dispatchEvent(new CustomEvent('dlw:drawn', { detail, bubbles: true }));
      }),
    );
  }

  private place(event: PointerEvent): Spot {
    const box = this.surface.getBoundingClientRect();
    return inside([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0 || this.pointer !== null) return;
    event.preventDefault();
    this.surface.focus({ preventScroll: true });
    this.surface.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.pen = { at: this.place(event), down: false };
    this.begin(event.timeStamp);
  }

  private onMove(event: PointerEvent): void {
    if (event.pointerId !== this.pointer) return;
    // A browser hands out several places of a fast pen in one event.
    const all = typeof event.getCoalescedEvents === 'function' ? event.getCoalescedEvents() : [];
    for (const each of all.length > 0 ? all : [event]) this.extend(this.place(each));
    this.sent(event.timeStamp);
  }

  private begin(when: number): void {
    this.newest = when;
    this.model.begin({ width: BRUSHES[this.brush]!.width, spots: [this.pen.at] });
  }

  private extend(to: Spot): void {
    const stroke = this.model.strokes.at(-1);
    const last = stroke?.spots.at(-1);
    this.pen.at = to;
    if (!stroke || !last || Math.hypot(to[0] - last[0], to[1] - last[1]) < CLOSE) return;
    stroke.spots.push(to);
  }

  private sent(when: number): void {
    this.newest = when;
    this.model.redrawn();
  }

  private choose(brush: number): void {
    this.brush = Math.min(BRUSHES.length - 1, Math.max(0, brush));
    this.drawing.request(true);
  }

  private onKey(event: KeyboardEvent): void {
    const { key } = event;
    const undo = key === 'u' || key === 'U' || (key === 'z' && (event.ctrlKey || event.metaKey));
    if (!undo && (event.ctrlKey || event.metaKey || event.altKey)) return;
    const to = movePen(key, event.shiftKey, this.pen.at);
    if (to) {
      this.extendTo(to, event.timeStamp);
    } else if (key === ' ' || key === 'Enter') {
      this.pen.down = !this.pen.down;
      if (this.pen.down) this.begin(event.timeStamp);
      setText(this.status, this.pen.down ? t('Pen down') : t('Pen lifted'));
    } else if (undo) {
      this.pen.down = false;
      this.model.undo();
    } else if (key === 'Delete' || key === 'Backspace') {
      this.pen.down = false;
      this.model.erase();
    } else if (key === '+' || key === '-') {
      this.choose(this.brush + (key === '+' ? 1 : -1));
    } else {
      return;
    }
    this.drawing.request(true);
    event.preventDefault();
    event.stopPropagation();
  }

  private extendTo(to: Spot, when: number): void {
    if (!this.pen.down) {
      this.pen.at = to;
      return;
    }
    this.extend(to);
    this.sent(when);
  }
}

function button(text: (() => string) | null, title: () => string): HTMLButtonElement {
  const attributes = { type: 'button', title, 'aria-label': text ?? title };
  return el('button', 'dlw-button dlw-draw-button', attributes, ...(text ? [text] : []));
}
