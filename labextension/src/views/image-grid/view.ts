import { t } from '../../core/i18n';
import { el, keepHeight, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { DrawnView } from '../../core/view';
import { Cell } from './cell';
import { type Grid, layoutGrid, moveSelection, visibleCells } from '../../shared/grid-layout';
import type { ImageGridModel } from './model';
import { Strip, type StripLook } from './strip';

/** Draws the images of an `ImageGridModel` that are in view. */
export class ImageGridView extends DrawnView {
  declare model: ImageGridModel;
  private heading!: HTMLElement;
  private scroller!: HTMLElement;
  private sizer!: HTMLElement;
  private notice!: HTMLElement;
  private cells!: Map<number, Cell>;
  private spare!: Cell[];
  /** By row. */
  private strips!: Map<number, Strip>;
  /** Null until the first draw. */
  private grid!: Grid | null;
  /** Whether the next draw is to scroll the selected image into view. */
  private revealing!: boolean;
  private version!: number;
  /** The image under the pointer, -1 for none. */
  private hovered!: number;

  override render(): void {
    super.render();
    this.cells = new Map();
    this.spare = [];
    this.strips = new Map();
    this.version = 0;
    this.hovered = -1;
    this.grid = null;
    this.revealing = true;
    this.el.classList.add('dlw-image-grid');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.heading = el('div', 'dlw-title', { role: 'heading', 'aria-level': 2 });
    this.sizer = el('div', 'dlw-grid-sizer', { role: 'presentation' });
    this.scroller = el('div', 'dlw-grid-scroller', { role: 'listbox', tabindex: 0 }, this.sizer);
    this.notice = el('div', 'dlw-notice', { role: 'status' });
    this.el.append(this.heading, this.scroller, this.notice);
    this.listenTo(this.model, 'change:atlas', () => (this.version += 1));
    this.listenTo(this.model, 'change:selected', () => {
      this.revealing = true;
      this.drawing.request(true);
    });
    this.scroller.addEventListener('scroll', () => this.drawing.request(true), { passive: true });
    this.scroller.addEventListener('click', (event) => this.onClick(event));
    this.scroller.addEventListener('pointerover', (event) => this.onPointer(event));
    this.scroller.addEventListener('pointerleave', () => (this.hovered = -1));
    this.scroller.addEventListener('keydown', (event) => this.onKey(event));
    this.drawOnResize(this.scroller);
    // A zoomed page has other pixels, even where the grid stays as wide as it was.
    const onZoom = (): void => this.drawing.request(true);
    window.addEventListener('resize', onZoom);
    this.stops.push(() => window.removeEventListener('resize', onZoom));
  }

  protected override draw(): void {
    const { model } = this;
    const { atlas } = model;
    keepHeight(this.el, atlas.count === 0);
    setText(this.heading, model.localized('title'));
    this.heading.hidden = model.localized('title') === '';
    this.el.dataset.count = String(atlas.count);
    this.scroller.setAttribute(
      'aria-label',
      model.localized('description') || model.localized('title') || t('Images'),
    );
    setCode(this.notice, model.problem || (atlas.count === 0 ? model.emptyText() : ''));
    this.notice.classList.toggle('dlw-error', model.problem !== '');
    this.notice.hidden = this.notice.textContent === '';
    this.scroller.hidden = atlas.count === 0;
    const maxHeight = model.number('max_height', 480);
    this.scroller.style.maxHeight = maxHeight > 0 ? `${maxHeight}px` : 'none';
    const labels = model.texts('labels');
    const grid = layoutGrid({
      count: atlas.count,
      imageWidth: atlas.width,
      imageHeight: atlas.height,
      cellSize: model.number('cell_size'),
      columns: Math.max(0, Math.round(model.number('columns'))),
      available: Math.max(40, this.scroller.clientWidth - 4),
      lines: labels.some((label) => label.includes('\n')) ? 2 : labels.some(Boolean) ? 1 : 0,
      tight: model.flag('tight'),
    });
    this.grid = grid;
    this.el.classList.toggle('dlw-tight', model.flag('tight'));
    this.sizer.style.height = `${grid.total}px`;
    this.sizer.style.width = `${grid.columns * grid.stepX}px`;
    if (atlas.count > 0) {
      if (this.revealing) this.reveal(grid);
      this.revealing = false;
      this.drawCells(grid, labels);
    } else {
      this.recycle(0, 0);
      this.drawStrips(grid, 0, 0);
    }
    this.el.dataset.ready = 'true';
  }

  private drawCells(grid: Grid, labels: string[]): void {
    const { model } = this;
    const { atlas } = model;
    const [first, last] = visibleCells(grid, atlas.count, this.scroller.scrollTop, this.viewHeight());
    this.recycle(first, last);
    this.drawStrips(grid, first, last);
    const tooltips = model.localizedList('tooltips');
    const borders = model.texts('border_colors');
    const selected = model.number('selected', -1);
    for (let index = first; index < last; index += 1) {
      let cell = this.cells.get(index);
      if (!cell) {
        cell = this.spare.pop() ?? new Cell(`dlw-cell-${this.cid}`);
        this.cells.set(index, cell);
        if (!cell.root.isConnected) this.sizer.append(cell.root);
        cell.root.hidden = false;
      }
      cell.show(grid, {
        index,
        count: atlas.count,
        label: labels[index] ?? '',
        tooltip: tooltips[index] ?? '',
        border: borders[index] ?? '',
        selected: index === selected,
      });
    }
    const active = selected >= 0 ? this.cells.get(selected)?.root.id : undefined;
    if (active) this.scroller.setAttribute('aria-activedescendant', active);
    else this.scroller.removeAttribute('aria-activedescendant');
  }

  /** Draws the rows with the images `[first, last)`, and no others. */
  private drawStrips(grid: Grid, first: number, last: number): void {
    const look: StripLook = {
      tight: this.model.flag('tight'),
      smooth: this.model.flag('smooth'),
      colormap: this.model.text('colormap'),
      version: this.version,
    };
    const from = Math.floor(first / grid.columns);
    const to = Math.ceil(last / grid.columns);
    const free: Strip[] = [];
    for (const [row, strip] of this.strips) {
      if (row >= from && row < to) continue;
      this.strips.delete(row);
      free.push(strip);
    }
    for (let row = from; row < to; row += 1) {
      let strip = this.strips.get(row);
      if (!strip) {
        strip = free.pop() ?? new Strip();
        this.strips.set(row, strip);
        if (!strip.root.isConnected) this.sizer.prepend(strip.root);
      }
      strip.show(this.model.atlas, grid, row, look);
    }
    for (const strip of free) strip.root.remove();
  }

  /** Frees the cells outside `[first, last)`. */
  private recycle(first: number, last: number): void {
    for (const [index, cell] of this.cells) {
      if (index >= first && index < last) continue;
      this.cells.delete(index);
      this.spare.push(cell);
      cell.root.hidden = true;
    }
  }

  private viewHeight(): number {
    // Where the grid may grow without bound, what the window shows bounds the work.
    return Math.min(this.scroller.clientHeight || 480, 4000);
  }

  private onPointer(event: PointerEvent): void {
    const index = indexAt(event);
    if (index === null || index === this.hovered || !this.model.flag('tells_hover')) return;
    this.hovered = index;
    this.model.tell({ type: 'hover', index });
  }

  private onClick(event: MouseEvent): void {
    const index = indexAt(event);
    if (index === null) return;
    this.select(index === this.model.number('selected', -1) ? -1 : index);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { model, grid } = this;
    if (!grid) return;
    const page = Math.max(1, Math.floor(this.viewHeight() / grid.stepY));
    const selected = model.number('selected', -1);
    const next = moveSelection(event.key, selected, model.atlas.count, grid.columns, page);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.select(next);
  }

  private select(index: number): void {
    if (index !== this.model.number('selected', -1)) this.model.put('selected', index);
  }

  /** Scrolls the selected image into view. */
  private reveal(grid: Grid): void {
    const selected = this.model.number('selected', -1);
    if (selected < 0 || selected >= this.model.atlas.count) return;
    const top = Math.floor(selected / grid.columns) * grid.stepY;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + grid.stepY > scrollTop + clientHeight) {
      this.scroller.scrollTop = top + grid.stepY - clientHeight;
    }
  }
}

/** The image that an event is about. */
function indexAt({ target }: Event): number | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('.dlw-cell') : null;
  return cell ? Number(cell.dataset.index) : null;
}
