/** Where things are. */
import { resolve } from 'node:path'

/** The repository's root. */
export const ROOT = resolve(import.meta.dirname, '..')

/** @param {string[]} parts */
export const at = (...parts) => resolve(ROOT, ...parts)

/** Entry scripts of installed tools, to be run by this Node: `npx` leaves its child behind when it is killed. */
export const TOOLS = {
  vite: at('node_modules/vite/bin/vite.js'),
  electronVite: at('node_modules/electron-vite/bin/electron-vite.js'),
  vitest: at('node_modules/vitest/vitest.mjs'),
  eslint: at('node_modules/eslint/bin/eslint.js'),
  tsc: at('node_modules/typescript/bin/tsc'),
  vueTsc: at('node_modules/vue-tsc/bin/vue-tsc.js'),
  prettier: at('node_modules/prettier/bin/prettier.cjs'),
  playwright: at('node_modules/@playwright/test/cli.js'),
}
