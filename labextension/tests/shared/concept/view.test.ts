// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import type { ConceptModel } from '../../../src/shared/concept/model';
import type { ConceptView } from '../../../src/shared/concept/view';
import { EXPLANATION as ACTIVATION_FUNCTIONS } from '../../../src/views/activation-functions/explanation';
import { ActivationFunctionsModel } from '../../../src/views/activation-functions/model';
import { ActivationFunctionsView } from '../../../src/views/activation-functions/view';
import { EXPLANATION as BACKPROPAGATION } from '../../../src/views/backpropagation/explanation';
import { BackpropagationModel } from '../../../src/views/backpropagation/model';
import { BackpropagationView } from '../../../src/views/backpropagation/view';
import { ConvolutionModel } from '../../../src/views/convolution/model';
import { ConvolutionView } from '../../../src/views/convolution/view';
import { GradientDescentModel } from '../../../src/views/gradient-descent/model';
import { GradientDescentView } from '../../../src/views/gradient-descent/view';
import { GramMatrixModel } from '../../../src/views/gram-matrix/model';
import { GramMatrixView } from '../../../src/views/gram-matrix/view';
import { EXPLANATION as METRICS } from '../../../src/views/metrics/explanation';
import { MetricsModel } from '../../../src/views/metrics/model';
import { MetricsView } from '../../../src/views/metrics/view';
import { EXPLANATION as POOLING } from '../../../src/views/pooling/explanation';
import { PoolingModel } from '../../../src/views/pooling/model';
import { PoolingView } from '../../../src/views/pooling/view';
import { EXPLANATION as TEMPERATURE } from '../../../src/views/temperature/explanation';
import { TemperatureModel } from '../../../src/views/temperature/model';
import { TemperatureView } from '../../../src/views/temperature/view';
import { EXPLANATION as TENSORS } from '../../../src/views/tensors/explanation';
import { TensorsModel } from '../../../src/views/tensors/model';
import { TensorsView } from '../../../src/views/tensors/view';
import { EXPLANATION as WORKFLOW } from '../../../src/views/workflow/explanation';
import { WorkflowModel } from '../../../src/views/workflow/model';
import { WorkflowView } from '../../../src/views/workflow/view';
import { display, pause, settle, stubSight } from '../../harness';

type ModelClass = new (attributes: object, options: never) => ConceptModel;
type ViewClass = new (options: never) => ConceptView;

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

const formula = (view: ConceptView): string => view.el.querySelector('.dlw-concept-formula')!.textContent;
const press = (view: ConceptView, name: string): void =>
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();

describe('the frame of a concept widget', () => {
  const pinned: [string, ModelClass, ViewClass, typeof WORKFLOW, string][] = [
    ['workflow', WorkflowModel, WorkflowView, WORKFLOW, 'problem=binary;loss=mse;logits=-6'],
    [
      'activation functions',
      ActivationFunctionsModel,
      ActivationFunctionsView,
      ACTIVATION_FUNCTIONS,
      'functions=relu,leaky_relu,elu;focus=relu;x=-2',
    ],
    ['tensors', TensorsModel, TensorsView, TENSORS, 'show=dot;at=1,1'],
    ['metrics', MetricsModel, MetricsView, METRICS, 'threshold=0.8'],
    ['pooling', PoolingModel, PoolingView, POOLING, 'image=exercise;shift=0,0;at=0,0'],
    ['temperature', TemperatureModel, TemperatureView, TEMPERATURE, 'temperature=0.6;throws=60'],
    [
      'backpropagation',
      BackpropagationModel,
      BackpropagationView,
      BACKPROPAGATION,
      'weights=6,-5,4,6,1,1,-7,6,-6,7,-1,1;at=0,4',
    ],
  ];
  it.each(pinned)('keeps what is to be tried where it is: %s', async (_, Model, View, { tries }, state) => {
    const { model, view } = display(Model, View);
    see();
    await pause();
    expect(view.el.dataset.playing).toBe('true');
    const index = tries.findIndex((one) => one.state === state);
    view.el.querySelectorAll<HTMLButtonElement>('.dlw-concept-tries button')[index]!.click();
    await settle();
    const first = formula(view);
    expect(view.el.dataset.playing).toBe('false');
    await pause(100);
    expect(model.text('state')).toBe(state);
    expect(formula(view)).toBe(first);
  });

  it('plays what has no place of its own', async () => {
    const { view } = display(WorkflowModel, WorkflowView, { state: 'logits=1,2,3,4' });
    see();
    await settle();
    expect(view.el.dataset.playing).toBe('false');
    view.el.querySelector<HTMLButtonElement>('.dlw-concept-tries button')!.click();
    await pause();
    expect(view.el.dataset.playing).toBe('true');
    press(view, 'Pause');
  });

  it('stays, after Reset, where the link has put it', async () => {
    const state = 'at=10';
    const { model, view } = display(GradientDescentModel, GradientDescentView, { state });
    see();
    await settle();
    const first = formula(view);
    press(view, 'Play');
    await pause(200);
    expect(formula(view)).not.toBe(first);
    press(view, 'Reset');
    await settle(200);
    expect(view.el.dataset.playing).toBe('false');
    expect(model.text('state')).toBe(state);
    expect(formula(view)).toBe(first);
  });

  const moving: [string, ModelClass, ViewClass][] = [
    ['convolution', ConvolutionModel, ConvolutionView],
    ['gram matrix', GramMatrixModel, GramMatrixView],
    ['metrics', MetricsModel, MetricsView],
    ['pooling', PoolingModel, PoolingView],
    ['workflow', WorkflowModel, WorkflowView],
  ];
  it.each(moving)('has no live region that changes while it plays: %s', async (_, Model, View) => {
    const { view } = display(Model, View);
    await settle();
    const live = [
      ...view.el.querySelectorAll('.dlw-concept-stage :is(output, [role=status])'),
      ...view.el.querySelectorAll('.dlw-concept-stage [aria-live=polite]'),
    ].filter((one) => one.getAttribute('aria-live') !== 'off');
    const before = live.map((one) => one.textContent);
    for (let i = 0; i < 3; i += 1) press(view, 'Step');
    await settle();
    expect(live.map((one) => one.textContent)).toEqual(before);
    const outputs = [...view.el.querySelectorAll('output:not(.dlw-stepper-value)')];
    expect(outputs.length).toBeGreaterThan(0);
    expect(outputs.filter((one) => one.getAttribute('aria-live') !== 'off')).toEqual([]);
  });
});
