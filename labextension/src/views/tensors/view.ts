import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { Menu } from '../../shared/concept/fields';
import type { LessonStep } from '../../shared/concept/lesson';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { BroadcastRoom } from './broadcast-room';
import { DotRoom } from './dot-room';
import { EXPLANATION } from './explanation';
import { type Mode, MODES } from './fields';
import { LESSONS } from './lessons';
import { LoopRoom } from './loop-room';
import type { TensorsModel } from './model';
import { ReshapeRoom } from './reshape-room';
import { RATE, type Room } from './room';
import { broadcast, dot, reshaped, sizeOf } from './shapes';
import { SizesRoom } from './sizes-room';
import { SliceRoom } from './slice-room';

/** Slices, shapes, broadcasting, dot products and sizes of tensors: one at a time. */
export class TensorsView extends ConceptView {
  declare model: TensorsModel;
  private menu!: Menu;
  private rooms!: Readonly<Record<Mode, Room>>;
  private notes!: HTMLElement;
  private shown!: Mode;

  protected title(): string {
    return t('Tensors');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return RATE;
  }

  protected build(): void {
    const { model } = this;
    this.shown = model.now.show;
    this.menu = new Menu(
      () => t('Show'),
      (show) => model.change({ show: show as Mode }),
    );
    this.rooms = {
      slice: new SliceRoom(model),
      reshape: new ReshapeRoom(model),
      broadcast: new BroadcastRoom(model),
      dot: new DotRoom(model, (at) => {
        this.take();
        model.change({ at });
        this.happened('point');
      }),
      shapes: new SizesRoom(model),
      loop: new LoopRoom(model, () => {
        this.happened('time');
        this.drawing.request(true);
      }),
    };
    this.notes = this.part('notes', el('div', 'dlw-tensors-notes'));
    for (const name of MODES) this.part(name, this.rooms[name].root);
    this.stage.classList.add('dlw-tensors');
    this.stage.append(
      el('div', 'dlw-concept-settings', {}, this.part('show', this.menu.root)),
      ...MODES.map((name) => this.rooms[name].root),
      this.notes,
    );
    if (prefersStillness()) this.room.finish();
    this.listenTo(model, 'change:times', () => this.drawing.request(true));
  }

  private get room(): Room {
    return this.rooms[this.model.now.show];
  }

  protected stateChanged(): void {
    const { now } = this.model;
    const fits: Partial<Record<Mode, boolean>> = {
      reshape: now.operation === 'transpose' || reshaped(sizeOf(now.shape), now.to) !== null,
      broadcast: broadcast(now.a, now.b) !== null,
      dot: dot(now.left, now.right) !== null,
    };
    if (fits[now.show] === false) this.happened('misfit');
    if (now.show !== this.shown) {
      this.shown = now.show;
      // What has just come shows by itself how it moves.
      if (this.pinned()) this.take();
      else if (!prefersStillness()) this.player.play(true);
    }
    if (!this.player.playing) this.room.finish();
  }

  protected override pinned(): boolean {
    return this.model.now.show === 'dot' && this.model.now.at.length === 2;
  }

  protected override rewind(): void {
    this.room.finish();
  }

  protected advance(): boolean {
    const moves = this.room.advance(this.player.playing);
    this.drawing.request(true);
    return moves;
  }

  protected paint(): void {
    const { theme, model } = this;
    const width = Math.max(240, Math.min(900, this.stage.clientWidth || 600));
    const names: Record<Mode, string> = {
      slice: t('Slices and batches'),
      reshape: t('Reshape and transpose'),
      broadcast: t('Broadcasting'),
      dot: t('Dot product'),
      shapes: t('Shapes of real data'),
      loop: t('Loop or array'),
    };
    this.menu.show(
      MODES.map((name) => [name, names[name]]),
      model.now.show,
    );
    for (const name of MODES) this.rooms[name].root.hidden = name !== model.now.show;
    this.room.show(theme, width);
    setChildren(
      this.notes,
      this.room.remarks().map((text) => el('p', '', {}, ...inlineCode(text))),
    );
  }

  protected formula(): HTMLElement[] {
    return this.room.formula().map((line) => el('div', '', {}, line));
  }

  protected said(): string {
    return this.room.said();
  }
}
