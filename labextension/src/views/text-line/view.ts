import { Pending } from '../../shared/pending';
import { setCode } from '../../shared/inline-markup';
import { DrawnView } from '../../core/view';
import { isRecord } from '../../core/wire';
import type { TextLineModel } from './model';

/** A line of text that looks like an ipywidgets label; the line of a live view also hears when its kernel has answered. */
export class TextLineView extends DrawnView {
  declare model: TextLineModel;

  override render(): void {
    super.render();
    this.el.classList.add('jupyter-widgets', 'widget-label', 'dlw-text-line');
    // The host adds the classes when it displays the view.
    void this.displayed.then(() => {
      if (this.model.texts('_dom_classes').includes('dlw-answers')) this.follow();
    });
  }

  protected override prompt(): boolean {
    return true;
  }

  protected override draw(): void {
    setCode(this.el, this.model.localized('value'));
  }

  /** Acknowledges what the user does in the live view around. */
  private follow(): void {
    const { model } = this;
    const pending = new Pending(this.el, (asked) => {
      model.tell({ type: 'asked', asked });
      return model.comm_live;
    });
    this.stops.push(() => pending.detach());
    this.listenTo(model, 'msg:custom', (content: unknown) => {
      if (isRecord(content) && content.type === 'answered') pending.answered(Number(content.asked));
    });
    this.listenTo(model, 'comm_live_update', () => pending.end());
    pending.attach();
  }
}
