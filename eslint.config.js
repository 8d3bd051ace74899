/** Lint: correctness and the architecture. Layout is Prettier's matter (`npm run format -- PATHS`), but line length. */
import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'
import { importDirection } from './scripts/eslint/import-direction.js'
import { lineLength } from './scripts/eslint/line-length.js'

const pageward = { rules: { 'import-direction': importDirection, 'line-length': lineLength } }

const NO_CLOCK = 'src-core has no clock: the same program gives the same bytes on every run.'
const NO_CHANCE = 'src-core has no randomness but the seeded one.'

export default ts.config(
  { ignores: ['out/', 'node_modules/', 'test-results/', 'corpus/', 'examples/', 'docs/', '**/generated/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...vue.configs['flat/essential'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    files: ['**/*.{ts,vue,js,mjs,mts}'],
    plugins: { pageward },
    linterOptions: { noInlineConfig: true },
    rules: {
      'pageward/import-direction': 'error',
      'pageward/line-length': 'error',
      'no-undef': 'off',
      'no-console': 'off',
      'prefer-const': ['error', { destructuring: 'all' }],
      eqeqeq: ['error', 'always'],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-this-alias': 'off',
      'no-control-regex': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'vue/multi-word-component-names': 'off',
    },
  },
  {
    // Generators of the interleaved form need not yield on every path.
    files: ['src-core/**/*.ts'],
    rules: { 'require-yield': 'off', 'no-constant-condition': ['error', { checkLoops: false }] },
  },
  {
    files: ['src-core/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.long.ts'],
    rules: {
      'no-restricted-globals': ['error', ...['Date', 'performance'].map((name) => ({ name, message: NO_CLOCK }))],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: NO_CHANCE }],
      'no-console': 'error',
    },
  },
  {
    files: ['scripts/**/*.{js,mjs}', 'bench/**/*.mjs'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
)
