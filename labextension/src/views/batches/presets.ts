import { t } from '../../core/i18n';

export interface Preset {
  readonly name: string;
  readonly text: () => string;
  readonly samples: number;
  readonly batch_size: number;
  readonly epochs: number;
}

/** Trainings of the books. */
export const PRESETS: readonly Preset[] = [
  { name: 'small', text: () => t('24 samples, to watch'), samples: 24, batch_size: 6, epochs: 20 },
  { name: 'mnist', text: () => 'MNIST', samples: 60_000, batch_size: 128, epochs: 5 },
  { name: 'imdb', text: () => 'IMDB', samples: 15_000, batch_size: 512, epochs: 20 },
  { name: 'cifar', text: () => 'CIFAR-10', samples: 50_000, batch_size: 32, epochs: 10 },
  { name: 'cats', text: () => t('Cats and dogs'), samples: 2000, batch_size: 20, epochs: 30 },
  { name: 'boston', text: () => 'Boston housing', samples: 404, batch_size: 16, epochs: 80 },
];
