import { marked } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { isRecord } from '../../core/wire';
import { isState } from '../../shared/run-states';
import { progressTexts } from './progress';
import { type RunState, stateText } from './state';

export interface Gpu {
  name: string;
  utilization: number;
  memoryUsed: number;
  memoryTotal: number;
  temperature: number;
}

/** State and figures of one run; the buttons are messages to Python, which answers with traits. */
export class RunBarModel extends Model {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('RunBar'),
      model_name: '',
      parameters: 0,
      device: '',
      state: 'ready',
      phase: '',
      epoch: 0,
      epochs: 0,
      step: 0,
      step_in_epoch: 0,
      steps_per_epoch: 0,
      total_steps: 0,
      steps_per_second: 0,
      samples_per_second: 0,
      elapsed: 0,
      remaining: -1,
      learning_rate: -1,
      learning_rate_label: marked('Learning rate now'),
      learning_rates: '',
      learning_rate_locked: '',
      cpu_percent: -1,
      cpu_count: 1,
      memory_used: 0,
      memory_total: 0,
      gpus: [],
      message: '',
      message_kind: 'info',
      can_start: false,
      can_restart: false,
      blocking: false,
      recorded: false,
      seq: 0,
    };
  }

  get state(): RunState {
    const state = this.text('state');
    const said = isState(state) ? state : 'ready';
    // A run ends with the kernel that trained it.
    if (!this.comm_live && !this.flag('recorded') && (said === 'running' || said === 'paused')) return 'lost';
    // Or while the page was getting ready for one.
    const prepares = this.text('message') !== '' && this.text('message_kind') === 'info';
    return this.lost && said === 'ready' && prepares ? 'lost' : said;
  }

  override figures(): string[] {
    const { place, total } = progressTexts(this);
    const state = stateText(this.state, this.text('phase'));
    const parts = [this.localized('model_name'), state, place, total].filter((part) => part);
    return [parts.join(' · '), this.localized('message')].filter((line) => line);
  }

  get gpus(): Gpu[] {
    const number = (value: unknown): number => (typeof value === 'number' ? value : -1);
    return this.list('gpus')
      .filter(isRecord)
      .map((gpu) => ({
        name: typeof gpu.name === 'string' ? gpu.name : 'GPU',
        utilization: number(gpu.utilization),
        memoryUsed: number(gpu.memory_used),
        memoryTotal: number(gpu.memory_total),
        temperature: number(gpu.temperature),
      }));
  }
}
