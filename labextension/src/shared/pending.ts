/**
 * Acknowledges at once what the user does in a live view: it is dimmed until the kernel has answered.
 *
 * After each action the kernel is asked to answer, behind the action in its queue. It does so when it has nothing left
 * to compute for the view.
 */

import { t } from '../core/i18n';
import { ACTED } from '../core/model';

const ROOT = '.dlw-live';
/** What stays at the top of the window, over the view. */
const STICKY = '.dlw-sample-strip';
/** ipywidgets' controls, and the events by which they change. */
const CONTROLS: Record<string, string> = {
  change: 'select, input, textarea',
  click: '.jupyter-button, .lm-TabBar-tab',
  pointerup: '.noUi-target',
  keydown: '.noUi-handle',
};

/** The state of one live view: whether it waits for an answer. */
export class Pending {
  private asked = 0;
  private root: HTMLElement | null = null;
  private readonly stops: (() => void)[] = [];

  /** @param ask asks the kernel for the answer of this number; false where there is no kernel */
  constructor(
    private readonly line: HTMLElement,
    private readonly ask: (asked: number) => boolean,
  ) {}

  /** Follows the live view that the line is part of. */
  attach(): void {
    this.detach();
    const root = this.line.closest<HTMLElement>(ROOT);
    if (!root) return;
    this.root = root;
    const follow = (kind: string, matches: (target: Element) => boolean): void => {
      const listener = ({ target }: Event): void => {
        if (!(target instanceof Element) || target.closest(ROOT) !== root || !matches(target)) return;
        this.begin();
      };
      root.addEventListener(kind, listener);
      this.stops.push(() => root.removeEventListener(kind, listener));
    };
    for (const [kind, controls] of Object.entries(CONTROLS)) {
      // Our own views say by themselves what goes to the kernel.
      follow(kind, (target) => !!target.closest(controls) && !target.closest('.dlw'));
    }
    follow(ACTED, () => true);
  }

  /** The kernel has answered: what was asked for before this number is there. */
  answered(asked: number): void {
    if (asked >= this.asked) this.end();
  }

  end(): void {
    this.root?.removeAttribute('aria-busy');
    this.root?.removeAttribute('data-pending');
  }

  detach(): void {
    this.end();
    for (const stop of this.stops.splice(0)) stop();
    this.root = null;
  }

  private begin(): void {
    this.asked += 1;
    if (!this.root || !this.ask(this.asked)) return;
    this.root.style.setProperty('--dlw-pending-top', `${wordTop(this.root)}px`);
    this.root.setAttribute('aria-busy', 'true');
    this.root.dataset.pending = t('Computing…');
  }
}

/** Where in a view its word is seen, which may be much taller than the window. */
export function wordTop(root: HTMLElement): number {
  const { top, height } = root.getBoundingClientRect();
  const under = document.querySelector(STICKY)?.getBoundingClientRect();
  const covered = under && under.top <= 1 ? Math.max(0, under.bottom) : 0;
  return Math.round(Math.max(4, Math.min(height - 32, covered + 8 - top)));
}
