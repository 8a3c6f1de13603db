import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A language model gives a *logit* for each word that may come next, and softmax turns them into probabilities. Always to take the most probable word gives dull text that repeats itself, so the word is drawn by a random number. The *temperature* T divides all logits first. Below 1 the differences grow, and likely words become more likely; above 1 they shrink, and the text becomes more surprising, and wrong more often. *Entropy* measures how uncertain the draw is, in bits. *Top-k* and *top-p* cut off unlikely words, so that none of them is drawn by bad luck.',
    ),
  tries: [
    {
      text: () => t('**Greedy.** At T = 0 the dice have nothing to say. What is the entropy?'),
      state: 'temperature=0',
    },
    {
      text: () => t('**Almost even.** At T = 5 “idea” is drawn, too. Where would T without end lead?'),
      state: 'temperature=5',
    },
    {
      text: () =>
        t('**The same dice.** 60 throws are made. Move T: the random numbers stay, the words change.'),
      state: 'temperature=0.6;throws=60',
    },
    {
      text: () => t('**Top-k is blind.** Three words are kept, whether the model is sure or not.'),
      state: 'logits=6,1,0.9,0.8,0.7,0.6,0.5,0.4;top_k=3',
    },
    {
      text: () => t('**Top-p looks.** Where the model is sure, one word is kept. Drag the first logit down.'),
      state: 'logits=6,1,0.9,0.8,0.7,0.6,0.5,0.4;top_p=0.9',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, listing 8-1 and figure 8-2; Fan, Lewis and Dauphin 2018 (top-k); Holtzman and others 2020 (top-p). The probabilities are those of `dl.generate.sampling_distribution`.',
    ),
};
