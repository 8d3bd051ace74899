/** `npm run -s pageward -- …`: builds the command line if it is stale, says nothing of its own, runs it in here. */
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { at } from './paths.mjs'
import { ensureSetup } from './setup.mjs'

try {
  await ensureSetup({ quiet: true })
  await ensureBuilt(['cli'])
} catch (error) {
  console.error(/** @type {Error} */ (error).message)
  process.exit(4)
}
await import(pathToFileURL(at('out/cli/main.js')).href)
