import { t } from '../../core/i18n';
import { el, setText, type Text } from '../../shared/dom';
import { icon, type IconName } from '../../shared/icons';

/** What the tools act on. */
export interface Acts {
  /** Which layers are shown, or how, has changed. */
  layers(): void;
  /** Zoom by a factor, or show everything for 0. */
  zoom(factor: number): void;
  /** The handle is to go to a share of the path, from 0 to 1; `rests` where it stays there. */
  along(share: number, rests: boolean): void;
}

const DEFAULT_OPACITY = 60;
/** How long the handle takes from A to B, in ms. */
const JOURNEY = 4000;

/** The tools under a plane: which layers it shows, zoom, and the way along the path. */
export class PlaneTools {
  private readonly map = checkbox();
  private readonly points = checkbox();
  private readonly ghost = checkbox();
  private readonly slider = el('input', 'dlw-slider', {
    type: 'range',
    min: 0,
    max: 100,
    value: DEFAULT_OPACITY,
    'aria-label': () => t('Opacity of the map'),
    title: () => t('Opacity of the map'),
  });
  private readonly scrub = el('input', 'dlw-slider dlw-latent-scrub', {
    type: 'range',
    min: 0,
    max: 1000,
    value: 0,
    'aria-label': () => t('Share of the path from A to B'),
    title: () => t('Move the ring along the path from A to B.'),
  });
  private readonly playLabel = el('span');
  private readonly play = el('button', 'dlw-button dlw-latent-play', { type: 'button' });
  private readonly mapped: HTMLElement;
  private readonly ghosts: HTMLElement;
  private readonly way: HTMLElement;
  readonly root: HTMLElement;
  private frame = 0;

  constructor(private readonly acts: Acts) {
    this.mapped = el(
      'span',
      'dlw-latent-group',
      {},
      labeled(this.map, () => t('Decoded images')),
      this.slider,
    );
    this.ghosts = labeled(this.ghost, () => t('Before β changed'));
    this.way = el('span', 'dlw-latent-group', {}, this.play, 'A', this.scrub, 'B');
    this.play.append(icon('start'), this.playLabel);
    this.root = el(
      'div',
      'dlw-latent-tools',
      {},
      // First what is always there, so that nothing moves when the rest comes.
      el(
        'span',
        'dlw-latent-group',
        {},
        this.tool('zoomIn', () => t('Zoom in around the ring'), 1.5),
        this.tool('zoomOut', () => t('Zoom out'), 1 / 1.5),
        this.tool('reset', () => t('Show everything'), 0),
      ),
      labeled(this.points, () => t('Points')),
      this.mapped,
      this.way,
      this.ghosts,
    );
    for (const box of [this.map, this.points, this.ghost]) {
      box.addEventListener('change', () => acts.layers());
    }
    this.slider.addEventListener('input', () => {
      this.map.checked = true;
      acts.layers();
    });
    this.scrub.addEventListener('input', () => {
      this.stop();
      acts.along(this.share, false);
    });
    this.scrub.addEventListener('change', () => acts.along(this.share, true));
    this.play.addEventListener('click', () => (this.frame ? this.rest() : this.start()));
    this.label();
  }

  get opacity(): number {
    return this.map.checked ? Number(this.slider.value) / 100 : 0;
  }

  get showsPoints(): boolean {
    return this.points.checked;
  }

  get showsGhost(): boolean {
    return this.ghost.checked;
  }

  /** Shows the tools of what there is. */
  offer(there: { map: boolean; ghost: boolean; path: boolean }): void {
    this.mapped.hidden = !there.map;
    this.ghosts.hidden = !there.ghost;
    this.way.hidden = !there.path;
    if (!there.path) this.stop();
  }

  /** The handle stays where it is: it was moved by hand. */
  stop(): void {
    if (this.frame) cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.label();
  }

  private get share(): number {
    return Number(this.scrub.value) / 1000;
  }

  private start(): void {
    const from = this.share >= 1 ? 0 : this.share;
    const begun = performance.now() - from * JOURNEY;
    const go = (): void => {
      const share = Math.min(1, (performance.now() - begun) / JOURNEY);
      this.scrub.value = String(Math.round(1000 * share));
      if (share >= 1) this.rest();
      else {
        this.acts.along(share, false);
        this.frame = requestAnimationFrame(go);
      }
    };
    this.frame = requestAnimationFrame(go);
    this.label();
  }

  private rest(): void {
    this.stop();
    this.acts.along(this.share, true);
  }

  /** Writes on the button what it does, also in another language. */
  label(): void {
    const playing = this.frame !== 0;
    this.play.querySelector('svg')?.replaceWith(icon(playing ? 'pause' : 'start'));
    setText(this.playLabel, playing ? t('Pause') : t('Play'));
    this.play.title = t('Move the ring from A to B.');
  }

  private tool(name: IconName, title: () => string, factor: number): HTMLElement {
    const button = el('button', 'dlw-tool', { type: 'button', title, 'aria-label': title }, icon(name));
    button.addEventListener('click', () => this.acts.zoom(factor));
    return button;
  }
}

function checkbox(): HTMLInputElement {
  const box = el('input', '', { type: 'checkbox' });
  box.checked = true;
  return box;
}

function labeled(box: HTMLInputElement, text: Text): HTMLElement {
  return el('label', 'dlw-latent-choice', {}, box, text);
}
