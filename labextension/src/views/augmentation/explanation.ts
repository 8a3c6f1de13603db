import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A network that sees the same few images in each epoch learns them by heart. *Augmentation* changes each image at random before each step, in ways that leave its label as it is, so the network never sees the same pixels twice. The *ranges* say how far a throw may go; each throw draws its own numbers, and all of them together are one matrix that says where each pixel takes its value from. What lies outside of the image must be invented: this is what the *fill mode* does. Augmentation only mixes what is there, so the samples stay related, and it adds nothing that the image didn’t have. Validation and test images aren’t augmented.',
    ),
  tries: [
    {
      text: () =>
        t(
          '**A 6 that becomes a 9.** With rotations up to 180° some throws have a wrong label. Which range is still safe?',
        ),
      state: 'image=digit;rotation=180;horizontal_flip=0',
    },
    {
      text: () =>
        t('**b, d, p, q.** Flips exchange four letters. For which images does a flip change nothing?'),
      state: 'image=letter;rotation=10;vertical_flip=1',
    },
    {
      text: () => t('**Half a turn** leaves this word as it is. What does a horizontal flip do to it?'),
      state: 'image=word;throw=180,0,0,0,1,1,0,0',
    },
    {
      text: () => t('**The border.** Far shifts with the image in a mirror: which pixels are invented?'),
      state: 'width_shift=0.6;height_shift=0.6;rotation=0;shear=0;zoom=0;fill_mode=reflect',
    },
    {
      text: () => t('**Only flips.** How many different images are there?'),
      state: 'rotation=0;width_shift=0;height_shift=0;shear=0;zoom=0',
    },
    {
      text: () => t('**Too much.** Would you still recognize each of these?'),
      state: 'rotation=180;width_shift=0.5;height_shift=0.5;shear=0.8;zoom=0.9;fill_mode=wrap',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 5.2.5, with the arguments of its `ImageDataGenerator`. When the book was written, `shear_range` was in radians, as here; later versions take degrees, so that the book’s 0.2 hardly shears. The pixels are compared with `keras.ops.image.affine_transform` on TensorFlow, and the order with `ImageDataGenerator.apply_transform`.',
    ),
};
