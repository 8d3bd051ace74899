/** docs/value-checks.md: the table of the checks of values. */
import type { Checks } from './count.ts'

const INTRODUCTION = `# Which functions have a checked value

Made by \`node scripts/generate-value-checks.mjs\`, never typed. For each function of SURFACE §2, in how many checks it
is called: programs of \`corpus/ground-truth\`, whose values a real kernel printed; programs of \`corpus/memory\`,
whose values were read from the kernel's source; tests under \`src-core\` that expect something. A program or test
counts once for each function that it calls, whatever it says of that function: a figure above 0 is no proof, a 0 is a
gap.
`

export function documentOf(checks: ReadonlyMap<string, Checks>): string {
  const rows = [...checks].map(
    ([name, { measured, read, tests }]) => `| \`${name}\` | ${measured} | ${read} | ${tests} |`,
  )
  const unmeasured = [...checks].filter(([, { measured }]) => measured === 0).length
  return [
    INTRODUCTION,
    `${checks.size} functions; ${checks.size - unmeasured} of them are called in a measured program.`,
    '',
    '| function | measured | read from the source | tests |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
