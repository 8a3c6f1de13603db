import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { formatBytes, formatDuration, formatPercent, formatRate } from '../../shared/format';
import type { Gpu, RunBarModel } from './model';
import { fraction, processorLoad } from './state';

/** A labeled number that stays in its place. */
class RunStat {
  readonly value = el('div', 'dlw-stat-value');
  readonly root: HTMLElement;

  constructor(label: () => string, title?: () => string) {
    this.root = el('div', 'dlw-stat', { title }, el('div', 'dlw-stat-label', {}, label), this.value);
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

let instances = 0;

/** Speed, times and resources: the most important in a few words, and all of them behind a button. */
export class RunStats {
  readonly root = el('div', 'dlw-figures', { hidden: true });
  /** The speed, and how long it will take. */
  readonly brief = el('span', 'dlw-run-brief');
  readonly toggle = el(
    'button',
    'dlw-run-toggle',
    { type: 'button', 'aria-expanded': 'false', title: () => t('Speed, times, processor and memory') },
    () => t('Details'),
  );
  private readonly list = el('div', 'dlw-stats');
  private readonly speed = new RunStat(
    () => t('Speed'),
    () => t('Training steps per second'),
  );
  private readonly samples = new RunStat(
    () => t('Samples'),
    () => t('Training samples per second'),
  );
  private readonly elapsed = new RunStat(() => t('Elapsed'));
  private readonly left = new RunStat(
    () => t('Remaining'),
    () => t('Estimated time until the run ends'),
  );
  private readonly meters = el('div', 'dlw-meters');
  private readonly cpu = new Meter();
  private readonly memory = new Meter();
  private gpus: Meter[] = [];

  constructor() {
    for (const figure of [this.speed, this.samples, this.elapsed, this.left]) this.list.append(figure.root);
    this.meters.append(this.cpu.root, this.memory.root);
    this.root.append(this.list, this.meters);
    instances += 1;
    this.root.id = `dlw-figures-${instances}`;
    this.toggle.setAttribute('aria-controls', this.root.id);
    this.toggle.addEventListener('click', () => {
      this.root.hidden = !this.root.hidden;
      this.toggle.setAttribute('aria-expanded', String(!this.root.hidden));
    });
  }

  update(model: RunBarModel): void {
    const { state } = model;
    const begun = state !== 'ready';
    const lost = state === 'lost';
    const speed = model.number('steps_per_second');
    this.speed.show(begun && !lost ? formatRate(speed, 'steps') : '–');
    this.samples.show(begun && !lost ? formatRate(model.number('samples_per_second'), 'samples') : '–');
    this.elapsed.show(begun ? formatDuration(model.number('elapsed')) : '–');
    const under = state === 'running' || state === 'paused';
    const remaining = model.number('remaining', -1);
    this.left.show(under ? formatDuration(remaining) : '–');
    const brief = [
      begun && !lost && speed > 0 ? formatRate(speed, 'steps') : '',
      under && remaining >= 0 ? t('{time} left', { time: formatDuration(remaining) }) : '',
    ];
    setText(this.brief, brief.filter(Boolean).join(' · '));
    const cpu = lost ? -1 : model.number('cpu_percent', -1);
    this.cpu.root.hidden = cpu < 0;
    const load = processorLoad(cpu, model.number('cpu_count', 1));
    this.cpu.show(
      t('CPU'),
      load.share,
      load.text,
      false,
      t('Processor use of this kernel. {percent} is one core.', { percent: formatPercent(1) }),
    );
    const [used, total] = [lost ? 0 : model.number('memory_used'), model.number('memory_total')];
    this.memory.root.hidden = used <= 0;
    this.memory.show(
      t('Memory'),
      fraction(used, total),
      amount(used, total),
      true,
      t('Memory of this process'),
    );
    this.updateGpus(lost ? [] : model.gpus);
  }

  private updateGpus(gpus: readonly Gpu[]): void {
    while (this.gpus.length < gpus.length * 2) {
      const meter = new Meter();
      this.gpus.push(meter);
      this.meters.append(meter.root);
    }
    for (const spare of this.gpus.splice(gpus.length * 2)) spare.root.remove();
    gpus.forEach((gpu, i) => {
      const label = gpus.length > 1 ? t('GPU {number}', { number: i }) : t('GPU');
      const heat = gpu.temperature > 0 ? ` · ${gpu.temperature.toFixed(0)} °C` : '';
      const load = formatPercent(gpu.utilization / 100) + heat;
      this.gpus[2 * i]!.show(label, fraction(gpu.utilization, 100), load, false, gpu.name);
      const [used, total] = [gpu.memoryUsed, gpu.memoryTotal];
      this.gpus[2 * i + 1]!.show(
        gpus.length > 1 ? t('GPU {number} memory', { number: i }) : t('GPU memory'),
        fraction(used, total),
        amount(used, total),
        true,
        gpu.name,
      );
    });
  }
}

function amount(used: number, total: number): string {
  return total > 0
    ? t('{used} of {total}', { used: formatBytes(used), total: formatBytes(total) })
    : formatBytes(used);
}
