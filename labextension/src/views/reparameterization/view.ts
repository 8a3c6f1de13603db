import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';
import { short } from '../../shared/concept/numbers';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { Density } from './densities';
import { EXPLANATION } from './explanation';
import { CLOUD, LEAST_DEVIATION, MOST_DEVIATION, REACH } from './fields';
import { Figure, Samples } from './images';
import { decoded, estimate, gradients, normals, type Pair, Training } from './latent';
import { LESSONS } from './lessons';
import type { ReparameterizationModel } from './model';
import { type Handle, LatentPlane } from './plane';
import { Settings } from './settings';
import { NumberRows } from './tables';
import { distributionRows, formulaLines, gradientRows, inWords, klOf, type Now, remarks } from './texts';

/** Steps of training in a second, and until it ends. */
const RATE = 30;
const MOST_STEPS = 400;
/** Samples that are decoded. */
const DECODED = 8;
/** The cloud's random numbers are of a step that training doesn't have. */
const CLOUD_STEP = -1;

function clip(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function plane(at: Pair): Pair {
  return [clip(at[0], -REACH, REACH), clip(at[1], -REACH, REACH)];
}

/** The cloud of a variational autoencoder: drag it, draw from it, decode it, and let it learn. */
export class ReparameterizationView extends ConceptView {
  declare model: ReparameterizationModel;
  private settings!: Settings;
  private plane!: LatentPlane;
  private figures!: Readonly<Record<'target' | 'sample' | 'mean', Figure>>;
  private samples!: Samples;
  private densities!: readonly [Density, Density];
  private distribution!: NumberRows;
  private slopes!: NumberRows;
  private notes!: HTMLElement;
  private counted!: HTMLElement;
  private encoderKey!: HTMLElement;
  private training!: Training;
  /** How often ε was drawn. */
  private draws!: number;
  /** Whether training has come to its end. */
  private ended!: boolean;
  /** Where the state put the cloud last. */
  private placed!: string;
  private computed!: { key: string; target: object; now: Now } | null;

  protected title(): string {
    return t('Reparameterization');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    const { model } = this;
    const tries = EXPLANATION.tries
      // The place of a digit is one of the decoder that comes with it.
      .filter(({ state }) => !model.ownDecoder || !state.includes('mean='))
      .map(({ text, state }) => ({
        text,
        get state(): string {
          // The user's own image stays, unless a digit is to be tried.
          const { image } = model.now;
          return image === 'digit' || /digit=|mean=/.test(state) ? state : `image=${image};${state}`;
        },
      }));
    return { ...EXPLANATION, tries };
  }

  protected override rate(): number {
    return RATE;
  }

  protected build(): void {
    const { model } = this;
    this.computed = null;
    this.rewind();
    this.settings = new Settings(model, { set: (mean, deviation) => this.put(mean, deviation) });
    this.plane = new LatentPlane({
      drag: (handle, to) => this.drag(handle, to),
      move: ([across, up]) => {
        const { mean, deviation } = this.training;
        this.put(plane([mean[0] + across, mean[1] + up]), deviation);
      },
      home: () => model.change({ mean: [], deviation: [] }),
    });
    this.figures = {
      target: new Figure('dlw-reparam-image'),
      sample: new Figure('dlw-reparam-image'),
      mean: new Figure('dlw-reparam-image'),
    };
    this.samples = new Samples(DECODED);
    this.densities = [new Density(), new Density()];
    this.distribution = new NumberRows(() => t('Distribution by dimension'), ['μ', 'σ', 'log σ²', 'KL'], 2);
    this.slopes = new NumberRows(
      () => t('Gradients by dimension'),
      ['ε', 'z', 'dz/dμ', 'dz/dσ', '∂L/∂z', '∂L/∂μ', '∂L/∂σ'],
      2,
    );
    this.notes = this.part('notes', el('div', 'dlw-reparam-notes'));
    this.counted = el('span', 'dlw-reparam-steps');
    this.lay();
    this.listenTo(model, 'change:drawing change:decoder change:picture', () => {
      this.computed = null;
      this.drawing.request(true);
    });
  }

  private lay(): void {
    const { fields, numbers, sketch } = this.settings;
    const entry = (kind: string, text: () => string): HTMLElement =>
      el('span', `dlw-reparam-key-${kind}`, {}, text);
    const { target, sample, mean } = this.figures;
    this.stage.classList.add('dlw-reparam');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings',
        {},
        ...Object.entries(fields).map(([name, field]) => this.part(name, field)),
      ),
      sketch.root,
      this.part('numbers', numbers),
      el(
        'div',
        'dlw-reparam-main',
        {},
        this.part(
          'plane',
          el(
            'div',
            'dlw-reparam-left',
            {},
            this.plane.root,
            el(
              'div',
              'dlw-reparam-legend',
              {},
              entry('prior', () => t('prior: 1σ, 2σ')),
              entry('cloud', () => t('cloud: drag it or its circles')),
              entry('sample', () => 'z'),
              entry('gradient', () => t('downhill: −∂L/∂z')),
              (this.encoderKey = entry('code', () => t('encoder'))),
              this.counted,
            ),
          ),
        ),
        el(
          'div',
          'dlw-reparam-right',
          {},
          this.part('images', el('div', 'dlw-reparam-images', {}, target.root, sample.root, mean.root)),
          this.part('samples', this.samples.root),
          this.part(
            'kl',
            el(
              'div',
              '',
              {},
              el('div', 'dlw-reparam-densities', {}, ...this.densities.map(({ root }) => root)),
              this.distribution.root,
            ),
          ),
          this.part('gradients', this.slopes.root),
        ),
      ),
      this.notes,
    );
  }

  /** What is shown now; computed once for each change. */
  private get now(): Now {
    const { model, training } = this;
    const { mean, deviation } = training;
    const { beta, path, seed } = model.now;
    const drawn = normals(seed, this.draws);
    const epsilon = model.epsilon ?? ([drawn[0]!, drawn[1]!] as Pair);
    const { target } = model;
    const key = JSON.stringify([mean, deviation, epsilon, beta, path, seed]);
    if (this.computed?.key === key && this.computed.target === target) return this.computed.now;
    const found = gradients(model.decoder, target.data, { mean, deviation, epsilon, beta, path });
    const now: Now = {
      mean,
      deviation,
      epsilon,
      found,
      estimate: estimate(mean, deviation, normals(seed, CLOUD_STEP, 2 * CLOUD)),
      steps: training.steps,
    };
    this.computed = { key, target, now };
    return now;
  }

  /** The user puts the cloud somewhere. */
  private put(mean: Pair, deviation: Pair): void {
    const good = (one: number): number => clip(one, LEAST_DEVIATION, MOST_DEVIATION);
    this.model.change({ mean: plane(mean), deviation: [good(deviation[0]), good(deviation[1])] });
  }

  private drag(handle: Handle, to: Pair): void {
    const { mean, deviation } = this.training;
    if (handle === 'mean') this.put(to, deviation);
    else if (handle === 'right') this.put(mean, [Math.abs(to[0] - mean[0]), deviation[1]]);
    else if (handle === 'top') this.put(mean, [deviation[0], Math.abs(to[1] - mean[1])]);
    else {
      const epsilon = [0, 1].map((i) => clip((to[i]! - mean[i]!) / deviation[i]!, -99, 99));
      // The place of the cloud belongs to it.
      this.model.change({ mean, deviation, epsilon });
      this.happened('sample');
    }
  }

  private get place(): string {
    const { mean, deviation } = this.model.now;
    return JSON.stringify([mean, deviation]);
  }

  protected override pinned(): boolean {
    const { mean, deviation, epsilon } = this.model.now;
    return mean.length + deviation.length + epsilon.length > 0;
  }

  protected stateChanged(): void {
    const { model } = this;
    if (model.epsilon) this.take();
    if (this.place === this.placed) return;
    const { draws } = this;
    this.rewind();
    // Where z is drawn directly, there is another one; else ε stays.
    this.draws = model.now.path === 'sampled' ? draws + 1 : draws;
    this.take();
  }

  protected override rewind(): void {
    const { mean, deviation } = this.model.start;
    this.training = new Training(mean, deviation);
    this.placed = this.place;
    this.draws = 0;
    this.ended = false;
  }

  protected advance(): boolean {
    const { model, training } = this;
    if (model.epsilon) this.moveState({ epsilon: [] });
    if (training.steps >= MOST_STEPS) {
      if (!this.ended) {
        this.ended = true;
        return false;
      }
      this.rewind();
    } else {
      training.step(this.now.found);
      this.draws += 1;
    }
    this.drawing.request(true);
    return true;
  }

  protected paint(): void {
    const { model, theme } = this;
    const { now } = this;
    const { mean, deviation, found } = now;
    const { decoder, shape } = model;
    const passes = model.now.path === 'reparameterized';
    const noise = normals(model.now.seed, CLOUD_STEP, 2 * CLOUD);
    const cloud = noise.map((one, i) => mean[i % 2]! + deviation[i % 2]! * one);
    this.settings.show(mean, deviation);
    this.plane.show(theme, {
      mean,
      deviation,
      z: found.z,
      cloud,
      byZ: found.byZ,
      passes,
      code: model.code,
      known: !model.ownDecoder,
    });
    this.figures.target.show(model.target.data, shape, t('Image x'));
    this.figures.sample.show(decoded(decoder, found.z), shape, t('z decoded'));
    this.figures.mean.show(decoded(decoder, mean), shape, t('μ decoded'));
    this.samples.show(
      Array.from({ length: DECODED }, (_, i) => decoded(decoder, [cloud[2 * i]!, cloud[2 * i + 1]!])),
      shape,
    );
    const kl = klOf(now);
    this.densities.forEach((density, i) => {
      const caption = t('Dimension {n}: KL = {kl}', { n: i + 1, kl: short(kl[i]!) });
      density.show(theme, caption, mean[i]!, deviation[i]!, found.z[i]!);
    });
    this.distribution.show(distributionRows(now));
    this.slopes.show(gradientRows(now, passes));
    this.encoderKey.hidden = model.code === null;
    setText(this.counted, t('{n} of {total} steps of training', { n: now.steps, total: MOST_STEPS }));
    setChildren(
      this.notes,
      remarks(model, now).map((text) => el('p', '', {}, text)),
    );
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.now).map((line) => el('div', '', {}, line));
  }

  protected said(): string {
    return inWords(this.model, this.now);
  }
}
