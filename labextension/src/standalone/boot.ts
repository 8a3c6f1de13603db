/** The only script of a page of one file that isn't compressed: it unpacks the others. */

import { run } from './parts';

run('app').catch((error: unknown) => {
  const notice = document.querySelector<HTMLElement>('#dlw-notice');
  if (notice) notice.hidden = false;
  console.error(error);
});
