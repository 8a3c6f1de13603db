/**
 * What stands for `@jupyter-widgets/base` in a page without Jupyter: models and views as far as ours use them.
 *
 * The bundler puts it in the place of that package. There is no kernel: what would be sent goes to `answer`, and without
 * one `comm_live` is false.
 */

import { Events } from './events';

type Attributes = Record<string, unknown>;

interface ModelOptions {
  model_id?: string;
  widget_manager?: unknown;
  /** Gets what the model sends, in the place of a kernel. */
  answer?: (content: Attributes) => void;
}

/** Whether two values of a trait are the same: binary parts only if they are one, all else by what it holds. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (ArrayBuffer.isView(a) || ArrayBuffer.isView(b)) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), b as Attributes];
  return left.length === Object.keys(b).length && left.every(([key, value]) => same(value, right[key]));
}

/** The state of a widget, which tells its views what changes. */
export class DOMWidgetModel extends Events {
  static serializers: Record<string, unknown> = {};

  attributes: Attributes;
  readonly model_id: string;
  readonly widget_manager: unknown;
  /** Before the last change. */
  #earlier: Attributes;
  #changes: Set<string>;
  #changing: boolean;
  #untold: boolean;
  #live: boolean;
  readonly #answer: ModelOptions['answer'];

  constructor(attributes: Attributes = {}, options: ModelOptions = {}) {
    super();
    this.#answer = options.answer;
    this.#live = options.answer !== undefined;
    this.#changing = this.#untold = false;
    this.#changes = new Set();
    this.model_id = options.model_id ?? '';
    this.widget_manager = options.widget_manager;
    this.attributes = { ...this.defaults(), ...attributes };
    this.#earlier = this.attributes;
    this.initialize(attributes, options);
  }

  defaults(): Attributes {
    return { _dom_classes: [], tabbable: null, tooltip: null };
  }

  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- what subclasses are given
  initialize(_attributes: Attributes, _options: ModelOptions): void {
    // For subclasses.
  }

  get comm_live(): boolean {
    return this.#live;
  }

  set comm_live(live: boolean) {
    this.#live = live;
    this.trigger('comm_live_update');
  }

  get(name: string): unknown {
    return this.attributes[name];
  }

  previous(name: string): unknown {
    return this.#earlier[name];
  }

  /** Sets one trait or several. Each that is different is told as `change:name`, and then all of them as `change`. */
  set(names: string | Attributes, value?: unknown): this {
    const given: Attributes = typeof names === 'string' ? { [names]: value } : names;
    const inside = this.#changing;
    this.#changing = true;
    if (!inside) {
      this.#earlier = { ...this.attributes };
      this.#changes = new Set();
    }
    const changed = Object.keys(given).filter((name) => !same(this.attributes[name], given[name]));
    for (const name of changed) {
      this.attributes[name] = given[name];
      this.#changes.add(name);
    }
    this.#untold ||= changed.length > 0;
    for (const name of changed) this.trigger(`change:${name}`, this, this.attributes[name]);
    // A listener that sets more is in the middle of the outer call, which tells all at its end.
    if (inside) return this;
    while (this.#untold) {
      this.#untold = false;
      this.trigger('change', this);
    }
    this.#changing = false;
    return this;
  }

  /** Those that the last `set` has changed, with their values; false for none. */
  changedAttributes(): Attributes | false {
    if (this.#changes.size === 0) return false;
    return Object.fromEntries([...this.#changes].map((name) => [name, this.attributes[name]]));
  }

  save_changes(): void {
    // There is no kernel to tell.
  }

  send(content: Attributes): void {
    this.#answer?.(content);
  }
}

let views = 0;

/** What shows a model: an element that follows it. */
export class DOMWidgetView extends Events {
  readonly cid: string;
  readonly el: HTMLElement;
  readonly model: DOMWidgetModel;
  readonly options: unknown;

  constructor(parameters: { model: DOMWidgetModel; options?: unknown }) {
    super();
    this.cid = `view${(views += 1)}`;
    this.el = document.createElement('div');
    this.model = parameters.model;
    this.options = parameters.options;
    this.listenTo(this.model, 'change', () => this.update());
  }

  render(): void {
    // For subclasses.
  }

  update(): void {
    // For subclasses.
  }

  remove(): this {
    this.el.remove();
    this.stopListening();
    this.trigger('remove');
    return this;
  }
}
