/** docs/ground-truth.md: case, step, measured, simulated. Made from a run of the programs, never typed. */
import { MEASURED_CASES, OWN_MEASUREMENTS, type CaseRun } from './cases.ts'
import { agrees, firstLines, plainKernelLine, type Comparison } from './compare.ts'
import { OPEN_CASES } from './open-cases.ts'

export interface CaseResult {
  readonly run: CaseRun
  readonly comparisons: readonly Comparison[]
  /** What the simulated kernel printed. */
  readonly printed: readonly string[]
}

const INTRODUCTION = `# Ground truth: measured and simulated

Made by \`node scripts/generate-ground-truth.mjs\`, never typed; a test fails when it is stale.
Left the values that a test module printed on real Linux 6.12.117 kernels; right what the program
\`corpus/ground-truth/CASE.ts\` prints in Pageward, era v6.12. Run \`plain-*\` is a kernel without debug options
(\`debug=off\`), \`kasan-*\` one with KASAN and DEBUG_VM (\`debug=on\`), \`i386\` one with high memory.
\`hard-poison\` one with page poisoning (\`page_poison=on\`, and DEBUG_VM, which says nothing in its cases).
The other runs of the measurement are of kernels that no machine stands for (hardened freelists, KFENCE,
debug_pagealloc, slab_debug at boot). One case was measured on such a kernel alone (\`hard-main\`): of it hardly
anything can be compared, and what the kernel printed is not.

These values were given to us. Behind them, under "Measured by us", are cases that we measured ourselves under QEMU, of
\`corpus/ground-truth/measured-here\`; they are counted apart.

How a value is compared. **value**: it has to be equal. **relation**: addresses and page frame numbers cannot be
equal by nature; what they say about each other has to be. **address**: an address or pfn itself, shown only.
**varies**: it depends on something outside the case; shown only, with the reason.
`

const escape = (text: string): string => text.replaceAll('|', '¦').replaceAll('`', "'").replaceAll('\n', ' ')

function stepRows(comparisons: readonly Comparison[]): string[] {
  const steps = new Map<string, Comparison[]>()
  for (const one of comparisons) {
    const key = `${one.step}|${one.call}`
    steps.set(key, [...(steps.get(key) ?? []), one])
  }
  return [...steps.values()].map((list) => {
    const { step, call } = list[0]!
    const cell = (value: (one: Comparison) => string | null): string =>
      list.map((one) => `${escape(one.what)} = ${escape(value(one) ?? 'not printed')}${mark(one)}`).join('; ')
    const measured = cell((one) => one.measured)
    const simulated = list.map((one) => escape(one.simulated ?? '–')).join('; ')
    return `| ${step} | \`${escape(call)}\` | ${measured} | ${simulated} | ${list.every(agrees) ? 'yes' : '**no**'} |`
  })
}

const mark = (one: Comparison): string => (one.how === 'value' ? '' : ` (${one.how})`)

function section(result: CaseResult): string {
  const { run, comparisons, printed } = result
  const compared = comparisons.filter((one) => one.how === 'value' || one.how === 'relation').length
  const reasons = [
    ...new Set(comparisons.map((one) => (one.reason === '' ? '' : `${one.step} ${one.what}: ${one.reason}`))),
  ]
  const first = (list: readonly string[]): string =>
    list[0] === undefined ? 'nothing' : `\`${escape(plainKernelLine(list[0]))}\``
  const simulated =
    run.kernelVaries === undefined ? `simulated: ${first(printed)}` : `not compared: ${escape(run.kernelVaries)}`
  return [
    `### ${run.name}, run ${run.run}`,
    '',
    `${compared} of ${comparisons.length} values compared.`,
    '',
    '| step | call | measured | simulated | equal |',
    '|---|---|---|---|---|',
    ...stepRows(comparisons),
    '',
    ...(run.measured.first === undefined
      ? [`First line of the kernel's report, measured: ${first(run.measured.kernel)}; ${simulated}.`]
      : firstRows(firstLines(printed, run.measured.first))),
    ...reasons.filter((reason) => reason !== '').map((reason) => `\n* ${escape(reason)}`),
  ].join('\n')
}

/** What each misuse made the kernel say first. */
function firstRows(lines: ReturnType<typeof firstLines>): string[] {
  const row = ({ measured, simulated }: (typeof lines)[number]): string =>
    `| ${escape(measured)} | ${escape(simulated ?? 'nothing')} | ${simulated === null ? '**no**' : 'yes'} |`
  return [
    `The first line of each report of the kernel, ${lines.length} of them:`,
    '',
    '| measured | simulated | equal |',
    '|---|---|---|',
    ...lines.map(row),
  ]
}

function countsOf(results: readonly CaseResult[], cases: string): string {
  const all = results.flatMap((result) => result.comparisons)
  const count = (how: Comparison['how']): number => all.filter((one) => one.how === how).length
  const wrong = all.filter((one) => !agrees(one)).length
  return (
    `${cases}, ${results.length} runs, ${all.length} values: ` +
    `${count('value')} compared as values, ${count('relation')} by relation; ${count('address')} addresses and ` +
    `${count('varies')} varying values shown only. Different: ${wrong}.`
  )
}

const namesOf = (results: readonly CaseResult[]): string[] => [...new Set(results.map((result) => result.run.name))]

function sections(results: readonly CaseResult[]): string[] {
  return namesOf(results).flatMap((name) => {
    const of = results.filter((result) => result.run.name === name)
    return [`**${name}.** ${escape(of[0]?.run.title ?? '')}`, ...of.map(section)]
  })
}

/** The whole document. */
export function tableOf(results: readonly CaseResult[]): string {
  const given = results.filter(({ run }) => !run.own)
  const names = namesOf(given)
  const missing = MEASURED_CASES.filter((name) => !names.includes(name))
  return (
    [
      INTRODUCTION,
      countsOf(given, `${names.length} of ${MEASURED_CASES.length} cases`),
      '## Cases',
      ...sections(given),
      ...openTable(missing),
      ...ownPart(results.filter(({ run }) => run.own)),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  )
}

/** The cases that we measured ourselves, with what each measurement was made with. */
function ownPart(results: readonly CaseResult[]): string[] {
  return [
    '## Measured by us',
    countsOf(results, `${namesOf(results).length} cases`),
    ...OWN_MEASUREMENTS.flatMap(({ about, cases }) => [
      about,
      ...sections(results.filter(({ run }) => Object.hasOwn(cases, run.name))),
    ]),
  ]
}

/** The cases without a program, and what each would need. */
function openTable(missing: readonly string[]): string[] {
  if (missing.length === 0) return []
  const rows = missing.map((name) => `| ${name} | ${escape(OPEN_CASES[name] ?? '**unexplained**')} |`)
  return ['## Measured, and not yet a program here', ['| case | it needs |', '|---|---|', ...rows].join('\n')]
}
