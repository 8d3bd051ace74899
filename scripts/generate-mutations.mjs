/** `node scripts/generate-mutations.mjs`: docs/mutations.md, by making, running and judging every mutant. */
import { TOOLS } from './paths.mjs'
import { runNode } from './tool.mjs'

const result = await runNode(TOOLS.vitest, ['run', 'scripts/mutation'], {
  live: true,
  env: { PAGEWARD_GENERATE: '1', PAGEWARD_LONG: '1' },
})
process.exit(result.status ?? 1)
