/** The bar at the bottom of the page that chooses the moment that all of it shows. */

import { t } from '../core/i18n';
import { el, setAttributes, setText } from '../shared/dom';
import { formatFixed, formatInteger } from '../shared/format';
import { icon } from '../shared/icons';
import { inLanguage } from './head';
import type { Moments } from './moment';

const FRAME_MS = 400;

/** A slider over the snapshots, a button that plays them, and where in the training that is. */
export function makeTimeline(moments: Moments): HTMLElement {
  const last = moments.all.length - 1;
  const slider = el('input', 'dlw-page-slider', { type: 'range', min: 0, max: last, step: 1 });
  const place = el('output', 'dlw-page-place');
  const play = el('button', 'dlw-tool', { type: 'button' });
  let timer: number | undefined;

  const playing = (on: boolean): void => {
    clearInterval(timer);
    timer = on ? window.setInterval(next, FRAME_MS) : undefined;
    play.replaceChildren(icon(on ? 'pause' : 'start'));
    const title = on ? t('Pause') : t('Play');
    setAttributes(play, { title, 'aria-label': title });
  };
  const next = (): void => {
    if (moments.index >= last) playing(false);
    else moments.go(moments.index + 1);
  };
  play.addEventListener('click', () => {
    if (timer !== undefined) {
      playing(false);
      return;
    }
    if (moments.index >= last) moments.go(0);
    playing(true);
  });
  slider.addEventListener('input', () => {
    playing(false);
    moments.go(Number(slider.value));
  });
  const show = (): void => {
    const { now } = moments;
    if (!now) return;
    slider.value = String(moments.index);
    const text = t('step {step} · epoch {epoch}', {
      step: formatInteger(now.step),
      epoch: formatFixed(now.epoch, 1),
    });
    slider.setAttribute('aria-valuetext', text);
    setText(place, text);
  };
  moments.follow(show);
  inLanguage(() => {
    slider.setAttribute('aria-label', t('Moment of the training'));
    playing(timer !== undefined);
    show();
  });
  return el('div', 'dlw-page-timeline', { role: 'group' }, play, slider, place);
}
