import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { sayWhyEnded, type Session } from '../../src/notebook/ended';

type Slot<T> = (sender: unknown, args: T) => void;
interface Change {
  oldValue: { id: string } | null;
  newValue: { id: string } | null;
}

/** A notebook's connection to the kernel "a", whose signals the test gives. */
function notebook() {
  const kernel: Slot<Change>[] = [];
  const status: Slot<string>[] = [];
  const session: Session = {
    session: { kernel: { id: 'a' } },
    kernelChanged: { connect: (slot) => kernel.push(slot) },
    statusChanged: { connect: (slot) => status.push(slot) },
  };
  const notify = vi.fn<(message: string) => void>();
  sayWhyEnded(session, () => 'one.ipynb', { base: '/user/x/', notify });
  return {
    notify,
    change: (args: Change) => kernel.forEach((slot) => slot(null, args)),
    become: (args: string) => status.forEach((slot) => slot(null, args)),
  };
}

const answers = vi.fn<(url: string) => Promise<Response>>();
const json = (told: object) => Promise.resolve(new Response(JSON.stringify(told)));

beforeEach(() => vi.stubGlobal('fetch', answers));
afterEach(() => {
  vi.unstubAllGlobals();
  answers.mockReset();
});

describe('sayWhyEnded', () => {
  it('says once that the kernel has made way', async () => {
    answers.mockImplementation(() => json({ alive: false, made_way: true }));
    const { notify, become, change } = notebook();
    become('idle');
    become('dead');
    change({ oldValue: { id: 'a' }, newValue: null });
    await vi.waitFor(() => expect(notify).toHaveBeenCalled());
    expect(answers.mock.calls.map(([url]) => url)).toEqual(['/user/x/dlwidgets/alive/a']);
    expect(notify).toHaveBeenCalledOnce();
    expect(notify.mock.calls[0]![0]).toContain('one.ipynb');
  });

  it('asks for the kernel that the notebook has now', async () => {
    answers.mockImplementation(() => json({ alive: false, made_way: true }));
    const { notify, become, change } = notebook();
    change({ oldValue: { id: 'a' }, newValue: { id: 'b' } });
    become('dead');
    await vi.waitFor(() => expect(notify).toHaveBeenCalledOnce());
    expect(answers.mock.calls.map(([url]) => url)).toEqual(['/user/x/dlwidgets/alive/b']);
  });

  it.each([
    ['a kernel that ended by itself', () => json({ alive: false, made_way: false })],
    ['a server that knows nothing of it', () => Promise.resolve(new Response('', { status: 404 }))],
    ['a server that is gone', () => Promise.reject(new Error('offline'))],
  ])('is silent about %s', async (_, answer) => {
    answers.mockImplementation(answer);
    const { notify, become } = notebook();
    become('dead');
    await vi.waitFor(() => expect(answers).toHaveBeenCalledOnce());
    await new Promise((resolve) => setTimeout(resolve));
    expect(notify).not.toHaveBeenCalled();
  });
});
