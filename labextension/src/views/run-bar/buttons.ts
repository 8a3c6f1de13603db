import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { icon, type IconName } from '../../shared/icons';
import type { Action, Offer } from './state';

interface Face {
  icon: IconName;
  label: () => string;
  title: () => string;
  keys: string;
}

const FACES: Record<Action, Face> = {
  start: {
    icon: 'start',
    label: () => t('Start'),
    title: () => t('Start training'),
    keys: '',
  },
  pause: {
    icon: 'pause',
    label: () => t('Pause'),
    title: () => t('Pause after the current step (Space)'),
    keys: 'Space',
  },
  resume: {
    icon: 'start',
    label: () => t('Resume'),
    title: () => t('Resume training (Space)'),
    keys: 'Space',
  },
  step: {
    icon: 'step',
    label: () => t('Step'),
    title: () => t('Train one step (S)'),
    keys: 'S',
  },
  stop: {
    icon: 'stop',
    label: () => t('Stop'),
    title: () => t('Stop training and keep the weights (X)'),
    keys: 'X',
  },
};

/** Start, Pause or Resume, Step, Stop; always in the same places. */
export class Buttons {
  readonly root = el('div', 'dlw-buttons', { role: 'group', 'aria-label': () => t('Training') });
  private readonly start: HTMLButtonElement;
  private readonly toggle: HTMLButtonElement;
  private readonly all: HTMLButtonElement[];

  constructor(act: (action: Action) => void) {
    this.start = button('start');
    this.toggle = button('pause');
    this.all = [this.start, this.toggle, button('step'), button('stop')];
    for (const one of this.all) {
      one.addEventListener('click', () => {
        act(one.dataset.action as Action);
      });
    }
    this.root.append(...this.all);
  }

  /** @param waiting the action that was asked for and not yet answered, or null */
  update({ enabled, again, reason, noStart }: Offer, waiting: Action | null): void {
    const action: Action = enabled.has('resume') ? 'resume' : 'pause';
    if (this.toggle.dataset.action !== action) dress(this.toggle, action);
    else setText(this.toggle.lastChild!, FACES[action].label());
    for (const one of this.all.slice(2)) setText(one.lastChild!, FACES[one.dataset.action as Action].label());
    setText(this.start.lastChild!, again ? t('Start again') : t('Start'));
    const first = this.start.firstElementChild!;
    const wanted = again ? 'restart' : 'start';
    if (first.getAttribute('data-icon') !== wanted) {
      const drawn = icon(wanted);
      drawn.dataset.icon = wanted;
      first.replaceWith(drawn);
    }
    for (const one of this.all) {
      const own = one.dataset.action as Action;
      const face = FACES[own];
      one.disabled = !enabled.has(own);
      one.classList.toggle('dlw-primary', !one.disabled && (own === 'start' || own === 'resume'));
      setAttributes(one, {
        title: (own === 'start' ? noStart : reason) || face.title(),
        'aria-busy': waiting === own ? 'true' : undefined,
      });
    }
  }
}

function button(action: Action): HTMLButtonElement {
  const one = el('button', 'dlw-button', { type: 'button' });
  dress(one, action);
  return one;
}

function dress(one: HTMLButtonElement, action: Action): void {
  const face = FACES[action];
  one.dataset.action = action;
  setAttributes(one, { 'aria-keyshortcuts': face.keys || undefined });
  one.replaceChildren(icon(face.icon), el('span', '', {}, face.label()));
}
