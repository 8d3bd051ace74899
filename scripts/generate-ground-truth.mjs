/**
 * `node scripts/generate-ground-truth.mjs [FOLDER]`: what the ground-truth test compares with, and its table.
 *
 * FOLDER holds the measurement: `ground_truth.json` (a list of {run, case, step, call, what, value}, in the order
 * printed) and `reports/GROUP/CASE.KERNEL.txt` (what the kernels printed). Given, it makes
 * corpus/ground-truth/measured.json, an extract with the cases and runs that the programs of that folder name in
 * their `// Measured:` line. Without it only docs/ground-truth.md is made, by running the programs.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { at, TOOLS } from './paths.mjs'
import { runNode } from './tool.mjs'

const PROGRAMS = 'corpus/ground-truth'

/** Names of report files that are not the case's name. */
/** @type {Record<string, string>} */
const REPORT_NAMES = {
  i_highmem: 'kunmap_local_out_of_order',
  kasan_vmalloc_oob: 'kasan_vmalloc',
  kasan_page_uaf: 'kasan_page',
  kasan_rcu_uaf: 'kasan_rcu',
  bad_map: 'badmap',
  bad_rss: 'badrss',
  page_poison: 'page_poison.corruption',
}

/** First words of the lines by which a kernel names what it found. */
const HEADLINES = [
  'unreferenced object',
  'BUG',
  'kernel BUG',
  'WARNING',
  'Trying to',
  'object pointer',
  'refcount_t',
  'page dumped because',
  'pagealloc',
]
const HEADLINE = new RegExp(`^(${HEADLINES.join('|')}|DMA-API: (?!Mapped at)|\\[\\w)`)

/** @param {string} source @param {string} name @param {string} run @returns {string[]} */
function headlines(source, name, run) {
  const kernel = run === 'i386' ? run : run.startsWith('kasan') ? 'kasan_kernel' : 'plain_kernel'
  let file = `${REPORT_NAMES[name] ?? name}.${kernel}.txt`
  const reports = join(source, 'reports')
  if (run.startsWith('hard')) file = `${REPORT_NAMES[name] ?? name}.txt`
  if (name === 'kmemleak') file = 'sys_kernel_debug_kmemleak.txt'
  const folder = readdirSync(reports).find((group) => existsSync(join(reports, group, file)))
  if (folder === undefined) return []
  return readFileSync(join(reports, folder, file), 'utf8')
    .split('\n')
    .map((line) => line.replace(/^\[ *\d+\.\d+\] /, ''))
    .filter((line) => HEADLINE.test(line) && !line.includes('kasan: bad access detected'))
}

/** @param {string} source */
function extract(source) {
  /** @type {{ run: string, case: string, step: number, call: string, what: string, value: string | number }[]} */
  const all = JSON.parse(readFileSync(join(source, 'ground_truth.json'), 'utf8'))
  const programs = readdirSync(at(PROGRAMS))
    .filter((file) => file.endsWith('.ts'))
    .sort()
  const parts = []
  for (const file of programs) {
    const name = file.replace(/\.ts$/, '')
    const line = /^\/\/ Measured: (.+)$/m.exec(readFileSync(at(PROGRAMS, file), 'utf8'))
    if (line === null) continue
    const runs = (line[1] ?? '').split(',').map((text) => text.trim().split(' ')[0] ?? '')
    const texts = runs.map((run) => {
      const rows = all.filter((row) => row.case === name && row.run === run)
      if (rows.length === 0) throw new Error(`${file}: there is no case ${name} in run ${run}`)
      const list = rows.map((row) => `      ${JSON.stringify([row.step, row.call, row.what, row.value])}`).join(',\n')
      const kernel = JSON.stringify(headlines(source, name, run))
      return `    ${JSON.stringify(run)}: { "kernel": ${kernel}, "rows": [\n${list}\n    ] }`
    })
    parts.push(`  ${JSON.stringify(name)}: {\n${texts.join(',\n')}\n  }`)
  }
  const cases = [...new Set(all.map((row) => row.case))].sort()
  const names = `  "": ${JSON.stringify(cases)}`
  writeFileSync(at(PROGRAMS, 'measured.json'), `{\n${[names, ...parts].join(',\n')}\n}\n`)
}

const source = process.argv[2]
if (source !== undefined) extract(source)
const result = await runNode(TOOLS.vitest, ['run', 'scripts/ground-truth'], {
  live: true,
  env: { PAGEWARD_GENERATE: '1' },
})
process.exit(result.status ?? 1)
