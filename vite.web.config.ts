/** The app as a web page, with the core in a Web Worker: `npm run dev`, and out/web for `npm start`. */
import vue from '@vitejs/plugin-vue'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { inlineConstants } from './scripts/build/inline-constants.ts'
import { serviceWorker } from './scripts/build/service-worker.ts'
import { workerLicences } from './scripts/build/worker-licences.ts'

const here = (path: string): string => resolve(import.meta.dirname, path)

/** SharedArrayBuffer needs a cross-origin isolated page. */
const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

const licences = workerLicences(here('out/web/licences.md'))

export default defineConfig({
  root: here('src-renderer'),
  base: './',
  cacheDir: here('node_modules/.vite/web'),
  plugins: [inlineConstants(here('src-core')), vue(), serviceWorker(), licences.append],
  worker: { format: 'es', plugins: () => [inlineConstants(here('src-core')), licences.inWorkers()] },
  // Found only inside workers: without this the first page of a dev server reloads twice.
  optimizeDeps: { include: ['typescript', 'ses', '@jridgewell/trace-mapping'] },
  server: { host: '127.0.0.1', port: 5177, headers: isolated, fs: { allow: [here('.')] } },
  build: {
    outDir: here('out/web'),
    emptyOutDir: true,
    target: 'esnext',
    chunkSizeWarningLimit: 20_000,
    reportCompressedSize: false,
    license: { fileName: 'licences.md' },
  },
})
