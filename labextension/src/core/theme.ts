/** Colors taken from the page's own theme, and the palette of the curves. */

export interface Theme {
  dark: boolean;
  text: string;
  muted: string;
  background: string;
  grid: string;
  axis: string;
  font: string;
  palette: readonly string[];
  /** Paler, for the curves of runs that stay for comparison. */
  references: readonly string[];
}

/** Told apart by people with color vision deficiencies; at least 3:1 against white. */
export const LIGHT_PALETTE = [
  '#1f6fd6',
  '#d1570f',
  '#11845b',
  '#8a4fd0',
  '#c2306b',
  '#0b8494',
  '#946c00',
  '#6b6f7b',
] as const;

/** The same hues, at least 3:1 against JupyterLab's dark background. */
export const DARK_PALETTE = [
  '#6aa9ff',
  '#ff9a4d',
  '#4ccf9b',
  '#c49bff',
  '#ff7fae',
  '#45d0e0',
  '#e6c04a',
  '#b3b8c6',
] as const;

/** Violet, gold, rose and teal: other hues than those of the first live curves, about 3:1 against white. */
export const LIGHT_REFERENCES = ['#aa80dd', '#ae903f', '#d6749c', '#44a0ad'] as const;

/** The same hues, about 5:1 against JupyterLab's dark background. */
export const DARK_REFERENCES = ['#9577c1', '#9b8336', '#c8668a', '#34919c'] as const;

export const GOOD = { light: '#1f6fd6', dark: '#6aa9ff' } as const;
export const BAD = { light: '#c9302c', dark: '#ff7b72' } as const;

/** How a line is drawn, told apart from others by people and in print. */
export interface LineStyle {
  color: string;
  dash: string;
}

export const DASHES = ['solid', 'dash', 'dot', 'dashdot'] as const;

/** The line of a place in the palette: its colors in order, then the same with dashes. */
export function lineStyle(theme: Theme, place: number): LineStyle {
  const { palette } = theme;
  return {
    color: palette[place % palette.length]!,
    dash: DASHES[Math.floor(place / palette.length) % DASHES.length]!,
  };
}

/** Resolves a CSS color expression, var() and all, to rgb numbers in the context of `probe`. */
function resolve(probe: HTMLElement, expression: string): string {
  probe.style.color = expression;
  return getComputedStyle(probe).color;
}

/** The relative luminance in [0, 1] (WCAG 2) of "rgb(r, g, b)", "rgba(…)" or "#rrggbb"; NaN for anything else. */
export function luminance(color: string): number {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  const channels = hex
    ? hex.slice(1).map((part) => parseInt(part, 16))
    : (/^rgba?\(([^)]*)\)/.exec(color)?.[1] ?? '').split(/[\s,/]+/).map(Number);
  if (channels.length < 3) return NaN;
  const [r, g, b] = channels.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** The contrast ratio of two opaque colors, from 1 to 21 (WCAG 2). */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

/** Reads the theme that is in force in the page. */
function readTheme(): Theme {
  // A widget asks before it is attached, when it has no computed style of its own.
  const probe = document.createElement('span');
  probe.className = 'dlw';
  probe.style.display = 'none';
  document.body.append(probe);
  const background = resolve(probe, 'var(--jp-layout-color0, #ffffff)');
  const dark = luminance(background) < 0.3;
  const theme: Theme = {
    dark,
    background,
    text: resolve(probe, `var(--jp-ui-font-color1, ${dark ? '#ececec' : '#212121'})`),
    muted: resolve(probe, `var(--jp-ui-font-color2, ${dark ? '#b0b0b0' : '#616161'})`),
    grid: dark ? 'rgba(255, 255, 255, 0.10)' : 'rgba(0, 0, 0, 0.08)',
    axis: dark ? 'rgba(255, 255, 255, 0.35)' : 'rgba(0, 0, 0, 0.35)',
    font: getComputedStyle(probe).fontFamily || 'system-ui, sans-serif',
    palette: dark ? DARK_PALETTE : LIGHT_PALETTE,
    references: dark ? DARK_REFERENCES : LIGHT_REFERENCES,
  };
  probe.remove();
  return theme;
}

/** Calls back when the host changes its theme; returns the way to stop. */
function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  for (const node of [document.documentElement, document.body]) {
    observer.observe(node, {
      attributeFilter: ['class', 'data-jp-theme-light', 'data-jp-theme-name', 'data-theme'],
    });
  }
  // A theme's style sheet may arrive after its name.
  const sheets = new MutationObserver((records) => {
    for (const record of records) {
      for (const node of record.addedNodes) {
        if (node instanceof HTMLLinkElement && node.rel === 'stylesheet') {
          node.addEventListener('load', changed, { once: true });
        }
      }
    }
  });
  sheets.observe(document.head, { childList: true });
  return () => {
    observer.disconnect();
    sheets.disconnect();
  };
}

/** Keeps the element's colors in line with the host's theme; calls back with each theme, first at once. */
export function followTheme(host: HTMLElement, apply: (theme: Theme) => void = () => undefined): () => void {
  const read = (): void => {
    const theme = readTheme();
    host.classList.toggle('dlw-dark', theme.dark);
    apply(theme);
  };
  read();
  return watchTheme(read);
}
