import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { type Character, percent, visible } from './decode';

/** The small window beside a character: what it was given, and what else could have come. */
export class Details {
  readonly root = el('div', 'dlw-text-details', { role: 'status' });

  constructor() {
    this.root.hidden = true;
  }

  /** Shows a character's alternatives below `anchor`, inside `frame`. */
  show(character: Character, anchor: HTMLElement, frame: HTMLElement): void {
    const rows = character.alternatives.map(({ character: other, probability }) => {
      const bar = el('span', 'dlw-text-bar');
      bar.style.width = `${Math.max(1, Math.round(probability * 72))}px`;
      const row = el(
        'div',
        'dlw-text-row',
        {},
        el('span', 'dlw-text-key', {}, visible(other)),
        bar,
        el('span', 'dlw-text-number', {}, percent(probability)),
      );
      row.classList.toggle('dlw-chosen', other === character.character);
      return row;
    });
    const head = el('div', 'dlw-text-head');
    setText(
      head,
      t('Probability of “{character}”: {percent}', {
        character: visible(character.character),
        percent: percent(character.probability),
      }),
    );
    this.root.replaceChildren(head, ...rows);
    this.root.hidden = false;
    this.place(anchor, frame);
  }

  hide(): void {
    this.root.hidden = true;
  }

  private place(anchor: HTMLElement, frame: HTMLElement): void {
    const at = anchor.getBoundingClientRect();
    const around = frame.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const left = Math.min(Math.max(0, at.left - around.left - 12), Math.max(0, around.width - width));
    const below = at.bottom + 6 + height <= window.innerHeight || at.top < height + 6;
    const top = below ? at.bottom - around.top + 6 : at.top - around.top - height - 6;
    this.root.style.left = `${left}px`;
    this.root.style.top = `${top}px`;
  }
}
