/** The events of Backbone, as far as models and views use them. */

/** What is passed on is what the listener of that event expects. */
type Listener = (...args: never[]) => void;
type Teller = (...args: unknown[]) => void;

interface Entry {
  name: string;
  listener: Listener;
  /** Who listens, for `stopListening`. */
  owner: unknown;
}

function namesIn(names: string): string[] {
  return names.split(/\s+/).filter((name) => name !== '');
}

/** Something that tells its listeners what happens to it. Subclasses have names of their own: it keeps its own private. */
export class Events {
  #entries: Entry[] | undefined;
  #heard: Set<Events> | undefined;

  /** Calls `listener` with each of the events, whose names are separated by spaces; "all" is any event. */
  on(names: string, listener: Listener): this {
    return this.#add(names, listener, undefined);
  }

  /** As `on`, once. */
  once(names: string, listener: Listener): this {
    for (const name of namesIn(names)) {
      const only: Teller = (...args) => {
        this.off(name, only);
        (listener as Teller)(...args);
      };
      this.on(name, only);
    }
    return this;
  }

  /** Ends what `on` began: for all events without names, for all listeners without a listener. */
  off(names?: string, listener?: Listener): this {
    const gone = names === undefined ? null : new Set(namesIn(names));
    this.#entries = this.#entries?.filter(
      (entry) => !(gone?.has(entry.name) ?? true) || (listener !== undefined && entry.listener !== listener),
    );
    return this;
  }

  /** Listens to another one until `stopListening`. */
  listenTo(other: Events, names: string, listener: Listener): this {
    (this.#heard ??= new Set()).add(other);
    other.#add(names, listener.bind(this), this);
    return this;
  }

  /** Ends all that `listenTo` began. */
  stopListening(): this {
    for (const other of this.#heard ?? []) {
      other.#entries = other.#entries?.filter((entry) => entry.owner !== this);
    }
    this.#heard?.clear();
    return this;
  }

  /** Tells those who listen now, in the order in which they began to. */
  trigger(names: string, ...args: unknown[]): this {
    for (const name of namesIn(names)) {
      for (const entry of [...(this.#entries ?? [])]) {
        if (entry.name === name) (entry.listener as Teller)(...args);
        else if (entry.name === 'all') (entry.listener as Teller)(name, ...args);
      }
    }
    return this;
  }

  #add(names: string, listener: Listener, owner: unknown): this {
    this.#entries ??= [];
    for (const name of namesIn(names)) this.#entries.push({ name, listener, owner });
    return this;
  }
}
