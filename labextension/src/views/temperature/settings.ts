import { t } from '../../core/i18n';
import { Slider, Stepper } from '../../shared/concept/fields';
import { MOST } from './fields';
import type { TemperatureModel } from './model';

/** Temperature, top-k and top-p. */
export class Settings {
  readonly fields: Readonly<Record<'temperature' | 'top_k' | 'top_p', HTMLElement>>;
  private readonly temperature: Slider;
  private readonly topK: Stepper;
  private readonly topP: Slider;

  constructor(private readonly model: TemperatureModel) {
    this.temperature = new Slider(
      () => t('Temperature T'),
      0,
      3,
      0.05,
      (temperature) => model.change({ temperature }),
    );
    this.topK = new Stepper(
      () => t('Top-k'),
      0,
      MOST,
      (top_k) => model.change({ top_k: Math.min(top_k, model.now.logits.length) }),
    );
    this.topP = new Slider(
      () => t('Top-p'),
      0.05,
      1,
      0.05,
      (top_p) => model.change({ top_p }),
    );
    this.fields = {
      temperature: this.temperature.root,
      top_k: this.topK.root,
      top_p: this.topP.root,
    };
  }

  show(): void {
    const { temperature, top_k, top_p } = this.model.now;
    this.temperature.show(temperature, temperature.toFixed(2));
    this.topK.show(top_k, top_k === 0 ? t('all') : String(top_k));
    this.topP.show(top_p, top_p >= 1 ? t('all') : top_p.toFixed(2));
  }
}
