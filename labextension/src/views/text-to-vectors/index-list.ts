import { t, tn } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { formatInteger } from '../../shared/format';
import { UNKNOWN } from './encode';
import type { TextToVectorsModel } from './model';
import { shownToken } from './texts';

/** So many tokens of a vocabulary are listed, and those of the sentences. */
const LISTED = 120;

/** What each integer stands for: the vocabulary, or the bins of a hash function. */
export class IndexList {
  readonly root: HTMLElement;
  private readonly label = el('div', 'dlw-concept-label');
  private readonly list = el('div', 'dlw-t2v-list', { role: 'list', tabindex: 0 });
  private readonly items = new Map<number, HTMLElement>();
  private shown = '';
  private marked: HTMLElement | null = null;

  constructor() {
    this.root = el('div', 'dlw-t2v-index', {}, this.label, this.list);
  }

  show(model: TextToVectorsModel): void {
    const { encoded, collisions, used } = model;
    setText(
      this.label,
      model.hashing
        ? tn('{n} bin; no vocabulary is kept', '{n} bins; no vocabulary is kept', encoded.width, {
            n: formatInteger(encoded.width),
          })
        : t('What each integer stands for: {n} in all', { n: formatInteger(encoded.width) }),
    );
    const rows = model.hashing ? bins(model) : words(model);
    this.root.hidden = rows.length === 0 && !model.hashing;
    const key = JSON.stringify([rows, used.encoder]);
    if (key === this.shown) return;
    this.shown = key;
    this.marked = null;
    this.items.clear();
    const shared = new Set(collisions.shared);
    this.list.replaceChildren(
      ...rows.map(([number, name, count]) => {
        const item = el(
          'span',
          'dlw-t2v-item',
          { role: 'listitem' },
          el('span', 'dlw-t2v-number', {}, String(number)),
          el('span', 'dlw-t2v-name', {}, name),
          ...(count > 1 ? [el('span', 'dlw-t2v-count', {}, `×${count}`)] : []),
        );
        item.classList.toggle('dlw-t2v-shared', shared.has(number));
        item.classList.toggle('dlw-t2v-special', name !== '' && !model.hashing && special(model, number));
        this.items.set(number, item);
        return item;
      }),
      ...(rows.length < encoded.width && !model.hashing
        ? [
            el(
              'span',
              'dlw-t2v-more',
              {},
              t('… and {n} more', { n: formatInteger(encoded.width - rows.length) }),
            ),
          ]
        : []),
    );
  }

  /** Marks one integer. */
  mark(number: number): void {
    const item = this.items.get(number) ?? null;
    if (item === this.marked) return;
    this.marked?.classList.remove('dlw-t2v-now');
    item?.classList.add('dlw-t2v-now');
    this.marked = item;
  }
}

type Row = [number: number, name: string, count: number];

function special(model: TextToVectorsModel, number: number): boolean {
  return number === 0 || (number === 1 && model.encoded.vocabulary[1] === UNKNOWN);
}

function words(model: TextToVectorsModel): Row[] {
  const { encoded, counts, used } = model;
  const printed = used.encoder === 'listing';
  if (printed && used.split === 'characters') return [];
  const listed = new Set(encoded.numbers.flat().filter((number) => number >= 0));
  const rows: Row[] = [];
  encoded.vocabulary.forEach((token, number) => {
    if (number >= LISTED && !listed.has(number)) return;
    const name = number > 0 ? shownToken(token) : printed ? t('(no word)') : t('(padding)');
    rows.push([number, name, used.encoder === 'own' ? 0 : (counts.get(token) ?? 0)]);
  });
  return rows;
}

function bins(model: TextToVectorsModel): Row[] {
  return [...model.collisions.bins]
    .sort(([a], [b]) => a - b)
    .map(([number, tokens]) => [number, tokens.map(shownToken).join(' · '), 0]);
}
