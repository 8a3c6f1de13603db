/** All concept widgets by name, for pages without a kernel. */

import type { ConceptModel } from '../shared/concept/model';
import type { ConceptView } from '../shared/concept/view';
import { ActivationFunctionsModel } from './activation-functions/model';
import { ActivationFunctionsView } from './activation-functions/view';
import { BackpropagationModel } from './backpropagation/model';
import { BackpropagationView } from './backpropagation/view';
import { ConvolutionModel } from './convolution/model';
import { ConvolutionView } from './convolution/view';
import { GradientDescentModel } from './gradient-descent/model';
import { GradientDescentView } from './gradient-descent/view';
import { OneNeuronModel } from './one-neuron/model';
import { OneNeuronView } from './one-neuron/view';
import { VectorsModel } from './vectors/model';
import { VectorsView } from './vectors/view';
import { PoolingModel } from './pooling/model';
import { PoolingView } from './pooling/view';
import { ClockModel } from './clock/model';
import { ClockView } from './clock/view';
import { ConnectionsModel } from './connections/model';
import { ConnectionsView } from './connections/view';
import { WorkflowModel } from './workflow/model';
import { WorkflowView } from './workflow/view';
import { MetricsModel } from './metrics/model';
import { MetricsView } from './metrics/view';
import { TensorsModel } from './tensors/model';
import { TensorsView } from './tensors/view';
import { PlaygroundModel } from './playground/model';
import { PlaygroundView } from './playground/view';
import { UnfoldingModel } from './unfolding/model';
import { UnfoldingView } from './unfolding/view';
import { TemperatureModel } from './temperature/model';
import { TemperatureView } from './temperature/view';
import { ReceptiveFieldModel } from './receptive-field/model';
import { ReceptiveFieldView } from './receptive-field/view';
import { GramMatrixModel } from './gram-matrix/model';
import { GramMatrixView } from './gram-matrix/view';
import { DropoutModel } from './dropout/model';
import { DropoutView } from './dropout/view';
import { BatchesModel } from './batches/model';
import { BatchesView } from './batches/view';
import { AdversarialModel } from './adversarial/model';
import { AdversarialView } from './adversarial/view';
import { TextToVectorsModel } from './text-to-vectors/model';
import { TextToVectorsView } from './text-to-vectors/view';
import { SplitsModel } from './splits/model';
import { SplitsView } from './splits/view';
import { InitializationModel } from './initialization/model';
import { InitializationView } from './initialization/view';
import { AugmentationModel } from './augmentation/model';
import { AugmentationView } from './augmentation/view';
import { ReparameterizationModel } from './reparameterization/model';
import { ReparameterizationView } from './reparameterization/view';
import { EmbeddingsModel } from './embeddings/model';
import { EmbeddingsView } from './embeddings/view';
import { RecurrentModel } from './recurrent/model';
import { RecurrentView } from './recurrent/view';
import { BatchNormalizationModel } from './batch-normalization/model';
import { BatchNormalizationView } from './batch-normalization/view';
import { CapacityModel } from './capacity/model';
import { CapacityView } from './capacity/view';

type ModelClass = new (attributes: never, options: never) => ConceptModel;
type ViewClass = new (options: never) => ConceptView;

const CONCEPTS: Readonly<Record<string, readonly [ModelClass, ViewClass]>> = {
  activation_functions: [ActivationFunctionsModel, ActivationFunctionsView],
  backpropagation: [BackpropagationModel, BackpropagationView],
  convolution: [ConvolutionModel, ConvolutionView],
  gradient_descent: [GradientDescentModel, GradientDescentView],
  one_neuron: [OneNeuronModel, OneNeuronView],
  vectors: [VectorsModel, VectorsView],
  pooling: [PoolingModel, PoolingView],
  clock: [ClockModel, ClockView],
  connections: [ConnectionsModel, ConnectionsView],
  workflow: [WorkflowModel, WorkflowView],
  metrics: [MetricsModel, MetricsView],
  tensors: [TensorsModel, TensorsView],
  playground: [PlaygroundModel, PlaygroundView],
  unfolding: [UnfoldingModel, UnfoldingView],
  temperature: [TemperatureModel, TemperatureView],
  receptive_field: [ReceptiveFieldModel, ReceptiveFieldView],
  gram_matrix: [GramMatrixModel, GramMatrixView],
  dropout: [DropoutModel, DropoutView],
  batches: [BatchesModel, BatchesView],
  adversarial: [AdversarialModel, AdversarialView],
  text_to_vectors: [TextToVectorsModel, TextToVectorsView],
  splits: [SplitsModel, SplitsView],
  initialization: [InitializationModel, InitializationView],
  augmentation: [AugmentationModel, AugmentationView],
  reparameterization: [ReparameterizationModel, ReparameterizationView],
  embeddings: [EmbeddingsModel, EmbeddingsView],
  recurrent: [RecurrentModel, RecurrentView],
  batch_normalization: [BatchNormalizationModel, BatchNormalizationView],
  capacity: [CapacityModel, CapacityView],
};

/** Model and view of a concept; null for an unknown name. */
export function conceptOf(name: string): readonly [ModelClass, ViewClass] | null {
  return Object.hasOwn(CONCEPTS, name) ? CONCEPTS[name]! : null;
}
