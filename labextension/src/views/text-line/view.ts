import { setText } from '../../shared/dom';
import { DrawnView } from '../../core/view';
import type { TextLineModel } from './model';

/** A line of text that looks like an ipywidgets label. */
export class TextLineView extends DrawnView {
  declare model: TextLineModel;

  override render(): void {
    super.render();
    this.el.classList.add('jupyter-widgets', 'widget-label', 'dlw-text-line');
  }

  protected override draw(): void {
    setText(this.el, this.model.localized('value'));
  }
}
