import { t } from '../../core/i18n';
import { el } from '../../shared/dom';
import { inlineMarkup } from '../../shared/inline-markup';

type Line = readonly (string | { marked: string })[];

const PRINTED: readonly Line[] = [
  ['past_velocity = 0.'],
  ['momentum = ', { marked: '0.1' }],
  ['while loss > 0.01:'],
  ['    velocity = past_velocity * momentum - learning_rate * gradient'],
  ['    w = w + ', { marked: 'momentum * velocity - learning_rate * gradient' }],
  ['    past_velocity = velocity'],
];

const MEANT: readonly Line[] = [
  ['past_velocity = 0.'],
  ['momentum = ', { marked: '0.9' }],
  ['while loss > 0.01:'],
  ['    velocity = past_velocity * momentum - learning_rate * gradient'],
  ['    w = w + ', { marked: 'velocity' }],
  ['    past_velocity = velocity'],
];

function code(lines: readonly Line[]): HTMLElement {
  const pre = el('pre', 'dlw-descent-code');
  lines.forEach((parts, i) => {
    if (i > 0) pre.append('\n');
    for (const part of parts) pre.append(typeof part === 'string' ? part : el('mark', '', {}, part.marked));
  });
  return pre;
}

/** The book's lines of momentum, as printed and as meant. */
export class Book {
  readonly root: HTMLElement;
  private readonly remark = el('p');

  constructor() {
    const column = (title: () => string, lines: readonly Line[]): HTMLElement =>
      el('div', '', {}, el('div', 'dlw-descent-caption', {}, title), code(lines));
    this.root = el(
      'div',
      'dlw-descent-book',
      {},
      el(
        'div',
        'dlw-descent-columns',
        {},
        column(() => t('As printed in the book'), PRINTED),
        column(() => t('As meant: momentum'), MEANT),
      ),
      this.remark,
    );
  }

  show(shown: boolean): void {
    this.root.hidden = !shown;
    if (!shown) return;
    this.remark.replaceChildren(
      ...inlineMarkup(
        t(
          'As printed, it is Keras’s `SGD(momentum=0.1, nesterov=True)`: with 0.1, hardly anything of the past velocity stays, so the path is almost that of plain SGD. As meant, the ball keeps nine tenths of its velocity and moves by it.',
        ),
      ),
    );
  }
}
