import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import type { TextToVectorsModel } from './model';
import { shownToken } from './texts';

interface Chip {
  root: HTMLButtonElement;
  token: HTMLElement;
  number: HTMLElement;
}

/** The tokens of each sentence with their integers. */
export class Chips {
  readonly root = el('div', 'dlw-t2v-sentences');
  private rows: { root: HTMLElement; place: HTMLElement; chips: Chip[] }[] = [];
  private marked: HTMLElement | null = null;

  /** @param chosen a token was pressed: its sentence and its place */
  constructor(private readonly chosen: (row: number, place: number) => void) {}

  show(model: TextToVectorsModel): void {
    const { encoded, used } = model;
    while (this.rows.length > encoded.tokens.length) this.rows.pop()!.root.remove();
    encoded.tokens.forEach((tokens, i) => {
      const row = (this.rows[i] ??= this.addRow(i));
      while (row.chips.length > tokens.length) row.chips.pop()!.root.remove();
      const kept = new Set(encoded.origins[i]);
      const shared = new Set(model.collisions.shared);
      tokens.forEach((token, k) => {
        const chip = (row.chips[k] ??= this.addChip(row.place, i, k));
        const number = encoded.numbers[i]![k]!;
        const unknown = model.unknown(number);
        const text = number >= 0 ? String(number) : used.encoder === 'tokenizer' ? '–' : 'None';
        setText(chip.token, shownToken(token));
        setText(chip.number, text);
        const { classList } = chip.root;
        classList.toggle('dlw-t2v-unknown', unknown);
        classList.toggle('dlw-t2v-shared', shared.has(number));
        classList.toggle('dlw-t2v-cut', model.inOrder && !kept.has(k));
        setAttributes(chip.root, { 'aria-label': `${token} ${text}` });
      });
    });
  }

  /** Marks one token. */
  mark(row: number, place: number): void {
    const chip = this.rows[row]?.chips[place]?.root ?? null;
    if (chip === this.marked) return;
    this.marked?.classList.remove('dlw-t2v-now');
    chip?.classList.add('dlw-t2v-now');
    this.marked = chip;
  }

  private addRow(index: number): { root: HTMLElement; place: HTMLElement; chips: Chip[] } {
    const place = el('div', 'dlw-t2v-chips', {
      role: 'group',
      'aria-label': () => t('Sentence {n}', { n: index + 1 }),
    });
    const root = el('div', 'dlw-t2v-sentence', {}, el('span', 'dlw-t2v-at', {}, String(index + 1)), place);
    this.root.append(root);
    return { root, place, chips: [] };
  }

  private addChip(place: HTMLElement, row: number, index: number): Chip {
    const token = el('span', 'dlw-t2v-token');
    const number = el('span', 'dlw-t2v-number');
    const root = el('button', 'dlw-t2v-chip', { type: 'button' }, token, number);
    root.addEventListener('click', () => this.chosen(row, index));
    place.append(root);
    return { root, token, number };
  }
}
