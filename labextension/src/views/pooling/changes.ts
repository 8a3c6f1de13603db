import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { formatPercent } from '../../shared/format';
import { type Kind, KINDS } from './fields';
import type { PoolingModel } from './model';

const NAMES: Readonly<Record<'input' | Kind, () => string>> = {
  input: () => t('Input'),
  max: () => t('Maximum'),
  average: () => t('Mean'),
  subsample: () => t('First pixel'),
};

interface Bar {
  root: HTMLElement;
  fill: HTMLElement;
  value: HTMLElement;
}

/** How much the shift changes: the input, and what each kind of pooling keeps. */
export class Changes {
  readonly root: HTMLElement;
  private readonly bars: ReadonlyMap<'input' | Kind, Bar>;

  constructor() {
    this.bars = new Map((['input', ...KINDS] as const).map((name) => [name, bar(NAMES[name])]));
    this.root = el(
      'div',
      'dlw-pooling-changes',
      { role: 'group', 'aria-label': () => t('Change by the shift') },
      el('span', 'dlw-concept-label', {}, () =>
        t('Change by the shift (0%: the same, 100%: nothing in common)'),
      ),
      ...[...this.bars.values()].map(({ root }) => root),
    );
  }

  show({ result, now }: PoolingModel, fits: boolean): void {
    for (const [name, { root, fill, value }] of this.bars) {
      const share = result.changes[name];
      const known = fits || name === 'input';
      fill.style.width = known ? `${share * 100}%` : '0';
      setText(value, known ? formatPercent(share) : '–');
      root.classList.toggle('dlw-pooling-bar-now', name === now.kind);
      setAttributes(root, { 'aria-current': name === now.kind ? 'true' : undefined });
    }
  }
}

function bar(name: () => string): Bar {
  const fill = el('span', 'dlw-pooling-fill');
  const value = el('span', 'dlw-pooling-share');
  const root = el(
    'div',
    'dlw-pooling-bar',
    {},
    el('span', '', {}, name),
    el('span', 'dlw-pooling-track', {}, fill),
    value,
  );
  return { root, fill, value };
}
