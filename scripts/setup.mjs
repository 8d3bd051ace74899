/**
 * Makes node_modules fit package-lock.json. Every command calls it first: nothing happens when it fits, and the check
 * costs a few milliseconds. Safe when several commands start at once.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { locked } from './lock.mjs'
import { at } from './paths.mjs'
import { run } from './tool.mjs'

const STAMP = 'node_modules/.pageward-setup'

/** Installs what is missing or has changed. `quiet` says nothing about it. Throws with npm's words if it fails. */
export async function ensureSetup({ quiet = false } = {}) {
  checkNode()
  if (fits()) return
  await locked('setup', async () => {
    if (fits() || adopt()) return
    if (!quiet) process.stderr.write('pageward: installing npm packages …\n')
    const npm = process.env['npm_execpath']
    const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false']
    const result =
      npm && /npm-cli\.(c?js)$/.test(npm)
        ? await run(process.execPath, [npm, ...flags])
        : await run('npm', flags, { shell: process.platform === 'win32' })
    if (result.status !== 0) throw new Error(`npm ci failed (status ${result.status}):\n${result.output}`)
    writeFileSync(at(STAMP), lockHash())
  })
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new Error(`Node ${process.versions.node} is too old: Pageward needs 20.19 or newer`)
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex')
}

function fits() {
  return existsSync(at(STAMP)) && readFileSync(at(STAMP), 'utf8') === lockHash()
}

/** A node_modules that somebody installed with npm itself is taken as it is, if its versions are those of the lock. */
function adopt() {
  if (!existsSync(at('node_modules/.package-lock.json'))) return false
  /** @type {(path: string) => Record<string, { version?: string, optional?: boolean }>} */
  const packages = (path) => JSON.parse(readFileSync(at(path), 'utf8')).packages
  const wanted = packages('package-lock.json')
  const present = packages('node_modules/.package-lock.json')
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '') continue
    const found = present[path]
    if (found ? found.version !== version : !optional) return false
  }
  writeFileSync(at(STAMP), lockHash())
  return true
}

if (process.argv[1] === import.meta.filename) await ensureSetup()
