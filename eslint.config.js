import js from '@eslint/js';
import globals from 'globals';

/** The others are for any page, for workers and for Node. */
const WITH_DOCUMENT = ['start.js', 'main.js', 'ui*.js', 'replay-page.js', 'example.js'].map(
  (name) => `web/src/${name}`,
);
const documentNames = ['document', 'window', 'HTMLElement', 'localStorage'];

export default [
  { ignores: ['web/dist/', 'dist/', 'exported/', 'runs/', 'cache/', '.venv/', 'node_modules/'] },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'AssignmentExpression > MemberExpression.left[property.name=/^(role|aria[A-Z])/]',
          message: 'Firefox before 119 has no such property: use setAttribute.',
        },
      ],
      'max-lines': ['error', { max: 320 }],
      'max-lines-per-function': ['error', { max: 45, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    // What a page or a worker or Node may use; the document belongs to ui*.js and main.js alone.
    files: ['web/src/**/*.js'],
    languageOptions: { globals: { ...globals['shared-node-browser'], scheduler: 'readonly' } },
  },
  {
    files: ['web/src/**/*.js'],
    ignores: WITH_DOCUMENT,
    rules: { 'no-restricted-globals': ['error', ...documentNames] },
  },
  {
    files: WITH_DOCUMENT,
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['web/src/service-worker.js'],
    languageOptions: { globals: globals.serviceworker },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['tests/web/**'],
    rules: { 'max-lines-per-function': 'off' },
  },
];
