import js from '@eslint/js';
import globals from 'globals';

/** The page's parts that are DOM-free, so that they can be tested in Node. */
const WITHOUT_DOCUMENT = [
  'web/engine/**/*.js',
  'web/replay/replay.js',
  'web/page/service-worker.js',
  'web/page/{host,timing}.js',
  'web/page/about/models.js',
  'web/page/generate/link.js',
  'web/page/score/ranking.js',
  'web/page/write/keystrokes.js',
];
const documentNames = ['document', 'window', 'HTMLElement', 'localStorage'];

export default [
  {
    ignores: [
      'web/dist/',
      'dist/',
      'exported/',
      'runs/',
      'cache/',
      '.venv*/',
      '**/node_modules/',
      'examples/react-native/build/',
    ],
  },
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
      'max-lines': ['error', { max: 260, skipComments: true, skipBlankLines: true }],
      'max-lines-per-function': ['error', { max: 45, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    files: ['web/page/**/*.js', 'web/replay/*.js'],
    ignores: WITHOUT_DOCUMENT,
    languageOptions: { globals: globals.browser },
  },
  {
    // What a page, a worker and Node have in common.
    files: WITHOUT_DOCUMENT,
    languageOptions: { globals: { ...globals['shared-node-browser'], scheduler: 'readonly' } },
    rules: { 'no-restricted-globals': ['error', ...documentNames] },
  },
  {
    files: ['web/page/service-worker.js'],
    languageOptions: { globals: globals.serviceworker },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['examples/react-native/metro.config.js'],
    languageOptions: { sourceType: 'commonjs', globals: globals.node },
  },
  {
    files: ['tests/web/**'],
    rules: { 'max-lines-per-function': 'off' },
  },
];
