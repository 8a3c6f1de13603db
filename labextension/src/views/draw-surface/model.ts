import { marked } from '../../core/i18n';
import { identity, Model, reportError } from '../../core/model';
import { savedAtlas } from '../../shared/notebook-state';
import { type Atlas, NO_IMAGES, readAtlas } from '../../shared/atlas';
import { wholeNumber } from '../../core/wire';
import { inkOf, MOST_STROKES, drawStrokes, readExample, SIDE, type Stroke } from '../../shared/strokes';

/** A square to draw on. The strokes belong to the page; the kernel gets their picture. */
export class DrawSurfaceModel extends Model {
  static override serializers = { ...Model.serializers, seen: { serialize: savedAtlas } };

  strokes!: Stroke[];
  /** Whether the strokes are those of the example, which the first stroke of the user replaces. */
  showsExample!: boolean;
  /** Number of the picture sent last. */
  asked!: number;
  private open!: boolean;
  private stale!: boolean;
  private timer!: ReturnType<typeof setTimeout> | null;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('DrawSurface'),
      seen: {},
      seen_label: marked('Model input'),
      answered: 0,
      title: '',
      description: marked('Draw a digit'),
      example: [],
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.strokes = [];
    this.showsExample = false;
    this.asked = 0;
    this.open = false;
    this.stale = false;
    this.timer = null;
    this.listenTo(this, 'change:answered', () => {
      if (this.number('answered') >= this.asked) this.next();
    });
    this.listenTo(this, 'msg:custom', (content: Record<string, unknown>) => {
      if (content.type === 'clear') this.erase();
      if (content.type === 'draw') this.replace(readExample(content.strokes));
    });
  }

  /** Draws the example, if there is one and nobody has drawn yet. */
  begins(): void {
    if (this.asked > 0 || this.strokes.length > 0) return;
    this.strokes = readExample(this.get('example'));
    this.showsExample = this.strokes.length > 0;
    if (this.showsExample) this.redrawn();
  }

  /** Draws strokes in place of what is there, as if the user had. */
  private replace(strokes: Stroke[]): void {
    this.showsExample = false;
    this.strokes = strokes;
    this.redrawn();
  }

  /** Begins a stroke. */
  begin(stroke: Stroke): void {
    if (this.showsExample) this.strokes = [];
    this.showsExample = false;
    if (this.strokes.length >= MOST_STROKES) this.strokes.shift();
    this.strokes.push(stroke);
    this.redrawn();
  }

  /** The newest stroke has become longer, or one is gone. */
  redrawn(): void {
    this.trigger('strokes');
    if (this.open) this.stale = true;
    else this.dispatch();
  }

  undo(): void {
    this.showsExample = false;
    if (this.strokes.pop()) this.redrawn();
  }

  erase(): void {
    this.showsExample = false;
    if (this.strokes.length === 0) return;
    this.strokes = [];
    this.redrawn();
  }

  /** What the model saw of the newest drawing. */
  get seen(): Atlas {
    try {
      return readAtlas(this.get('seen'));
    } catch (error) {
      reportError('DrawSurface', error);
      return NO_IMAGES;
    }
  }

  private next(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.open = false;
    if (this.stale) this.dispatch();
  }

  /** Sends the picture; while it is not answered, the next one waits and only the newest counts. */
  private dispatch(): void {
    this.stale = false;
    this.open = true;
    this.asked += 1;
    this.timer = setTimeout(() => this.next(), 400);
    const ink = this.picture();
    const side = wholeNumber(Math.sqrt(ink.length), 'side');
    const content = { type: 'ink', asked: this.asked, side, empty: this.strokes.length === 0 };
    this.trigger('sent', this.asked);
    if (this.comm_live) this.send(content, undefined, [ink.buffer]);
  }

  private picture(): Uint8Array<ArrayBuffer> {
    const canvas = document.createElement('canvas');
    canvas.width = SIDE;
    canvas.height = SIDE;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return new Uint8Array(SIDE * SIDE);
    context.fillStyle = '#000';
    context.fillRect(0, 0, SIDE, SIDE);
    context.strokeStyle = '#fff';
    context.fillStyle = '#fff';
    drawStrokes(context, this.strokes, SIDE);
    return inkOf(context.getImageData(0, 0, SIDE, SIDE).data);
  }
}
