/** Why a notebook's kernel has ended, where the server has memory for one at a time and knows. */

import { t } from '../core/i18n';

/** A signal of JupyterLab: the part that is used here. */
interface Signal<T> {
  connect(slot: (sender: unknown, args: T) => void): unknown;
}

/** The connection of a notebook to its kernel: the part of `ISessionContext` that is used here. */
export interface Session {
  readonly session: { readonly kernel: { readonly id: string } | null } | null;
  readonly kernelChanged: Signal<{ oldValue: { id: string } | null; newValue: { id: string } | null }>;
  readonly statusChanged: Signal<string>;
}

/** What the page around the notebooks offers. */
export interface Host {
  /** The address of the server, with a slash at its end. */
  readonly base: string;
  /** Shows a message until the user closes it. */
  notify(message: string): void;
}

const ENDED = new Set(['dead', 'terminating', 'unknown']);

/** Says why the kernel of a notebook has ended, once for each kernel, if it made way for another one. */
export function sayWhyEnded(session: Session, title: () => string, host: Host): void {
  let current = session.session?.kernel?.id ?? '';
  const said = new Set<string>();
  const ask = async (kernel: string): Promise<void> => {
    if (!kernel || said.has(kernel)) return;
    said.add(kernel);
    if (await madeWay(host.base, kernel)) {
      host.notify(
        t(
          'The kernel of {notebook} made way for another one: this computer has memory for one. Run the notebook again.',
          { notebook: title() },
        ),
      );
    } else {
      said.delete(kernel);
    }
  };
  session.kernelChanged.connect((_, { oldValue, newValue }) => {
    if (oldValue && !newValue) void ask(oldValue.id);
    current = newValue?.id ?? current;
  });
  session.statusChanged.connect((_, status) => {
    if (ENDED.has(status)) void ask(current);
  });
}

/** Whether the server has ended this kernel for another one; other servers don't know of such a thing. */
async function madeWay(base: string, kernel: string): Promise<boolean> {
  const answer = await fetch(`${base}dlwidgets/alive/${kernel}`, { cache: 'no-store' }).catch(() => null);
  if (!answer?.ok) return false;
  const told = (await answer.json()) as { made_way?: boolean };
  return told.made_way === true;
}
