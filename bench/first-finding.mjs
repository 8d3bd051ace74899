/**
 * How long the explorer takes to the first finding of a race, in a process that has explored nothing before, and how
 * long the command line takes from its start to the report of it. Where it is absent (the fixed twin, the
 * era in which a reference protects the page), every schedule is explored.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { OUT } from './bundle.mjs'
import { summary } from './figures.mjs'

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))
const BINDER = '../examples/drivers/binder'
const GUP_FAST = '../corpus/explore/pairs/gup-fast'

/** @param {string} name */
const at612 = (name) => ({ file: `${BINDER}/${name}.ts`, era: 'v6.12' })
/** @typedef {{ file: string, era: string }} Explored */
/** @type {(Explored & { name: string, bound: number | null, code: string, absent: Explored })[]} */
const RACES = [
  {
    name: 'binder, munmap()',
    file: `${BINDER}/munmap-race.ts`,
    code: 'munmap-window',
    era: 'memdesc',
    bound: 2,
    absent: at612('munmap-race'),
  },
  {
    name: 'binder, mremap()',
    file: `${BINDER}/mremap-race.ts`,
    code: 'zap-by-address',
    era: 'memdesc',
    bound: 2,
    absent: at612('mremap-race'),
  },
  {
    name: 'GUP-fast',
    file: `${GUP_FAST}/bad.ts`,
    code: 'gup-ref-outlives-owner',
    era: 'v6.12',
    bound: null,
    absent: { file: `${GUP_FAST}/fixed.ts`, era: 'v6.12' },
  },
]

/** @param {{ repeats: number, say: (text: string) => void }} options bench/explore.ts has to be built */
export function measureFirstFindings({ repeats, say }) {
  return RACES.map(({ name, file, era, bound, code, absent }) => {
    const found = Array.from({ length: repeats }, () => explored(here(file), era, bound, code))
    const { executions, schedules } = found[0]
    if (!found[0].found) throw new Error(`no schedule of ${file} shows ${code}`)
    const words = ['--era', era, ...(bound === null ? [] : ['--bound', String(bound)])]
    const told = Array.from({ length: repeats }, () => commandMs([here(file), ...words], executions, code))
    const figures = {
      name,
      executions,
      schedules,
      code,
      explorerMs: summary(found.map(({ ms }) => ms)),
      commandLineMs: summary(told),
      absent: explored(here(absent.file), absent.era, bound, code),
    }
    if (figures.absent.found) throw new Error(`${absent.file} shows ${code} in ${absent.era}`)
    say(`explore: ${JSON.stringify(figures)}`)
    return figures
  })
}

/**
 * Explores in a new process up to the finding, or to the end.
 * @param {string} file @param {string} era @param {number | null} bound @param {string} wanted
 * @returns {{ executions: number, schedules: number, ms: number, found: boolean }}
 */
function explored(file, era, bound, wanted) {
  const url = JSON.stringify(pathToFileURL(`${OUT}/explore.mjs`).href)
  const asked = [file, era, bound, wanted].map((one) => JSON.stringify(one)).join(', ')
  const code = `import(${url}).then((bench) => console.log(JSON.stringify(bench.firstFinding(${asked}))))`
  return JSON.parse(execFileSync(process.execPath, [...process.execArgv, '-e', code], { encoding: 'utf8' }))
}

/**
 * Milliseconds from the start of the command line to its end, when it stops after the execution that shows the finding.
 * @param {string[]} words @param {number} executions @param {string} code
 */
function commandMs(words, executions, code) {
  const started = performance.now()
  const all = ['explore', ...words, '--max-executions', String(executions), '--format', 'json']
  const { stdout } = spawnSync(process.execPath, [here('../out/cli/main.js'), ...all], { encoding: 'utf8' })
  const ms = performance.now() - started
  const { findings } = /** @type {{ findings: { code: string }[] }} */ (JSON.parse(stdout))
  if (!findings.some((finding) => finding.code === code)) throw new Error(`the command line does not report ${code}`)
  return ms
}
