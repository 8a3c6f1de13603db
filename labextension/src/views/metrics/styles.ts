import type { Theme } from '../../core/theme';

/** Orange is positive, blue negative, as everywhere in the concept widgets. */
export function colors({ dark, palette }: Theme): { positive: string; negative: string; region: string } {
  return {
    positive: palette[1]!,
    negative: palette[0]!,
    region: dark ? 'rgba(255, 255, 255, 0.06)' : 'rgba(0, 0, 0, 0.045)',
  };
}
