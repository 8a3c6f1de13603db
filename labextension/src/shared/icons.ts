/** Inline SVG icons on a 16 x 16 grid: the pages work without a network, so no icon font. */

const SVG = 'http://www.w3.org/2000/svg';

const PATHS = {
  start: ['fill', 'M4.5 2.8v10.4c0 .5.5.8.9.5l8-5.2c.4-.2.4-.8 0-1l-8-5.2c-.4-.3-.9 0-.9.5z'],
  pause: ['fill', 'M4 2.5h2.8v11H4zM9.2 2.5H12v11H9.2z'],
  step: [
    'fill',
    'M3 2.9v10.2c0 .5.5.8.9.5l7-5.1c.3-.3.3-.7 0-1l-7-5.1c-.4-.3-.9 0-.9.5zM11.6 2.5h1.9v11h-1.9z',
  ],
  stop: ['fill', 'M3.5 4.2c0-.4.3-.7.7-.7h7.6c.4 0 .7.3.7.7v7.6c0 .4-.3.7-.7.7H4.2c-.4 0-.7-.3-.7-.7z'],
  previous: [
    'fill',
    'M13 2.9v10.2c0 .5-.5.8-.9.5l-7-5.1c-.3-.3-.3-.7 0-1l7-5.1c.4-.3.9 0 .9.5zM2.5 2.5h1.9v11H2.5z',
  ],
  next: [
    'fill',
    'M3 2.9v10.2c0 .5.5.8.9.5l7-5.1c.3-.3.3-.7 0-1l-7-5.1c-.4-.3-.9 0-.9.5zM11.6 2.5h1.9v11h-1.9z',
  ],
  film: ['line', 'M2.5 3h11v10h-11zM5.2 3v10M10.8 3v10M2.5 6.3h2.7M2.5 9.7h2.7M10.8 6.3h2.7M10.8 9.7h2.7'],
  restart: ['line', 'M13 8a5 5 0 1 1-1.6-3.7M13 1.8v3.4H9.6'],
  go: ['line', 'M3 8h9M8.5 4.5L12 8l-3.5 3.5'],
  check: ['line', 'M3 8.5l3.3 3.3L13 4.6'],
  reset: ['line', 'M2.5 6V2.5H6M13.5 10v3.5H10M10 2.5h3.5V6M6 13.5H2.5V10'],
  image: ['line', 'M2.5 3h11v10h-11zM2.8 11.2l3.1-3.4 2.6 2.7 1.8-1.8 3 2.9M10.6 6h.1'],
  vector: ['line', 'M3 12.5C5 5 11 11 13 3.5M2 11.5h2v2H2zM12 2.5h2v2h-2z'],
  csv: ['line', 'M8 2.5v7.3M4.8 6.9L8 10l3.2-3.1M2.8 13.5h10.4'],
  table: ['line', 'M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.7h11M6.5 3v10'],
  log: ['line', 'M2.5 13.5v-11M2.5 13.5h11M4.5 11.5C5 6 8 4.2 13.3 3.8'],
  warning: ['line', 'M8 2.3l6.2 11H1.8zM8 6.5v3.2M8 11.6v.1'],
  zoomIn: ['line', 'M11.2 11.2L14 14M7 12.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM4.8 7h4.4M7 4.8v4.4'],
  zoomOut: ['line', 'M11.2 11.2L14 14M7 12.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM4.8 7h4.4'],
  eye: [
    'line',
    'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  ],
  eyeOff: [
    'line',
    'M2.5 2.5l11 11M6.2 3.8A6.3 6.3 0 0 1 8 3.5c4 0 6.5 4.5 6.5 4.5a12 12 0 0 1-1.7 2.2M4.2 5A11.6 11.6 0 0 0 1.5 8S4 12.5 8 12.5a6.3 6.3 0 0 0 2.8-.7',
  ],
  pencil: ['line', 'M3 13l.6-2.8L10.8 3 13 5.2 5.8 12.4 3 13zM9.3 4.5l2.2 2.2'],
  pin: ['line', 'M6 2.5h4M6.7 2.5v4.2L4.5 9.5h7L9.3 6.7V2.5M8 9.5v4'],
  plus: ['line', 'M8 3.5v9M3.5 8h9'],
  close: ['line', 'M4.5 4.5l7 7M11.5 4.5l-7 7'],
  link: [
    'line',
    'M6.8 9.2a2.6 2.6 0 0 0 3.9.3l2-2a2.6 2.6 0 0 0-3.7-3.7l-1 1M9.2 6.8a2.6 2.6 0 0 0-3.9-.3l-2 2A2.6 2.6 0 0 0 7 12.2l1-1',
  ],
  dice: ['line', 'M3 3h10v10H3zM5.7 5.8v-.1M10.3 5.8v-.1M8 8v-.1M5.7 10.3v-.1M10.3 10.3v-.1'],
  info: ['line', 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.3v3.6M8 5v.1'],
} as const;

export type IconName = keyof typeof PATHS;

/** An icon that takes the color of the text around it and is invisible to screen readers. */
export function icon(name: IconName): SVGSVGElement {
  const [style, d] = PATHS[name];
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `dlw-icon dlw-icon-${style}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('focusable', 'false');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', d);
  svg.append(path);
  return svg;
}
