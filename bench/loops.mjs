/** The hot loops in Pageward and in C, and the cost of a machine. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { OUT, bundled } from './bundle.mjs'
import { round, summary } from './figures.mjs'

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))

/** Builds bench/hot.ts for Node and loads it. @returns {Promise<typeof import('./hot.ts')>} */
export async function loadHot() {
  return bundled('hot')
}

/** Builds the C program. */
export function buildC() {
  mkdirSync(OUT, { recursive: true })
  const made = spawnSync('cc', ['-O2', '-o', `${OUT}/hot-loops`, here('c/hot-loops.c')], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`cc -O2 failed: ${made.error?.message ?? made.stderr}`)
}

/**
 * Runs the C program on demand, from a shell that was started while this process was small: a fork would leave all of
 * its memory write-protected, which the next run would pay for page by page.
 */
class CProgram {
  shell = spawn('sh', [], { stdio: ['pipe', 'pipe', 'inherit'] })
  lines = createInterface(this.shell.stdout)[Symbol.asyncIterator]()

  /** @param {string} loop @param {number} pairs @returns {Promise<{ wallNs: number, cpuNs: number }>} */
  async sample(loop, pairs) {
    this.shell.stdin.write(`'${OUT}/hot-loops' ${loop} ${pairs}\n`)
    const { value } = await this.lines.next()
    return JSON.parse(value)
  }

  close() {
    this.shell.stdin.end()
  }
}

/** @type {import('./hot.ts').Loop[]} */
const LOOPS = ['pages', 'slab']
/** @type {import('./hot.ts').Way[]} */
const WAYS = ['rules', 'fresh', 'trace', 'interleaved']

/**
 * Both loops in all ways. Repeats are interleaved, so that a busy moment of the machine hits all of them alike.
 * @param {{ pairs: number, repeats: number, say: (text: string) => void }} options
 */
export async function measureLoops({ pairs, repeats, say }) {
  buildC()
  const c = new CProgram()
  const { HotLoops } = await loadHot()
  const hot = new HotLoops(here('../out/cli/runner-worker.js'), pairs)
  /** @type {Record<string, Record<string, { wallNs: number, cpuNs: number, traceBytes?: number }[]>>} */
  const samples = { pages: {}, slab: {} }
  try {
    for (const loop of LOOPS) for (const way of WAYS) await hot.sample(loop, way)
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const loop of LOOPS) {
        for (const way of WAYS) {
          ;(samples[loop][way] ??= []).push(await hot.sample(loop, way))
        }
        ;(samples[loop]['c'] ??= []).push(await c.sample(loop, pairs))
      }
      say(`hot loops: ${repeat + 1} of ${repeats}`)
    }
  } finally {
    c.close()
    hot.close()
  }
  return Object.fromEntries(Object.entries(samples).map(([loop, ways]) => [loop, figuresOf(ways)]))
}

/** @param {Record<string, { wallNs: number, cpuNs: number, traceBytes?: number }[]>} ways */
function figuresOf(ways) {
  const of = (/** @type {string} */ way) => ({
    millionPerSecond: summary(ways[way].map((sample) => 1e3 / sample.wallNs)),
    wallNs: summary(ways[way].map((sample) => sample.wallNs)),
    cpuNs: summary(ways[way].map((sample) => sample.cpuNs)),
  })
  const [rules, off, c] = [of('rules'), of('trace'), of('c')]
  return {
    rulesOn: rules,
    rulesOff: off,
    /** What the ledger and the rules take of the processor time of a run with rules, all threads. */
    judgeShareCpu: round(1 - off.cpuNs.median / rules.cpuNs.median),
    judgeShareCpuBest: round(1 - off.cpuNs.min / rules.cpuNs.min),
    interleaved: of('interleaved'),
    /** With rules, the trace in memory that was never touched: the first run of a process. */
    freshMemory: of('fresh'),
    c,
    ratioToC: round(rules.wallNs.median / c.wallNs.median),
    /** The fastest of each: least disturbed by whatever else the machine does. */
    ratioToCBest: round(rules.wallNs.min / c.wallNs.min),
    /** Processor time of all threads. */
    ratioToCCpu: round(rules.cpuNs.median / c.cpuNs.median),
    traceBytesPerOperation: round(ways['rules'].at(-1)?.traceBytes ?? NaN),
  }
}

/** Boots the largest machine some times, each time in a fresh process. @param {number} repeats */
export async function measureBoot(repeats) {
  await loadHot()
  const url = JSON.stringify(pathToFileURL(`${OUT}/hot.mjs`).href)
  const code = `import(${url}).then((hot) => console.log(JSON.stringify(hot.bootMachine('4G'))))`
  const runs = Array.from({ length: repeats }, () =>
    JSON.parse(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' })),
  )
  return {
    memory: '4G',
    ms: summary(runs.map((run) => run.ms)),
    residentMiB: summary(runs.map((run) => run.residentBytes / 2 ** 20)),
    reservedMiB: summary(runs.map((run) => run.reservedBytes / 2 ** 20)),
  }
}
