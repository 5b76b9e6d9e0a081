import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Folders that may not be imported from a folder (docs/architecture.md, "Who may import whom"). */
const services = ['ingest', 'processors', 'sinks', 'dashboard-ws', 'fleet'];
const forbid = (folders) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: folders.map((folder) => ({
        regex: `^(\\.\\./)+${folder}/`,
        message: `This folder may not import ${folder}/ (docs/architecture.md).`,
      })),
    },
  ],
});

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'data/**', 'dashboard-ws/web/**', 'schemas/*.generated.ts', '**/*.mjs', '**/*.cjs', 'vitest.config.ts'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/require-await': 'off',
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-unassigned-import': 'error',
      'import-x/order': ['error', { 'newlines-between': 'ignore' }],
    },
  },
  { files: ['vitest.config.ts', '**/vite.config.ts'], rules: { 'import-x/no-default-export': 'off' } },
  { files: ['core/**'], rules: forbid([...services, 'cli', 'test']) },
  { files: ['schemas/**'], rules: forbid([...services, 'core', 'cli', 'test']) },
  ...services.map((service) => ({ files: [`${service}/**`], rules: forbid([...services.filter((other) => other !== service), 'cli', 'test']) })),
  { files: ['**/*.test.ts'], rules: { 'no-restricted-imports': 'off' } },
);
