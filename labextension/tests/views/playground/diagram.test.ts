// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';

import type { Theme } from '../../../src/core/theme';
import { Diagram } from '../../../src/views/playground/diagram';
import { Network } from '../../../src/shared/concept/dense-network';
import type { Pictures } from '../../../src/views/playground/pictures';

it('forgets a weight that is pointed at where another network doesn’t have it', () => {
  const written: string[] = [];
  const methods: Record<string, unknown> = {
    measureText: () => ({ width: 9 }),
    fillText: (text: string) => written.push(text),
  };
  const context = new Proxy(
    {},
    { get: (_, name) => methods[String(name)] ?? ((): void => undefined), set: () => true },
  );
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
  const diagram = new Diagram({ label: () => '', select: () => undefined, hover: () => undefined });
  const canvas = diagram.root.querySelector('canvas')!;
  vi.spyOn(canvas, 'getBoundingClientRect').mockReturnValue({ left: 0, top: 0, width: 480 } as DOMRect);
  const pictures = { pictures: [[{}, {}], [{}]] } as unknown as Pictures;
  const theme = { dark: false } as Theme;
  const show = (network: Network): void => {
    written.length = 0;
    diagram.show(theme, 480, network, ['x1', 'x2'], pictures, [1, 0], null);
  };
  const two = new Network([2, 1], 'tanh', [0.25, 0.75, 0]);
  show(two);
  diagram.root.dispatchEvent(new PointerEvent('pointermove', { clientX: 263, clientY: 94 }));
  show(two);
  expect(written).toContain('0.75');
  expect(() => show(new Network([1, 1], 'tanh', [0.5, 0]))).not.toThrow();
  expect(written).toEqual(['x₁']);
});
