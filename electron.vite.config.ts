/** The desktop app: Electron main, sandboxed preload, renderer; the core in a utility process with a worker thread. */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'
import { workerUrls } from './scripts/build/worker-urls.ts'

const here = (path: string): string => resolve(import.meta.dirname, path)

export default defineConfig({
  main: {
    plugins: [workerUrls()],
    build: {
      outDir: 'out/main',
      // Built main also runs on Node 20 under the Electron stand-in of the tests, which lacks `using`.
      target: 'node20.20',
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
  renderer: {
    root: here('src-renderer'),
    base: './',
    plugins: [vue()],
    worker: { format: 'es' },
    build: {
      outDir: here('out/renderer'),
      emptyOutDir: true,
      target: 'esnext',
      minify: true,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 20_000,
      rolldownOptions: { input: { index: here('src-renderer/index.html') } },
    },
  },
})
