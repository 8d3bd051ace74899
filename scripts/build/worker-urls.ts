/**
 * Node worker entries are built beside the code that starts them, so `new URL('./runner.ts', import.meta.url)` in the
 * source becomes `./runner.js` in the output. Chunks lie in the same flat folder: the relative name stays right.
 */
import type { Plugin } from 'vite'

const SIBLING = /new URL\(\s*(['"])\.\/([\w-]+)\.ts\1\s*,\s*import\.meta\.url\s*\)/g

export function workerUrls(): Plugin {
  return {
    name: 'pageward:worker-urls',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('.ts') || !code.includes('import.meta.url')) return null
      return { code: code.replace(SIBLING, "new URL('./$2.js', import.meta.url)"), map: null }
    },
  }
}
