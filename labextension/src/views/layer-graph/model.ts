import { marked } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { type NetworkGraph, readGraph } from './data';
import { NO_PICTURES, type Pictures, readPictures } from './pictures';

/** What a saved notebook may hold of a graph; a larger one is drawn again when the cell runs. */
const MOST_SAVED = 45_000;

/** The layers of a network and how they are connected. */
export class LayerGraphModel extends Model {
  static override serializers = {
    ...Model.serializers,
    graph: {
      serialize: (value: unknown): unknown => (JSON.stringify(value ?? {}).length <= MOST_SAVED ? value : {}),
    },
    pictures: { serialize: (): unknown => ({}) },
  };

  network!: NetworkGraph;
  shown!: Pictures;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('LayerGraph'),
      graph: {},
      pictures: {},
      layer: '',
      expanded: [],
      pointed: [],
      title: '',
      message: '',
      empty_text: marked('No model yet.'),
      height: 480,
      compact: false,
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['graph'], () => {
      this.network = readGraph(this.get('graph'));
    });
    this.follow(['pictures'], () => {
      this.shown = this.readable(() => readPictures(this.get('pictures')), NO_PICTURES);
    });
  }
}
