/** New axes in numbers and in words. */

import { t } from '../../core/i18n';
import { factor, short } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import { type Axes, moved, separation } from './coordinates';
import type { Spot } from './map';
import type { PlaygroundModel } from './model';
import { dataName, percent } from './texts';

function less(value: number): string {
  return value < 0 ? ` + ${short(-value)}` : ` − ${short(value)}`;
}

/** The first new coordinate of a place, with its numbers. */
export function handFormula(axes: Axes, at: Spot): HTMLElement[] {
  const { angle, shift, polar } = axes;
  const turn = (angle * Math.PI) / 180;
  const [x] = moved(at, axes);
  const [a, b] = [at[0] - shift[0], at[1] - shift[1]];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const result = short(x);
  return [
    el('div', '', {}, t('x′ at x₁ = {x1}, x₂ = {x2}:', { x1: short(at[0]), x2: short(at[1]) })),
    el(
      'div',
      '',
      {},
      polar
        ? `x′ = √((x₁${less(shift[0])})² + (x₂${less(shift[1])})²) − 1 = √(${short(a * a)} + ${short(b * b)}) − 1 = ${result}`
        : `x′ = cos(${short(angle)}°)·(x₁${less(shift[0])}) + sin(${short(angle)}°)·(x₂${less(shift[1])}) = ${short(cos)}·${factor([a])}${sin < 0 ? ' − ' : ' + '}${short(Math.abs(sin))}·${factor([b])} = ${result}`,
    ),
  ];
}

export function handInWords(model: PlaygroundModel, axes: Axes): string {
  const { share } = separation(model.pointsNow, axes);
  const place = {
    x1: short(axes.shift[0]),
    x2: short(axes.shift[1]),
    share: percent(share),
    data: dataName(model.now.data),
  };
  return axes.polar
    ? t(
        '{data}. The new origin is at {x1}, {x2}. Distances below and above 1 separate {share} of the points.',
        place,
      )
    : t(
        '{data}. The new origin is at {x1}, {x2}, and the axes are turned by {angle}°. The sign of x′ separates {share} of the points.',
        {
          ...place,
          angle: short(axes.angle),
        },
      );
}
