import { t } from '../../core/i18n';
import { DrawnView } from '../../core/view';
import type { Atlas } from '../../shared/atlas';
import { el, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { drawImage } from '../../shared/draw-pixels';
import { formatPercent } from '../../shared/format';
import type { SampleStripModel } from './model';

/** Classes whose names fit under their bars. */
const MOST_NAMED = 20;
const MOST_BARS = 40;

/** One line: the sample, what the model says, what it is, after which step. Always of the same height. */
export class SampleStripView extends DrawnView {
  declare model: SampleStripModel;
  private canvas!: HTMLCanvasElement;
  private name!: HTMLElement;
  private answer!: HTMLElement;
  private confidence!: HTMLElement;
  private truth!: HTMLElement;
  private bars!: HTMLElement;
  private step!: HTMLElement;
  private notice!: HTMLElement;
  private parts!: HTMLElement[];
  private drawn!: Atlas | null;

  override render(): void {
    super.render();
    this.drawn = null;
    this.el.classList.add('dlw-sample-strip');
    this.el.setAttribute('role', 'group');
    this.canvas = el('canvas', 'dlw-strip-image', { 'aria-hidden': 'true' });
    this.name = el('div', 'dlw-strip-name');
    this.answer = el('span', 'dlw-strip-answer');
    this.confidence = el('span', 'dlw-strip-confidence');
    this.truth = el('div', 'dlw-strip-truth');
    this.bars = el('div', 'dlw-strip-bars', { 'aria-hidden': 'true' });
    this.step = el('div', 'dlw-strip-step');
    this.notice = el('div', 'dlw-strip-notice');
    const said = el('div', 'dlw-strip-said', {}, this.answer, this.confidence);
    const words = el('div', 'dlw-strip-words', {}, said, this.truth);
    const about = el('div', 'dlw-strip-about', {}, this.name, this.step);
    this.parts = [this.canvas, words, this.bars, about];
    this.el.append(this.canvas, words, this.bars, about, this.notice);
  }

  protected override draw(): void {
    const { model } = this;
    const { shown } = model;
    const predicted = model.localized('predicted');
    const empty = shown.count === 0 && predicted === '';
    this.el.setAttribute('aria-label', t('Selected image'));
    for (const part of this.parts) part.hidden = empty;
    setCode(this.notice, empty ? model.emptyText() : '');
    this.notice.hidden = !empty;
    this.canvas.hidden = shown.count === 0;
    if (shown.count > 0 && this.drawn !== shown) drawImage(this.canvas, shown);
    this.drawn = shown;
    setText(this.name, model.localized('name'));
    const verdict = model.text('verdict');
    Object.assign(this.el.dataset, { verdict, step: String(model.number('step', -1)), ready: 'true' });
    setText(this.answer, predicted ? t('Predicted: {class_name}', { class_name: predicted }) : '');
    const confidence = model.number('confidence', NaN);
    setText(this.confidence, predicted && Number.isFinite(confidence) ? formatPercent(confidence) : '');
    const truth = model.localized('truth');
    const marks: Record<string, string> = { right: '✓ ', wrong: '✗ ' };
    setText(this.truth, truth ? (marks[verdict] ?? '') + t('True: {class_name}', { class_name: truth }) : '');
    const step = model.number('step', -1);
    setText(this.step, step >= 0 ? t('after step {step}', { step }) : '');
    this.drawBars();
  }

  private drawBars(): void {
    const { model } = this;
    const values = model.list('values').map((v) => (typeof v === 'number' ? v : 0));
    const labels = model.texts('labels');
    const marked = model.number('marked', -1);
    const few = values.length <= MOST_BARS ? values : [];
    this.bars.hidden = few.length === 0;
    while (this.bars.children.length > few.length) this.bars.lastElementChild!.remove();
    while (this.bars.children.length < few.length) {
      const bar = el('span', 'dlw-strip-bar');
      const track = el('span', 'dlw-strip-track', {}, bar);
      this.bars.append(el('span', 'dlw-strip-class', {}, track, el('span', 'dlw-strip-label')));
    }
    few.forEach((value, i) => {
      const column = this.bars.children[i] as HTMLElement;
      const [track, label] = [...column.children] as [HTMLElement, HTMLElement];
      (track.firstElementChild as HTMLElement).style.height = `${Math.max(2, 100 * Math.min(1, value))}%`;
      setText(label, few.length <= MOST_NAMED ? (labels[i] ?? '') : '');
      column.title = `${labels[i] ?? i}: ${formatPercent(value, 1)}`;
      column.classList.toggle('dlw-strip-marked', i === marked);
    });
  }
}
