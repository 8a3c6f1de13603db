/** What each unit answers everywhere, as pictures. */

import type { Sampled } from '../../shared/concept/contours';
import type { FeatureName } from './fields';
import { Picture, largest } from './paint';
import { Plane, SIDE } from './plane';
import type { Training } from './training';

export class Pictures {
  readonly plane = new Plane();
  /** Layer by layer; the inputs first, the output last. */
  pictures: Picture[][] = [];
  readonly logits: Sampled = { columns: SIDE, rows: SIDE, values: new Float64Array(SIDE * SIDE) };
  private key = '';

  /** Draws all of them, if something has changed. */
  update(training: Training, features: readonly FeatureName[], dark: boolean): void {
    const { network, version } = training;
    const key = [version, features.join(), dark].join();
    if (key === this.key) return;
    this.key = key;
    this.plane.update(network, features);
    const { values } = this.plane;
    values.forEach((layer, i) => {
      const row = (this.pictures[i] ??= []);
      layer.forEach((unit, u) => {
        const picture = (row[u] ??= new Picture(SIDE));
        if (i === values.length - 1) picture.draw(dark, (at) => Math.tanh(unit[at]! / 2));
        else if (i > 0 && network.activation === 'tanh') picture.draw(dark, (at) => unit[at]!);
        else if (i > 0 && network.activation === 'sigmoid') picture.draw(dark, (at) => 2 * unit[at]! - 1);
        else {
          const most = largest(unit);
          picture.draw(dark, (at) => unit[at]! / most);
        }
      });
    });
    this.logits.values.set(values.at(-1)![0]!);
  }
}
