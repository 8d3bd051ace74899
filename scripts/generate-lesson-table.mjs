/** `node scripts/generate-lesson-table.mjs`: writes docs/lesson-table.md from the lessons' folders. */
import { TOOLS } from './paths.mjs'
import { runNode } from './tool.mjs'

const result = await runNode(TOOLS.vitest, ['run', 'scripts/lessons'], {
  live: true,
  env: { PAGEWARD_GENERATE: '1' },
})
process.exit(result.status ?? 1)
