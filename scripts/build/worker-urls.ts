/**
 * Entries of Node's worker threads and utility processes follow from the code:
 * `new URL('./runner.ts', import.meta.url)` makes runner.ts an entry of its own, out/…/runner.js, and points the URL
 * to it. Output folders are flat, so the name is right from every chunk.
 */
import { basename, dirname, resolve } from 'node:path'
import type { Plugin } from 'vite'

const ENTRY = /new URL\(\s*(['"])(\.\.?\/[\w./-]+)\.ts\1\s*,\s*import\.meta\.url\s*\)/g

export function workerUrls(): Plugin {
  const paths = new Map<string, string>()
  return {
    name: 'pageward:worker-urls',
    apply: 'build',
    enforce: 'pre',
    buildStart() {
      paths.clear()
    },
    transform(code, id) {
      if (!id.endsWith('.ts') || !code.includes('import.meta.url')) return null
      let found = false
      const changed = code.replace(ENTRY, (_text, _quote, path: string) => {
        found = true
        const name = basename(path)
        const file = resolve(dirname(id), `${path}.ts`)
        const known = paths.get(name)
        if (known === undefined) {
          paths.set(name, file)
          this.emitFile({ type: 'chunk', id: file, fileName: `${name}.js` })
        } else if (known !== file) {
          this.error(`two entries are named ${name}: ${known} and ${file}`)
        }
        return `new URL('./${name}.js', import.meta.url)`
      })
      return found ? { code: changed, map: null } : null
    },
  }
}
