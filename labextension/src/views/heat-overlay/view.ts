import { formatPercent } from '../../shared/format';
import { t } from '../../core/i18n';
import { afterPaint, el, setAttributes, setText } from '../../shared/dom';
import { DrawnView } from '../../core/view';
import { type Atlas, imagePixels } from '../../shared/atlas';
import { putPixels } from '../../shared/draw-pixels';
import { blend } from './blend';
import type { HeatOverlayModel } from './model';
import { panelSide } from './rows';

const COLORMAPS = ['inferno', 'magma', 'plasma', 'viridis', 'jet', 'gray'];
/** Pictures with fewer pixels per side are shown as squares. */
const COARSE = 64;

/** One image on the page: canvas, title and caption. */
interface Panel {
  root: HTMLElement;
  canvas: HTMLCanvasElement;
  title: HTMLElement;
  caption: HTMLElement;
}

/** An image, and beside it the same under each heat map; opacity and colours change without the kernel. */
export class HeatOverlayView extends DrawnView {
  declare model: HeatOverlayModel;
  private panels!: Panel[];
  private row!: HTMLElement;
  private notice!: HTMLElement;
  private controls!: HTMLElement;
  private slider!: HTMLInputElement;
  private readout!: HTMLElement;
  private choice!: HTMLSelectElement;
  /** When the visitor moved a control whose effect is not painted yet, ms of the page's clock. */
  private moved!: number | null;
  /** Whether new maps have arrived that are not painted yet. */
  private fresh!: boolean;

  override render(): void {
    super.render();
    this.panels = [];
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
    this.el.append(this.row, this.notice, this.controls);
  }

  private onInput(event: Event): void {
    this.moved = event.timeStamp;
    this.model.set('opacity', this.slider.valueAsNumber / 100);
    this.drawing.request(true);
  }

  protected override draw(): void {
    const { model } = this;
    const { image, maps } = model.shown;
    const text = model.problem || (image.count === 0 ? model.localized('empty_text') : '');
    setText(this.notice, text);
    this.notice.hidden = text === '';
    this.notice.classList.toggle('dlw-error', model.problem !== '');
    this.row.hidden = image.count === 0;
    this.controls.hidden = image.count === 0;
    if (image.count > 0) this.drawPanels(image, maps);
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
    const signed = model.list('signed');
    const count = maps.count + 1 - first;
    const scale = panelSide(count, this.el.clientWidth || 720) / Math.max(image.width, image.height);
    while (this.panels.length < count) this.panels.push(this.panel());
    while (this.panels.length > count) this.panels.pop()!.root.remove();
    const under = imagePixels(image, 0, 'gray');
    const size = image.width * image.height;
    this.panels.forEach(({ root, canvas, title, caption }, i) => {
      const map = i - 1 + first;
      const pixels =
        map < 0
          ? under
          : blend(under, maps.bytes.subarray(map * size, (map + 1) * size), {
              signed: signed[map] === true,
              opacity: model.opacity,
              colormap: model.text('colormap'),
            });
      putPixels(canvas, pixels, image);
      // A long caption takes a second line rather than more room.
      root.style.width = canvas.style.width = `${Math.round(image.width * scale)}px`;
      canvas.style.height = `${Math.round(image.height * scale)}px`;
      canvas.style.imageRendering = Math.max(image.width, image.height) < COARSE ? 'pixelated' : 'auto';
      setText(title, titles[i] ?? '');
      setText(caption, captions[i] ?? '');
      caption.hidden = caption.textContent === '';
      setAttributes(canvas, {
        role: 'img',
        'aria-label': [titles[i] ?? '', captions[i] ?? '', map >= 0 ? model.localized('description') : '']
          .filter(Boolean)
          .join('. '),
      });
    });
  }

  private panel(): Panel {
    const title = el('div', 'dlw-heat-title');
    const canvas = el('canvas', 'dlw-heat-canvas');
    const caption = el('figcaption', 'dlw-heat-caption');
    const root = el('figure', 'dlw-heat-panel', {}, title, canvas, caption);
    this.row.append(root);
    return { root, canvas, title, caption };
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
