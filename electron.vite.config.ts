/**
 * The desktop app: Electron main, sandboxed preload; the core in a utility process with a worker thread. Its page is
 * out/web, the same build that a browser gets (vite.web.config.ts).
 */
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'
import { inlineConstants } from './scripts/build/inline-constants.ts'
import { workerUrls } from './scripts/build/worker-urls.ts'

const here = (path: string): string => resolve(import.meta.dirname, path)

export default defineConfig({
  main: {
    plugins: [inlineConstants(here('src-core')), workerUrls()],
    build: {
      outDir: 'out/main',
      // Built main also runs on Node 20 under the Electron stand-in of the tests, which lacks `using`.
      target: 'node20.20',
      license: { fileName: 'licences.md' },
      rolldownOptions: {
        input: { index: here('src-main/index.ts') },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload has to be CommonJS.
      rolldownOptions: {
        input: { index: here('src-main/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
})
