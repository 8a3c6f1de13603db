/** Small boxes over everything else: no container cuts them off. */

const GAP_PX = 6;
/** From the edges of the window. */
const EDGE_PX = 4;
/** Browsers before 2024 have none: there the box floats below what comes later. */
const POPOVERS = 'showPopover' in HTMLElement.prototype;

/** A box above something, in the middle of a place in it, as far as the window allows. */
export class Floating {
  /** @param box what floats; its style sheet gives it colors and a width */
  constructor(private readonly box: HTMLElement) {
    box.classList.add('dlw-floating');
    box.popover = 'manual';
    box.hidden = true;
  }

  get shown(): boolean {
    return !this.box.hidden;
  }

  /**
   * @param over what the box is shown above; below it where there is no room
   * @param x from the left of that
   */
  show(over: DOMRect, x: number): void {
    const { box } = this;
    if (box.hidden) {
      box.hidden = false;
      if (box.isConnected && POPOVERS) box.showPopover();
    }
    const { offsetWidth, offsetHeight } = box;
    const left = Math.min(window.innerWidth - offsetWidth - EDGE_PX, over.left + x - offsetWidth / 2);
    const above = over.top - offsetHeight - GAP_PX;
    box.style.left = `${Math.round(Math.max(EDGE_PX, left))}px`;
    box.style.top = `${Math.round(above >= EDGE_PX ? above : over.bottom + GAP_PX)}px`;
  }

  hide(): void {
    const { box } = this;
    if (box.hidden) return;
    if (box.isConnected && POPOVERS) box.hidePopover();
    box.hidden = true;
  }
}
