import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['**/dist/', '**/node_modules/', '**/*.generated.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  {
    rules: {
      // What people write is shown as text nodes only; there is no exception.
      'svelte/no-at-html-tags': 'error',
      'svelte/button-has-type': 'error',
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Render text nodes.' },
        { property: 'outerHTML', message: 'Render text nodes.' },
        { property: 'insertAdjacentHTML', message: 'Render text nodes.' },
      ],
      'no-console': 'error',
      'max-lines': ['error', { max: 250, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { varsIgnorePattern: '^_', argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: ['**/*.test.ts'],
    // A test that expects a value and finds none should fall over just there.
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
