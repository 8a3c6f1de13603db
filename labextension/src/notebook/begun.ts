/** A tutorial that is opened in JupyterLab is begun, before its last cell has run. */

import { isRecord } from '../core/wire';
import { begin } from '../shared/course/progress';

/** Notes that a tutorial is begun; `notebook` is what the file contains. */
export function noteBegun(notebook: unknown): void {
  const metadata = isRecord(notebook) && isRecord(notebook.metadata) ? notebook.metadata : {};
  const number = isRecord(metadata.dlwidgets) ? metadata.dlwidgets.number : undefined;
  if (typeof number === 'number' && Number.isInteger(number)) begin(number);
}
