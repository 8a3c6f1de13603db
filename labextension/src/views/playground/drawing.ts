import { t } from '../../core/i18n';
import { el } from '../../shared/dom';
import { MOST_DRAWN } from './fields';
import { PLACES } from '../../shared/concept/points';
import type { Spot } from './map';
import type { PlaygroundModel } from './model';
import { placeOf } from '../../shared/concept/points';

type Tool = 'first' | 'second' | 'erase';

/** Between two points of one stroke, and around what is erased. */
const APART = 0.22;
const TOOLS = ['first', 'second', 'erase'] as const;

/** Points that are put on the map by hand: a class to draw with, an eraser, and all away. */
export class Drawing {
  readonly root: HTMLElement;
  private readonly buttons: Readonly<Record<Tool, HTMLButtonElement>>;
  private readonly full = el('span', 'dlw-concept-label', { role: 'status' });
  private tool: Tool = 'first';
  private last: Spot = [0, 0];

  constructor(private readonly model: PlaygroundModel) {
    const names: Readonly<Record<Tool, () => string>> = {
      first: () => t('Blue'),
      second: () => t('Orange'),
      erase: () => t('Erase'),
    };
    this.buttons = Object.fromEntries(
      TOOLS.map((tool) => {
        const button = el('button', 'dlw-button dlw-play-tool', { type: 'button' }, names[tool]);
        button.dataset.tool = tool;
        button.addEventListener('click', () => this.choose(tool));
        return [tool, button];
      }),
    ) as Record<Tool, HTMLButtonElement>;
    const clear = el('button', 'dlw-button', { type: 'button' }, () => t('Clear'));
    clear.addEventListener('click', () => model.change({ first: [], second: [] }));
    this.root = el(
      'div',
      'dlw-play-drawing',
      { role: 'group', 'aria-label': () => t('Draw points on the map') },
      ...TOOLS.map((tool) => this.buttons[tool]),
      clear,
      this.full,
    );
    this.choose('first');
  }

  get active(): boolean {
    return this.model.now.data === 'drawn';
  }

  private choose(tool: Tool): void {
    this.tool = tool;
    for (const name of TOOLS) this.buttons[name].ariaPressed = String(name === tool);
  }

  private get count(): number {
    const { first, second } = this.model.now;
    return (first.length + second.length) / 2;
  }

  show(): void {
    this.root.hidden = !this.active;
    this.full.textContent =
      this.count >= MOST_DRAWN ? t('There is room for {count} points.', { count: MOST_DRAWN }) : '';
  }

  /** The pen is at a place. */
  press(at: Spot, begins: boolean): void {
    const far = Math.hypot(at[0] - this.last[0], at[1] - this.last[1]) >= APART;
    if (this.tool === 'erase') {
      this.erase(at);
    } else if (begins || far) {
      this.last = at;
      this.add(this.tool, at);
    }
  }

  /** A key on the map; whether it meant something. */
  key(event: KeyboardEvent, at: Spot): boolean {
    if (event.key === ' ' || event.key === 'Enter') this.press(at, true);
    else if (event.key === 'Delete' || event.key === 'Backspace') this.erase(at);
    else return false;
    return true;
  }

  private add(name: 'first' | 'second', [x, y]: Spot): void {
    if (this.count >= MOST_DRAWN) return;
    this.model.change({ [name]: [...this.model.now[name], placeOf(x), placeOf(y)] });
  }

  private erase(at: Spot): void {
    const { now } = this.model;
    const away = (x: number, y: number): boolean =>
      Math.hypot(x / PLACES - at[0], y / PLACES - at[1]) > APART;
    const left = (places: readonly number[]): number[] =>
      places.filter((_, i) => away(places[i - (i % 2)]!, places[i - (i % 2) + 1]!));
    const [first, second] = [left(now.first), left(now.second)];
    if (first.length + second.length < now.first.length + now.second.length)
      this.model.change({ first, second });
  }
}
