/** The timeline at the bottom of the page, which chooses the moment that all of it shows. */

import { TimelineModel } from '../views/timeline/model';
import { TimelineView } from '../views/timeline/view';
import type { RunDocument } from './document';
import type { Moments } from './moment';
import { place } from './place';

/** Numbers as the view takes them. */
function packed(numbers: readonly number[], put: 'setUint32' | 'setFloat32'): DataView {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((number, i) => view[put](4 * i, number, true));
  return view;
}

export function makeTimeline({ epochEnds, events }: RunDocument, moments: Moments): HTMLElement {
  const steps = moments.all.map(({ step }) => step);
  const last = steps.at(-1) ?? 0;
  const ends = epochEnds.filter((step) => step <= last);
  const timeline = place(
    TimelineModel,
    TimelineView,
    {
      snapshots: {
        count: steps.length,
        steps: packed(steps, 'setUint32'),
        epochs: packed(
          moments.all.map(({ epoch }) => epoch),
          'setFloat32',
        ),
      },
      epoch_ends: { count: ends.length, steps: packed(ends, 'setUint32') },
      events: events.filter(({ step }) => step <= last),
      last_step: last,
      position: last,
    },
    (content) => {
      if (content.type !== 'seek') return;
      const step = Number(content.step);
      // There is nothing newer than the last snapshot.
      moments.seek(step < 0 ? last : step);
      // The view goes on once it has asked, as it does with a kernel.
      queueMicrotask(() => timeline.model.trigger('msg:custom', { type: 'answered', asked: content.asked }));
    },
  );
  moments.follow(() => void timeline.model.set('position', moments.now?.step ?? last));
  return timeline.el;
}
