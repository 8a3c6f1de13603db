import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config({ ignores: ['build/', 'lib/', 'node_modules/'] }, js.configs.recommended, {
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
});
