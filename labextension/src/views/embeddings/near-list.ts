import { el, setAttributes, setText } from '../../shared/dom';
import { cosineText } from './texts';

interface Row {
  root: HTMLButtonElement;
  word: HTMLElement;
  bar: HTMLElement;
  value: HTMLElement;
}

/** Words with their cosine, the largest first. */
export class NearList {
  readonly root = el('div', 'dlw-embeddings-near');
  private readonly heading = el('div', 'dlw-concept-label');
  private readonly rows: Row[] = [];
  private shown: readonly string[] = [];

  constructor(
    count: number,
    private readonly chosen: (word: string) => void,
  ) {
    this.root.append(this.heading);
    for (let i = 0; i < count; i += 1) {
      const word = el('span', 'dlw-embeddings-near-word');
      const bar = el('span', 'dlw-embeddings-bar');
      const value = el('span', 'dlw-embeddings-value');
      const root = el(
        'button',
        'dlw-embeddings-row',
        { type: 'button' },
        word,
        el('span', 'dlw-embeddings-track', {}, bar),
        value,
      );
      root.addEventListener('click', () => {
        const name = this.shown[i];
        if (name !== undefined) this.chosen(name);
      });
      this.rows.push({ root, word, bar, value });
      this.root.append(root);
    }
  }

  show(heading: string, found: readonly { word: string; cosine: number; color: string }[]): void {
    setText(this.heading, heading);
    this.shown = found.map(({ word }) => word);
    this.rows.forEach((row, i) => {
      const one = found[i];
      if (row.root.hidden !== (one === undefined)) row.root.hidden = one === undefined;
      if (!one) return;
      setText(row.word, one.word);
      setText(row.value, cosineText(one.cosine));
      row.bar.style.width = `${Math.max(0, Math.min(1, one.cosine)) * 100}%`;
      row.bar.style.background = one.color;
      setAttributes(row.root, { 'aria-label': `${one.word} ${cosineText(one.cosine)}` });
    });
  }
}
