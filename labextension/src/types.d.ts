declare module '*.css';
declare module 'plotly.js-basic-dist-min';
declare module 'plotly.js-cartesian-dist-min';
declare module 'plotly.js-dist-min';

declare module '*/package.json' {
  const manifest: { readonly version: string };
  export default manifest;
}
