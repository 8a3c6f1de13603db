import { t } from '../../core/i18n';
import { el } from '../dom';
import { inlineMarkup } from '../inline-markup';

/** What a concept is, in a few sentences, with states to try and where it is explained. */
export interface Explanation {
  text: () => string;
  tries: readonly { text: () => string; state: string }[];
  source: () => string;
}

/** The explanation below a widget, which can be opened. */
export class About {
  readonly root: HTMLDetailsElement;
  private readonly body = el('div', 'dlw-concept-about');

  /** @param show shows a state in the widget */
  constructor(
    private readonly explanation: Explanation,
    private readonly show: (state: string) => void,
  ) {
    this.root = el(
      'details',
      'dlw-concept-details',
      {},
      el('summary', '', {}, () => t('Explanation and things to try')),
      this.body,
    );
    this.write();
  }

  /** Writes the texts, in the language in force. */
  write(): void {
    const { text, tries, source } = this.explanation;
    const list = tries.map((one) => {
      const button = el('button', 'dlw-button', { type: 'button' }, t('Try'));
      button.addEventListener('click', () => this.show(one.state));
      return el('li', '', {}, el('span', '', {}, ...inlineMarkup(one.text())), button);
    });
    this.body.replaceChildren(
      el('p', '', {}, ...inlineMarkup(text())),
      el('ul', 'dlw-concept-tries', {}, ...list),
      el('p', 'dlw-concept-source', {}, ...inlineMarkup(source())),
    );
  }
}
