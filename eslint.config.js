import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** Folders whose functions give the same answer today and in ten years: no clock, no chance, no world. */
const pureFolders = [
  'services/projections/**/*.ts',
  'services/definitions/**/*.ts',
  'services/routing/**/*.ts',
  'services/whatif/**/*.ts',
  'services/time/**/*.ts',
  'services/alerts/rules/**/*.ts',
  'services/exports/plan/**/*.ts',
  'services/ingest/sources/**/*.ts',
  'services/simulator/model/**/*.ts',
  'connectors/**/*.ts',
  'schemas/**/*.ts',
]

const why = 'Pure code takes time and chance as arguments.'

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.ledgerline/', '.kafka/', 'services/board/static/']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  prettier,
  {
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: pureFolders,
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'performance'].map(
          (name) => ({
            name,
            message: why,
          }),
        ),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: why },
        { object: 'DateTime', property: 'now', message: why },
        { object: 'Math', property: 'random', message: why },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: why },
      ],
    },
  },
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
)
