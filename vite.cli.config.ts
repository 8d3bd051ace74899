/** The command line for Node 20: out/cli/main.js and its worker entries. */
import { relative, resolve } from 'node:path'
import { defineConfig, type Plugin } from 'vite'
import { inlineConstants } from './scripts/build/inline-constants.ts'
import { workerUrls } from './scripts/build/worker-urls.ts'

const here = (path: string): string => resolve(import.meta.dirname, path)

/** Lists the files of the bundle from outside src-*, so that scripts/build.mjs sees them change. */
function recordInputs(): Plugin {
  return {
    name: 'pageward:record-inputs',
    generateBundle(_options, bundle) {
      const inputs = new Set<string>()
      for (const part of Object.values(bundle)) {
        if (part.type !== 'chunk') continue
        for (const id of part.moduleIds) {
          const path = relative(import.meta.dirname, id.replace(/\?.*$/, '')).replaceAll('\\', '/')
          if (!/^(\.\.|node_modules|src-)|\0/.test(path)) inputs.add(path)
        }
      }
      this.emitFile({ type: 'asset', fileName: 'inputs.json', source: JSON.stringify([...inputs].sort()) })
    },
  }
}

export default defineConfig({
  root: here('.'),
  publicDir: false,
  plugins: [inlineConstants(here('src-core')), workerUrls(), recordInputs()],
  resolve: { alias: { typescript: here('scripts/build/typescript-cached.ts') } },
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: true,
    outDir: here('out/cli'),
    emptyOutDir: true,
    target: 'node20.19',
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { main: here('src-cli/main.ts') },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})
