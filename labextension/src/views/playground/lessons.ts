import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Playground.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  line: {
    text: () => t('Take away all **hidden layers** and press Play. Why can’t the network separate rings?'),
    part: 'layers',
    done: 'layers=;play',
  },
  units: {
    text: () =>
      t(
        'Add a hidden layer, and find the smallest number of **units** that separates the rings. Three lines make a triangle.',
      ),
    part: 'layers',
    done: 'layers=3',
  },
  unit: {
    text: () => t('Select a unit in the **network**. The formula computes its answer at the marked place.'),
    part: 'network',
    done: 'unit',
  },
  weight: {
    text: () => t('Click a **line** and set its weight to another number. How does the boundary change?'),
    part: 'unit_card',
    done: 'weights',
  },
  activation: {
    text: () => t('Set the **activation** to none. What is left of the boundary?'),
    part: 'activation',
    done: 'activation=linear',
  },
  hand: {
    text: () =>
      t(
        'Choose **Other coordinates, by hand** and **Slanted clouds**, and turn the axes until one number is enough.',
      ),
    part: 'mode',
    done: 'mode=coordinates;data=clouds;separated',
  },
};
