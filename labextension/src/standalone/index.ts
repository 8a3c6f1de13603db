/** A recorded run as a page of one file: the views of the notebook, without Jupyter and without Python. */

import '../../style/index.css';
import './page.css';
import { followPage, setLoader, t } from '../core/i18n';
import { followTheme } from '../core/theme';
import { el } from '../shared/dom';
import { setPlotly } from '../shared/plotly';
import { makeCurves } from './curves';
import { readDocument } from './document';
import { makeHead } from './head';
import { makeEvents, makeFacts, makeHistograms, makeSamples } from './more';
import { Moments } from './moment';
import { part, run, textPart } from './parts';
import { makeProbe } from './probe';
import { makeTimeline } from './timeline';

const LOCALE = 'locale-';

setLoader(async (language) => JSON.parse(await textPart(`${LOCALE}${language}`)) as unknown);
setPlotly(async () => {
  await run('plotly');
  return { default: (globalThis as Record<string, unknown>).Plotly };
});

/** The languages that the page brings. */
function languages(): string[] {
  const parts = [...document.querySelectorAll<HTMLElement>(`script[data-part^="${LOCALE}"]`)];
  return ['en', ...parts.map(({ dataset }) => dataset.part!.slice(LOCALE.length))];
}

async function start(): Promise<void> {
  const [recording] = await Promise.all([part('recording').then(readDocument), followPage()]);
  const moments = new Moments(recording);
  const main = el('main', 'dlw-file dlw', {}, makeHead(recording.head, languages()));
  const sections = [
    recording.curves.length > 0 ? makeCurves(recording, moments) : null,
    recording.probe ? makeProbe(recording.probe, moments) : null,
    makeHistograms(recording, moments),
    makeSamples(recording, moments),
    makeEvents(recording, moments),
    makeFacts(recording),
  ];
  main.append(...sections.filter((one) => one !== null));
  document.body.append(main);
  followTheme(main);
  if (moments.all.length > 0) {
    const footer = el(
      'footer',
      'dlw-file-bottom dlw',
      { 'aria-label': () => t('Timeline') },
      makeTimeline(recording, moments),
    );
    document.body.append(footer);
    followTheme(footer);
  }
  document.body.dataset.ready = 'true';
}

start().catch((error: unknown) => {
  const notice = document.querySelector<HTMLElement>('#dlw-notice');
  if (notice) notice.hidden = false;
  console.error(error);
});
