import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * `standalone` may use all others, `views` may use `shared` and `core`, `shared` may use `core`; a view may not use
 * another view.
 */
const forbid = (files, regex, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ regex, message }] }] },
});

export default tseslint.config(
  { ignores: ['build/', 'lib/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['src/**/*.ts', 'tests/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': ['error', { allow: ['error', 'warn'] }],
      // Every string that reaches the page goes through textContent.
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Text reaches the page as text: use textContent.' },
        { property: 'outerHTML', message: 'Text reaches the page as text: use textContent.' },
        { property: 'insertAdjacentHTML', message: 'Text reaches the page as text: use textContent.' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['scripts/**/*.mjs'],
    languageOptions: {
      globals: { clearTimeout: 'readonly', console: 'readonly', process: 'readonly', setTimeout: 'readonly' },
    },
  },
  forbid(
    ['src/core/**/*.ts'],
    '(^|/)(shared|views|standalone)(/|$)',
    'core imports neither shared nor views.',
  ),
  forbid(
    ['src/shared/**/*.ts'],
    '(^|/)(views|standalone)(/|$)',
    'shared imports no view: move what both need to shared.',
  ),
  // From a view's own folder "../other/…" is another view; from a folder inside it "../../other/…" is.
  forbid(
    ['src/views/*/*.ts'],
    '^\\.\\./(?!\\.\\./(core|shared)/)',
    'A view imports no other view: move what both need to shared.',
  ),
  forbid(
    ['src/views/chart/data/*.ts'],
    '^\\.\\./(?!types$|\\.\\./\\.\\./(core|shared)/)',
    'chart/data imports only core, shared and ../types.',
  ),
  forbid(
    ['src/views/chart/drawing/*.ts'],
    '^\\.\\./(?!types$|data/|\\.\\./\\.\\./(core|shared)/)',
    'chart/drawing imports only core, shared, ../types and ../data.',
  ),
  forbid(
    ['src/views/chart/controls/*.ts'],
    '^\\.\\./(?!types$|data/|drawing/|\\.\\./\\.\\./(core|shared)/)',
    'chart/controls imports only core, shared, ../types, ../data and ../drawing.',
  ),
);
