import { t } from '../../core/i18n';
import { DrawnView } from '../../core/view';
import { el, setAttributes, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { icon } from '../../shared/icons';
import { inlineCode } from '../../shared/inline-markup';
import { Floating } from '../../shared/floating';
import { FilmMenu } from './film-menu';
import type { TimelineModel } from './model';
import { paintTrack, TRACK_HEIGHT } from './painter';
import { Player } from './player';
import { eventAt, indexAt, indexByKey, LIVE, moved, pixelOf, placeOf } from './track';

const SPEEDS = [1, 2, 5, 10, 20];
/** Below this width the track has a line of its own. */
const NARROW_PX = 760;
/** And below this one, the label as well. */
const PHONE_PX = 560;

/** A slim bar under the views of a run: drag to any snapshot, play them all, or go back to the present. */
export class TimelineView extends DrawnView {
  declare model: TimelineModel;
  private play!: HTMLButtonElement;
  private before!: HTMLButtonElement;
  private after!: HTMLButtonElement;
  private speed!: HTMLSelectElement;
  private track!: HTMLElement;
  private canvas!: HTMLCanvasElement;
  private thumb!: HTMLElement;
  private tip!: HTMLElement;
  private floating!: Floating;
  private label!: HTMLElement;
  private live!: HTMLButtonElement;
  private notice!: HTMLElement;
  private films!: FilmMenu;
  private player!: Player;
  /** The last step when a drag began: the scale stays under the hand. */
  private heldLast!: number | null;
  /** Where the pointer is, in pixels of the track. */
  private pointer!: number | null;

  override render(): void {
    super.render();
    this.heldLast = this.pointer = null;
    this.player = new Player(this.model, () => this.drawing.request(true));
    this.build();
    this.stops.push(() => this.player.stop());
    this.listenTo(this.model, 'dlw:settled', () => this.player.settled());
    this.listenTo(this.model, 'msg:custom', (content: unknown, buffers: DataView[]) => {
      this.films.receive(content, buffers);
    });
    this.track.addEventListener('pointerdown', (event) => this.onDown(event));
    this.track.addEventListener('pointermove', (event) => this.onMove(event));
    for (const name of ['pointerup', 'pointercancel'] as const)
      this.track.addEventListener(name, () => this.release());
    this.track.addEventListener('pointerleave', () => this.point(null));
    this.el.addEventListener('keydown', (event) => this.onKey(event));
    const scrolled = (): void => this.point(null); // the tip would stay where it is
    window.addEventListener('scroll', scrolled, { capture: true, passive: true });
    this.stops.push(() => window.removeEventListener('scroll', scrolled, { capture: true }));
    this.drawOnResize();
  }

  protected override prompt(): boolean {
    return true;
  }

  private build(): void {
    this.el.classList.add('dlw-timeline');
    this.el.dataset.lmSuppressShortcuts = 'true';
    setAttributes(this.el, { role: 'group', 'aria-label': () => t('Timeline of the run') });
    this.play = tool(() => this.player.toggle());
    this.before = tool(() => this.move(-1));
    this.after = tool(() => this.move(1));
    this.before.append(icon('previous'));
    this.after.append(icon('next'));
    setAttributes(this.before, {
      title: () => t('Previous snapshot (←)'),
      'aria-label': () => t('Previous snapshot'),
    });
    setAttributes(this.after, {
      title: () => t('Next snapshot (→)'),
      'aria-label': () => t('Next snapshot'),
    });
    this.speed = el(
      'select',
      'dlw-select dlw-timeline-speed',
      {
        title: () => t('Film speed in snapshots per second'),
        'aria-label': () => t('Film speed in snapshots per second'),
      },
      ...SPEEDS.map((n) => el('option', '', { value: n }, () => t('{n}/s', { n }))),
    );
    this.speed.addEventListener('change', () => this.model.put('speed', Number(this.speed.value)));
    this.canvas = el('canvas', '', { 'aria-hidden': 'true' });
    this.thumb = el('div', 'dlw-timeline-thumb');
    this.tip = el('div', 'dlw-tip dlw-timeline-tip', { 'aria-hidden': 'true' });
    this.floating = new Floating(this.tip);
    this.track = el(
      'div',
      'dlw-timeline-track',
      {
        role: 'slider',
        tabindex: 0,
        'aria-label': () => t('Step shown'),
        'aria-valuemin': 0,
        'aria-keyshortcuts': 'Space Escape',
      },
      this.canvas,
      this.thumb,
      this.tip,
    );
    this.label = el('div', 'dlw-timeline-label');
    this.live = el(
      'button',
      'dlw-button dlw-timeline-live',
      { type: 'button' },
      el('span', 'dlw-chip-dot'),
      el('span'),
    );
    this.live.addEventListener('click', () => this.goLive());
    this.notice = el('div', 'dlw-timeline-notice', { role: 'status' });
    this.films = new FilmMenu(this.model);
    this.el.append(
      el('div', 'dlw-timeline-buttons', {}, this.play, this.before, this.after, this.speed),
      this.track,
      this.label,
      this.live,
      this.films.root,
      this.notice,
    );
  }

  private get last(): number {
    return this.heldLast ?? this.model.last;
  }

  private get width(): number {
    return Math.max(1, this.track.clientWidth);
  }

  protected override draw(): void {
    const { model } = this;
    const { clientWidth } = this.el;
    const size =
      clientWidth === 0 || clientWidth >= NARROW_PX ? 'wide' : clientWidth < PHONE_PX ? 'phone' : 'narrow';
    const { count, index, lives, label } = model;
    const { last } = this;
    const empty = count === 0;
    Object.assign(this.el.dataset, {
      size,
      empty,
      count,
      position: model.position,
      playing: this.player.playing,
    });
    const notice = empty ? model.emptyText() : '';
    if (notice.replaceAll('`', '') !== this.notice.textContent)
      this.notice.replaceChildren(...inlineCode(notice));
    const dead = !model.comm_live;
    this.play.disabled = this.speed.disabled = dead || count < 2;
    this.before.disabled = dead || index === 0 || empty;
    this.after.disabled = dead || empty || index < 0;
    this.live.disabled = dead || empty;
    this.speed.value = String(model.speed);
    this.dressPlay();
    setText(this.label, label);
    this.label.title = label;
    setText(this.live.lastChild!, lives ? t('Live') : t('Newest'));
    setAttributes(this.live, {
      'aria-pressed': String(index < 0 && !empty),
      title: t('Show the newest weights (Esc)'),
      'data-lives': lives,
    });
    setAttributes(this.track, {
      'aria-valuemax': last,
      'aria-valuenow': index < 0 ? last : model.snapshots.steps[index],
      'aria-valuetext': label,
      'aria-disabled': dead || empty ? 'true' : undefined,
    });
    this.films.show();
    this.paint();
  }

  private dressPlay(): void {
    const { playing } = this.player;
    const label = playing ? t('Pause the film') : t('Play the snapshots as a film');
    if (this.play.getAttribute('aria-label') === label) return;
    setAttributes(this.play, {
      'aria-label': label,
      title: playing ? t('Pause the film (Space)') : t('Play the snapshots as a film (Space)'),
    });
    this.play.replaceChildren(icon(playing ? 'pause' : 'start'));
  }

  private paint(): void {
    const { model, width, last } = this;
    const { index, snapshots, epochEnds, events } = model;
    const thumb = index < 0 ? width : pixelOf(snapshots.steps[index]!, last, width);
    this.thumb.style.left = `${Number(thumb.toFixed(1))}px`;
    this.thumb.dataset.live = String(index < 0 && model.lives);
    const context = sizedCanvas(this.canvas, width, TRACK_HEIGHT);
    if (context && model.count > 0) {
      const style = getComputedStyle(this.el);
      const color = (name: string): string => style.getPropertyValue(`--dlw-${name}`).trim() || '#888';
      paintTrack(context, { snapshots, epochEnds, events, last, thumb }, width, {
        line: color('timeline-line'),
        tick: color('timeline-tick'),
        accent: color('accent'),
        warn: color('warn'),
        bad: color('bad'),
        muted: color('muted'),
      });
    }
    this.showTip();
  }

  private showTip(): void {
    const { model, pointer, width, last } = this;
    const index = pointer === null ? LIVE : indexAt(model.snapshots.steps, pointer, last, width, this.newer);
    const event = pointer === null ? undefined : eventAt(model.events, pointer, last, width);
    const place =
      index < 0 ? (model.lives ? t('Live') : t('Newest weights')) : placeOf(model.snapshots, index);
    if (pointer === null || model.count === 0) {
      this.floating.hide();
      return;
    }
    setText(this.tip, [event?.text ?? '', place].filter(Boolean).join('\n'));
    const x = index < 0 ? width : pixelOf(model.snapshots.steps[index]!, last, width);
    this.floating.show(this.track.getBoundingClientRect(), x);
  }

  /** Whether there may be newer weights than those of the last snapshot. */
  private get newer(): boolean {
    const { model } = this;
    return model.lives || model.last > (model.snapshots.steps[model.count - 1] ?? 0);
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0 || this.model.count === 0) return;
    this.track.setPointerCapture(event.pointerId);
    this.heldLast = this.model.last;
    this.player.stop();
    this.seekTo(event);
  }

  private onMove(event: PointerEvent): void {
    if (this.heldLast !== null) this.seekTo(event);
    else if (event.pointerType === 'mouse') this.point(this.place(event));
  }

  private release(): void {
    if (this.heldLast === null) return;
    this.heldLast = null;
    this.drawing.request(true);
  }

  private point(x: number | null): void {
    if (this.heldLast !== null || x === this.pointer) return;
    this.pointer = x;
    this.drawing.request(true);
  }

  private place(event: PointerEvent): number {
    return event.clientX - this.track.getBoundingClientRect().left;
  }

  private seekTo(event: PointerEvent): void {
    const x = this.place(event);
    this.pointer = x;
    this.model.seek(indexAt(this.model.snapshots.steps, x, this.last, this.width, this.newer));
    this.drawing.request(true);
  }

  private move(by: number): void {
    this.player.stop();
    this.model.seek(moved(this.model.index, by, this.model.count));
  }

  private goLive(): void {
    this.player.stop();
    this.model.seek(LIVE);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === this.speed) return;
    const button = event.target instanceof HTMLButtonElement;
    if (event.key === ' ' && !button) {
      this.player.toggle();
    } else {
      // On a button, arrows scroll the page as ever.
      const to =
        button && event.key !== 'Escape' ? null : indexByKey(event.key, this.model.index, this.model.count);
      if (to === null) return;
      this.player.stop();
      this.model.seek(to);
    }
    event.preventDefault();
    event.stopPropagation();
    this.drawing.request(true);
  }
}

function tool(press: () => void): HTMLButtonElement {
  const button = el('button', 'dlw-tool', { type: 'button' });
  button.addEventListener('click', press);
  return button;
}
