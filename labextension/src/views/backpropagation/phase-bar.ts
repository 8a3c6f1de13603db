import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { PASSES } from './fields';
import type { Phase } from './phases';
import { phaseText } from './texts';

/** The steps of a pass, each a button. */
export class PhaseBar {
  readonly root: HTMLElement;
  private readonly title = el('span', 'dlw-backprop-pass');
  private readonly list = el('span', 'dlw-backprop-phases');
  private buttons: HTMLButtonElement[] = [];

  constructor(private readonly go: (step: number) => void) {
    this.root = el(
      'div',
      'dlw-backprop-bar',
      { role: 'group', 'aria-label': () => t('Steps of a pass') },
      this.title,
      this.list,
    );
  }

  show(phases: readonly Phase[], step: number, pass: number): void {
    setText(this.title, t('Pass {pass} of {passes}', { pass: pass + 1, passes: PASSES }));
    if (this.buttons.length !== phases.length) {
      this.buttons = phases.map((_, i) => {
        const button = el('button', 'dlw-backprop-phase', { type: 'button' });
        button.addEventListener('click', () => this.go(i));
        return button;
      });
      this.list.replaceChildren(...this.buttons);
    }
    phases.forEach((phase, i) => {
      const button = this.buttons[i]!;
      setText(button, phaseText(phase));
      setAttributes(button, { 'aria-current': i === step ? 'step' : undefined, 'data-kind': phase.kind });
      button.classList.toggle('dlw-backprop-done', i < step);
    });
  }
}
