/** Unit tests: `*.test.ts` beside the code. With PAGEWARD_LONG set, the long runs (`*.long.ts`) instead. */
import { defineConfig } from 'vitest/config'
import vue from '@vitejs/plugin-vue'

const long = process.env['PAGEWARD_LONG'] !== undefined
const folders = '{src-core,src-renderer,src-main,src-node,src-cli,scripts,bench}'

export default defineConfig({
  plugins: [vue()],
  test: {
    include: [long ? `${folders}/**/*.long.ts` : `${folders}/**/*.test.ts`],
    testTimeout: long ? 1_200_000 : 20_000,
    passWithNoTests: false,
    maxWorkers: 2,
  },
})
