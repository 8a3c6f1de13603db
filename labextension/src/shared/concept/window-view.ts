import type { Cell } from './grid-pane';
import type { ConceptModel } from './model';
import { ConceptView } from './view';

/** A window that goes over an image; the state says where it is, as the output's row and column. */
interface WindowModel {
  readonly axes: readonly [{ output: number }, { output: number }];
  readonly now: { readonly at: readonly number[] };
  change: (values: { at: number[] }) => void;
}

/** A concept whose window goes over an image by itself, until the user puts it somewhere. */
export abstract class WindowView extends ConceptView {
  declare model: ConceptModel & WindowModel;
  /** The output that the window is at. */
  protected spot!: Cell;
  /** The pixel of the input that is pointed at; null for none. */
  protected pixel!: Cell | null;
  /** Whether the user points at an output, where the window stays. */
  private held!: boolean;

  /** Where there is something to see at first. */
  protected abstract beginning(): Cell;

  /** Begins the walk; to be called first in `build`. */
  protected enter(): void {
    this.pixel = null;
    this.held = false;
    this.spot = this.placed() ?? this.beginning();
    this.listenTo(this.model, 'change:image', () => {
      this.spot = this.inside(this.spot);
      this.drawing.request(true);
    });
  }

  protected override pinned(): boolean {
    return this.placed() !== null;
  }

  protected stateChanged(): void {
    this.spot = this.placed() ?? this.inside(this.spot);
    this.pixel = null;
  }

  protected override rewind(): void {
    this.spot = this.placed() ?? this.beginning();
  }

  protected advance(): boolean {
    const [rows, columns] = this.size();
    if (this.held || rows * columns === 0) return true;
    const next = (this.spot[0] * columns + this.spot[1] + 1) % (rows * columns);
    this.spot = [Math.floor(next / columns), next % columns];
    this.drawing.request(true);
    return true;
  }

  private size(): Cell {
    const [rows, columns] = this.model.axes;
    return [rows.output, columns.output];
  }

  /** The nearest output that there is. */
  protected inside([row, column]: Cell): Cell {
    const [rows, columns] = this.size();
    return [Math.max(0, Math.min(rows - 1, row)), Math.max(0, Math.min(columns - 1, column))];
  }

  /** Where the state puts the window; null where it moves by itself. */
  private placed(): Cell | null {
    const [row, column] = this.model.now.at;
    return row === undefined || column === undefined ? null : this.inside([row, column]);
  }

  /** Puts the window at an output, where it stays. */
  protected put(cell: Cell): void {
    this.take();
    this.spot = this.inside(cell);
    this.model.change({ at: [...this.spot] });
    this.happened('point');
    this.drawing.request(true);
  }

  protected move(rows: number, columns: number, home: boolean): void {
    this.put(home ? [0, 0] : [this.spot[0] + rows, this.spot[1] + columns]);
  }

  protected pointAtOutput(cell: Cell | null): void {
    this.held = cell !== null;
    if (cell) {
      this.spot = this.inside(cell);
      this.happened('point');
    }
    this.drawing.request(true);
  }
}
