/** What the widget says: the numbers of the clock, and what the networks read. */

import { t } from '../../core/i18n';
import { short } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import { formatFixed } from '../../shared/format';
import { coordinatesOf, minutesOff, modulo, read, SIDE, turnsOf, turnsRead } from './face';
import { type Answer, HALF_DAY, type Representation, REPRESENTATIONS } from './fields';
import type { ClockModel } from './model';
import { type Class, STEPS, type Study } from './study';

/** From here to the full hour, the number jumps. */
const NEAR = 3;

export function representationName(name: Representation): string {
  const names: Record<Representation, string> = {
    pixels: t('Pixels'),
    coordinates: t('Coordinates of the tips'),
    angles: t('Angles'),
  };
  return names[name];
}

export function answerName(name: Answer): string {
  return name === 'number' ? t('numbers from 0 to 1') : t('sine and cosine');
}

/** A time as a clock says it, such as 3:07. */
export function clockText(time: number): string {
  const whole = Math.floor(modulo(time, HALF_DAY));
  return `${Math.floor(whole / 60) || 12}:${String(whole % 60).padStart(2, '0')}`;
}

/** Minutes in a few digits. */
export function minutesText(minutes: number): string {
  const text = minutes < 10 ? formatFixed(minutes, 1) : formatFixed(minutes, 0);
  return t('{minutes} min', { minutes: text });
}

function fixed(value: number): string {
  // Not −0.00.
  return formatFixed(Math.round(value * 100) / 100 + 0, 2).replace('-', '−');
}

function degrees(turn: number): string {
  return `${String(Math.round(360 * turn * 100) / 100)}°`;
}

/** What a network gets, line by line. */
export function numbersOf(representation: Representation, time: number): string[] {
  if (representation === 'pixels') return [t('{n} numbers', { n: `${SIDE}×${SIDE} = ${SIDE * SIDE}` })];
  if (representation === 'angles') {
    const [minute, hour] = turnsOf(time).map(degrees);
    return [t('minute hand {value}', { value: minute! }), t('hour hand {value}', { value: hour! })];
  }
  const [mx, my, hx, hy] = coordinatesOf(time).map(fixed);
  return [
    t('minute hand {value}', { value: `(${mx}, ${my})` }),
    t('hour hand {value}', { value: `(${hx}, ${hy})` }),
  ];
}

/** The time that a network reads. */
export function readBy(networks: Class, representation: Representation, inputs: ArrayLike<number>): number {
  return read(networks.outputs(representation, inputs), networks.answer);
}

/** How the numbers come about, and how a network's answer is read. */
export function formulaLines({ now }: ClockModel, networks: Class, inputs: ArrayLike<number>): HTMLElement[] {
  const { time, answer } = now;
  const [minute, hour] = turnsOf(time).map((turn) => 360 * turn) as [number, number];
  const [mx, my, hx, hy] = coordinatesOf(time).map(fixed);
  const [m, h] = [degrees(minute / 360), degrees(hour / 360)];
  const outputs = Array.from(networks.outputs('pixels', inputs), fixed);
  const [a, b] = turnsRead(networks.outputs('pixels', inputs), answer);
  const place = modulo(a, 1);
  const hours = modulo(Math.floor(12 * b - place + 0.5), 12);
  const lines = [
    t('minute hand: {minutes} min · 6° = {angle}, tip (sin, cos) = ({x}, {y})', {
      minutes: short(time % 60),
      angle: m,
      x: mx!,
      y: my!,
    }),
    t('hour hand: {minutes} min · 0.5° = {angle}, tip 0.5·(sin, cos) = ({x}, {y})', {
      minutes: String(time),
      angle: h,
      x: hx!,
      y: hy!,
    }),
    t('from the angles without any network: ⌊{h} / 30°⌋ = {hours} h, {m} / 6° = {minutes} min', {
      h,
      m,
      hours: Math.floor(hour / 30),
      minutes: short(minute / 6),
    }),
  ];
  lines.push(
    answer === 'number'
      ? t('network on pixels: a = {a}, b = {b}; hour = round(12·b − a) = {hour}, minute = 60·a = {minute}', {
          a: outputs[0]!,
          b: outputs[1]!,
          hour: hours,
          minute: short(60 * place),
        })
      : t(
          'network on pixels: a = atan2({s}, {c}) / 360° = {a}, b = {b}; hour = round(12·b − a) = {hour}, minute = {minute}',
          {
            s: outputs[0]!,
            c: outputs[1]!,
            a: fixed(a),
            b: fixed(b),
            hour: hours,
            minute: short(60 * place),
          },
        ),
  );
  return lines.map((line) => el('div', '', {}, line));
}

/** What there is to know about this moment. */
export function remarks({ now }: ClockModel, study: Study): string[] {
  const found: string[] = [];
  const { learning, finished } = study;
  if (!finished) {
    found.push(
      t('Learning from {n} clocks: step {step} of {all}.', {
        n: learning.samples,
        step: learning.step,
        all: STEPS,
      }),
    );
  }
  const minute = now.time % 60;
  if (now.answer === 'circle') {
    found.push(
      t(
        'The sine and cosine of an angle are the coordinates of a tip: that network has almost nothing to learn, and the one on angles has to learn two curves.',
      ),
    );
  } else if (minute < NEAR || minute > 60 - NEAR) {
    found.push(
      t(
        'Here the number jumps from 1 to 0, and the tip of the hand hardly moves: a network on coordinates or pixels can’t follow. Sine and cosine have no jump.',
      ),
    );
  } else {
    found.push(
      t('The answers are the angles themselves, in turns: that network has almost nothing to learn.'),
    );
  }
  found.push(t('This is a toy: the clocks are drawn, without noise, and the test shows other times.'));
  return found;
}

/** What is seen, in words. */
export function inWords(
  model: ClockModel,
  networks: Class,
  inputs: Record<Representation, ArrayLike<number>>,
): string {
  const { time } = model.now;
  const first = t('The clock shows {time}. The networks have learned from {n} clocks.', {
    time: clockText(time),
    n: networks.samples,
  });
  const rest = REPRESENTATIONS.map((representation) => {
    const found = readBy(networks, representation, inputs[representation]);
    return t('{name}: {found}, {off} off; on the test clocks {error} on average.', {
      name: representationName(representation),
      found: clockText(found),
      off: minutesText(minutesOff(found, time)),
      error: minutesText(networks.errors[representation]),
    });
  });
  const { own } = model;
  if (own) {
    const found = model.ownTime(own, time);
    rest.push(
      t('{name}: {found}, {off} off; on the test clocks {error} on average.', {
        name: t('Your model'),
        found: clockText(found),
        off: minutesText(minutesOff(found, time)),
        error: minutesText(own.error),
      }),
    );
  }
  return [first, ...rest].join(' ');
}
