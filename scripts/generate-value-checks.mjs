/** `node scripts/generate-value-checks.mjs`: writes docs/value-checks.md from the corpus and the tests. */
import { TOOLS } from './paths.mjs'
import { runNode } from './tool.mjs'

const result = await runNode(TOOLS.vitest, ['run', 'scripts/value-checks'], {
  live: true,
  env: { PAGEWARD_GENERATE: '1' },
})
process.exit(result.status ?? 1)
