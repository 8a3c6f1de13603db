import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { type Dense, readDense } from '../../shared/concept/dense';
import { DIGIT_SIDE, digitPicture, type Picture, readPicture, savedPicture } from '../../shared/concept/grid';
import { ConceptModel } from '../../shared/concept/model';
import { FIELDS } from './fields';
import { type Attack, lead, type Moment } from './moment';
import { LINEAR, NETWORK } from './networks';
import { type OwnAttack, readOwn } from './own-attack';
import { pageAttack } from './page-attack';

/** What changes the attack; `_KEY` in Python names the same. */
const KEY = ['image', 'digit', 'method', 'target', 'steps', 'seed'] as const;

/** An image whose class changes when each pixel moves a little. */
export class AdversarialModel extends ConceptModel<typeof FIELDS> {
  static override serializers = {
    ...ConceptModel.serializers,
    picture: { serialize: savedPicture },
    attack: { serialize: savedPicture },
  };

  /** The image of the user's that Python sent; null for none. */
  own!: Picture | null;
  /** What Python computed with a model of the user's; null for nothing. */
  computed!: OwnAttack | null;
  private drawn: Picture | null = null;
  private layers: Record<'network' | 'linear', Dense[] | null> = { network: null, linear: null };
  private last: { picture: Picture; key: string; attack: Attack } | null = null;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('Adversarial'),
      picture: {},
      picture_note: '',
      attack: {},
      note: '',
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['picture', 'attack'], () => {
      this.own = this.readable(() => unit(readPicture(this.get('picture'))), null);
      this.computed = this.readable(() => readOwn(this.get('attack')), null);
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'adversarial';
  }

  /** Whether a network of the user's is shown. */
  get foreign(): boolean {
    return this.now.network === 'own' && this.computed !== null;
  }

  /** Whether what is shown is of other settings, which only the kernel can compute. */
  get stale(): boolean {
    return this.foreign && this.computed!.key !== this.key;
  }

  /** What the state asks for isn't in this page. */
  get missing(): 'model' | 'image' | null {
    if (this.now.network === 'own') return this.foreign ? null : 'model';
    return this.now.image === 'own' && !this.ownPicture ? 'image' : null;
  }

  get key(): string {
    const { now } = this;
    return KEY.map((name) => FIELDS[name].write(now[name] as never)).join(';');
  }

  /** The image of the user's, if it has the size of the digits. */
  private get ownPicture(): Picture | null {
    if (this.own || !this.computed?.key.startsWith('own;')) return this.own;
    const { height, width, channels, x } = this.computed.attack;
    if (height !== DIGIT_SIDE || width !== DIGIT_SIDE || channels !== 1) return null;
    this.own = { height, width, data: x, low: 0, high: 1, colors: null };
    return this.own;
  }

  get picture(): Picture {
    const { image, digit } = this.now;
    return (
      (image === 'drawing' ? this.drawn : image === 'own' ? this.ownPicture : null) ?? digitPicture(digit)
    );
  }

  /** The attack; computed when something has changed. */
  get attack(): Attack {
    if (this.now.network === 'own' && this.computed) return this.computed.attack;
    const { network, target, method, steps, seed } = this.now;
    const { picture, key } = this;
    const name = network === 'linear' ? 'linear' : 'network';
    const whole = `${name};${key}`;
    if (this.last?.picture === picture && this.last.key === whole) return this.last.attack;
    const layers = (this.layers[name] ??= readDense(name === 'linear' ? LINEAR : NETWORK));
    const wanted = target[0] ?? null;
    const attack = pageAttack(layers, picture, {
      target: wanted !== null && wanted < 10 ? wanted : null,
      steps: method === 'sign' ? 0 : steps,
      seed,
    });
    this.last = { picture, key: whole, attack };
    return attack;
  }

  /** The lead of the rival, for the image and at a moment: with the attack, and with noise. */
  leads(moment: Moment): { attack: number; noise: number } {
    const { attack } = this;
    return { attack: lead(attack, moment.shares), noise: lead(attack, moment.noisyShares) };
  }

  /** The pixel that is written out: the one of the state, or one of the attack's. */
  get pixel(): readonly [number, number] {
    const { height, width } = this.attack;
    const [row, column] = this.now.pixel;
    if (row === undefined || column === undefined) return this.attack.pixel;
    return [Math.min(height - 1, row), Math.min(width - 1, column)];
  }

  draw(picture: Picture): void {
    this.drawn = picture;
    this.trigger('change:drawing');
  }
}

/** A picture with values from 0 to 1, if it has the size of the digits. */
function unit(picture: Picture | null): Picture | null {
  if (picture?.height !== DIGIT_SIDE || picture.width !== DIGIT_SIDE) return null;
  const { data, low, high, colors } = picture;
  const span = (high - low) * (colors ? 3 : 1);
  const shift = low * (colors ? 3 : 1);
  return { ...picture, data: data.map((value) => (value - shift) / span), low: 0, high: 1, colors: null };
}
