import { t } from '../../../core/i18n';
import { el, setText } from '../../../shared/dom';
import { setCode } from '../../../shared/inline-markup';

/** Why the plot area is empty. */
export interface Emptiness {
  /** Points of all series. */
  points: number;
  /** Whether all series are hidden. */
  hidden: boolean;
  /** Whether no point is in the part that is shown. */
  blank: boolean;
}

/** The texts around and over the plot area: what it shows, why it is empty, and what went wrong. */
export class Captions {
  private readonly heading = el('div', 'dlw-chart-title', { role: 'heading', 'aria-level': 2 });
  private readonly yLabel = el('div', 'dlw-chart-ylabel');
  readonly titles = el('div', 'dlw-chart-titles', {}, this.heading, this.yLabel);
  readonly notice = el('div', 'dlw-chart-notice', { role: 'status' });
  readonly footnote = el('div', 'dlw-chart-footnote', { role: 'status' });

  show(title: string, yLabel: string): void {
    setText(this.heading, title);
    this.heading.hidden = title === '';
    setText(this.yLabel, yLabel);
    this.yLabel.hidden = yLabel === '';
  }

  /** @param none what is shown where there is no point */
  showWhyEmpty({ points, hidden, blank }: Emptiness, none: string): void {
    let text = '';
    if (points === 0) text = none;
    else if (hidden) text = t('All series are hidden. Click one in the legend to show it.');
    else if (blank) text = t('No curve in this part. Double-click to show everything.');
    setCode(this.notice, text);
    this.notice.hidden = points > 0 && text === '';
  }

  showNoLibrary(): void {
    setCode(this.notice, t('The chart library could not be loaded. Reload the page to try again.'));
    this.notice.hidden = false;
  }

  /** Puts a remark under the chart, in place of the last one. */
  say(text: string, problem = false): void {
    setText(this.footnote, text);
    this.footnote.classList.toggle('dlw-error', problem);
  }
}
