/** How what is measured is built: like the product's core, for Node (bundle.mjs). */
import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { inlineConstants } from '../scripts/build/inline-constants.ts'

export default defineConfig({
  plugins: [inlineConstants(resolve(import.meta.dirname, '../src-core'))],
  // In the bundle SES comes after what has to come before it (runtime/even-freeze.ts).
  ssr: { noExternal: ['ses'] },
  build: { minify: false, target: 'es2023' },
})
