import { t } from '../../core/i18n';
import { Menu, Slider } from '../../shared/concept/fields';
import { outputOf } from './encode';
import {
  type Encoder,
  ENCODERS,
  type End,
  ENDS,
  FIELDS,
  MOST_CORPUS,
  MOST_CORPUS_LINES,
  MOST_LINES,
  MOST_NGRAMS,
  MOST_TEXT,
  type Output,
  OUTPUTS,
  SPLITS,
  STANDARDS,
} from './fields';
import type { TextToVectorsModel } from './model';
import { TextBox } from './text-box';
import { encoderText, outputText } from './texts';
import type { State } from './tokens';

const SIZES = [0, 5, 8, 10, 20, 50, 100, 1000, 10_000];
const BINS = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1000,
];
const LONGEST = 30;

type Name = Exclude<keyof typeof FIELDS, 'seed' | 'at'>;

/** What can be set: the texts, and how they become numbers. */
export class Settings {
  readonly fields: Readonly<Record<Name, { root: HTMLElement }>>;
  private readonly text: TextBox;
  private readonly corpus: TextBox;
  private readonly menus: Record<
    'encoder' | 'split' | 'ngrams' | 'standardize' | 'output' | 'max_tokens' | 'padding' | 'truncating',
    Menu
  >;
  private readonly bins: Slider;
  private readonly length: Slider;

  /** @param typed the user has typed a text */
  constructor(
    private readonly model: TextToVectorsModel,
    typed: (values: Partial<State>) => void,
  ) {
    const change = (values: Partial<State>): void => model.change(values);
    // Another token is where the marked one was.
    const type = (values: Partial<State>): void => {
      typed(values);
      model.change({ ...values, at: [] });
    };
    this.text = new TextBox(
      () => t('Sentences, one on each line'),
      MOST_TEXT,
      MOST_LINES,
      (text) => type({ text }),
    );
    this.corpus = new TextBox(
      () => t('Corpus'),
      MOST_CORPUS,
      MOST_CORPUS_LINES,
      (corpus) => type({ corpus }),
    );
    this.menus = {
      encoder: new Menu(
        () => t('Encoder'),
        (one) => change({ encoder: one as Encoder, at: [] }),
      ),
      split: new Menu(
        () => t('Tokens'),
        (one) => change({ split: one as (typeof SPLITS)[number], at: [] }),
      ),
      ngrams: new Menu(
        () => t('N-grams up to'),
        (one) => change({ ngrams: Number(one), at: [] }),
      ),
      standardize: new Menu(
        () => t('Standardize'),
        (one) => change({ standardize: one as (typeof STANDARDS)[number], at: [] }),
      ),
      output: new Menu(
        () => t('Output'),
        (one) => change({ output: one as Output }),
      ),
      max_tokens: new Menu(
        () => t('Vocabulary size'),
        (one) => change({ max_tokens: Number(one) }),
      ),
      padding: new Menu(
        () => t('Padding'),
        (one) => change({ padding: one as End }),
      ),
      truncating: new Menu(
        () => t('Truncating'),
        (one) => change({ truncating: one as End }),
      ),
    };
    this.bins = new Slider(
      () => t('Bins'),
      0,
      BINS.length - 1,
      1,
      (at) => change({ num_bins: BINS[at]! }),
    );
    this.length = new Slider(
      () => t('Length'),
      0,
      LONGEST,
      1,
      (length) => change({ length }),
    );
    this.fields = {
      text: this.text,
      corpus: this.corpus,
      ...this.menus,
      num_bins: this.bins,
      length: this.length,
    };
  }

  show(): void {
    const { now, used, own, hashing, printed, inOrder } = this.model;
    const { menus } = this;
    const end = (one: End): readonly [string, string] => [
      one,
      one === 'pre' ? t('before (pre)') : t('after (post)'),
    ];
    const sizes = SIZES.includes(now.max_tokens) ? SIZES : [...SIZES, now.max_tokens].sort((a, b) => a - b);
    this.text.show(now.text);
    this.corpus.show(now.corpus);
    menus.encoder.show(
      ENCODERS.filter((one) => one !== 'own' || own !== null).map((one) => [one, encoderText(one)]),
      used.encoder,
    );
    menus.split.show(
      SPLITS.map((one) => [one, one === 'words' ? t('Words') : t('Characters')]),
      now.split,
    );
    menus.ngrams.show(
      Array.from({ length: MOST_NGRAMS }, (_, i) => [String(i + 1), String(i + 1)] as const),
      String(now.ngrams),
    );
    menus.standardize.show(
      [
        ['lower_and_strip_punctuation', t('Lowercase, no punctuation')],
        ['lower', t('Lowercase')],
        ['strip_punctuation', t('No punctuation')],
        ['none', t('As typed')],
      ],
      now.standardize,
    );
    menus.output.show(
      OUTPUTS.map((one) => [one, outputText(one)]),
      outputOf(used),
    );
    menus.max_tokens.show(
      sizes.map((one) => [String(one), one === 0 ? t('All tokens') : String(one)]),
      String(now.max_tokens),
    );
    menus.padding.show(ENDS.map(end), now.padding);
    menus.truncating.show(ENDS.map(end), now.truncating);
    const at = BINS.findIndex((one) => one >= now.num_bins);
    this.bins.show(at, String(now.num_bins));
    this.length.show(
      now.length,
      now.length > 0 ? String(now.length) : t('{n} (auto)', { n: this.model.encoded.length }),
    );
    const { encoder } = used;
    const shown: Partial<Record<Name, boolean>> = {
      corpus: encoder !== 'own',
      ngrams: encoder !== 'tokenizer' && !printed,
      standardize: encoder !== 'tokenizer' && !printed,
      output: encoder !== 'listing',
      max_tokens: encoder === 'layer' || encoder === 'tokenizer',
      num_bins: hashing,
      length: inOrder,
      padding: inOrder && !printed,
      truncating: inOrder && !printed,
    };
    for (const [name, on] of Object.entries(shown)) this.fields[name as Name].root.hidden = !on;
  }
}
