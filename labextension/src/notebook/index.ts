/** What the widgets add to the notebooks of JupyterLab and Notebook 7; Voila has none. */

import type { JupyterFrontEnd } from '@jupyterlab/application';

import { noteBegun } from './begun';
import { sayWhyEnded, type Session } from './ended';
import { openLinked } from './opening';
import { softenRenderers, type Place, type Renderers } from './renderer';
import type { Cells, Stills } from './stills';

/** A notebook: the part of `NotebookPanel` that is used here. */
interface Panel {
  readonly content: Cells & { readonly rendermime: Renderers };
  readonly sessionContext: Session;
  readonly title: { readonly label: string };
}

/** The command by which JupyterLab shows a message; Notebook 7 may have none. */
const NOTIFY = 'apputils:notify';

/** Lets each notebook say why its kernel has ended, if the server has ended it for another one. */
export function sayWhyKernelsEnd(app: JupyterFrontEnd): void {
  const host = {
    base: app.serviceManager.serverSettings.baseUrl,
    notify: (message: string): void => {
      if (!app.commands.hasCommand(NOTIFY)) return;
      void app.commands.execute(NOTIFY, { message, type: 'warning', options: { autoClose: false } });
    },
  };
  app.docRegistry.addWidgetExtension('Notebook', {
    createNew: (widget) => {
      const panel = widget as unknown as Panel;
      sayWhyEnded(panel.sessionContext, () => panel.title.label, host);
    },
  });
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
