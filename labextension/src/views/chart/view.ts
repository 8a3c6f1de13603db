import { t } from '../../core/i18n';
import { reportError } from '../../core/model';
import { afterPaint, FrameScheduler } from '../../core/frame-scheduler';
import { download, el, nowMs } from '../../shared/dom';
import { loadBasic, type PlotlyElement, type PlotlyModule } from '../../shared/plotly';
import { ThemedView } from '../../core/view';
import { exportImage } from './drawing/image-export';
import { Captions } from './controls/captions';
import { Cursor } from './controls/cursor';
import { Hover } from './controls/hover';
import { Legend, toggled } from './controls/legend';
import { followKeys } from './controls/keys';
import type { ChartModel } from './model';
import { Picture } from './drawing/picture';
import { Rest } from './drawing/rest';
import { neighbor, readAt, spokenTitle } from './controls/readout';
import { holdsAll } from './data/rows';
import { saveCsv } from './controls/csv-export';
import {
  areaOf,
  buildScene,
  isBlank,
  MARGIN,
  type Scene,
  type SceneInput,
  seriesStyles,
} from './drawing/scene';
import { AxisHysteresis } from './drawing/axis-hysteresis';
import { DataTable } from './controls/table';
import { type SaveFormat, Toolbar } from './controls/toolbar';
import { rangeIn, Zoom } from './controls/zoom';
import type { Range } from './types';

/** Draws a `ChartModel` and lets the user look closer. */
export class ChartView extends ThemedView {
  declare model: ChartModel;
  private plot!: PlotlyElement;
  private plotHost!: HTMLElement;
  private captions!: Captions;
  private toolbar!: Toolbar;
  private legend!: Legend;
  private hover!: Hover;
  private cursor!: Cursor;
  private table!: DataTable;
  private drawing!: FrameScheduler;
  private plotly!: PlotlyModule | null;
  private picture!: Picture;
  private scene!: Scene | null;
  private zoom!: Zoom;
  private emphasis!: string;
  private width!: number;
  private inView!: boolean;
  private drawn!: Promise<void>;
  private spikes!: boolean;
  /** When Python sent the oldest points that are not drawn yet; NaN when all are. */
  private oldestSent!: number;
  private growth!: AxisHysteresis;
  /** Whether only points are new, so that the axes may wait for a moment. */
  private hurry!: boolean;
  private rest!: Rest;

  override render(): void {
    super.render();
    this.plotly = null;
    this.scene = null;
    this.emphasis = '';
    this.width = 0;
    [this.inView, this.drawn] = [true, Promise.resolve()];
    this.spikes = false;
    this.oldestSent = NaN;
    this.hurry = false;
    this.build();
    this.zoom = new Zoom(
      this.model,
      () => this.redraw(),
      (error) => this.complain(error),
    );
    this.growth = new AxisHysteresis(() => this.redraw());
    this.rest = new Rest(() => this.redraw());
    this.drawing = new FrameScheduler(() => this.draw(), { prompt: true }); // or curves alone would lag
    this.listen();
    this.updateCounts();
    if (this.model.window) this.applyZoom(null);
    this.load();
  }

  override remove(): this {
    this.drawing.dispose();
    this.zoom.dispose();
    this.table.dispose();
    this.legend.dispose();
    this.growth.dispose();
    this.rest.cancel();
    this.picture.purge();
    super.remove();
    return this;
  }

  protected override onTheme(): void {
    this.redraw();
  }

  protected override onLanguage(): void {
    this.redraw();
    this.updateTable();
  }

  private build(): void {
    this.el.classList.add('dlw-chart');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.captions = new Captions();
    this.toolbar = new Toolbar({
      axis: (axis) => {
        this.setZoom(null, null); // a window on one axis means nothing on another
        this.model.put('x_axis', axis);
      },
      log: (on) => this.model.put('log_y', on),
      smoothing: (weight) => this.model.put('smoothing', weight),
      reset: () => this.showEverything(),
      table: () => this.toggleTable(),
      save: (format) => {
        this.save(format).catch((error: unknown) => this.complain(error));
      },
    });
    this.legend = new Legend({
      toggle: (id, alone) => {
        const ids = this.model.series.map((info) => info.id);
        this.model.put('hidden', toggled(ids, this.query().hidden, id, alone));
      },
      emphasize: (id) => {
        this.emphasis = id;
        this.redraw();
      },
    });
    this.plot = el('div', 'dlw-chart-plot');
    this.picture = new Picture(this.plot);
    this.plotHost = el(
      'div',
      'dlw-chart-host',
      { tabindex: 0, role: 'group', 'aria-roledescription': () => t('chart') },
      this.plot,
      this.captions.notice,
    );
    this.hover = new Hover(this.plotHost, {
      area: () => this.picture.area,
      read: (x, near) => readAt({ ...this.query(), markers: this.model.markers, x, near }),
      show: (readout, nearest) => this.legend.read(readout, nearest),
      styles: () => seriesStyles(this.model.series, this.theme),
      move: (x, steps) => neighbor(this.query(), x, steps, this.scene?.x ?? [-Infinity, Infinity]),
    });
    this.cursor = new Cursor();
    this.plotHost.append(this.cursor.root, this.hover.root, this.hover.live);
    followKeys(this.plotHost, {
      step: (points) => this.hover.step(points),
      hide: () => this.hover.hide(),
      zoom: (factor) => this.scaleZoom(factor),
      showEverything: () => this.showEverything(),
    });
    this.table = new DataTable(() => {
      if (this.inView) this.updateTable();
    });
    this.el.append(
      el('div', 'dlw-chart-header', {}, this.captions.titles, this.toolbar.root),
      this.plotHost,
      this.captions.footnote,
      this.legend.root,
      this.table.root,
    );
  }

  private listen(): void {
    this.listenTo(this.model, 'dlw:data', (sent?: number) => {
      if (sent !== undefined) {
        if (!(this.oldestSent <= sent)) this.oldestSent = sent;
        this.growth.note(this.model.data.points);
      }
      this.updateCounts();
      if (this.inView) this.drawing.request();
      this.table.schedule();
    });
    const redraw = 'change:title change:y_label change:height change:series change:log_y change:smoothing';
    this.listenTo(this.model, `${redraw} change:hidden change:empty_text`, () => {
      this.redraw();
      this.table.schedule();
    });
    this.listenTo(this.model, 'change:markers', () => this.drawing.request());
    this.listenTo(this.model, 'change:cursor', () => this.placeCursor());
    this.listenTo(this.model, 'change:x_axis change:generation', () => this.applyZoom(null));
    this.listenTo(this.model, 'change:generation', () => (this.spikes = false));
    this.listenTo(this.model, 'change:log_y', () => this.setZoom(this.zoom.x, null));
    // Other charts may share the part of the x axis; whoever shows all of it shows all of y as well.
    this.listenTo(this.model, 'change:x_range', () => this.applyZoom(this.model.window && this.zoom.y));
    this.watchSize(this.plotHost, () => {
      const width = Math.floor(this.plotHost.clientWidth);
      if (width === this.width || width === 0) return;
      this.width = width;
      this.el.classList.toggle('dlw-narrow', width < 480);
      this.redraw();
    });
    this.watchSight((inSight) => {
      this.inView = inSight;
      if (inSight) this.redraw();
    });
    const release = (): void => this.drawing.hold(false);
    // A redraw would end the rectangle that the user is dragging.
    this.plot.addEventListener('pointerdown', () => this.drawing.hold(true));
    for (const name of ['pointerup', 'pointercancel', 'blur']) {
      window.addEventListener(name, release);
      this.stops.push(() => window.removeEventListener(name, release));
    }
  }

  private load(): void {
    loadBasic().then(
      (plotly) => {
        this.plotly = plotly;
        this.redraw();
      },
      (error: unknown) => {
        this.complain(error);
        this.captions.showNoLibrary();
      },
    );
  }

  private query(): Pick<SceneInput, 'data' | 'series' | 'hidden' | 'axis' | 'smoothing'> {
    const { data, series, axis, smoothing } = this.model;
    const hidden = new Set(this.model.texts('hidden'));
    return { data, series, hidden, axis, smoothing };
  }

  private sceneInput(width: number): SceneInput {
    return {
      ...this.query(),
      markers: this.model.markers,
      logY: this.model.flag('log_y'),
      theme: this.theme,
      width,
      height: Math.max(120, this.model.number('height', 280)),
      zoom: this.zoom,
      details: this.zoom.details,
      emphasis: this.emphasis,
      spikes: this.spikes,
      growing: this.growth.ranges,
    };
  }

  /** Draws everything at the next frame. */
  private redraw(): void {
    this.rest.cancel();
    this.hurry = false;
    this.drawing.request(true);
  }

  override async catchUp(): Promise<void> {
    if (this.inView) return;
    [this.inView, this.hurry] = [true, false];
    this.draw();
    this.inView = false;
    await this.drawn;
  }

  private draw(): void {
    const height = Math.max(120, this.model.number('height', 280));
    this.plotHost.style.height = `${height}px`;
    this.updateFrame();
    if (this.plotly && this.drawable) this.drawAll(this.plotly);
    else this.updateNotice();
  }

  private drawAll(plotly: PlotlyModule): void {
    const sent = this.oldestSent;
    this.oldestSent = NaN;
    this.drawPlot(plotly, this.hurry);
    this.hurry = true;
    this.firstDraw();
    afterPaint(() => {
      this.el.dispatchEvent(
        new CustomEvent('dlw:paint', { bubbles: true, detail: { sent, painted: nowMs() } }),
      );
      // In a task of its own: other charts have been painted in this frame too.
      afterPaint(() => {
        if (this.plotly && this.drawable && this.rest.take()) this.drawPlot(this.plotly, false);
      });
    });
  }

  /** Whether the plot can be seen, and can be drawn. */
  private get drawable(): boolean {
    return this.width > 0 && this.el.isConnected && (this.inView || this.el.dataset.ready !== 'true');
  }

  /** @param hurry whether the axes may wait */
  private drawPlot(plotly: PlotlyModule, hurry: boolean): void {
    const input = this.sceneInput(this.width);
    const scene = (this.scene = buildScene(input));
    this.updateNotice();
    if (!this.zoom.active) this.growth.shows(scene.x, scene.y);
    const area = areaOf(scene, input.logY);
    this.drawn = this.picture.draw(plotly, scene, area, hurry).then(
      (drawn) => {
        this.hover.refresh();
        this.placeCursor();
        if (drawn === 'lines for now') this.rest.plan(this.picture.restFor(area));
      },
      (error: unknown) => this.complain(error),
    );
  }

  private placeCursor(): void {
    this.cursor.place(this.model.cursor, this.model.axis, this.picture.area);
  }

  private firstDraw(): void {
    if (this.el.dataset.ready === 'true') return;
    this.el.dataset.ready = 'true';
    this.plot.on?.('plotly_relayout', (change) => {
      const [x, y] = [rangeIn(change, 'xaxis'), rangeIn(change, 'yaxis')];
      if (x || y) this.setZoom(x ?? this.zoom.x, y ?? this.zoom.y);
    });
    this.plot.on?.('plotly_doubleclick', () => this.setZoom(null, null));
  }

  /** Everything around the plot area. */
  private updateFrame(): void {
    const { model } = this;
    const series = model.series;
    const hidden = this.query().hidden;
    const title = model.localized('title');
    this.captions.show(title, model.localized('y_label'));
    this.plotHost.setAttribute('aria-label', spokenTitle(title, series.length, model.axis));
    this.legend.update(series, seriesStyles(series, this.theme), hidden, (id) => {
      const buffer = model.data.curve(id)?.buffer;
      return buffer && buffer.length > 0 ? buffer.value[buffer.length - 1] : undefined;
    });
  }

  /** Why the plot area is empty, if it is, and what the toolbar offers. */
  private updateNotice(): void {
    const { model } = this;
    const { series } = model;
    const hidden = this.query().hidden;
    const points = series.reduce((sum, info) => sum + (model.data.curve(info.id)?.buffer.length ?? 0), 0);
    this.captions.showWhyEmpty(
      {
        points,
        hidden: series.every((info) => hidden.has(info.id)),
        blank: this.zoom.active && this.scene !== null && isBlank(this.scene, model.flag('log_y')),
      },
      model.emptyText(),
    );
    this.toolbar.update({
      axis: model.axis,
      log: model.flag('log_y'),
      smoothing: model.smoothing,
      canSmooth: series.some((info) => info.smooth),
      zoomed: this.zoom.active,
      spikes: this.spikes ? 'shown' : this.scene?.cut ? 'cut' : 'none',
      table: this.table.visible,
      empty: points === 0,
      partial: !model.comm_live && !holdsAll(model.data, series),
    });
  }

  private updateCounts(): void {
    const { points, total } = this.model.data;
    Object.assign(this.el.dataset, { points, total });
  }

  private setZoom(x: Range | null, y: Range | null): void {
    if (x !== null || this.model.window !== null) this.model.put('x_range', x ?? []);
    this.applyZoom(y);
  }

  private applyZoom(y: Range | null): void {
    this.growth.reset();
    this.zoom.set(this.model.window, y, 4 * Math.max(100, this.width - MARGIN.l - MARGIN.r));
  }

  /** Ends the zoom; where there is none, shows spikes to their top, or cuts them off again. */
  private showEverything(): void {
    if (!this.zoom.active) this.spikes = !this.spikes;
    this.setZoom(null, null);
  }

  private scaleZoom(factor: number): void {
    if (!this.scene) return;
    const [lo, hi] = this.scene.x;
    const middle = this.hover.position ?? (lo + hi) / 2;
    this.setZoom([middle - (middle - lo) * factor, middle + (hi - middle) * factor], this.zoom.y);
  }

  private toggleTable(): void {
    this.table.visible = !this.table.visible;
    this.updateTable();
    this.redraw();
  }

  private updateTable(): void {
    this.table.update(this.model.localized('title'), this.model.data, this.model.series);
  }

  private async save(format: SaveFormat): Promise<void> {
    const name = this.model.localized('title') || 'chart';
    if (format === 'csv') {
      await this.toolbar.saving(async () => this.captions.say(await saveCsv(this.model, name)));
      return;
    }
    if (!this.plotly) return;
    const url = await exportImage(this.plotly, this.sceneInput(Math.max(480, this.width)), format, {
      title: this.model.localized('title'),
      yLabel: this.model.localized('y_label'),
    });
    download(`${name}.${format}`, url, '');
  }

  /** Says in the widget and on the console what went wrong. */
  private complain(error: unknown): void {
    reportError('Chart', error);
    this.captions.say(error instanceof Error ? error.message : String(error), true);
  }
}
