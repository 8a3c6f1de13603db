import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { short } from '../../shared/concept/numbers';
import { el, setChildren } from '../../shared/dom';
import type { SplitsModel } from './model';
import { sampleColors } from './styles';

/** So many classes are named. */
const MOST = 8;

/** What the colors and marks of the rows mean. */
export class Legend {
  readonly root = el('div', 'dlw-splits-legend');

  constructor(private readonly model: SplitsModel) {}

  show(theme: Theme): void {
    const { samples, own, usesOwn } = this.model;
    const swatch = (color: string, text: string): HTMLElement => {
      const square = el('span', 'dlw-splits-swatch');
      square.style.background = color;
      return el('span', '', {}, square, text);
    };
    const colors = sampleColors(samples, theme);
    const values = Array.from(samples.y);
    const items: HTMLElement[] = [];
    if (samples.classes) {
      for (let label = 0; label < Math.min(MOST, samples.classes); label += 1) {
        const one = values.indexOf(label);
        const name = usesOwn ? own!.names[label]! : t('grower {n}', { n: label + 1 });
        if (one >= 0) items.push(swatch(colors[one]!, name));
      }
      if (samples.classes > MOST) items.push(el('span', '', {}, '…'));
    } else {
      const [low, high] = [Math.min(...values), Math.max(...values)];
      items.push(
        swatch(colors[values.indexOf(low)]!, short(low)),
        swatch(colors[values.indexOf(high)]!, short(high)),
      );
    }
    const marks = [el('span', '', {}, t('pale: training')), el('span', '', {}, t('framed: validation'))];
    if (samples.classes) marks.push(el('span', '', {}, t('dash above: wrong')));
    setChildren(this.root, [...items, ...marks]);
  }
}
