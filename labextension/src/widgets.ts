import '../style/index.css';

export { ChartModel } from './chart/model';
export { ChartView } from './chart/view';
export { CompareModel } from './compare/model';
export { CompareView } from './compare/view';
export { DownloadModel } from './download/model';
export { DownloadView } from './download/view';
export { FigureModel } from './figure/model';
export { FigureView } from './figure/view';
export { ImageGridModel } from './images/model';
export { ImageGridView } from './images/view';
export { LatentPadModel } from './latent-pad/model';
export { LatentPadView } from './latent-pad/view';
export { RunBarModel } from './run-bar/model';
export { RunBarView } from './run-bar/view';
export { TextStreamModel } from './text-stream/model';
export { TextStreamView } from './text-stream/view';
export { MODULE_NAME, MODULE_VERSION } from './version';
