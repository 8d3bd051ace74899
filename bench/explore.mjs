/**
 * Executions of the explorer a second, one worker and two, and memory over a million executions. Alone:
 * `node bench/main.mjs --only explore`.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { OUT, bundled } from './bundle.mjs'
import { round, summary } from './figures.mjs'
import { measureFirstFindings } from './first-finding.mjs'
import { measureCeiling } from './machine-ceiling.mjs'

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))
const PROGRAMS = ['readers-13', 'lastzero-10']
/**
 * One worker against two on programs of so many readers. Each worker's start and what V8 compiles for it take a second,
 * which is half of all on readers(15) and a tenth on readers(19): a minute a repeat.
 */
const READERS = [17, 19]
/** Three repeats are enough beyond these. */
const LONG_READERS = 18
/** Explorations before the figures are taken: the engine has compiled everything by then. */
const WARM = 6
const MILLION = 1_000_000
const SAMPLES = 10

/** Builds bench/explore.ts for Node and loads it. @returns {Promise<typeof import('./explore.ts')>} */
export async function loadExplore() {
  return bundled('explore')
}

/** @param {{ repeats: number, say: (text: string) => void, million?: boolean }} options */
export async function measureExplore({ repeats, say, million = true }) {
  const { programAt, exploreHere, exploreOn } = await loadExplore()
  /** @type {Record<string, unknown>} */
  const figures = {}
  // Before this realm is locked down: no worker can be started from it afterwards.
  /** @type {unknown[]} */
  const sizes = []
  for (const n of READERS) sizes.push(await workers(n, repeats, { programAt, exploreOn }, say))
  figures['workers'] = sizes
  figures['firstFindings'] = measureFirstFindings({ repeats, say })
  for (const name of PROGRAMS) {
    const program = programAt(here(`../corpus/explore/${name}.ts`))
    for (let i = 0; i < WARM; i++) exploreHere(program)
    const taken = Array.from({ length: repeats }, () => exploreHere(program))
    figures[name] = {
      executions: taken[0].executions,
      perSecondWall: summary(taken.map(({ executions, wallMs }) => (executions / wallMs) * 1000)),
      perSecondCpu: summary(taken.map(({ executions, cpuMs }) => (executions / cpuMs) * 1000)),
    }
    say(`explore: ${name} ${JSON.stringify(figures[name])}`)
  }
  if (million) figures['memory'] = memory({ programAt, exploreHere }, say)
  return figures
}

/**
 * One worker against two.
 * @param {number} n readers
 * @param {number} repeats
 * @param {Pick<typeof import('./explore.ts'), 'programAt' | 'exploreOn'>} bench
 * @param {(text: string) => void} say
 */
async function workers(n, repeats, { programAt, exploreOn }, say) {
  const file = `${OUT}/readers-${n}.ts`
  writeFileSync(file, readers(n))
  const program = programAt(file)
  const script = here('../out/cli/explore-worker.js')
  /** @type {Record<'one' | 'two' | 'cpuOne' | 'cpuTwo' | 'ceiling', number[]> & { executions: number }} */
  const taken = { one: [], two: [], cpuOne: [], cpuTwo: [], ceiling: [], executions: 0 }
  const most = n > LONG_READERS ? Math.min(repeats, 3) : repeats
  for (let i = 0; i < most; i++) {
    const one = await exploreOn(1, program, script)
    const two = await exploreOn(2, program, script)
    if (one.executions !== two.executions) throw new Error('two workers did not count what one counts')
    taken.executions = one.executions
    taken.one.push(one.wallMs)
    taken.two.push(two.wallMs)
    taken.cpuOne.push(one.cpuMs)
    taken.cpuTwo.push(two.cpuMs)
    // In the same minute: what the machine gives changes.
    taken.ceiling.push(await measureCeiling(file))
  }
  const ratio = summary(taken.one.map((ms, i) => ms / taken.two[i]))
  const ceiling = summary(taken.ceiling)
  say(`explore: two workers are ${ratio.median} times one on readers(${n}), two copies ${ceiling.median}`)
  return {
    program: `readers(${n})`,
    executions: taken.executions,
    oneMs: summary(taken.one),
    twoMs: summary(taken.two),
    /** Processor time of all threads. */
    oneCpuMs: summary(taken.cpuOne),
    twoCpuMs: summary(taken.cpuTwo),
    ratio,
    /** What two explorations that share nothing come to on this machine. */
    ceiling,
  }
}

/** @param {number} n */
function readers(n) {
  return `import { kthread_run, READ_ONCE, shared, WRITE_ONCE } from 'linux'
const x = shared(0)
kthread_run(() => WRITE_ONCE(x, 1), 'writer')
for (let i = 1; i <= ${n}; i++) kthread_run(() => READ_ONCE(x), 'reader')
`
}

/**
 * Resident memory and heap over one exploration of a million executions.
 * @param {Pick<typeof import('./explore.ts'), 'programAt' | 'exploreHere'>} bench
 * @param {(text: string) => void} say
 */
function memory({ programAt, exploreHere }, say) {
  const file = `${OUT}/readers-20.ts`
  writeFileSync(file, readers(20))
  /** @type {{ executions: number, rssMiB: number, heapMiB: number }[]} */
  const samples = []
  const mib = (/** @type {number} */ bytes) => round(bytes / 2 ** 20)
  exploreHere(programAt(file), (executions) => {
    if (executions % (MILLION / SAMPLES) === 0) {
      globalThis.gc?.()
      const { rss, heapUsed } = process.memoryUsage()
      samples.push({ executions, rssMiB: mib(rss), heapMiB: mib(heapUsed) })
      say(`explore: ${executions} executions, ${mib(rss)} MiB resident, ${mib(heapUsed)} MiB heap`)
    }
    return executions < MILLION
  })
  return samples
}
