import { DOMWidgetView } from '@jupyter-widgets/base';

import { onLanguageChange } from './i18n';
import { ACTED, type Model } from './model';
import { FrameScheduler, PAGE } from './frame-scheduler';
import { noteShown } from './shown';
import { followTheme, type Theme } from './theme';

/** What a served page dispatches when its kernel has ended; JupyterLab tells the models itself. */
const KERNEL_LOST = 'dlw:kernel-lost';
/** What is so close to the window counts as in sight. */
const NEAR_PX = 40;

PAGE.watch(window);

/** A view in the colors and the language of the page, which leaves nothing running behind when it goes. */
export abstract class ThemedView extends DOMWidgetView {
  declare model: Model;
  /** The theme in force; known when `render` returns. */
  protected theme!: Theme;
  /** What is to be called when the view goes. */
  protected stops!: (() => void)[];

  override render(): void {
    super.render();
    this.el.classList.add('dlw');
    let known = false;
    const stop = followTheme(this.el, (theme) => {
      this.theme = theme;
      if (known) this.onTheme();
      known = true;
    });
    this.stops = [stop, noteShown(this), onLanguageChange(() => this.onLanguage())];
    this.listenTo(this.model, ACTED, () => this.el.dispatchEvent(new CustomEvent(ACTED, { bubbles: true })));
    const lost = (): void => {
      this.model.comm_live = false;
    };
    window.addEventListener(KERNEL_LOST, lost);
    this.stops.push(() => window.removeEventListener(KERNEL_LOST, lost));
  }

  override remove(): this {
    // The host's widget may call back and remove it once more.
    for (const stop of this.stops.splice(0)) stop();
    super.remove();
    return this;
  }

  /** Draws what was left out while the view was out of sight. */
  catchUp(): Promise<void> {
    return Promise.resolve();
  }

  /** The page has changed its theme. */
  protected onTheme(): void {
    // The style sheets follow by themselves.
  }

  /** Texts are to be shown in another language; those that `el` was given as functions follow by themselves. */
  protected abstract onLanguage(): void;

  /** Calls back when the size of the element has changed, and once soon. */
  protected watchSize(element: Element, resized: () => void): void {
    const observer = new ResizeObserver(resized);
    observer.observe(element);
    this.stops.push(() => observer.disconnect());
  }

  /** Tells when the view comes into sight or leaves it, and soon where it is. */
  protected watchSight(changed: (inSight: boolean) => void): void {
    const observer = new IntersectionObserver(
      (entries) => changed(entries[entries.length - 1]!.isIntersecting),
      { rootMargin: `${NEAR_PX}px` },
    );
    observer.observe(this.el);
    this.stops.push(() => observer.disconnect());
  }
}

/** A view that draws itself in an animation frame: soon after `render`, and when its model or the theme has changed. */
export abstract class DrawnView extends ThemedView {
  protected drawing!: FrameScheduler;

  override render(): void {
    super.render();
    this.drawing = new FrameScheduler(() => this.draw(), { prompt: this.prompt() });
    this.stops.push(() => this.drawing.dispose());
    this.listenTo(this.model, 'change', () => this.drawing.request());
    this.drawing.request(true);
  }

  protected abstract draw(): void;

  /** Whether it is quickly drawn, and waits for no frame that others share unless there are others. */
  protected prompt(): boolean {
    return false;
  }

  protected override onTheme(): void {
    this.drawing.request();
  }

  protected override onLanguage(): void {
    this.drawing.request(true);
  }

  /** Draws anew when the size of the element has changed. */
  protected drawOnResize(element: Element = this.el): void {
    this.watchSize(element, () => this.drawing.request(true));
  }
}
