import { setText } from '../../shared/dom';
import { ThemedView } from '../../core/view';
import type { TextLineModel } from './model';

/** A line of text, looking like an ipywidgets label. */
export class TextLineView extends ThemedView {
  declare model: TextLineModel;

  override render(): void {
    super.render();
    this.el.classList.add('jupyter-widgets', 'widget-label', 'dlw-text-line');
    this.listenTo(this.model, 'change:value', () => this.show());
    this.show();
  }

  private show(): void {
    setText(this.el, this.model.text('value'));
  }
}
