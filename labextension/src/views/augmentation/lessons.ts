import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Augmentation.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  select: {
    text: () => t('Select a throw. Which of its numbers would you have guessed from what you see?'),
    part: 'throws',
    done: 'select',
  },
  fill: {
    text: () =>
      t('Choose another **fill mode**. Which border would a network mistake for a part of the scene?'),
    part: 'fill_mode',
    done: 'fill_mode',
  },
  zoom: {
    text: () => t('Move the **zoom range**. Why do some throws look stretched?'),
    part: 'zoom',
    done: 'zoom',
  },
  label: {
    text: () =>
      t(
        'Choose the **digit** or the **letter** and allow flips or 180°. Select a throw whose label has become wrong.',
      ),
    part: 'throws',
    done: 'label',
  },
  edit: {
    text: () => t('Type numbers of your own: which two flips are the same as a rotation by 180°?'),
    part: 'throw',
    done: 'edit',
  },
  own: {
    text: () => t('Choose **Your drawing** and draw something. Which ranges may it have?'),
    part: 'image',
    done: 'image=drawing',
  },
};
