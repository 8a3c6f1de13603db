/** What the widget says: the numbers of a throw, the formula, and what is seen in words. */

import { t, tn } from '../../core/i18n';
import { factor, short } from '../../shared/concept/numbers';
import { plain } from '../../shared/concept/state';
import { formatPercent } from '../../shared/format';
import type { FillMode } from './fields';
import type { AugmentationModel } from './model';
import { cornersOf, folded, pixelOf, plainPlane, valueAt } from './sampling';
import { affineOf, apply, filled, type Throw } from './throws';

export function degrees(angle: number): string {
  const rounded = Math.round(angle * 10) / 10 + 0;
  return `${String(rounded).replace('-', '−')}°`;
}

export function percent(share: number): string {
  return formatPercent(share, 0);
}

/** A share without a percentage that looks like nothing or all. */
function careful(share: number): string {
  return formatPercent(share, share > 0 && share < 0.1 ? 1 : 0);
}

export function fillName(mode: FillMode): string {
  switch (mode) {
    case 'constant':
      return t('constant: zeros');
    case 'nearest':
      return t('nearest: pixels of the border');
    case 'reflect':
      return t('reflect: as in a mirror');
    case 'wrap':
      return t('wrap: the image again');
  }
}

/** The numbers of a throw in one line. */
export function throwText(thrown: Throw): string {
  const { angle, right, down, shear, zoomX, zoomY, flipX, flipY } = thrown;
  const found: string[] = [];
  if (Math.abs(angle) >= 0.05) {
    const by = degrees(Math.abs(angle));
    found.push(
      angle > 0 ? t('{angle} counterclockwise', { angle: by }) : t('{angle} clockwise', { angle: by }),
    );
  }
  const part = (value: number): string => careful(Math.abs(value));
  if (Math.abs(right) >= 5e-4) {
    found.push(
      right > 0 ? t('{part} right', { part: part(right) }) : t('{part} left', { part: part(right) }),
    );
  }
  if (Math.abs(down) >= 5e-4) {
    found.push(down > 0 ? t('{part} down', { part: part(down) }) : t('{part} up', { part: part(down) }));
  }
  if (Math.abs(shear) >= 5e-4) found.push(t('shear {shear}', { shear: short(shear) }));
  if (Math.abs(zoomX - 1) >= 5e-4 || Math.abs(zoomY - 1) >= 5e-4) {
    found.push(t('{x}×{y} of it is seen', { x: percent(zoomX), y: percent(zoomY) }));
  }
  if (flipX === 1) found.push(t('flipped left to right'));
  if (flipY === 1) found.push(t('flipped top to bottom'));
  return found.length > 0 ? found.join(' · ') : t('unchanged');
}

function term(by: number, of: string, first: boolean): string {
  const size = short(Math.abs(by));
  const minus = by < 0 && size !== '0';
  return first ? `${minus ? '−' : ''}${size}${of}` : ` ${minus ? '−' : '+'} ${size}${of}`;
}

function row([a, b, c]: readonly number[], x: string, y: string): string {
  return term(a!, x, true) + term(b!, y, false) + term(c!, '', false);
}

/** The map and what it does for a pixel of the result. */
export function formulaLines(
  model: AugmentationModel,
  thrown: Throw,
  [pixelRow, column]: readonly [number, number],
): string[] {
  const { image } = model;
  const mode = model.now.fill_mode;
  const by = affineOf(thrown, image);
  const [x, y] = apply(by, [column, pixelRow]);
  const found = [
    `x′ = ${row(by.slice(0, 3), '·x', '·y')},  y′ = ${row(by.slice(3), '·x', '·y')}`,
    `x = ${column}, y = ${pixelRow}:  x′ = ${row(by.slice(0, 3), `·${column}`, `·${pixelRow}`)} = ${short(x)},  y′ = ${row(by.slice(3), `·${column}`, `·${pixelRow}`)} = ${short(y)}`,
  ];
  const outside = x < -0.5 || y < -0.5 || x > image.width - 0.5 || y > image.height - 0.5;
  if (outside && mode !== 'constant') {
    found.push(
      t('Outside of the image: {mode} takes x′ = {x}, y′ = {y}.', {
        mode,
        x: short(folded(x, image.width, mode)),
        y: short(folded(y, image.height, mode)),
      }),
    );
  } else if (outside) found.push(t('Outside of the image: constant takes 0.'));
  if (!image.colors) found.push(valueLine(model, x, y));
  found.push(
    `keras.ops.image.affine_transform(image, [${by.map((value) => plain(value, 4)).join(', ')}, 0, 0], fill_mode="${mode}")`,
  );
  return found;
}

/** The value between four pixels. */
function valueLine({ image, now }: AugmentationModel, x: number, y: number): string {
  const plane = plainPlane(image);
  const { left, top, right, bottom, across, over } = cornersOf(plane, x, y, now.fill_mode);
  const pair = (at: number): string =>
    `(${short(1 - across)}·${factor([pixelOf(plane, left, at)])} + ${short(across)}·${factor([pixelOf(plane, right, at)])})`;
  const all = `${short(1 - over)}·${pair(top)} + ${short(over)}·${pair(bottom)}`;
  return t('value = {sum} = {value}', { sum: all, value: short(valueAt(plane, x, y, now.fill_mode)) });
}

/** Whether a throw turns the image upside down. */
export function isUpsideDown({ angle, flipY }: Throw): boolean {
  return Math.abs(angle) > 90 !== (flipY === 1);
}

/** What a sign has become, or "" where it still is what it was or isn't a sign. */
export function labelText(model: AugmentationModel, thrown: Throw): string {
  const reads = model.reads(thrown);
  if (reads === undefined) {
    if (model.now.image !== 'photo' || !isUpsideDown(thrown)) return '';
    return t('Upside down: no camera takes such a photo, so a network needn’t know it.');
  }
  if (reads === null) return t('This isn’t a {sign} any more: its label is wrong.', { sign: model.sign! });
  if (reads === model.sign) return '';
  return t('This reads as {reads}, but it still has the label {sign}.', { reads, sign: model.sign! });
}

/** Remarks on the fill mode, on labels and on the image. */
export function remarks(model: AugmentationModel, thrown: Throw, dice: readonly Throw[]): string[] {
  const { now } = model;
  const found: string[] = [];
  const own = labelText(model, thrown);
  if (own) found.push(own);
  const share = filled(affineOf(thrown, model.image), model.image);
  if (share > 0) {
    found.push(
      t('{share} of its pixels lie outside of the image and are filled in.', { share: careful(share) }),
    );
  }
  const { sign } = model;
  if (sign !== null) {
    const wrong = dice.filter((one) => model.reads(one) !== sign).length;
    found.push(
      wrong === 0
        ? t('All {n} throws still read as {sign}.', { n: dice.length, sign })
        : tn(
            '{n} of {all} throws doesn’t read as {sign}: the network would learn a wrong label. Allow fewer flips, or less rotation.',
            '{n} of {all} throws don’t read as {sign}: the network would learn wrong labels. Allow fewer flips, or less rotation.',
            wrong,
            { all: dice.length, sign },
          ),
    );
    if (now.rotation > 90) found.push(t('Here more than 90° count as half a turn.'));
  } else if (now.image === 'photo') {
    const over = dice.filter(isUpsideDown).length;
    if (over > 0) {
      found.push(
        tn('{n} of {all} throws is upside down.', '{n} of {all} throws are upside down.', over, {
          all: dice.length,
        }),
      );
    } else if (now.horizontal_flip) {
      found.push(t('A mirrored photo still has its label, unless there is writing on it.'));
    }
  } else {
    found.push(t('Would you give each of these the same label? If not, allow less.'));
  }
  if (model.missing) {
    found.push(
      model.comm_live && !model.lost
        ? t('Give an array with `dl.concepts.augmentation(array)`. Until then a digit is shown.')
        : t('Your own array isn’t in this page, so a digit is shown.'),
    );
  }
  const note = model.localized('picture_note');
  if (now.image === 'own' && note) found.push(note);
  return found;
}

/** Keras layers with these ranges. */
export function code({ now }: AugmentationModel): string {
  const mode = `fill_mode="${now.fill_mode}"`;
  const layers: string[] = [];
  const flips = [now.horizontal_flip ? 'horizontal' : '', now.vertical_flip ? 'vertical' : ''];
  const flip = flips.filter((name) => name !== '').join('_and_');
  if (flip) layers.push(`RandomFlip("${flip}")`);
  if (now.rotation > 0) {
    const turn = String(Math.round((now.rotation / 360) * 1000) / 1000);
    layers.push(`RandomRotation(${turn}, ${mode})`);
  }
  if (now.width_shift > 0 || now.height_shift > 0) {
    layers.push(`RandomTranslation(${now.height_shift}, ${now.width_shift}, ${mode})`);
  }
  if (now.shear > 0) {
    layers.push(`RandomShear(${Math.round(Math.sin(now.shear) * 1000) / 1000}, ${mode})`);
  }
  if (now.zoom > 0) layers.push(`RandomZoom(${now.zoom}, ${now.zoom}, ${mode})`);
  return `keras.Sequential([\n${layers.map((layer) => `    keras.layers.${layer},\n`).join('')}])`;
}

/** What is seen, in words. */
export function inWords(model: AugmentationModel, thrown: Throw, dice: readonly Throw[]): string {
  const { now } = model;
  const ranges = t(
    'Each of {n} throws rotates the image by at most {angle}, shifts it by at most {right} of its width and {down} of its height, shears it by at most {shear}, and shows {low} to {high} of it.',
    {
      n: dice.length,
      angle: degrees(now.rotation),
      right: percent(now.width_shift),
      down: percent(now.height_shift),
      shear: short(now.shear),
      low: percent(1 - now.zoom),
      high: percent(1 + now.zoom),
    },
  );
  const selected = t('Selected: {numbers}.', { numbers: throwText(thrown) });
  const fill = t('Fill mode: {name}.', { name: fillName(now.fill_mode) });
  return [ranges, fill, selected, ...remarks(model, thrown, dice)].join(' ').replaceAll('`', '');
}
