/** `node scripts/generate-coverage.mjs`: writes docs/coverage.md from a run of the random programs. */
import { TOOLS } from './paths.mjs'
import { runNode } from './tool.mjs'

const result = await runNode(TOOLS.vitest, ['run', 'scripts/fuzz/fuzz-a'], {
  live: true,
  env: { PAGEWARD_GENERATE: '1' },
})
process.exit(result.status ?? 1)
