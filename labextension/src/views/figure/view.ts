import { t } from '../../core/i18n';
import { reportError } from '../../core/model';
import { FrameScheduler } from '../../core/frame-scheduler';
import { el, setText } from '../../shared/dom';
import {
  loadBasic,
  loadCartesian,
  loadFull,
  type PlotlyElement,
  type PlotlyModule,
  type PlotlyTrace,
  privateConfig,
} from '../../shared/plotly';
import { ThemedView } from '../../core/view';
import { isRecord } from '../../core/wire';
import { type Bundle, bundleFor, decodeFigure } from './decode';
import type { FigureModel } from './model';
import { modeBarStrip, themed, themedTemplate } from './template';

interface Decoded {
  data: PlotlyTrace[];
  layout: Record<string, unknown>;
  config: Record<string, unknown>;
}

const LOADERS: Record<Bundle, () => Promise<PlotlyModule>> = {
  basic: loadBasic,
  cartesian: loadCartesian,
  full: loadFull,
};

/** Plotly draws a figure anew as a whole: where a model trains, that takes at most one of so many parts of the time. */
const PARTS = 30;

/** Shows a `FigureModel` with the smallest Plotly bundle that can draw it. */
export class FigureView extends ThemedView {
  declare model: FigureModel;
  private plot!: PlotlyElement;
  private notice!: HTMLElement;
  private drawing!: FrameScheduler;
  private decoded!: Decoded | null;
  /** The bundle that drew last: a plot belongs to one, and is cleared before another takes over. */
  private plotly!: PlotlyModule | null;
  private bundle!: Bundle | null;
  /** What is decoded but for its values. */
  private look!: string;
  private turn!: number;
  private width!: number;
  private inSight!: boolean;
  /** Whether something was left out because it is out of sight. */
  private behind!: boolean;

  override render(): void {
    super.render();
    this.plotly = null;
    this.bundle = null;
    this.decoded = null;
    this.look = '';
    this.turn = 0;
    this.width = 0;
    this.inSight = true;
    this.behind = false;
    this.el.classList.add('dlw-figure');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.plot = el('div', 'dlw-figure-plot');
    this.notice = el('div', 'dlw-figure-notice dlw-error', { role: 'alert' });
    this.notice.hidden = true;
    this.el.append(this.plot, this.notice);
    const draw = (): void => {
      this.draw().catch((error: unknown) => this.complain(error));
    };
    this.drawing = new FrameScheduler(draw, { parts: PARTS });
    this.stops.push(() => this.drawing.dispose());
    this.listenTo(this.model, 'change:figure', () => this.decode());
    this.listenTo(this.model, 'change:height', () => this.drawing.request());
    // The root, not the plot: a plot that is hidden has no width, and hiding it must not ask for a draw.
    this.watchSize(this.el, () => {
      const width = Math.floor(this.el.clientWidth);
      if (width === this.width) return;
      this.width = width;
      // What came meanwhile has not been drawn.
      if (width > 0) this.drawing.request(true);
    });
    this.watchSight((inSight) => {
      const came = inSight && !this.inSight;
      this.inSight = inSight;
      if (came) this.drawing.request(true);
    });
    this.decode();
  }

  override remove(): this {
    this.turn += 1;
    this.plotly?.purge(this.plot);
    super.remove();
    return this;
  }

  protected override onTheme(): void {
    this.drawing.request();
  }

  protected override onLanguage(): void {
    this.decode();
  }

  private decode(): void {
    this.decoded = null;
    try {
      const figure = decodeFigure(this.model.get('figure'));
      const { data, layout, config } = isRecord(figure) ? figure : {};
      this.decoded = {
        data: Array.isArray(data) ? data.filter(isRecord) : [],
        layout: isRecord(layout) ? layout : {},
        config: isRecord(config) ? config : {},
      };
      // Other values may wait for their turn, another layer's title and colors may not.
      const { look } = this;
      this.look = JSON.stringify(
        [layout, this.decoded.data.map((one) => ({ ...one, x: 0, y: 0, z: 0 }))],
        (_, part: unknown) => (ArrayBuffer.isView(part) ? 0 : part),
      );
      this.drawing.request(this.look !== look);
    } catch (error) {
      this.complain(error);
    }
  }

  override async catchUp(): Promise<void> {
    if (this.behind) await this.draw(true);
  }

  private async draw(anyway = false): Promise<void> {
    if (!this.decoded) return;
    const { data, layout, config } = themed(this.decoded, this.theme);
    const strip = modeBarStrip(layout);
    const height = Math.max(80, this.model.number('height', 360)) - strip;
    this.el.style.setProperty('--dlw-mode-bar', `${strip}px`);
    this.plot.style.height = `${height}px`;
    // Out of sight it is drawn once, and then again when it comes into sight.
    this.behind = !anyway && !this.inSight && this.el.dataset.ready === 'true';
    if (this.behind) return;
    // It may be hidden because the last figure could not be shown, or its bundle not be loaded.
    this.plot.hidden = false;
    const width = Math.floor(this.plot.clientWidth);
    if (width === 0) return;
    const turn = (this.turn += 1);
    const bundle = bundleFor(data);
    // At once where it can be, so that the time that it takes counts as that of this draw.
    const plotly = this.plotly && bundle === this.bundle ? this.plotly : await LOADERS[bundle]();
    // A newer draw, or the end of the view, came while the bundle loaded.
    if (turn !== this.turn) return;
    if (this.plotly !== plotly) {
      this.plotly?.purge(this.plot);
      this.plotly = plotly;
      this.bundle = bundle;
      delete this.el.dataset.ready;
    }
    await plotly.react(
      this.plot,
      data,
      {
        ...layout,
        template: layout.template ?? themedTemplate(this.theme),
        width,
        height,
        autosize: false,
        // The user's zoom and rotation outlive an update of the data.
        uirevision: layout.uirevision ?? true,
      },
      privateConfig(config),
    );
    this.notice.hidden = true;
    if (this.el.dataset.ready !== 'true') this.listenToPlot();
    this.el.dataset.ready = 'true';
  }

  private listenToPlot(): void {
    const tell =
      (type: 'click' | 'select') =>
      (event: Record<string, unknown> | undefined): void => {
        const points = Array.isArray(event?.points) ? event.points.filter(isRecord) : [];
        this.model.act({ type, points: points.map(pointOf) });
      };
    this.plot.on?.('plotly_click', tell('click'));
    this.plot.on?.('plotly_selected', tell('select'));
  }

  /** Says in place of the figure why there is none. */
  private complain(error: unknown): void {
    reportError('Figure', error);
    const text = error instanceof Error ? error.message : String(error);
    setText(this.notice, t("This figure can't be shown: {reason}", { reason: text }));
    this.notice.hidden = false;
    this.plot.hidden = true;
  }
}

/** Which point of which trace; of a two-dimensional trace, its row and column. */
function pointOf(point: Record<string, unknown>): { curve: unknown; point: unknown } {
  return { curve: point.curveNumber, point: point.pointNumber ?? point.pointIndex ?? null };
}
