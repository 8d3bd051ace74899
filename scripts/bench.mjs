/** `npm run bench`: builds what the measurements need and runs bench/main.mjs; arguments go to it. */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { findBrowser } from './browser.mjs'
import { ensureBuilt } from './build.mjs'
import { at } from './paths.mjs'
import { ensureSetup } from './setup.mjs'

await ensureSetup()
if (!existsSync(at('bench/main.mjs'))) {
  console.error('bench/main.mjs is missing: there is nothing to measure')
  process.exit(1)
}
await ensureBuilt(['cli', 'web'], { say: (text) => console.error(text) })
process.env['CHROMIUM'] = await findBrowser()
await import(pathToFileURL(at('bench/main.mjs')).href)
