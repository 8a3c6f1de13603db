import { identity } from '../../core/model';
import { ConceptModel } from '../../shared/concept/model';
import { DIGITS, FIELDS, LARGEST, PASSES } from './fields';
import {
  type Activation,
  changed,
  countOf,
  fits,
  flat,
  type Loss,
  madeWeights,
  moved,
  type Network,
  networkOf,
  type Pass,
  type Place,
  run,
  sum,
  type Task,
  totalLoss,
} from './network';
import { type Phase, phasesOf } from './phases';

type Vector = readonly number[];

export interface Sample {
  readonly x: Vector;
  readonly y: Vector;
}

/** The passes of a training, until a weight is larger than all bounds. */
export interface Training {
  /** Before each pass, and after the last one. */
  readonly networks: readonly Network[];
  /** Of all samples, for each network. */
  readonly losses: readonly number[];
  readonly diverged: boolean;
}

const INPUTS = [1, 0.5, -0.5, 0.8, -1];
/** A weight that is larger never comes back. */
const FAR = 1e6;

function rows(values: Vector, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
}

/** A small network that is trained pass by pass; all follows from the state. */
export class BackpropagationModel extends ConceptModel<typeof FIELDS> {
  private last: { key: string; begin: Network; training: Training | null } | null = null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Backpropagation') };
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'backpropagation';
  }

  get layers(): Vector {
    return this.now.layers;
  }

  /** What of the state doesn't fit its layers, and isn't used. */
  get unfit(): string[] {
    const { layers, weights, x, y, activations } = this.now;
    const found: string[] = [];
    if (activations.length > 0 && !this.activationsFit) found.push('activations');
    if (weights.length > 0 && weights.length !== countOf(layers)) found.push('weights');
    if ((x.length > 0 || y.length > 0) && !this.samplesFit) found.push('x, y');
    if (this.loss !== this.now.loss) found.push('loss');
    return found;
  }

  private get activationsFit(): boolean {
    const { layers, activations } = this.now;
    return activations.length === layers.length - 1 && !activations.slice(0, -1).includes('softmax');
  }

  get activations(): readonly Activation[] {
    return this.activationsFit
      ? this.now.activations
      : new Array<Activation>(this.layers.length - 1).fill('sigmoid');
  }

  get loss(): Loss {
    const { loss } = this.now;
    return fits(loss, this.activations.at(-1)!) ? loss : 'squared';
  }

  get task(): Task {
    const { l2, mistake, learning_rate } = this.now;
    return { loss: this.loss, l2, mistake, learning_rate };
  }

  private get samplesFit(): boolean {
    const { layers, x, y } = this.now;
    const [inputs, outputs] = [layers[0]!, layers.at(-1)!];
    if (x.length % inputs !== 0 || y.length % outputs !== 0) return false;
    return (x.length / inputs || 1) === (y.length / outputs || 1);
  }

  get samples(): Sample[] {
    const { layers, x, y } = this.now;
    const [inputs, outputs] = [layers[0]!, layers.at(-1)!];
    const own = this.samplesFit;
    const all = rows(own && x.length > 0 ? x : INPUTS.slice(0, inputs), inputs);
    const first = Array.from({ length: outputs }, (_, k) => (k === 0 ? 1 : 0));
    const targets = rows(own && y.length > 0 ? y : first, outputs);
    return all.map((one, i) => ({ x: one, y: targets[i]! }));
  }

  /** The sample that a pass takes. */
  sampleOf(pass: number): number {
    return pass % this.samples.length;
  }

  /** The network before the first pass. */
  get network(): Network {
    const { layers, weights, seed } = this.now;
    const own = weights.length === countOf(layers);
    return networkOf(layers, own ? weights : madeWeights(layers, seed), this.activations);
  }

  get phases(): Phase[] {
    return phasesOf(this.layers.length - 1);
  }

  /** What is known of the training: its beginning at least. It is another one when something that counts has changed. */
  private get course(): { begin: Network; training: Training | null } {
    const { layers, activations, weights, x, y, seed } = this.now;
    const key = JSON.stringify([layers, activations, weights, x, y, seed, this.task]);
    if (this.last?.key !== key) this.last = { key, begin: this.network, training: null };
    return this.last;
  }

  /** The network before the first pass, the same one while nothing that counts changes. */
  get begin(): Network {
    return this.course.begin;
  }

  /** All passes. */
  get training(): Training {
    const { course } = this;
    return (course.training ??= this.train(course.begin));
  }

  private train(begin: Network): Training {
    const { samples, task } = this;
    const mean = (network: Network): number =>
      sum(samples.map(({ x, y }) => totalLoss(network, x, y, task))) / samples.length;
    const networks = [begin];
    const losses = [mean(networks[0]!)];
    for (let pass = 0; pass < PASSES; pass += 1) {
      const before = networks.at(-1)!;
      const { x, y } = samples[pass % samples.length]!;
      const after = moved(before, run(before, x, y, task).gradients, task.learning_rate);
      if (!flat(after).every((value) => Math.abs(value) <= FAR)) return { networks, losses, diverged: true };
      networks.push(after);
      losses.push(mean(after));
    }
    return { networks, losses, diverged: false };
  }

  /** The last pass that there is, from 0. */
  get lastPass(): number {
    return Math.max(0, this.training.networks.length - 2);
  }

  networkAt(pass: number): Network {
    // The first one is there before the others are computed.
    if (pass === 0) return this.begin;
    const { networks } = this.training;
    return networks[Math.min(pass, networks.length - 1)]!;
  }

  passAt(pass: number): Pass {
    const { x, y } = this.samples[this.sampleOf(pass)]!;
    return run(this.networkAt(pass), x, y, this.task);
  }

  /** The weight whose chain rule is drawn. */
  get focus(): Place {
    const { layers } = this;
    const [layer, from, to] = this.now.focus as readonly [number, number, number];
    const l = Math.min(Math.max(layer, 1), layers.length - 1);
    return {
      layer: l - 1,
      from: Math.min(from, layers[l - 1]!) - 1,
      to: Math.min(Math.max(to, 1), layers[l]!) - 1,
    };
  }

  setFocus({ layer, from, to }: Place): void {
    this.change({ focus: [layer + 1, from + 1, to + 1] });
  }

  /** The user changes a weight of a pass: the network of that pass is the first one then. */
  setWeight(pass: number, place: Place, value: number): void {
    const numbers = flat(changed(this.networkAt(pass), place, value)).map((one) =>
      Math.min(LARGEST, Math.max(-LARGEST, Number(one.toFixed(DIGITS)))),
    );
    this.change({ weights: numbers, focus: [place.layer + 1, place.from + 1, place.to + 1] });
  }

  /** The user changes an input or a target of a sample. */
  setNumber(which: 'x' | 'y', sample: number, unit: number, value: number): void {
    const all = this.samples.map((one) => [...one[which]]);
    all[sample]![unit] = value;
    // Both are kept, or the other could not be told from its default.
    const other = which === 'x' ? 'y' : 'x';
    const rest = this.samples.length > 1 ? { [other]: this.samples.flatMap((one) => one[other]) } : {};
    this.change({ ...rest, [which]: all.flat() });
  }

  /** Other layers: weights and samples that don't fit them go. */
  setLayers(layers: Vector): void {
    const { activations } = this;
    const last = activations.at(-1)!;
    const hidden = activations.length > 1 ? activations[0]! : 'sigmoid';
    const all = layers.slice(1).map((_, l) => (l === layers.length - 2 ? last : hidden));
    const same = layers[0] === this.layers[0] && layers.at(-1) === this.layers.at(-1);
    const samples = same ? {} : { x: [], y: [] };
    this.change({ layers, weights: [], activations: plainly(all), focus: [1, 1, 1], at: [], ...samples });
  }

  setActivation(which: 'hidden' | 'output', activation: Activation): void {
    const all = this.activations.map((one, l) => {
      const isLast = l === this.activations.length - 1;
      return (which === 'output') === isLast ? activation : one;
    });
    const loss = fits(this.now.loss, all.at(-1)!) ? this.now.loss : 'squared';
    this.change({ activations: plainly(all), loss });
  }
}

/** Nothing where all are the default. */
function plainly(activations: readonly Activation[]): readonly Activation[] {
  return activations.every((one) => one === 'sigmoid') ? [] : activations;
}
