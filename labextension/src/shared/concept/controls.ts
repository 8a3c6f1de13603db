import { t } from '../../core/i18n';
import { el, setAttributes, type Text } from '../dom';
import { icon, type IconName } from '../icons';
import type { Player } from './player';

interface Actions {
  step: () => void;
  reset: () => void;
  /** Tells that the user has pressed something. */
  pressed: (name: 'play' | 'step' | 'slow' | 'reset') => void;
}

/** Play, step, slow, reset. */
export class Controls {
  readonly root: HTMLElement;
  private readonly play: HTMLButtonElement;
  private readonly slow: HTMLButtonElement;

  constructor(
    private readonly player: Player,
    actions: Actions,
  ) {
    this.play = tool('start', () => (player.playing ? t('Pause') : t('Play')));
    const step = tool('step', () => t('Step'));
    this.slow = el(
      'button',
      'dlw-tool dlw-concept-slow',
      { type: 'button', 'aria-pressed': 'false', title: () => t('Slow motion') },
      () => t('Slow'),
    );
    const reset = tool('restart', () => t('Reset'));
    const on = (button: HTMLElement, name: 'play' | 'step' | 'slow' | 'reset', act: () => void): void =>
      button.addEventListener('click', () => {
        act();
        actions.pressed(name);
      });
    on(this.play, 'play', () => player.play(!player.playing));
    on(step, 'step', () => {
      player.play(false);
      actions.step();
    });
    on(this.slow, 'slow', () => player.setSlow(!player.slow));
    on(reset, 'reset', actions.reset);
    this.root = el(
      'div',
      'dlw-concept-controls',
      { role: 'group', 'aria-label': () => t('Animation') },
      this.play,
      step,
      this.slow,
      reset,
    );
    this.show();
  }

  show(): void {
    const name = this.player.playing ? t('Pause') : t('Play');
    this.play.replaceChildren(icon(this.player.playing ? 'pause' : 'start'));
    setAttributes(this.play, { title: name, 'aria-label': name });
    this.slow.ariaPressed = String(this.player.slow);
  }
}

/** A small button with an icon. */
export function tool(of: IconName, name: Text): HTMLButtonElement {
  const button = el('button', 'dlw-tool', { type: 'button', title: name, 'aria-label': name });
  button.append(icon(of));
  return button;
}
