/** What the keys do in a chart that has the focus. */
export interface KeyActions {
  /** Moves the crosshair by so many points. */
  step(points: number): void;
  hide(): void;
  /** Shows a part of the horizontal axis that is so much wider. */
  zoom(factor: number): void;
  showEverything(): void;
}

/** @param host the element whose own keys count, and not those of a part of it */
export function followKeys(host: HTMLElement, actions: KeyActions): void {
  host.addEventListener('keydown', (event) => {
    if (event.target !== host || event.ctrlKey || event.metaKey || event.altKey) return;
    const size = event.shiftKey ? 10 : 1;
    const keys: Record<string, () => void> = {
      ArrowLeft: () => actions.step(-size),
      ArrowRight: () => actions.step(size),
      Home: () => actions.step(-Infinity),
      End: () => actions.step(Infinity),
      '+': () => actions.zoom(0.5),
      '=': () => actions.zoom(0.5),
      '-': () => actions.zoom(2),
      '0': () => actions.showEverything(),
      Escape: () => actions.hide(),
    };
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
}
