import manifest from '../../package.json';

/** The module name and version that the Python side's `_model_module` and `_model_module_version` name. */
export const MODULE_NAME = 'dlwidgets';
export const MODULE_VERSION: string = manifest.version;
