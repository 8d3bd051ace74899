/**
 * `npm run bench`: one JSON object on stdout, progress on stderr; the JSON is kept in bench/results/. How each figure
 * is taken: docs/performance.md. Options: `--only loops,boot,seek,examples,start,frames,map,edits,explore,races`,
 * `--pairs N`, `--repeats N`, `--seconds N` (of edits) and `--read MS` (before the first key of an example).
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { measureBoot, measureLoops } from './loops.mjs'
import { seek } from './seek.mjs'
import { measureEdits, measureStart } from './app.mjs'
import { measureFrames } from './frames.mjs'
import { measureMap } from './map-update.mjs'
import { measureExamples } from './examples.mjs'
import { measureExplore } from './explore.mjs'
import { measureRaces } from './explore-app.mjs'

// As the command line and the desktop app run.
/** @type {string[]} */
const flags = JSON.parse(readFileSync(new URL('../src-node/v8-flags.json', import.meta.url), 'utf8'))
if (!flags.every((flag) => process.execArgv.includes(flag))) {
  const words = [...flags, ...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  process.exit(spawnSync(process.execPath, words, { stdio: 'inherit' }).status ?? 1)
}

const option = (/** @type {string} */ name, /** @type {string} */ usual) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? usual : (process.argv[at + 1] ?? usual)
}
const say = (/** @type {string} */ text) => console.error(text)
const only = option('only', 'loops,boot,seek,examples,start,frames,map,edits,explore,races').split(',')
const repeats = Number(option('repeats', '5'))

/** @type {Record<string, unknown>} */
const result = {
  schema: 'pageward.bench/1',
  date: new Date().toISOString(),
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cpus: cpus().length, node: process.version, loadBefore: loadavg() },
}
const measurements = {
  loops: () => measureLoops({ pairs: Number(option('pairs', '2000000')), repeats, say }),
  boot: () => measureBoot(repeats),
  seek: () => seek(),
  examples: () => measureExamples({ repeats, say }),
  start: () => measureStart({ repeats: Math.min(repeats, 5), say }),
  frames: () => measureFrames({ say }),
  map: () => measureMap({ say }),
  edits: () =>
    measureEdits({ edits: 5, seconds: Number(option('seconds', '120')), read: Number(option('read', '0')), say }),
  explore: () => measureExplore({ repeats, say }),
  races: () => measureRaces({ repeats: Math.min(repeats, 5), say }),
}
for (const [name, measure] of Object.entries(measurements)) {
  if (!only.includes(name)) continue
  const started = performance.now()
  result[name] = await measure()
  say(`${name}: measured in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}
result['loadAfter'] = loadavg()
const text = JSON.stringify(result, null, 2)
if (only.length === Object.keys(measurements).length)
  writeFileSync(new URL('results/latest.json', import.meta.url), `${text}\n`)
console.log(text)
