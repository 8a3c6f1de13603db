import { el, setText } from '../../shared/dom';
import { formatBytes, formatDuration, formatInteger, formatPercent, formatRate } from '../../shared/format';
import type { RunBarModel } from './model';
import { fraction, processorLoad } from './state';

/** A labelled number that stays in its place. */
class RunStat {
  readonly value = el('div', 'dlw-stat-value');
  readonly root: HTMLElement;

  constructor(label: string, title = '') {
    this.root = el(
      'div',
      'dlw-stat',
      title ? { title } : {},
      el('div', 'dlw-stat-label', {}, label),
      this.value,
    );
  }

  show(text: string, hidden = false): void {
    setText(this.value, text);
    this.root.hidden = hidden;
  }
}

/** A small horizontal bar with a text beside it. */
class Meter {
  readonly root: HTMLElement;
  private readonly fill = el('span', 'dlw-meter-fill');
  private readonly label = el('span', 'dlw-meter-label');
  private readonly text = el('span', 'dlw-meter-text');

  constructor() {
    this.root = el(
      'div',
      'dlw-meter',
      {},
      this.label,
      el('span', 'dlw-meter-track', { 'aria-hidden': 'true' }, this.fill),
      this.text,
    );
  }

  /** @param scarce whether a nearly full bar is bad news */
  show(label: string, share: number | null, text: string, scarce: boolean, title = ''): void {
    setText(this.label, label);
    this.root.title = title;
    setText(this.text, text);
    this.fill.style.width = `${((share ?? 0) * 100).toFixed(1)}%`;
    this.root.classList.toggle('dlw-meter-high', scarce && share !== null && share > 0.92);
  }
}

/** The progress of the epoch and of the whole run. */
export class Progress {
  readonly root = el('div', 'dlw-progress');
  private readonly bars: { track: HTMLElement; fill: HTMLElement }[];
  private readonly left = el('span');
  private readonly right = el('span');

  constructor() {
    this.bars = ['Progress of the epoch', 'Progress of the run'].map((label) => {
      const fill = el('span', 'dlw-bar-fill');
      const track = el(
        'div',
        'dlw-bar',
        { role: 'progressbar', 'aria-label': label, title: label, 'aria-valuemin': 0, 'aria-valuemax': 100 },
        fill,
      );
      return { track, fill };
    });
    this.bars[1]!.track.classList.add('dlw-bar-run');
    this.root.append(
      el('div', 'dlw-progress-text', {}, this.left, this.right),
      ...this.bars.map(({ track }) => track),
    );
  }

  update(model: RunBarModel): void {
    const [epoch, epochs] = [model.number('epoch'), model.number('epochs')];
    const [inEpoch, perEpoch] = [model.number('step_in_epoch'), model.number('steps_per_epoch')];
    const [step, total] = [model.number('step'), model.number('total_steps')];
    const running = model.state === 'running';
    this.fill(0, fraction(inEpoch, perEpoch), running && perEpoch === 0);
    this.fill(1, fraction(step, total) ?? fraction(Math.max(0, epoch - 1), epochs), false);
    if (model.state === 'ready' && step === 0) {
      const each = perEpoch > 0 ? ` of ${counted(perEpoch, 'step')}` : '';
      setText(this.left, epochs > 0 ? counted(epochs, 'epoch') + each : 'Not started');
      setText(this.right, total > 0 ? `${counted(total, 'step')} in all` : '');
      return;
    }
    const epochText = `Epoch ${formatInteger(epoch)}${epochs > 0 ? ` / ${formatInteger(epochs)}` : ''}`;
    const stepText = `step ${formatInteger(inEpoch)}${perEpoch > 0 ? ` / ${formatInteger(perEpoch)}` : ''}`;
    setText(this.left, `${epochText} · ${stepText}`);
    setText(
      this.right,
      `${formatInteger(step)}${total > 0 ? ` of ${formatInteger(total)}` : ''} steps in all`,
    );
  }

  private fill(which: number, share: number | null, busy: boolean): void {
    const { track, fill } = this.bars[which]!;
    fill.style.transform = `scaleX(${(share ?? 0).toFixed(4)})`;
    track.classList.toggle('dlw-bar-busy', busy);
    if (share === null) track.removeAttribute('aria-valuenow');
    else track.setAttribute('aria-valuenow', (share * 100).toFixed(0));
  }
}

/** Speed, times and resources. */
export class RunStats {
  readonly root = el('div', 'dlw-figures');
  private readonly list = el('div', 'dlw-stats');
  private readonly speed = new RunStat('Speed', 'Training steps per second');
  private readonly samples = new RunStat('Samples', 'Training samples per second');
  private readonly elapsed = new RunStat('Elapsed');
  private readonly left = new RunStat('Left', 'Estimated time until the end');
  private readonly meters = el('div', 'dlw-meters');
  private readonly cpu = new Meter();
  private readonly memory = new Meter();
  private gpus: Meter[] = [];

  constructor() {
    for (const figure of [this.speed, this.samples, this.elapsed, this.left]) this.list.append(figure.root);
    this.meters.append(this.cpu.root, this.memory.root);
    this.root.append(this.list, this.meters);
  }

  update(model: RunBarModel): void {
    const { state } = model;
    const begun = state !== 'ready';
    const speed = model.number('steps_per_second');
    this.speed.show(begun ? formatRate(speed, 'step') : '–');
    this.samples.show(begun ? formatRate(model.number('samples_per_second'), 'sample') : '–');
    this.elapsed.show(begun ? formatDuration(model.number('elapsed')) : '–');
    const under = state === 'running' || state === 'paused';
    this.left.show(under ? formatDuration(model.number('remaining', -1)) : '–');
    const cpu = model.number('cpu_percent', -1);
    this.cpu.root.hidden = cpu < 0;
    const load = processorLoad(cpu, model.number('cpu_count', 1));
    this.cpu.show('CPU', load.share, load.text, false, 'Processor use of this kernel; 100 % is one core');
    const [used, total] = [model.number('memory_used'), model.number('memory_total')];
    this.memory.root.hidden = used <= 0;
    this.memory.show('Memory', fraction(used, total), amount(used, total), true, 'Memory of this process');
    this.updateGpus(model);
    this.meters.hidden = cpu < 0 && used <= 0 && this.gpus.length === 0;
  }

  private updateGpus(model: RunBarModel): void {
    const { gpus } = model;
    while (this.gpus.length < gpus.length * 2) {
      const meter = new Meter();
      this.gpus.push(meter);
      this.meters.append(meter.root);
    }
    for (const spare of this.gpus.splice(gpus.length * 2)) spare.root.remove();
    gpus.forEach((gpu, i) => {
      const label = gpus.length > 1 ? `GPU ${i}` : 'GPU';
      const heat = gpu.temperature > 0 ? ` · ${gpu.temperature.toFixed(0)} °C` : '';
      const load = formatPercent(gpu.utilization) + heat;
      this.gpus[2 * i]!.show(label, fraction(gpu.utilization, 100), load, false, gpu.name);
      const [used, total] = [gpu.memoryUsed, gpu.memoryTotal];
      this.gpus[2 * i + 1]!.show(
        gpus.length > 1 ? `${label} mem.` : 'GPU memory',
        fraction(used, total),
        amount(used, total),
        true,
        gpu.name,
      );
    });
  }
}

function counted(count: number, unit: string): string {
  return `${formatInteger(count)} ${unit}${count === 1 ? '' : 's'}`;
}

function amount(used: number, total: number): string {
  return total > 0 ? `${formatBytes(used)} of ${formatBytes(total)}` : formatBytes(used);
}
