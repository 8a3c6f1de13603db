import { formatPercent } from '../../shared/format';
import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { DrawnView } from '../../core/view';
import type { Atlas } from '../../shared/atlas';
import { drawImage } from '../../shared/draw-pixels';
import { fit, moveDivider, pointerPosition } from './divider';
import type { CompareModel } from './model';

/** Shows the picture before on the left of a divider and the one after on its right; both in the same place. */
export class CompareView extends DrawnView {
  declare model: CompareModel;
  private stage!: HTMLElement;
  private before!: HTMLCanvasElement;
  private after!: HTMLCanvasElement;
  private film!: HTMLImageElement;
  private handle!: HTMLElement;
  private names!: { before: HTMLElement; after: HTMLElement };
  private notice!: HTMLElement;
  /** Where the browser has the film that is played. */
  private address!: string;
  private drawn!: { before: Atlas | null; after: Atlas | null };

  override render(): void {
    super.render();
    this.drawn = { before: null, after: null };
    this.address = '';
    this.el.classList.add('dlw-compare');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.before = el('canvas', 'dlw-compare-before', { 'aria-hidden': 'true' });
    this.after = el('canvas', 'dlw-compare-after', { 'aria-hidden': 'true' });
    this.film = el('img', 'dlw-compare-film', {
      alt: () => t('How the image develops, step by step'),
      hidden: true,
      draggable: 'false',
    });
    this.handle = el('div', 'dlw-compare-handle', {
      role: 'slider',
      tabindex: 0,
      'aria-valuemin': 0,
      'aria-valuemax': 100,
      'aria-orientation': 'horizontal',
    });
    this.names = {
      before: el('div', 'dlw-compare-name', { 'data-side': 'before' }),
      after: el('div', 'dlw-compare-name', { 'data-side': 'after' }),
    };
    this.stage = el('div', 'dlw-compare-stage', {}, this.after, this.film, this.before);
    this.stage.append(this.names.before, this.names.after, this.handle);
    this.notice = el('div', 'dlw-notice', { role: 'status' });
    this.el.append(this.stage, this.notice);
    this.listenTo(this.model, 'change:position', () => this.place());
    this.listenTo(this.model, 'change:film', () => this.play());
    this.stops.push(() => URL.revokeObjectURL(this.address));
    this.stage.addEventListener('pointerdown', (event) => this.grab(event));
    this.stage.addEventListener('pointermove', (event) => this.drag(event));
    this.handle.addEventListener('keydown', (event) => this.onKey(event));
    this.drawOnResize();
    this.draw();
    this.play();
  }

  private play(): void {
    const { film } = this.model;
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = film ? URL.createObjectURL(new Blob([film], { type: 'image/gif' })) : '';
    setAttributes(this.film, { src: this.address || undefined });
    this.film.hidden = film === null;
    this.el.dataset.film = String(film?.byteLength ?? 0);
  }

  protected override draw(): void {
    const { model } = this;
    const { before, after } = model.pictures;
    const shown = before.count > 0 ? before : after;
    const empty = shown.count === 0;
    const both = before.count > 0 && after.count > 0;
    setCode(this.notice, model.problem || (empty ? model.emptyText() : ''));
    this.notice.classList.toggle('dlw-error', model.problem !== '');
    this.notice.hidden = this.notice.textContent === '';
    this.stage.hidden = empty;
    this.handle.hidden = !both;
    setText(this.names.before, model.localized('before_label'));
    setText(this.names.after, model.localized('after_label'));
    this.names.before.hidden = before.count === 0 || model.localized('before_label') === '';
    this.names.after.hidden = after.count === 0 || model.localized('after_label') === '';
    this.before.hidden = before.count === 0;
    this.after.hidden = after.count === 0;
    setAttributes(this.handle, {
      'aria-label': model.localized('description') || t('Divider between before and after'),
    });
    setAttributes(this.el, {
      'data-ready': 'true',
      'data-pictures': Number(before.count > 0) + Number(after.count > 0),
    });
    if (empty) return;
    // Both in the size of the one before: while it develops, the picture after may be a smaller one.
    const room = { width: Math.max(40, this.el.clientWidth), height: model.number('max_height', 560) };
    const size = fit(shown.width, shown.height, room);
    this.stage.style.width = `${size.width}px`;
    this.stage.style.height = `${size.height}px`;
    this.paint('before', before);
    this.paint('after', after);
    this.place();
  }

  private paint(side: 'before' | 'after', atlas: Atlas): void {
    if (atlas.count === 0 || this.drawn[side] === atlas) return;
    this.drawn[side] = atlas;
    drawImage(this[side], atlas);
  }

  private place(): void {
    const both = !this.handle.hidden;
    const percent = Math.round(this.model.position * 1000) / 10;
    this.handle.style.left = `${percent}%`;
    this.before.style.clipPath = both ? `inset(0 ${100 - percent}% 0 0)` : 'none';
    const words = t('{percent} {side}', {
      percent: formatPercent(percent / 100),
      side: this.model.localized('before_label') || t('before'),
    });
    setAttributes(this.handle, { 'aria-valuenow': Math.round(percent), 'aria-valuetext': words });
  }

  private grab(event: PointerEvent): void {
    if (this.handle.hidden || event.button !== 0) return;
    event.preventDefault();
    this.stage.setPointerCapture(event.pointerId);
    this.handle.focus({ preventScroll: true });
    this.moveTo(pointerPosition(event.clientX, this.stage.getBoundingClientRect()));
  }

  private drag(event: PointerEvent): void {
    if (!this.stage.hasPointerCapture(event.pointerId)) return;
    this.moveTo(pointerPosition(event.clientX, this.stage.getBoundingClientRect()));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = moveDivider(event.key, this.model.position, event.shiftKey);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.moveTo(to);
  }

  private moveTo(position: number): void {
    if (position !== this.model.position) this.model.put('position', position);
  }
}
