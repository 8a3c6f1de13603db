import { t } from '../../core/i18n';
import { el, keepHeight, setAttributes, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { DrawnView } from '../../core/view';
import { drawImage, sizedCanvas } from '../../shared/draw-pixels';
import type { Atlas } from '../../shared/atlas';
import { LatestSender } from '../../shared/latest-sender';
import { groupColor } from '../../shared/points-painter';
import { Tip } from '../../shared/tip';
import { followPointers, type Size, type Viewport } from '../../shared/viewport';
import type { VectorPlaneModel } from './model';
import { paintVectors } from './painter';
import { fitPoints, fitSquare, nearestPoint, pointTowards, toPixel, zoomed } from './plane';

const REACH = 14;

/** Vectors as points: zoom with the wheel or + and −, drag to move, point at one to see what it is. */
export class VectorPlaneView extends DrawnView {
  declare model: VectorPlaneModel;
  private heading!: HTMLElement;
  private summary!: HTMLElement;
  private notice!: HTMLElement;
  private body!: HTMLElement;
  private surface!: HTMLElement;
  private canvas!: HTMLCanvasElement;
  private tip!: Tip;
  private legend!: HTMLElement;
  private progress!: HTMLProgressElement;
  private view!: Viewport;
  private whole!: Viewport;
  private size!: Size;
  /** The surface under the points, drawn once. */
  private under!: { of: Atlas; canvas: HTMLCanvasElement } | null;
  /** Whether the user has zoomed or moved: then new points don't change the view. */
  private moved!: boolean;
  private only!: number;
  private hovered!: number;
  private legendKey!: string;
  private sender!: LatestSender;

  override render(): void {
    super.render();
    this.size = { width: 300, height: 300 };
    this.view = this.whole = { left: 150, top: 150, scale: 1 };
    this.moved = false;
    this.under = null;
    this.only = this.hovered = -1;
    this.legendKey = '';
    this.build();
    this.sender = new LatestSender(([row], asked) => this.model.tell({ type: 'hover', row, asked }));
    this.stops.push(() => this.sender.dispose());
    this.listenTo(this.model, 'change:hovered', () => {
      this.sender.answered(this.model.about.asked);
      this.showTip();
    });
    const { surface } = this;
    followPointers(surface, {
      pan: (dx, dy) => this.pan(dx, dy),
      zoom: (factor, at) => this.zoom(factor, at),
      click: (event) => this.onClick(event),
      hover: (event) => this.hover(this.rowAt(this.pixel(event))),
    });
    surface.addEventListener('pointerleave', () => this.hover(-1));
    surface.addEventListener('dblclick', () => this.showAll());
    surface.addEventListener('keydown', (event) => this.onKey(event));
    surface.addEventListener(
      'wheel',
      (event) => {
        // The page scrolls as usual, unless the points have the focus or the wheel is meant to zoom.
        if (!event.ctrlKey && !event.metaKey && document.activeElement !== surface) return;
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002)), this.pixel(event));
      },
      { passive: false },
    );
    this.drawOnResize();
  }

  protected override onTheme(): void {
    this.legendKey = '';
    super.onTheme();
  }

  private build(): void {
    this.el.classList.add('dlw-vectors');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.heading = el('div', 'dlw-title', { role: 'heading', 'aria-level': 2 });
    this.summary = el('div', 'dlw-summary', { role: 'status' });
    this.progress = el('progress', '', { max: 1, 'aria-label': () => t('Projection'), hidden: true });
    this.notice = el('div', 'dlw-notice', { role: 'status' });
    this.canvas = el('canvas', '', { 'aria-hidden': 'true' });
    this.tip = new Tip(true);
    this.surface = el(
      'div',
      'dlw-vectors-surface',
      {
        tabindex: 0,
        role: 'application',
        'aria-roledescription': () => t('scatter plot'),
        'aria-label': () =>
          t('Vectors as points. The arrow keys go from point to point, + and − zoom, 0 shows everything.'),
      },
      this.canvas,
      this.tip.root,
    );
    this.legend = el('div', 'dlw-vectors-legend', { role: 'group', 'aria-label': () => t('Classes') });
    this.body = el('div', 'dlw-vectors-body', {}, this.surface, this.legend);
    const head = el('div', 'dlw-view-head', {}, this.heading, this.summary, this.progress);
    this.el.append(head, this.body, this.notice);
  }

  protected override draw(): void {
    const { model } = this;
    const { points } = model;
    keepHeight(this.el, points.rows.length === 0);
    setText(this.heading, model.localized('title'));
    this.heading.hidden = model.localized('title') === '';
    setText(this.summary, model.localized('summary'));
    const failed = model.english('notice').startsWith('No vectors');
    const waiting = points.rows.length === 0 && !failed;
    setCode(this.notice, waiting ? model.emptyText('notice') : model.localized('notice'));
    this.notice.hidden = this.notice.textContent === '';
    this.notice.classList.toggle('dlw-error', failed);
    const done = model.number('progress', 1);
    this.progress.hidden = done >= 1;
    this.progress.value = done;
    this.body.hidden = points.rows.length === 0;
    const extent = model.number('extent');
    this.surface.classList.toggle('dlw-vectors-square', extent > 0);
    const size = { width: this.surface.clientWidth || 300, height: this.surface.clientHeight || 300 };
    this.whole = extent > 0 ? fitSquare(extent, size) : fitPoints(points, size);
    if (this.moved) {
      // What was in the middle stays there.
      this.view.left += (size.width - this.size.width) / 2;
      this.view.top += (size.height - this.size.height) / 2;
    } else this.view = { ...this.whole };
    this.size = size;
    this.showLegend();
    this.paint();
    this.showTip();
    setAttributes(this.el, { 'data-count': points.rows.length, 'data-ready': 'true' });
    this.el.dataset.selected = String(model.number('selected', -1));
  }

  private paint(): void {
    const { width, height } = this.size;
    const context = sizedCanvas(this.canvas, width, height);
    if (!context) return;
    paintVectors(context, this.view, this.size, this.theme, {
      points: this.model.points,
      only: this.only,
      selected: this.model.number('selected', -1),
      hovered: this.hovered,
      xLabel: this.model.localized('x_label'),
      yLabel: this.model.localized('y_label'),
      surface: this.surfaceNow(),
      extent: this.model.number('extent'),
    });
  }

  private surfaceNow(): HTMLCanvasElement | null {
    const of = this.model.surface;
    if (this.under?.of !== of) {
      this.under = { of, canvas: el('canvas') };
      if (of.count > 0) drawImage(this.under.canvas, of, 0, 'coolwarm');
    }
    return of.count > 0 ? this.under.canvas : null;
  }

  private showLegend(): void {
    const names = this.model.texts('class_names');
    const rings = this.model.points.wrong.includes(1);
    const key = `${names.join('\u0000')} ${rings}`;
    if (key === this.legendKey) return;
    this.legendKey = key;
    if (this.only >= names.length) this.only = -1;
    const buttons = names.map((name, which) => {
      const dot = el('span', 'dlw-vectors-dot');
      dot.style.setProperty('--dlw-color', groupColor(which, this.theme.dark));
      const button = el(
        'button',
        'dlw-vectors-class',
        {
          type: 'button',
          'aria-pressed': which === this.only ? 'true' : 'false',
          title: () => t('Highlight {name}', { name }),
        },
        dot,
        el('span', '', {}, name),
      );
      button.addEventListener('click', () => this.bringOut(which === this.only ? -1 : which));
      return button;
    });
    const ring = el('div', 'dlw-vectors-hint', {}, el('span', 'dlw-vectors-ring'), () =>
      t('predicted wrong'),
    );
    ring.hidden = !rings;
    this.legend.replaceChildren(ring, ...buttons);
    this.legend.hidden = names.length === 0;
  }

  private bringOut(which: number): void {
    this.only = which;
    this.legend.querySelectorAll('button').forEach((button, i) => {
      button.setAttribute('aria-pressed', i === which ? 'true' : 'false');
    });
    this.paint();
  }

  /** The image or word of the point under the pointer, as soon as the kernel has told it. */
  private showTip(): void {
    const { about, points } = this.model;
    const at = this.hovered < 0 || about.row !== this.hovered ? -1 : points.rows.indexOf(this.hovered);
    if (at < 0) {
      this.tip.hide();
      return;
    }
    const pointed = { text: about.text, atlas: about.image, tile: about.image.count > 0 ? 0 : -1 };
    const place = toPixel(this.view, points.places[at * 2]!, points.places[at * 2 + 1]!);
    this.tip.show(pointed, place, this.size, this.model.text('colormap'));
  }

  private pixel(event: MouseEvent): [number, number] {
    const box = this.surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private hover(row: number): void {
    if (row === this.hovered) return;
    this.hovered = row;
    this.el.dataset.hovered = String(row);
    if (row >= 0) this.sender.offer([row, 0]);
    this.paint();
    this.showTip();
  }

  private rowAt([x, y]: [number, number]): number {
    const at = nearestPoint(this.model.points, this.view, x, y, REACH);
    return at < 0 ? -1 : this.model.points.rows[at]!;
  }

  private pan(dx: number, dy: number): void {
    this.moved = true;
    const { left, top, scale } = this.view;
    this.view = { scale, left: left + dx, top: top + dy };
    this.paint();
    this.showTip();
  }

  private onClick(event: PointerEvent): void {
    const row = this.rowAt(this.pixel(event));
    this.hover(row);
    this.pick(row);
  }

  private pick(row: number): void {
    this.model.act({ type: 'pick', row: row === this.model.number('selected', -1) ? -1 : row });
  }

  private zoom(factor: number, at: [number, number]): void {
    this.moved = true;
    this.view = zoomed(this.view, factor, at, this.whole);
    this.paint();
    this.showTip();
  }

  private showAll(): void {
    this.moved = false;
    this.drawing.request(true);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { points } = this.model;
    const middle: [number, number] = [this.size.width / 2, this.size.height / 2];
    if (event.key === '+' || event.key === '=') this.zoom(1.4, middle);
    else if (event.key === '-') this.zoom(1 / 1.4, middle);
    else if (event.key === '0') this.showAll();
    else if (event.key === 'Escape') this.model.act({ type: 'pick', row: -1 });
    else if (event.key.startsWith('Arrow') && points.rows.length > 0) {
      const from = points.rows.indexOf(this.model.number('selected', -1));
      const to =
        from < 0
          ? nearestPoint(points, this.view, ...middle, Infinity)
          : pointTowards(points, this.view, from, event.key);
      if (to >= 0) {
        this.hover(points.rows[to]!);
        this.model.act({ type: 'pick', row: points.rows[to]! });
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
