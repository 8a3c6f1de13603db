import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A *vector* is a list of numbers, drawn as an arrow. To add two vectors is to walk along one and then along the other. A *matrix* moves every point of the plane at once: its columns say where (1, 0) and (0, 1) go, and straight lines stay straight. Each matrix of two rows and columns is a shear, a scaling and a rotation, one after the other; its *determinant* says by how much areas grow. A layer of a network does the same with hundreds of numbers: it multiplies by its weights, adds its bias, and then bends the result with its activation, which no matrix can.',
    ),
  tries: [
    {
      text: () => t('**A quarter turn.** Which numbers are in the matrix, and why is one of them negative?'),
      state: 'matrix=0,-1/1,0',
    },
    {
      text: () => t('**Shear.** The digit leans, but its area stays. Where does the determinant say so?'),
      state: 'matrix=1,0.5/0,1',
    },
    {
      text: () => t('**Turned over.** The determinant is −1. Can a rotation turn a mirrored digit back?'),
      state: 'matrix=-1,0/0,1;digit=4',
    },
    {
      text: () => t('**Flattened.** Both columns lie on one line. What becomes of the photo?'),
      state: 'matrix=1,0.5/0.5,0.25;image=photo',
    },
    {
      text: () => t('**Head to tail.** Drag a and b. When is the sum shorter than both?'),
      state: 'show=sum',
    },
    {
      text: () => t('**A layer.** Matrix, then t: drag the origin of the moved grid.'),
      state: 'matrix=0.8,0.4/-0.3,0.9;shift=0.6,-0.4',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 2.3.5, figures 2-6 to 2-8. The book writes the rotation as R = [u, v] with u = (cos θ, sin θ) and v = (−sin θ, cos θ): these are the columns. As rows they would rotate by −θ. Compared with NumPy and SciPy.',
    ),
};
