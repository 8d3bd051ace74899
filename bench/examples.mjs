/** Every example driver, warm, in one process. Run alone: `node bench/main.mjs --only examples`. */
import { fileURLToPath } from 'node:url'
import { bundled } from './bundle.mjs'
import { summary } from './figures.mjs'

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))
/** Milliseconds that an example may take, warm (issue 5). */
const AIM_MS = 50
/** Runs of each before the figures are taken. */
const WARM = 6

/** @param {{ repeats: number, say: (text: string) => void }} options */
export async function measureExamples({ repeats, say }) {
  /** @type {typeof import('./examples.ts')} */
  const { ExampleRuns, programs } = await bundled('examples')
  const root = here('../examples/drivers')
  const runs = new ExampleRuns(here('../out/cli/runner-worker.js'))
  const rows = []
  try {
    const files = programs(root)
    for (const [i, file] of files.entries()) {
      const path = `${root}/${file}`
      const era = runs.era(path)
      // As after an edit: the program has been run before, in this process.
      for (let warm = 0; warm < WARM; warm++) await runs.sample(path, era)
      const taken = []
      for (let repeat = 0; repeat < repeats; repeat++) taken.push(await runs.sample(path, era))
      rows.push({
        file,
        operations: taken[0].operations,
        wallMs: summary(taken.map(({ wallMs }) => wallMs)),
        cpuMs: summary(taken.map(({ cpuMs }) => cpuMs)),
      })
      if (i % 20 === 19) say(`examples: ${i + 1} of ${files.length}`)
    }
  } finally {
    runs.close()
  }
  rows.sort((a, b) => b.wallMs.median - a.wallMs.median)
  return { aimMs: AIM_MS, over: rows.filter(({ wallMs }) => wallMs.median >= AIM_MS).map(({ file }) => file), rows }
}
