import { marked } from '../../core/i18n';
import { identity, Model } from '../../core/model';

/** A camera that is off until somebody presses its button. */
export class WebcamModel extends Model {
  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Webcam'), label: marked('Webcam…'), disabled: false };
  }
}
