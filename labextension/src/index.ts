import { IJupyterWidgetRegistry, type ExportMap } from '@jupyter-widgets/base';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { followPage } from './core/i18n';
import { MODULE_NAME, MODULE_VERSION } from './core/version';
import { keepStills, sayWhyKernelsEnd } from './notebook/index';

/** Registers the widgets with JupyterLab, Notebook and Voila; the code behind them loads with the first widget. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'dlwidgets:plugin',
  description: 'Widgets for watching and steering Keras training live.',
  autoStart: true,
  requires: [IJupyterWidgetRegistry],
  activate: (app: JupyterFrontEnd, registry: IJupyterWidgetRegistry): void => {
    keepStills(app);
    sayWhyKernelsEnd(app);
    registry.registerWidget({
      name: MODULE_NAME,
      version: MODULE_VERSION,
      exports: async () => {
        // The first texts that are drawn are in the reader's language already.
        const [views] = await Promise.all([import('./views/index'), followPage()]);
        return views as unknown as ExportMap;
      },
    });
  },
};

export default plugin;
