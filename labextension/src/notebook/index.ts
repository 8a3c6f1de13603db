/** What the widgets add to the notebooks of JupyterLab and Notebook 7; Voila has none. */

import type { JupyterFrontEnd } from '@jupyterlab/application';

import { noteBegun } from './begun';
import { openLinked } from './opening';
import { softenRenderers, type Place, type Renderers } from './renderer';
import type { Cells, Stills } from './stills';

/** A notebook: the part of `NotebookPanel` that is used here. */
interface Panel {
  readonly content: Cells & { readonly rendermime: Renderers };
}

/** Lets each notebook keep an image of its widgets, and links in widgets open other notebooks beside it. */
export function keepStills(app: JupyterFrontEnd): void {
  app.docRegistry.addWidgetExtension('Notebook', {
    createNew: (widget, context) => {
      openLinked(
        widget.node,
        () => context.path,
        (path) => {
          void app.commands.execute('docmanager:open', { path });
        },
      );
      void context.ready.then(() => noteBegun(context.model.toJSON()));
      const { content } = widget as unknown as Panel;
      let stills: Stills | null = null;
      const waiting: Place[] = [];
      softenRenderers(content.rendermime, (place) => {
        if (stills) stills.add(place);
        else waiting.push(place);
      });
      void import('./stills').then((module) => {
        if (widget.isDisposed) return;
        stills = new module.Stills(content);
        for (const place of waiting.splice(0)) stills.add(place);
      });
      context.saveState.connect((_, state) => {
        if (state === 'started') stills?.write();
      });
      widget.disposed.connect(() => stills?.dispose());
    },
  });
}
