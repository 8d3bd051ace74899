/** Builds the TypeScript of a measurement for Node, as the product builds it, and loads it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))
/** Where the results of builds lie. */
export const OUT = here('../out/bench')

/**
 * Loads bench/`name`.ts, built.
 * @param {string} name
 * @returns {Promise<any>} its exports
 */
export async function bundled(name) {
  const built = await build({
    configFile: here('bundle.config.ts'),
    logLevel: 'silent',
    build: { ssr: here(`${name}.ts`), write: false },
  })
  const result = Array.isArray(built) ? built[0] : built
  if (!('output' in result)) throw new Error('the build gave no output')
  mkdirSync(OUT, { recursive: true })
  writeFileSync(`${OUT}/${name}.mjs`, result.output[0].code)
  return import(pathToFileURL(`${OUT}/${name}.mjs`).href)
}
