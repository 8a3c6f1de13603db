import { IJupyterWidgetRegistry, type ExportMap } from '@jupyter-widgets/base';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { MODULE_NAME, MODULE_VERSION } from './core/version';

/** Registers the widgets with JupyterLab, Notebook and Voila; the code behind them loads with the first widget. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'dlwidgets:plugin',
  description: 'Widgets for watching and steering Keras training live.',
  autoStart: true,
  requires: [IJupyterWidgetRegistry],
  activate: (_app: JupyterFrontEnd, registry: IJupyterWidgetRegistry): void => {
    registry.registerWidget({
      name: MODULE_NAME,
      version: MODULE_VERSION,
      exports: async () => (await import('./views/index')) as unknown as ExportMap,
    });
  },
};

export default plugin;
