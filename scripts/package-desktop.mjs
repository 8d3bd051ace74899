/**
 * `npm run package [-- OPTIONS OF electron-builder]`: installers for this system in out/installers. electron-builder
 * has a lockfile and a folder of its own (packaging), installed the first time: `npm ci` of the project stays quick.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { ensureBuilt } from './build.mjs'
import { locked } from './lock.mjs'
import { at } from './paths.mjs'
import { ensureSetup } from './setup.mjs'
import { run, runNode } from './tool.mjs'

const BUILDER = at('packaging/node_modules/electron-builder/cli.js')

/** Installs electron-builder unless the installed one is the lockfile's. */
export async function ensureBuilder() {
  const installed = at('packaging/node_modules/.package-lock.json')
  const wanted = at('packaging/package-lock.json')
  const fresh = () => existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs
  if (fresh()) return
  await locked('packaging', async () => {
    if (fresh()) return
    const words = ['ci', '--prefix', at('packaging'), '--no-audit', '--no-fund', '--ignore-scripts']
    const { status, output } = await run('npm', words, { shell: process.platform === 'win32' })
    if (status !== 0) throw new Error(`electron-builder could not be installed:\n${output}`)
  })
}

/** One list of the licences of all that is bundled, by the bundler's own account of it. */
export function gatherLicences() {
  const lists = ['out/web/licences.md', 'out/main/licences.md'].filter((file) => existsSync(at(file)))
  const own = readFileSync(at('LICENSE'), 'utf8')
  const parts = [`# Pageward\n\n${own}`, ...lists.map((file) => readFileSync(at(file), 'utf8'))]
  writeFileSync(at('out/licences.md'), `${parts.join('\n\n')}\n`)
}

/** Builds the app and runs electron-builder. @param {readonly string[]} options */
export async function packageDesktop(options) {
  await ensureBuilt(['web', 'desktop'])
  await ensureBuilder()
  gatherLicences()
  const words = ['--config', at('packaging/electron-builder.mjs'), '--publish', 'never', ...options]
  return runNode(BUILDER, words, { live: true })
}

/** Lines with the sizes of the installers and of the archive in an unpacked app. */
export function sizes() {
  const folder = 'out/installers'
  const archives = ['linux', 'mac', 'win'].map((system) => `${system}-unpacked/resources/app.asar`)
  const files = existsSync(at(folder)) ? readdirSync(at(folder)) : []
  return [...files, ...archives]
    .map((file) => ({ file, path: at(folder, file) }))
    .filter(({ path }) => existsSync(path) && statSync(path).isFile())
    .map(({ file, path }) => `${(statSync(path).size / 1e6).toFixed(1).padStart(7)} MB  ${file}`)
}

if (process.argv[1] === import.meta.filename) {
  try {
    await ensureSetup()
    const { status } = await packageDesktop(process.argv.slice(2))
    for (const line of sizes()) console.log(line)
    process.exit(status)
  } catch (error) {
    console.error(/** @type {Error} */ (error).message)
    process.exit(1)
  }
}
