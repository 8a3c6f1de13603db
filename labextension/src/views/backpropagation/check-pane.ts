import { t } from '../../core/i18n';
import { short } from '../../shared/concept/numbers';
import { el, setAttributes, setText } from '../../shared/dom';
import type { Checked } from './checking';
import { placesShown } from './formula';
import { placeName } from './graph';
import type { Network, Place } from './network';
import { math, weightName } from './symbols';

interface Row {
  root: HTMLElement;
  name: HTMLButtonElement;
  gradient: HTMLElement;
  difference: HTMLElement;
  verdict: HTMLElement;
}

/** Gradients of a few weights beside those of differences, and what is found for all of them. */
export class CheckPane {
  readonly root: HTMLElement;
  private readonly verdict = el('p', 'dlw-backprop-verdict');
  private readonly list = el('div', 'dlw-backprop-rows');
  private rows: Row[] = [];
  private built = '';

  constructor(private readonly focused: (place: Place) => void) {
    const head = el(
      'div',
      'dlw-backprop-row dlw-backprop-head',
      { 'aria-hidden': 'true' },
      el('span', '', {}, () => t('Gradient')),
      el('span', '', {}, () => t('backward')),
      el('span', '', {}, () => t('differences')),
      el('span'),
    );
    this.root = el(
      'div',
      'dlw-backprop-check',
      { role: 'group', 'aria-label': () => t('Gradient check') },
      el('div', 'dlw-backprop-caption', {}, () => t('Gradient check')),
      head,
      this.list,
      this.verdict,
    );
  }

  show(all: readonly Checked[], network: Network, focus: Place): void {
    const places = placesShown(network, focus.layer, focus);
    const key = JSON.stringify(places);
    if (key !== this.built) this.build(places);
    this.built = key;
    places.forEach((place, i) => {
      const found = all.find((one) => same(one.place, place))!;
      const row = this.rows[i]!;
      setText(row.gradient, short(found.gradient));
      setText(row.difference, short(found.difference));
      setText(row.verdict, found.agrees ? '✓' : '✗');
      setAttributes(row.verdict, { title: t('relative difference: {share}', { share: short(found.share) }) });
      row.root.classList.toggle('dlw-backprop-wrong', !found.agrees);
      setAttributes(row.name, { 'aria-pressed': String(same(place, focus)) });
    });
    setText(this.verdict, verdictText(all));
    this.verdict.dataset.verdict = all.every(({ agrees }) => agrees) ? 'right' : 'wrong';
  }

  private build(places: readonly Place[]): void {
    this.rows = places.map((place) => {
      const name = el('button', 'dlw-backprop-name', {
        type: 'button',
        'aria-label': () => t('Gradient by {weight}', { weight: placeName(place) }),
        title: () => t('Show the chain rule of this weight.'),
      });
      name.append(...math(`∂L/∂${weightName(place)}`));
      name.addEventListener('click', () => this.focused(place));
      const [gradient, difference, verdict] = [el('span'), el('span'), el('span', 'dlw-backprop-tick')];
      const root = el('div', 'dlw-backprop-row', {}, name, gradient, difference, verdict);
      return { root, name, gradient, difference, verdict };
    });
    this.list.replaceChildren(...this.rows.map(({ root }) => root));
  }
}

function same(a: Place, b: Place): boolean {
  return a.layer === b.layer && a.from === b.from && a.to === b.to;
}

/** What the check finds for all weights. */
export function verdictText(all: readonly Checked[]): string {
  const wrong = all.filter(({ agrees }) => !agrees);
  const count = all.length;
  const share = short(Math.max(...all.map((one) => one.share)));
  if (wrong.length === 0) {
    return t('All {count} gradients agree: their relative difference is at most {share}.', { count, share });
  }
  return t('{wrong} of {count} gradients don’t agree.', { wrong: wrong.length, count });
}
