/**
 * `npm run build [web|desktop|cli …]`: builds what is stale, says nothing when all is fresh.
 * Concurrent calls wait for each other. Other scripts import `ensureBuilt`.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync, mkdirSync, utimesSync } from 'node:fs'
import { isFresh, prepareStamp } from './freshness.mjs'
import { locked } from './lock.mjs'
import { at, TOOLS } from './paths.mjs'
import { ensureSetup } from './setup.mjs'
import { duration, runNode } from './tool.mjs'

const COMMON = ['package-lock.json', 'scripts/build', 'scripts/build.mjs']

/** An hour: a running command may still load a chunk of the build it started from. */
const KEEP_OLD_CHUNKS_MS = 3_600_000

/** @type {Record<'web' | 'desktop' | 'cli', import('./freshness.mjs').Target & { make: () => Promise<void> }>} */
export const TARGETS = {
  web: {
    name: 'web',
    sources: ['src-core', 'src-renderer', 'examples', 'vite.web.config.ts', ...COMMON],
    result: 'out/web/index.html',
    make: () => tool(TOOLS.vite, ['build', '-c', 'vite.web.config.ts', '--logLevel', 'warn']),
  },
  desktop: {
    name: 'desktop',
    sources: ['src-core', 'src-main', 'src-node', 'electron.vite.config.ts', ...COMMON],
    result: 'out/main/index.js',
    make: () => tool(TOOLS.electronVite, ['build', '--logLevel', 'warn']),
  },
  cli: {
    name: 'cli',
    sources: ['src-core', 'src-node', 'src-cli', 'vite.cli.config.ts', ...COMMON],
    result: 'out/cli/main.js',
    inputs: 'out/cli/inputs.json',
    make: makeCli,
  },
}

/** @typedef {keyof typeof TARGETS} TargetName */

/**
 * Builds the targets that are stale. Throws with the tool's output if one fails.
 * @param {readonly TargetName[]} names
 * @param {{ say?: (text: string) => void }} [options] `say` is told what is built and how long it took
 */
export async function ensureBuilt(names, { say } = {}) {
  for (const name of names) {
    const target = TARGETS[name]
    if (isFresh(target)) continue
    await locked(`build-${name}`, async () => {
      if (isFresh(target)) return
      const started = performance.now()
      const stamp = prepareStamp(target)
      await target.make()
      stamp()
      say?.(`built ${name} in ${duration(performance.now() - started)}`)
    })
  }
}

/** @param {string} script @param {string[]} args */
async function tool(script, args) {
  const result = await runNode(script, args)
  if (result.status !== 0) throw new Error(`the build failed:\n${result.output}`)
}

/** Builds beside out/cli, then moves file by file, entries last: a command starting meanwhile sees a whole build. */
async function makeCli() {
  const fresh = at(`out/.cli-${process.pid}`)
  try {
    await tool(TOOLS.vite, ['build', '-c', 'vite.cli.config.ts', '--outDir', fresh, '--logLevel', 'warn'])
    mkdirSync(at('out/cli'), { recursive: true })
    await tool(at('scripts/build/cache-typescript.mjs'), [at('out/cli')])
    const files = readdirSync(fresh)
    const isEntry = (/** @type {string} */ file) => !/-[\w-]{8}\.js$/.test(file)
    files.sort((a, b) => Number(isEntry(a)) - Number(isEntry(b)))
    const now = new Date()
    for (const file of files) {
      renameSync(`${fresh}/${file}`, at('out/cli', file))
      utimesSync(at('out/cli', file), now, now)
    }
    for (const file of readdirSync(at('out/cli'))) {
      const path = at('out/cli', file)
      if (
        /-[\w-]{8}\.js$/.test(file) &&
        !files.includes(file) &&
        now.getTime() - statSync(path).mtimeMs > KEEP_OLD_CHUNKS_MS
      )
        rmSync(path)
    }
  } finally {
    if (existsSync(fresh)) rmSync(fresh, { recursive: true })
  }
}

if (process.argv[1] === import.meta.filename) {
  const asked = process.argv.slice(2)
  const names = /** @type {TargetName[]} */ (asked.length > 0 ? asked : Object.keys(TARGETS))
  const unknown = names.find((name) => !(name in TARGETS))
  if (unknown) {
    console.error(`no build target ${unknown}; there are ${Object.keys(TARGETS).join(', ')}`)
    process.exit(2)
  }
  try {
    await ensureSetup()
    await ensureBuilt(names, { say: (text) => console.log(text) })
  } catch (error) {
    console.error(/** @type {Error} */ (error).message)
    process.exit(1)
  }
}
