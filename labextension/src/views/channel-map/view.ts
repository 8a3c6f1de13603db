import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { formatPercent, formatValue } from '../../shared/format';
import { DrawnView } from '../../core/view';
import type { Atlas } from '../../shared/atlas';
import { colormap } from '../../shared/colormaps';
import { drawImage, putPixels } from '../../shared/draw-pixels';
import { type Cell, fieldBox, strongest, UnitPanel, type Values } from '../../shared/units';
import type { ChannelMapModel } from './model';
import { cellAt, moveCell, paint, range, stageSize } from './values';

const COLORMAPS = ['viridis', 'magma', 'inferno', 'plasma', 'coolwarm', 'gray'];

/** Values as colors over a picture; the value under the pointer, or under the keys, is told in words. */
export class ChannelMapView extends DrawnView {
  declare model: ChannelMapModel;
  private heading!: HTMLElement;
  private stage!: HTMLElement;
  private under!: HTMLCanvasElement;
  private over!: HTMLCanvasElement;
  private mark!: HTMLElement;
  /** The receptive field of the value that is pointed at. */
  private field!: HTMLElement;
  private unit!: UnitPanel;
  /** The value that is told of while none is pointed at: the strongest of the first map of its size. */
  private first!: { cell: Cell; title: string } | null;
  private readout!: HTMLElement;
  private notice!: HTMLElement;
  private scale!: HTMLElement;
  private bar!: HTMLElement;
  private low!: HTMLElement;
  private high!: HTMLElement;
  private controls!: HTMLElement;
  private slider!: HTMLInputElement;
  private opacityLabel!: HTMLElement;
  private choice!: HTMLSelectElement;
  private cell!: Cell | null;
  private drawn!: { picture: Atlas | null; values: Values | null; map: string };

  override render(): void {
    super.render();
    this.cell = null;
    this.first = null;
    this.drawn = { picture: null, values: null, map: '' };
    this.build();
    this.stage.addEventListener('pointermove', (event) => this.onPointer(event));
    this.stage.addEventListener('pointerdown', (event) => this.onPointer(event));
    this.stage.addEventListener('pointerleave', (event) => {
      if (event.pointerType === 'mouse') this.point(null);
    });
    this.stage.addEventListener('keydown', (event) => this.onKey(event));
    this.slider.addEventListener('input', () => {
      this.model.set('opacity', this.slider.valueAsNumber / 100);
      this.drawing.request(true);
    });
    this.slider.addEventListener('change', () => this.model.save_changes());
    this.choice.addEventListener('change', () => this.model.put('colormap', this.choice.value));
    this.drawOnResize();
  }

  private build(): void {
    this.el.classList.add('dlw-channel-map');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.heading = el('div', 'dlw-title', { role: 'heading', 'aria-level': 2 });
    this.under = el('canvas', 'dlw-channel-under', { 'aria-hidden': 'true' });
    this.over = el('canvas', 'dlw-channel-over', { 'aria-hidden': 'true' });
    this.mark = el('div', 'dlw-channel-mark', { 'aria-hidden': 'true' });
    this.field = el('div', 'dlw-channel-field', { 'aria-hidden': 'true' });
    this.unit = new UnitPanel();
    this.stage = el(
      'div',
      'dlw-channel-stage',
      { role: 'group', tabindex: 0, 'aria-roledescription': () => t('map of values') },
      this.under,
      this.over,
      this.field,
      this.mark,
    );
    this.readout = el('div', 'dlw-channel-readout', { role: 'status' });
    this.notice = el('div', 'dlw-notice', { role: 'status' });
    this.low = el('span');
    this.high = el('span');
    this.bar = el('span', 'dlw-channel-bar', { 'aria-hidden': 'true' });
    this.scale = el('div', 'dlw-channel-scale', {}, this.low, this.bar, this.high);
    this.slider = el('input', 'dlw-slider', { type: 'range', min: 0, max: 100, step: 1 });
    this.opacityLabel = el('label', 'dlw-channel-control', {}, () => t('Opacity'), this.slider);
    this.choice = el('select', 'dlw-select', {}, ...COLORMAPS.map((n) => el('option', '', { value: n }, n)));
    this.controls = el(
      'div',
      'dlw-channel-controls',
      {},
      this.opacityLabel,
      el('label', 'dlw-channel-control', {}, () => t('Colors'), this.choice),
    );
    this.el.append(
      this.heading,
      this.stage,
      this.readout,
      this.unit.root,
      this.scale,
      this.controls,
      this.notice,
    );
  }

  protected override draw(): void {
    const { model } = this;
    const { image: picture, values } = model.shown;
    const empty = values.numbers.length === 0;
    setText(this.heading, model.localized('title'));
    this.heading.hidden = model.localized('title') === '';
    setCode(this.notice, model.problem || (empty ? model.emptyText() : ''));
    this.notice.classList.toggle('dlw-error', model.problem !== '');
    this.notice.hidden = this.notice.textContent === '';
    for (const part of [this.stage, this.readout, this.unit.root, this.scale, this.controls])
      part.hidden = empty;
    this.el.dataset.cells = String(values.numbers.length);
    this.el.dataset.ready = 'true';
    if (empty) return;
    this.stage.setAttribute(
      'aria-label',
      model.localized('description') || model.localized('title') || t('Values'),
    );
    const room = {
      width: Math.max(60, this.el.clientWidth),
      height: Math.max(60, model.number('max_height', 360)),
    };
    const alone = picture.count === 0;
    const size = stageSize(alone ? values : picture, room, model.flag('stretch') && alone);
    this.stage.style.width = `${size.width}px`;
    this.stage.style.height = `${size.height}px`;
    this.under.hidden = alone;
    this.opacityLabel.hidden = alone;
    this.slider.value = String(Math.round(model.opacity * 100));
    this.slider.setAttribute('aria-valuetext', formatPercent(model.opacity));
    this.over.style.opacity = alone ? '1' : String(model.opacity);
    this.choice.value = model.text('colormap');
    this.paintAll(picture, values);
    const [low, high] = range(values.numbers);
    setText(this.low, formatValue(low));
    setText(this.high, formatValue(high));
    this.tell();
  }

  private paintAll(picture: Atlas, values: Values): void {
    const map = this.model.text('colormap');
    if (picture.count > 0 && this.drawn.picture !== picture) {
      drawImage(this.under, picture);
      this.under.style.imageRendering = Math.max(picture.width, picture.height) < 64 ? 'pixelated' : 'auto';
    }
    if (this.drawn.values !== values || this.drawn.map !== map) {
      putPixels(this.over, paint(values.numbers, map), values);
      const table = colormap(map);
      const stops = [0, 64, 128, 192, 255].map(
        (v) => `rgb(${table[4 * v]!}, ${table[4 * v + 1]!}, ${table[4 * v + 2]!})`,
      );
      this.bar.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
    }
    this.drawn = { picture, values, map };
  }

  /** Writes the value of the cell that is pointed at, of the newest values. */
  private tell(): void {
    const { values, units } = this.model.shown;
    const cell = this.cell ?? this.firstCell();
    const there = cell && cell.row < values.height && cell.column < values.width;
    this.mark.hidden = !there;
    this.unit.show(units, values, there ? cell : null);
    this.field.hidden = !there || !units.fields;
    if (there && units.fields) {
      for (const [side, share] of Object.entries(fieldBox(units.fields, cell))) {
        this.field.style.setProperty(side, `${100 * share}%`);
      }
    }
    if (!there) {
      setText(this.readout, t('Point at the map, or use the arrow keys, to read its values.'));
      return;
    }
    const value = values.numbers[cell.row * values.width + cell.column]!;
    const names = [this.model.localized('row_name'), this.model.localized('column_name')];
    setText(
      this.readout,
      t('{row_name} {row}, {column_name} {column}: {value}', {
        row_name: names[0]!,
        row: cell.row,
        column_name: names[1]!,
        column: cell.column,
        value: formatValue(value),
      }),
    );
    setAttributes(this.el, { 'data-value': value });
    Object.assign(this.mark.style, {
      left: `${(100 * cell.column) / values.width}%`,
      top: `${(100 * cell.row) / values.height}%`,
      width: `${100 / values.width}%`,
      height: `${100 / values.height}%`,
    });
  }

  /** What is told of before anything is pointed at, where there is something to tell: always the same value. */
  private firstCell(): Cell | null {
    const { values, units } = this.model.shown;
    if (!units.fields && !units.terms) return null;
    const title = `${this.model.english('title').split(',')[0]!} ${values.height} ${values.width}`;
    if (this.first?.title !== title) this.first = { cell: strongest(values), title };
    return this.first.cell;
  }

  private point(cell: Cell | null): void {
    this.cell = cell;
    this.tell();
  }

  private onPointer(event: PointerEvent): void {
    this.point(
      cellAt(event.clientX, event.clientY, this.stage.getBoundingClientRect(), this.model.shown.values),
    );
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = this.cell ?? this.firstCell();
    const to = moveCell(event.key, from, this.model.shown.values, event.shiftKey);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.point(to);
  }
}
