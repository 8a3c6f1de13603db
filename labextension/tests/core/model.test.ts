// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';

import { identity, Model } from '../../src/core/model';

class Digits extends Model {
  declare digits: number[];

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Digits'), digits: '', other: 0 };
  }

  override initialize(
    attributes: Parameters<typeof Model.prototype.initialize>[0],
    options: Parameters<typeof Model.prototype.initialize>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['digits'], () => {
      this.digits = this.readable(() => read(this.text('digits')), []);
    });
  }
}

function read(text: string): number[] {
  if (!/^\d*$/.test(text)) throw new RangeError(`digits: ${text}`);
  return Array.from({ length: text.length }, (_, at) => Number(text[at]));
}

it('reads a trait before views hear of it, and says what it could not read', () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const model = new Digits({ digits: '12' }, { model_id: 'm', widget_manager: {} });
  const heard: unknown[] = [];
  model.on('change:digits', () => heard.push([model.digits, model.problem]));
  expect([model.digits, model.problem]).toEqual([[1, 2], '']);
  model.set('digits', '3x');
  expect(told.mock.calls[0]![0]).toBe('dlwidgets Digits: digits: 3x');
  model.set('other', 1);
  expect(model.problem).toBe('digits: 3x');
  model.set('digits', '4');
  expect(heard).toEqual([
    [[], 'digits: 3x'],
    [[4], ''],
  ]);
  expect(told).toHaveBeenCalledOnce();
});
