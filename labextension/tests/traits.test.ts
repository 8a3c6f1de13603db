// @vitest-environment happy-dom
import { writeFileSync } from 'node:fs';
import { env } from 'node:process';

import { DOMWidgetModel } from '@jupyter-widgets/base';
import { expect, it } from 'vitest';

import { Model } from '../src/core/model';
import * as views from '../src/views';

const models = Object.values(views).filter(
  (value): value is typeof Model => typeof value === 'function' && value.prototype instanceof Model,
);

/** The traits that a model declares itself, with their defaults, by the name of the model. */
function declared(): Record<string, Record<string, unknown>> {
  const common = new Set(Object.keys(DOMWidgetModel.prototype.defaults()));
  const names = ['_model_name', '_view_name', '_model_module', '_view_module'];
  return Object.fromEntries(
    models.map((model) => {
      const all = model.prototype.defaults();
      const own = Object.entries(all).filter(([name]) => !common.has(name) || names.includes(name));
      return [model.name, Object.fromEntries(own)];
    }),
  );
}

// `tests/widgets/primitives/test_traits.py` compares the file with Python's traits.
it('declares traits with defaults that can be sent', () => {
  const traits = declared();
  expect(Object.keys(traits).length).toBeGreaterThan(15);
  for (const [model, own] of Object.entries(traits)) {
    expect(own._model_name).toBe(model);
    expect(Object.keys(views)).toContain(own._view_name);
  }
  const text = JSON.stringify(traits);
  expect(JSON.parse(text)).toEqual(traits);
  if (env.DLWIDGETS_TRAITS) writeFileSync(env.DLWIDGETS_TRAITS, text);
});
