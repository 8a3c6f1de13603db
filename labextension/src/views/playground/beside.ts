import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Check, Slider } from '../../shared/concept/fields';
import { short } from '../../shared/concept/numbers';
import { el, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { BESIDE, type BesideName, FIELDS } from './fields';
import { drawMap } from './map';
import type { PlaygroundModel, Region } from './model';
import { Picture } from './paint';
import type { Points } from '../../shared/concept/points';
import { besideName, percent } from './texts';

const SIZE = 168;

interface Card {
  root: HTMLElement;
  canvas: HTMLCanvasElement;
  picture: Picture | null;
  drawn: string;
  title: HTMLElement;
  score: HTMLElement;
}

/** Models of scikit-learn on the same points, which the kernel fits. */
export class Beside {
  readonly root: HTMLElement;
  private readonly checks: Readonly<Record<BesideName, Check>>;
  private readonly cards = new Map<BesideName, Card>();
  private readonly place = el('div', 'dlw-play-cards');
  private readonly note = el('p', 'dlw-play-note', { role: 'status' });
  private readonly choices: HTMLFieldSetElement;
  private readonly knobs: Readonly<Record<'c' | 'gamma' | 'depth' | 'trees', Slider>>;

  constructor(private readonly model: PlaygroundModel) {
    this.checks = Object.fromEntries(
      BESIDE.map((name) => [
        name,
        new Check(
          () => besideName(name),
          (on) => this.toggle(name, on),
        ),
      ]),
    ) as Record<BesideName, Check>;
    const power = (value: number): number => Number((10 ** value).toPrecision(2));
    this.knobs = {
      c: new Slider(
        () => t('C of linear model and SVM'),
        -3,
        3,
        'any',
        (value) => model.change({ c: power(value) }),
      ),
      gamma: new Slider(
        () => t('γ of RBF and polynomial'),
        -2,
        2,
        'any',
        (value) => model.change({ gamma: power(value) }),
      ),
      depth: new Slider(
        () => t('Largest depth of a tree'),
        1,
        20,
        1,
        (depth) => model.change({ depth }),
      ),
      trees: new Slider(
        () => t('Number of trees'),
        1,
        200,
        1,
        (trees) => model.change({ trees }),
      ),
    };
    this.choices = el(
      'fieldset',
      'dlw-play-choices',
      {},
      el('legend', 'dlw-play-caption', {}, () => t('Other models on the same points (scikit-learn)')),
      el('div', 'dlw-play-checks', {}, ...BESIDE.map((name) => this.checks[name].root)),
      el('div', 'dlw-concept-settings', {}, ...Object.values(this.knobs).map(({ root }) => root)),
    );
    this.root = el('div', 'dlw-play-beside', {}, this.choices, this.note, this.place);
  }

  private toggle(name: BesideName, on: boolean): void {
    const others = this.model.now.beside.filter((one) => one !== name);
    this.model.change({ beside: on ? [...others, name] : others });
  }

  show(theme: Theme, points: Points): void {
    const { model } = this;
    const { now } = model;
    const live = model.comm_live;
    this.choices.disabled = !live;
    for (const name of BESIDE) this.checks[name].show(now.beside.includes(name));
    const uses = (...names: BesideName[]): boolean => names.some((name) => now.beside.includes(name));
    this.knobs.c.show(Math.log10(now.c), short(now.c));
    this.knobs.gamma.show(Math.log10(now.gamma), short(now.gamma));
    this.knobs.depth.show(now.depth, String(now.depth));
    this.knobs.trees.show(now.trees, String(now.trees));
    this.knobs.c.root.hidden = !uses('linear', 'svm_linear', 'svm_poly', 'svm_rbf');
    this.knobs.gamma.root.hidden = !uses('svm_poly', 'svm_rbf');
    this.knobs.depth.root.hidden = !uses('tree', 'forest', 'boosting');
    this.knobs.trees.root.hidden = !uses('forest', 'boosting');
    const { key, maps } = model.regions;
    const fresh = key === besideKey(model);
    setText(
      this.note,
      !live && !(fresh && maps.length > 0)
        ? t('These models need a kernel with Python. Open this widget in a notebook to fit them.')
        : now.beside.length > 0 && !fresh
          ? t('Fitting…')
          : model.localized('note'),
    );
    const shown = maps.filter(({ name }) => now.beside.includes(name));
    const cards = shown.map((region) => this.card(theme, points, region, fresh));
    const same =
      cards.length === this.place.childElementCount &&
      cards.every((card, i) => card === this.place.children[i]);
    if (!same) this.place.replaceChildren(...cards);
  }

  private card(theme: Theme, points: Points, region: Region, fresh: boolean): HTMLElement {
    let card = this.cards.get(region.name);
    if (!card) {
      const [title, score] = [el('div', 'dlw-play-caption'), el('div', 'dlw-play-score')];
      const canvas = el('canvas', '', { 'aria-hidden': 'true' });
      card = {
        root: el('div', 'dlw-play-card', {}, title, canvas, score),
        canvas,
        picture: null,
        drawn: '',
        title,
        score,
      };
      this.cards.set(region.name, card);
    }
    const { training, test } = region;
    setText(card.title, besideName(region.name));
    setText(
      card.score,
      test === null
        ? t('training {training}', { training: percent(training ?? NaN) })
        : t('training {training}, test {test}', { training: percent(training ?? NaN), test: percent(test) }),
    );
    card.root.classList.toggle('dlw-play-stale', !fresh);
    // Points that are newer than the regions aren't drawn onto them.
    const drawn = `${this.model.regions.key} ${theme.dark} ${window.devicePixelRatio}`;
    if (drawn !== card.drawn && fresh) {
      card.drawn = drawn;
      card.picture ??= new Picture(region.side);
      card.picture.draw(theme.dark, (i) => region.values[i]! / 127.5 - 1);
      const context = sizedCanvas(card.canvas, SIZE, SIZE);
      card.canvas.style.width = card.canvas.style.height = `${SIZE}px`;
      const values = Float64Array.from(region.values, (value) => value - 127.5);
      const boundary = { columns: region.side, rows: region.side, values };
      if (context) drawMap(context, theme, SIZE, { picture: card.picture.canvas, boundary, points });
    }
    return card.root;
  }
}

/** What the regions follow from; `REGION_FIELDS` in Python names the same. */
const REGION_FIELDS = [
  'data',
  'noise',
  'samples',
  'test',
  'seed',
  'first',
  'second',
  'beside',
  'c',
  'gamma',
  'depth',
  'trees',
] as const;

export function besideKey({ now }: PlaygroundModel): string {
  return REGION_FIELDS.map((name) => FIELDS[name].write(now[name] as never)).join(';');
}
