import { t } from '../../core/i18n';
import { factor, short } from '../../shared/concept/numbers';
import { KERNELS, type KernelName } from './gram';
import type { Comparison, GramMatrixModel } from './model';

const NAMES = Object.keys(KERNELS) as KernelName[];
const SIGNS: Readonly<Record<KernelName, string>> = {
  bright: '●',
  vertical: '│',
  horizontal: '─',
  rising: '╱',
  falling: '╲',
  spots: '∴',
};

/** What a feature map shows. */
export function mapName(index: number, known: boolean): string {
  const name = known ? NAMES[index] : undefined;
  switch (name) {
    case 'bright':
      return t('bright');
    case 'vertical':
      return t('vertical');
    case 'horizontal':
      return t('horizontal');
    case 'rising':
      return t('rising');
    case 'falling':
      return t('falling');
    case 'spots':
      return t('spots');
    case undefined:
      return t('channel {n}', { n: index });
  }
}

/** A short sign for it. */
export function mapSign(index: number, known: boolean): string {
  return known ? SIGNS[NAMES[index]!] : String(index);
}

/** A loss, without what rounding leaves. */
export function lossText(value: number | null): string {
  if (value === null) return '–';
  return Math.abs(value) < 1e-12 ? '0' : short(value);
}

/** The places of the three largest products, the largest first. */
function largestProducts(a: Float64Array, b: Float64Array): number[] {
  const found: number[] = [];
  const product = (p: number): number => a[p]! * b[p]!;
  for (let p = 0; p < a.length; p += 1) {
    if (found.length === 3 && product(p) <= product(found[2]!)) continue;
    const at = found.findIndex((q) => product(p) > product(q));
    found.splice(at < 0 ? found.length : at, 0, p);
    if (found.length > 3) found.pop();
  }
  return found;
}

/** The formula of one entry with its largest products, and the two losses. */
export function lines(
  { left, right, content, style }: Comparison,
  [i, j]: readonly [number, number],
  known: boolean,
): string[] {
  const [a, b] = [right.maps.channels[i]!, right.maps.channels[j]!];
  const largest = largestProducts(a, b);
  const terms = largest.map((p) => `${short(a[p]!)}·${factor([b[p]!])}`).join(' + ');
  const size = right.maps.height * right.maps.width;
  const channels = left.maps.channels.length;
  return [
    `G′[${mapName(i, known)}, ${mapName(j, known)}] = (${terms} + …) / ${size} = ${short(right.gram[i]![j]!)}`,
    `G [${mapName(i, known)}, ${mapName(j, known)}] = ${short(left.gram[i]![j]!)}`,
    `${t('Style loss')} = Σ (G − G′)² / (4·${channels}²) = ${lossText(style)}`,
    content === null
      ? `${t('Content loss')}: ${t('the images have different sizes')}`
      : `${t('Content loss')} = Σ (F − F′)² = ${lossText(content)}`,
  ];
}

export function remarks(model: GramMatrixModel): string[] {
  const found: string[] = [];
  const note = model.localized('picture_note');
  if (note !== '') found.push(note);
  if (model.missing) {
    found.push(t('Your own array isn’t in this page: run the cell again, or choose another image.'));
  }
  if (model.now.compare !== 'shuffled') {
    found.push(
      t('Where a pattern is doesn’t matter to the Gram matrix, only how often two features come together.'),
    );
  } else if (model.shuffle === 'positions') {
    found.push(
      t(
        'All feature maps are shuffled alike. Each product is still there, only elsewhere, so the mean is the same.',
      ),
    );
  } else {
    found.push(
      t(
        'Here the image is shuffled before the kernels see it. They see other neighbors, so the Gram matrix changes: less with larger tiles. Style is what a kernel sees at once; where that is, is content.',
      ),
    );
  }
  if (!model.bare) {
    found.push(
      t(
        'A toy: six fixed kernels of 3×3. Style transfer takes hundreds of feature maps of several layers of VGG19.',
      ),
    );
  }
  return found;
}

/** @param shuffled which share is shuffled at this moment */
export function inWords(model: GramMatrixModel, { content, style }: Comparison, shuffled: number): string {
  const { now } = model;
  const losses = t('The style loss is {style} and the content loss {content}.', {
    style: lossText(style),
    content: lossText(content),
  });
  if (now.compare !== 'shuffled') return [t('Two images are compared.'), losses].join(' ');
  const share = `${Math.round(shuffled * 100)}%`;
  const first =
    model.shuffle === 'positions'
      ? t('{share} of the positions are shuffled in all feature maps alike.', { share })
      : t('{share} of the image’s tiles are shuffled before the kernels see it.', { share });
  return [first, losses].join(' ');
}
