/** docs/coverage.md: which functions random programs called, how often, and which documented errors they got. */
import { DOCUMENTED } from './documented.ts'
import { FLOOR, type RandomRuns } from './random-runs.ts'

const INTRODUCTION = `# What random programs reach

Made by \`node scripts/generate-coverage.mjs\`, never typed. \`scripts/fuzz\` makes random legal programs, runs
them through the real surface on a small machine (all eras but memdesc; x86_64, arm64-16k and i386-highmem; with and
without debugging, IOMMU and bounce buffers), checks the machine after every step and lets the
rules judge the run: a legal program has no finding. A program that fails is shortened and shown as a snippet.

Every function of SURFACE §2 is called at least ${2 * FLOOR} times in a run (${FLOOR} in each of its halves), and gives
every error that its documentation names; the test fails for a row below that. An error is a result: \`null\`, an
errno, \`false\`, 0, or fewer than asked for (\`short\`).
`

const figure = (n: number): string => n.toLocaleString('en-US')

export function coverageTable({ coverage, operations }: RandomRuns): string {
  const rows = Object.entries(DOCUMENTED).map(([name, errors]) => {
    const reached = errors.map((error) => `${error} (${figure(coverage.errors.get(`${name} ${error}`) ?? 0)})`)
    return `| \`${name}\` | ${figure(coverage.calls.get(name) ?? 0)} | ${reached.join(', ') || '–'} |`
  })
  return [
    INTRODUCTION,
    `The figures are those of the first half: ${figure(operations)} operations, ${rows.length} functions.`,
    '',
    '| function | calls | documented errors (how often) |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

/** Functions and errors of a table, without the figures: `alloc_pages null`. */
export function rowsOf(text: string): string[] {
  return [...text.matchAll(/^\| `(\w+)` \| [\d,]+ \| (.+) \|$/gm)].map(([, name = '', errors = '']) => {
    const names = errors === '–' ? [] : errors.split(', ').map((error) => error.replace(/ \([\d,]+\)$/, ''))
    return [name, ...names].join(' ')
  })
}
