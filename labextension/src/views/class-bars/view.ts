import { formatPercent } from '../../shared/format';
import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { DrawnView } from '../../core/view';
import type { ClassBarsModel } from './model';

/** A probability in percent, with one more digit where it would otherwise be 0 or 100. */
export function percent(value: number): string {
  if (!Number.isFinite(value)) return t('not a number');
  const share = value * 100;
  const near = share > 0 && share < 0.95 ? 1 : share > 99 && share < 100 ? 1 : 0;
  const text = share.toFixed(near);
  if (text === '0.0') return `<${formatPercent(0.001, 1)}`;
  return text === '100.0' ? `>${formatPercent(0.999, 1)}` : formatPercent(value, near);
}

interface Row {
  root: HTMLElement;
  label: HTMLElement;
  bar: HTMLElement;
  value: HTMLElement;
}

/** One bar per class, with its name and its probability. */
export class ClassBarsView extends DrawnView {
  declare model: ClassBarsModel;
  private heading!: HTMLElement;
  private list!: HTMLElement;
  private notice!: HTMLElement;
  private rows!: Row[];

  override render(): void {
    super.render();
    this.rows = [];
    this.el.classList.add('dlw-class-bars');
    this.heading = el('div', 'dlw-title', { role: 'heading', 'aria-level': 2 });
    this.list = el('div', 'dlw-class-list', { role: 'list' });
    this.notice = el('div', 'dlw-class-notice', { role: 'status' });
    this.el.append(this.heading, this.list, this.notice);
  }

  protected override draw(): void {
    const { model } = this;
    const labels = model.texts('labels');
    const values = model.list('values').map((v) => (typeof v === 'number' ? v : NaN));
    const marked = model.number('marked', -1);
    setText(this.heading, model.localized('title'));
    this.heading.hidden = model.localized('title') === '';
    while (this.rows.length < labels.length) this.rows.push(this.row());
    while (this.rows.length > labels.length) this.rows.pop()!.root.remove();
    this.rows.forEach(({ root, label, bar, value }, i) => {
      const share = values[i] ?? NaN;
      setText(label, labels[i]!);
      label.title = labels[i]!;
      setText(value, percent(share));
      bar.style.width = `${Number.isFinite(share) ? 100 * Math.min(1, Math.max(0, share)) : 0}%`;
      root.classList.toggle('dlw-class-marked', i === marked);
    });
    setCode(this.notice, labels.length === 0 ? model.emptyText() : '');
    this.notice.hidden = this.notice.textContent === '';
    this.el.dataset.ready = 'true';
  }

  private row(): Row {
    const label = el('span', 'dlw-class-label');
    const bar = el('span', 'dlw-class-bar');
    const value = el('span', 'dlw-class-value');
    const track = el('span', 'dlw-class-track', { 'aria-hidden': 'true' }, bar);
    const root = el('div', 'dlw-class-row', { role: 'listitem' }, label, track, value);
    this.list.append(root);
    return { root, label, bar, value };
  }
}
