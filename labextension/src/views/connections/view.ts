import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { EXPLANATION } from './explanation';
import type { Focus } from './focus';
import { type Kind, KINDS } from './layers';
import { LESSONS } from './lessons';
import type { ConnectionsModel } from './model';
import { Panel } from './panel';
import { Settings } from './settings';
import { formulaLines, inWords, kindName, remarks } from './texts';
import { Weights } from './weights';

/** Dense, local and convolutional connections over the same input. */
export class ConnectionsView extends ConceptView {
  declare model: ConnectionsModel;
  private settings!: Settings;
  private panels!: Record<Kind, Panel>;
  private weights!: Weights;
  private notes!: HTMLElement;
  /** Where it has come by itself. */
  private tour!: number;
  /** What is under the pointer. */
  private pointed!: Focus | null;

  protected title(): string {
    return t('Connections');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 1.5;
  }

  protected build(): void {
    const { model } = this;
    this.tour = 0;
    this.pointed = null;
    this.settings = new Settings(model, () => this.happened('longer'));
    const options = {
      hover: (focus: Focus | null): void => this.point(focus),
      press: (focus: Focus): void => this.pin(focus),
      now: (): Focus => this.focus(),
    };
    const panel = (kind: Kind): Panel =>
      new Panel(kind, options, {
        name: () => kindName(kind),
        help: () =>
          t('Lines of the layer: {kind}. ↑ points at an output, ↓ at an input, ← and → at the next one.', {
            kind: kindName(kind),
          }),
      });
    this.panels = { dense: panel('dense'), local: panel('local'), conv: panel('conv') };
    this.weights = new Weights(model, (focus, pressed) => {
      if (focus) this.happened('weight');
      if (focus && pressed) this.pin(focus);
      else this.point(focus);
    });
    this.notes = el('div', 'dlw-connections-notes');
    for (const kind of KINDS) {
      this.part(kind, this.panels[kind].root);
      this.part('matrix', this.panels[kind].matrix.root);
    }
    this.stage.classList.add('dlw-connections');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings',
        {},
        ...Object.entries(this.settings.fields).map(([name, { root }]) => this.part(name, root)),
      ),
      el('div', 'dlw-connections-panels', {}, ...KINDS.map((kind) => this.panels[kind].root)),
      this.part('weights', this.weights.root),
      this.part('notes', this.notes),
    );
  }

  protected override pinned(): boolean {
    return this.model.now.point !== 'tour';
  }

  protected stateChanged(): void {
    this.pointed = null;
  }

  protected override rewind(): void {
    this.tour = 0;
  }

  protected advance(): boolean {
    if (this.pointed) return true;
    if (this.model.now.point !== 'tour') this.moveState({ point: 'tour', at: [] });
    else this.tour += 1;
    this.drawing.request(true);
    return true;
  }

  // -- what is pointed at -----------------------------------------------------------------------

  private point(focus: Focus | null): void {
    if (focus) this.happened(focus.point);
    this.pointed = focus;
    this.drawing.request(true);
  }

  private pin(focus: Focus): void {
    this.take();
    this.happened(focus.point);
    this.model.change({ point: focus.point, at: [...focus.at] });
    this.drawing.request(true);
  }

  private focus(): Focus {
    if (this.pointed) return this.pointed;
    const { point, at } = this.model.now;
    const [first, second] = at;
    const { conv, dense } = this.model.drawn;
    const outputs = Math.max(1, conv.outputs, dense.outputs);
    const within = (index: number, count: number): number => Math.min(count - 1, index);
    if (point === 'tour' || first === undefined) return this.toured();
    if (point === 'output') return { point, at: [within(first, outputs)] };
    if (point === 'input') return { point, at: [within(first, conv.byInput.length)] };
    return { point, at: [within(first, conv.byInput.length), within(second ?? 0, outputs)] };
  }

  /** By itself: each output in turn, then each weight that is shared. */
  private toured(): Focus {
    const { conv } = this.model.drawn;
    const weights = [...conv.byWeight.keys()].sort((a, b) => a - b);
    if (weights.length === 0) return { point: 'input', at: [this.tour % conv.byInput.length] };
    const now = this.tour % (conv.outputs + weights.length);
    if (now < conv.outputs) return { point: 'output', at: [now] };
    const { input, output } = conv.lines[conv.byWeight.get(weights[now - conv.outputs]!)![0]!]!;
    return { point: 'line', at: [input, output] };
  }

  // -- what is painted --------------------------------------------------------------------------

  protected paint(): void {
    const { model, theme, panels } = this;
    const widths = KINDS.map((kind) => panels[kind].root.clientWidth);
    const focus = this.focus();
    const said = this.said();
    this.settings.show();
    KINDS.forEach((kind, i) => panels[kind].show(theme, Math.min(420, widths[i]!), model, focus, said));
    this.weights.show(theme, focus);
    setChildren(
      this.notes,
      remarks(model).map((text) => el('p', '', {}, ...inlineCode(text))),
    );
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.focus());
  }

  protected said(): string {
    return inWords(this.model, this.focus());
  }
}
