import { formatPercent } from '../../shared/format';
import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { afterPaint } from '../../core/frame-scheduler';
import { DrawnView } from '../../core/view';
import { type Atlas, imagePixels } from '../../shared/atlas';
import { putPixels } from '../../shared/draw-pixels';
import { blend } from './blend';
import { difference, interpolated, squares } from './compare';
import type { HeatOverlayModel } from './model';
import { panelSide } from './rows';

const COLORMAPS = ['inferno', 'magma', 'plasma', 'viridis', 'jet', 'gray'];
/** Pictures with fewer pixels per side are shown as squares. */
const COARSE = 64;
/** Pixels of a smooth map on one side of a pixel of the picture, at most. */
const MOST_TIMES = 12;

/** One image on the page: canvas, title and caption. */
interface Panel {
  root: HTMLElement;
  canvas: HTMLCanvasElement;
  title: HTMLElement;
  about: HTMLElement;
  caption: HTMLElement;
}

/** An image, and beside it the same under each heat map; opacity and colors change without the kernel. */
export class HeatOverlayView extends DrawnView {
  declare model: HeatOverlayModel;
  private panels!: Panel[];
  private row!: HTMLElement;
  private notice!: HTMLElement;
  private controls!: HTMLElement;
  private slider!: HTMLInputElement;
  private readout!: HTMLElement;
  private choice!: HTMLSelectElement;
  /** What the colors mean while maps are compared. */
  private compared!: HTMLElement;
  /** The map under the pointer or with the focus, which the others are compared with; -1 for none. */
  private pointed!: number;
  /** When the visitor moved a control whose effect is not painted yet, ms of the page's clock. */
  private moved!: number | null;
  /** Whether new maps have arrived that are not painted yet. */
  private fresh!: boolean;

  override render(): void {
    super.render();
    this.panels = [];
    this.pointed = -1;
    this.moved = null;
    this.fresh = true;
    this.build();
    this.listenTo(this.model, 'change:maps change:image', () => {
      this.fresh = true;
      this.drawing.request(true);
    });
    this.slider.addEventListener('input', (event) => this.onInput(event));
    this.slider.addEventListener('change', () => this.model.save_changes());
    this.choice.addEventListener('change', (event) => {
      this.moved = event.timeStamp;
      this.model.put('colormap', this.choice.value);
      this.drawing.request(true);
    });
    this.drawOnResize();
  }

  private build(): void {
    this.el.classList.add('dlw-heat');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.row = el('div', 'dlw-heat-row');
    this.notice = el('div', 'dlw-notice', { role: 'status' });
    this.slider = el('input', 'dlw-slider', { type: 'range', min: 0, max: 100, step: 1 });
    this.readout = el('span', 'dlw-slider-value');
    this.choice = el('select', 'dlw-select', {}, ...COLORMAPS.map((n) => el('option', '', { value: n }, n)));
    this.controls = el(
      'div',
      'dlw-heat-controls',
      {},
      el('label', 'dlw-heat-control', {}, () => t('Opacity'), this.slider, this.readout),
      el('label', 'dlw-heat-control', {}, () => t('Color map'), this.choice),
      el(
        'span',
        'dlw-heat-key',
        {},
        el('span', 'dlw-heat-swatch dlw-heat-against', { 'aria-hidden': 'true' }),
        () => t('against the class'),
        el('span', 'dlw-heat-swatch dlw-heat-for', { 'aria-hidden': 'true' }),
        () => t('for the class'),
      ),
    );
    this.compared = el('div', 'dlw-heat-compared', { 'aria-live': 'polite' });
    this.el.append(this.row, this.notice, this.compared, this.controls);
  }

  private onInput(event: Event): void {
    this.moved = event.timeStamp;
    this.model.set('opacity', this.slider.valueAsNumber / 100);
    this.drawing.request(true);
  }

  protected override draw(): void {
    const { model } = this;
    const { image, maps } = model.shown;
    const text = model.problem || (image.count === 0 ? model.emptyText() : '');
    setCode(this.notice, text);
    this.notice.hidden = text === '';
    this.notice.classList.toggle('dlw-error', model.problem !== '');
    this.row.hidden = image.count === 0;
    this.controls.hidden = image.count === 0;
    if (this.pointed >= maps.count || maps.count < 2) this.pointed = -1;
    if (image.count > 0) this.drawPanels(image, maps);
    this.compared.hidden = maps.count < 2 || image.count === 0;
    setText(this.compared, this.comparison());
    this.slider.value = String(Math.round(model.opacity * 100));
    setText(this.readout, formatPercent(model.opacity));
    this.choice.value = model.text('colormap');
    const signed = model.list('signed').slice(0, maps.count);
    this.choice.disabled = signed.length > 0 && signed.every((s) => s === true);
    this.controls.querySelector<HTMLElement>('.dlw-heat-key')!.hidden = !signed.includes(true);
    this.el.dataset.maps = String(maps.count);
    this.el.dataset.ready = 'true';
    this.tellPainted();
  }

  private drawPanels(image: Atlas, maps: Atlas): void {
    const { model } = this;
    // Without a title the bare image is left out: it is shown elsewhere.
    const first = model.localized('image_title') === '' && maps.count > 0 ? 1 : 0;
    const titles = [model.localized('image_title'), ...model.localizedList('titles')].slice(first);
    const captions = [model.localized('image_caption'), ...model.localizedList('captions')].slice(first);
    const abouts = ['', ...model.localizedList('abouts')].slice(first);
    const count = maps.count + 1 - first;
    const scale = panelSide(count, this.el.clientWidth || 720) / Math.max(image.width, image.height);
    while (this.panels.length < count) this.panels.push(this.panel());
    while (this.panels.length > count) this.panels.pop()!.root.remove();
    const under = imagePixels(image, 0, 'gray');
    this.panels.forEach(({ root, canvas, title, about, caption }, i) => {
      const map = i - 1 + first;
      root.dataset.map = String(map);
      root.classList.toggle('dlw-heat-pointed', map >= 0 && map === this.pointed);
      if (map >= 0 && maps.count > 1) root.tabIndex = 0;
      else root.removeAttribute('tabindex');
      const coarse = Math.max(image.width, image.height) < COARSE;
      const smooth = map >= 0 && coarse && model.list('smooth')[map] === true;
      const times = smooth ? Math.max(1, Math.min(MOST_TIMES, Math.round(scale * devicePixelRatio))) : 1;
      putPixels(canvas, map < 0 ? under : this.heated(under, map, times), {
        width: image.width * times,
        height: image.height * times,
      });
      // A long caption takes a second line rather than more room.
      root.style.width = canvas.style.width = `${Math.round(image.width * scale)}px`;
      canvas.style.height = `${Math.round(image.height * scale)}px`;
      canvas.style.imageRendering = coarse && times === 1 ? 'pixelated' : 'auto';
      setText(title, titles[i] ?? '');
      for (const [node, text] of [
        [about, abouts[i] ?? ''],
        [caption, captions[i] ?? ''],
      ] as const) {
        setText(node, text);
        node.hidden = text === '';
      }
      setAttributes(canvas, {
        role: 'img',
        'aria-label': [titles[i] ?? '', captions[i] ?? '', map >= 0 ? model.localized('description') : '']
          .filter(Boolean)
          .join('. '),
      });
    });
  }

  /** The picture under a map, or under its difference to the map that is pointed at. */
  private heated(under: Uint8ClampedArray, map: number, times: number): Uint8ClampedArray<ArrayBuffer> {
    const { model, pointed } = this;
    const { maps } = model.shown;
    const { width, height } = maps;
    const size = width * height;
    const bytes = (which: number): Uint8Array => maps.bytes.subarray(which * size, (which + 1) * size);
    const signed = (which: number): boolean => model.list('signed')[which] === true;
    const compares = pointed >= 0 && pointed !== map;
    const values = compares
      ? difference(bytes(map), bytes(pointed), [signed(map), signed(pointed)])
      : bytes(map);
    return blend(
      times > 1 ? squares(under, width, height, times) : under,
      times > 1 ? interpolated(values, width, height, times) : values,
      { signed: compares || signed(map), opacity: model.opacity, colormap: model.text('colormap') },
    );
  }

  private comparison(): string {
    const title = this.model.localizedList('titles')[this.pointed];
    return title === undefined
      ? t('Point at a map to compare the others with it.')
      : t('Compared with {method}: red where the others see more evidence, blue where they see less.', {
          method: title,
        });
  }

  /** The map that the keyboard is at; -1 for none. */
  private get focused(): number {
    const panel = this.panels.find(({ root }) => root.matches(':focus-visible'));
    return Number(panel?.root.dataset.map ?? -1);
  }

  private point(at: number): void {
    if (at === this.pointed || (at >= 0 && this.model.shown.maps.count < 2)) return;
    this.pointed = at;
    this.drawing.request(true);
  }

  private panel(): Panel {
    const title = el('div', 'dlw-heat-title');
    const canvas = el('canvas', 'dlw-heat-canvas');
    const about = el('div', 'dlw-heat-sentence');
    const caption = el('figcaption', 'dlw-heat-caption');
    const root = el('figure', 'dlw-heat-panel', {}, title, canvas, about, caption);
    const enter = (): void => this.point(Number(root.dataset.map));
    canvas.addEventListener('pointerenter', enter);
    canvas.addEventListener('pointerleave', () => this.point(this.focused));
    root.addEventListener('focus', enter);
    root.addEventListener('blur', () => this.point(-1));
    this.row.append(root);
    return { root, canvas, title, about, caption };
  }

  /** Says when what was asked for, or what came anew, can be seen. */
  private tellPainted(): void {
    const { moved, fresh } = this;
    this.moved = null;
    this.fresh = false;
    if (moved === null && !fresh) return;
    afterPaint(() => {
      const painted = performance.now();
      const detail = { painted, ms: moved === null ? null : painted - moved };
      this.el.dispatchEvent(new CustomEvent('dlw:heat', { detail, bubbles: true }));
    });
  }
}
