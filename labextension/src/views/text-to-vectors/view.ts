import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';
import { readState, writeState } from '../../shared/concept/state';
import { ConceptView } from '../../shared/concept/view';
import { el, setAttributes, setChildren, setText } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { Chips } from './chips';
import { outputOf } from './encode';
import { EXPLANATION } from './explanation';
import { FIELDS } from './fields';
import { formulaLines } from './formula';
import { IndexList } from './index-list';
import { LESSONS } from './lessons';
import { cellText, matrixOf, placeOf } from './matrix';
import type { TextToVectorsModel } from './model';
import { ResultCanvas } from './result-canvas';
import { Settings } from './settings';
import { inWords, remarks, shapeOf } from './texts';

interface Texts {
  readonly text: string;
  readonly corpus: string;
}

/** Sentences that become tokens, integers and vectors. */
export class TextToVectorsView extends ConceptView {
  declare model: TextToVectorsModel;
  private settings!: Settings;
  private chips!: Chips;
  private index!: IndexList;
  private result!: ResultCanvas;
  private resultLabel!: HTMLElement;
  private under!: HTMLElement;
  private notes!: HTMLElement;
  /** The token that is shown, of all tokens in a row, while it moves by itself. */
  private step!: number;
  /** The texts of the user, which come back after one to try. */
  private mine!: Texts;
  private hovered!: [row: number, column: number] | null;

  protected title(): string {
    return t('Text to vectors');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  /** Things to try with the sentences that the user has typed. */
  protected explanation(): Explanation {
    const { model } = this;
    const mine = (): Texts => this.mine;
    const tries = EXPLANATION.tries.map(({ text, state }) => ({
      text,
      get state(): string {
        if (state.startsWith('text=')) return state;
        const kept = writeState({ ...readState('', FIELDS).values, ...mine() }, FIELDS);
        const { encoder, split, standardize, ngrams, length } = model.now;
        // The user's own layer stays with its settings, unless another encoder is to be tried.
        if (encoder !== 'own' || state.startsWith('encoder='))
          return kept === '' ? state : `${kept};${state}`;
        const own = { ...mine(), encoder, split, standardize, ngrams, length };
        const before = writeState({ ...readState('', FIELDS).values, ...own }, FIELDS);
        return writeState(readState(`${before};${state}`, FIELDS).values, FIELDS);
      },
    }));
    return { ...EXPLANATION, tries };
  }

  protected override rate(): number {
    return 1.6;
  }

  protected override chance(): boolean {
    return this.model.used.encoder === 'hash';
  }

  protected build(): void {
    const { model } = this;
    this.step = 0;
    this.hovered = null;
    this.keepTexts();
    this.settings = new Settings(model, (values) => {
      this.mine = { ...this.mine, ...values };
      this.take();
    });
    this.chips = new Chips((row, place) => this.choose(row, place));
    this.index = new IndexList();
    this.result = new ResultCanvas(
      (row, column) => this.hover(row, column),
      (row, column) => this.chooseCell(row, column),
    );
    this.resultLabel = el('div', 'dlw-concept-label');
    this.under = el('div', 'dlw-t2v-under');
    this.notes = el('div', 'dlw-t2v-notes');
    this.arrange();
  }

  private arrange(): void {
    const { fields } = this.settings;
    const { text, corpus, encoder, output, ...others } = fields;
    this.stage.classList.add('dlw-t2v');
    this.stage.append(
      el('div', 'dlw-t2v-texts', {}, this.part('text', text.root), this.part('corpus', corpus.root)),
      el(
        'div',
        'dlw-concept-settings',
        {},
        ...Object.entries({ encoder, output, ...others }).map(([name, field]) => this.part(name, field.root)),
      ),
      this.part(
        'tokens',
        el(
          'div',
          'dlw-t2v-block',
          {},
          el('div', 'dlw-concept-label', {}, () => t('Tokens and their integers')),
          this.chips.root,
        ),
      ),
      this.part('index', this.index.root),
      this.part('result', el('div', 'dlw-t2v-block', {}, this.resultLabel, this.result.root, this.under)),
      this.part('notes', this.notes),
    );
  }

  /** The sentence and the place in it that are shown. */
  private get current(): [row: number, place: number] {
    const { now, encoded } = this.model;
    const [row, place] = now.at;
    if (row !== undefined && place !== undefined && encoded.tokens[row]?.[place] !== undefined)
      return [row, place];
    let left = this.step;
    for (const [i, tokens] of encoded.tokens.entries()) {
      if (left < tokens.length) return [i, left];
      left -= tokens.length;
    }
    return [0, 0];
  }

  private choose(row: number, place: number): void {
    this.take();
    this.model.change({ at: [row, place] });
    this.happened('point');
  }

  private chooseCell(row: number, column: number): void {
    const found = placeOf(this.model, this.current[0], row, column);
    if (found) this.choose(...found);
  }

  private hover(row: number | null, column: number): void {
    const before = this.hovered?.join();
    this.hovered = row === null ? null : [row, column];
    if (before !== this.hovered?.join()) this.drawing.request(true);
  }

  private keepTexts(): void {
    const { text, corpus } = this.model.now;
    this.mine = { text, corpus };
  }

  protected stateChanged(): void {
    const { model } = this;
    if (model.text('state') !== model.shown) this.keepTexts();
    this.hovered = null;
    if (this.step >= this.total) this.step = 0;
    if (model.encoded.numbers.flat().some((number) => model.unknown(number))) this.happened('unknown');
    if (!model.hashing) return;
    this.happened(model.collisions.shared.length > 0 ? 'collision' : 'apart');
  }

  private get total(): number {
    return this.model.encoded.tokens.reduce((sum, row) => sum + row.length, 0);
  }

  protected override pinned(): boolean {
    return this.model.now.at.length === 2;
  }

  protected override rewind(): void {
    this.step = 0;
  }

  protected advance(): boolean {
    const { model, total } = this;
    if (model.now.at.length === 2) {
      const [row, place] = this.current;
      this.step = place + model.encoded.tokens.slice(0, row).reduce((sum, tokens) => sum + tokens.length, 0);
      this.moveState({ at: [] });
    }
    if (this.step + 1 >= total) {
      this.step = 0;
      this.drawing.request(true);
      return false;
    }
    this.step += 1;
    this.drawing.request(true);
    return true;
  }

  protected paint(): void {
    const { model, theme } = this;
    const room = this.stage.clientWidth;
    const [row, place] = this.current;
    this.settings.show();
    this.chips.show(model);
    this.chips.mark(row, place);
    this.index.show(model);
    this.index.mark(model.encoded.numbers[row]?.[place] ?? -1);
    const matrix = matrixOf(model, row, place);
    const shape = shapeOf(model).join(', ');
    const label =
      outputOf(model.used) === 'one_hot'
        ? t('Result, shape ({shape}): sentence {n}', { shape, n: row + 1 })
        : t('Result, shape ({shape})', { shape });
    setText(this.resultLabel, label);
    this.result.show(theme, room, matrix, label);
    setAttributes(this.result.root, { 'aria-label': label });
    setText(
      this.under,
      this.hovered ? cellText(model, row, ...this.hovered) : t('Point at a cell of the result.'),
    );
    setChildren(
      this.notes,
      remarks(model).map((text) => el('p', '', {}, ...inlineCode(text))),
    );
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, ...this.current);
  }

  protected said(): string {
    return inWords(this.model);
  }
}
