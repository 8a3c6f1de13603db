import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A network takes numbers, so a text is cut into *tokens*, and each token becomes an integer. A *vocabulary* is learned from a corpus: the most frequent token first, 0 for padding, 1 for whatever is unknown. The integers are only names: 7 isn’t more than 3. So they are given to a layer as *one-hot* vectors, or looked up as the rows of an embedding; *multi-hot* vectors and counts describe a whole sentence and forget its order. *Hashing* needs no vocabulary, but two tokens may share an integer. Sequences of one batch need one length: short ones are *padded*, long ones *truncated*.',
    ),
  tries: [
    {
      text: () => t('**One-hot.** How many of the numbers are 1? What if the vocabulary had 20,000 words?'),
      state: 'output=one_hot',
    },
    {
      text: () =>
        t(
          '**Order.** Two sentences with the same words have the same vector. Set the n-grams to 2: is there a difference now?',
        ),
      state:
        'text=the dog ate the cat%0Athe cat ate the dog;corpus=the dog ate the cat%0Athe cat ate the dog;output=multi_hot',
    },
    {
      text: () => t('**Collisions.** Ten bins for a dozen words. How many bins make a collision improbable?'),
      state: 'encoder=hashing',
    },
    {
      text: () => t('**The last words.** `pad_sequences(maxlen=5)` keeps the last five, not the first five.'),
      state: 'length=5;padding=pre;truncating=pre',
    },
    {
      text: () => t('**Left out.** The Tokenizer drops what it doesn’t know: can a model notice?'),
      state: 'encoder=tokenizer;padding=pre;truncating=pre',
    },
    {
      text: () => t('**A row of ones.** The book’s one-hot code for characters, as it is printed.'),
      state: 'encoder=listing;split=characters;length=20',
    },
    {
      text: () =>
        t('**Another Python.** The book hashes with `hash`. Press the dice: what happens to a saved model?'),
      state: 'encoder=hash;output=int;num_bins=1000',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 6.1, listings 6-1 to 6-4. The integers are those of Keras’s TextVectorization, Hashing (FarmHash) and pad_sequences, and of Python’s own `hash` (3.11 or later). A toy corpus: real vocabularies have 10,000 tokens or more.',
    ),
};
