import { t } from '../../core/i18n';
import { ThemedView } from '../../core/view';
import { el, setAttributes, setText } from '../../shared/dom';
import { inlineCode, setCode } from '../../shared/inline-markup';
import type { DoctorNotesModel, Finding } from './model';

/** One quiet line about a run; it opens into what was found, why, and what to try. */
export class DoctorNotesView extends ThemedView {
  declare model: DoctorNotesModel;

  private line!: HTMLButtonElement;
  private headline!: HTMLElement;
  private body!: HTMLElement;
  private list!: HTMLElement;
  private note!: HTMLElement;
  private known = '';

  override render(): void {
    super.render();
    this.el.classList.add('dlw-doctor');
    this.headline = el('span', 'dlw-doctor-headline', { role: 'status' });
    const id = `dlw-doctor-${this.cid}`;
    this.line = el(
      'button',
      'dlw-doctor-line',
      { type: 'button', 'aria-controls': id },
      el('span', 'dlw-doctor-dot', { 'aria-hidden': 'true' }),
      this.headline,
      el('span', 'dlw-doctor-more', { 'aria-hidden': 'true' }, '›'),
    );
    this.line.addEventListener('click', () => this.model.put('expanded', !this.model.flag('expanded')));
    this.list = el('div', 'dlw-doctor-findings');
    this.note = el('p', 'dlw-doctor-note', { role: 'status' });
    this.body = el('div', 'dlw-doctor-body', { id }, this.list, this.note);
    this.el.append(this.line, this.body);
    this.listenTo(this.model, 'change', () => this.show());
    this.show();
  }

  protected override onLanguage(): void {
    this.show();
  }

  private show(): void {
    const { model } = this;
    const open = model.flag('expanded');
    setText(this.headline, model.localized('headline'));
    setAttributes(this.el, { 'data-tone': model.text('tone') });
    setAttributes(this.line, { 'aria-expanded': String(open) });
    setAttributes(this.body, { hidden: !open });
    setCode(this.note, model.localized('note'));
    this.fill();
    this.mark();
  }

  /** Builds the findings, only when they say something else: what has the focus stays. */
  private fill(): void {
    const { found } = this.model;
    const text = JSON.stringify([found, this.model.text('tone')]);
    if (text === this.known) return;
    this.known = text;
    const focused = this.focused();
    if (found.length === 0) {
      const quiet = this.model.text('tone') === 'fine';
      this.list.replaceChildren(
        el('p', 'dlw-doctor-quiet', {}, () =>
          quiet
            ? t(
                'Checked: the loss and its course, the validation loss, the learning rate, the scale, order and balance of the data, and dead units, as far as they are known.',
              )
            : t('The first checks need about 30 steps.'),
        ),
      );
      return;
    }
    this.list.replaceChildren(...found.map((finding) => this.entry(finding)));
    if (focused !== '') this.list.querySelector<HTMLElement>(focused)?.focus();
  }

  /** A selector of the button that has the focus, or "". */
  private focused(): string {
    const { activeElement } = this.el.ownerDocument;
    if (!(activeElement instanceof HTMLElement) || !this.list.contains(activeElement)) return '';
    const { finding, act } = activeElement.dataset;
    return finding === undefined ? '' : `[data-finding="${finding}"][data-act="${act ?? ''}"]`;
  }

  private entry(finding: Finding): HTMLElement {
    const { id, title, reason, advice, where, remedies } = finding;
    const acts = remedies.map(({ label, problem }, index) => {
      const button = el(
        'button',
        'dlw-button dlw-doctor-try',
        {
          type: 'button',
          'data-finding': id,
          'data-act': index,
          title: problem,
          'data-problem': problem !== '',
        },
        label,
      );
      button.addEventListener('click', () => this.model.act({ type: 'try', finding: id, remedy: index }));
      return button;
    });
    const problem = remedies.find((remedy) => remedy.problem !== '')?.problem ?? '';
    const mark = el('button', 'dlw-button dlw-doctor-mark', {
      type: 'button',
      'data-finding': id,
      'data-act': 'mark',
    });
    mark.addEventListener('click', () =>
      this.model.put('selected', this.model.text('selected') === id ? '' : id),
    );
    setText(mark, where);
    return el(
      'section',
      'dlw-doctor-finding',
      { 'data-id': id },
      el('h4', 'dlw-doctor-title', {}, title),
      ...(where === '' ? [] : [mark]),
      el('p', 'dlw-doctor-reason', {}, ...inlineCode(reason)),
      el(
        'p',
        'dlw-doctor-advice',
        {},
        el('strong', '', {}, () => t('What to do')),
        ' ',
        ...inlineCode(advice),
      ),
      ...(acts.length === 0 ? [] : [el('div', 'dlw-doctor-acts', {}, ...acts)]),
      ...(problem === '' ? [] : [el('p', 'dlw-doctor-problem', {}, ...inlineCode(problem))]),
    );
  }

  /** What is selected and what can be pressed. */
  private mark(): void {
    const selected = this.model.text('selected');
    const busy = this.model.flag('busy');
    for (const button of this.list.querySelectorAll<HTMLButtonElement>('.dlw-doctor-mark')) {
      const pressed = button.dataset.finding === selected;
      setAttributes(button, {
        'aria-pressed': String(pressed),
        'aria-label': `${button.textContent}: ${pressed ? t('marked in the chart') : t('mark in the chart')}`,
        title: pressed ? t('Remove the mark from the chart.') : t('Mark this part in the chart.'),
      });
    }
    for (const button of this.list.querySelectorAll<HTMLButtonElement>('.dlw-doctor-try')) {
      button.disabled = busy || button.dataset.problem !== undefined;
      setAttributes(button, { 'aria-busy': busy ? 'true' : undefined });
    }
  }
}
