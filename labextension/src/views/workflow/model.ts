import { identity } from '../../core/model';
import { ConceptModel } from '../../shared/concept/model';
import { type Finding, mismatches, outputsOf, type Setup, setupOf } from './advice';
import { activated, gradients, lossAfter } from './example';
import { ADVISED, FIELDS, type Problem, SHOWN } from './fields';

/** One sample with its numbers. */
export interface Example {
  readonly logits: readonly number[];
  readonly outputs: readonly number[];
  readonly targets: readonly number[];
  /** Null where Keras raises an error, or the targets don't fit the outputs. */
  readonly loss: number | null;
  readonly gradients: readonly number[];
}

/** The targets of a regression's example. */
const AIMS: Readonly<Record<'regression' | 'unit_regression', readonly number[]>> = {
  regression: [2.5, -1, 4, 0.5],
  unit_regression: [0.7, 0.2, 0.9, 0.4],
};

/** A problem, and what a model has for it. */
export class WorkflowModel extends ConceptModel<typeof FIELDS> {
  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Workflow'), absolute_error: 0 };
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'workflow';
  }

  get setup(): Setup {
    return setupOf(this.now);
  }

  /** What the problem asks for. */
  get fitting(): Setup {
    return setupOf({ ...this.now, units: 0, activation: ADVISED, loss: ADVISED, metric: ADVISED });
  }

  get findings(): Finding[] {
    return mismatches(this.setup);
  }

  /** Whether something differs from what the problem asks for. */
  get chosen(): boolean {
    const { units, activation, loss, metric } = this.now;
    return units !== 0 || [activation, loss, metric].some((name) => name !== ADVISED);
  }

  /** Takes the table's advice. */
  advise(): void {
    this.change({ units: 0, activation: ADVISED, loss: ADVISED, metric: ADVISED });
  }

  outputs(problem: Problem): number {
    return outputsOf(problem, this.now.classes, this.now.values);
  }

  /** Outputs of the example. */
  get shownUnits(): number {
    return Math.min(SHOWN, this.setup.units);
  }

  /** Which of the example's outputs is right. */
  get right(): number {
    return Math.min(this.now.right, this.shownUnits - 1);
  }

  get targets(): number[] {
    const { problem, units } = this.setup;
    const count = this.shownUnits;
    if (problem === 'regression' || problem === 'unit_regression') return AIMS[problem].slice(0, count);
    if (problem === 'binary' && units === 1) return [1];
    // Several labels at once: the one that is chosen, and the last.
    const both = problem === 'multilabel' && count > 2;
    return Array.from({ length: count }, (_, i) => (i === this.right || (both && i === count - 1) ? 1 : 0));
  }

  /** @param moving what the units give while they move by themselves */
  example(moving: readonly number[]): Example {
    const { setup, targets } = this;
    const own = this.now.logits;
    const logits = targets.map((_, i) => own[i] ?? moving[i] ?? 0);
    const outputs = activated(logits, setup.activation);
    const fails = this.findings.some((name) => name === 'units' || name === 'labels');
    const sparseOne = setup.loss.startsWith('sparse') && setup.units === 1;
    return {
      logits,
      outputs,
      targets,
      loss: fails || sparseOne ? null : lossAfter(logits, targets, setup.activation, setup.loss),
      gradients: fails || sparseOne ? [] : gradients(logits, targets, setup.activation, setup.loss),
    };
  }
}
