/** `npm run check`: the types of every environment and the lint (import direction, unused names, line length). */
import { availableParallelism } from 'node:os'
import { existsSync, mkdirSync } from 'node:fs'
import { at, TOOLS } from './paths.mjs'
import { ensureSetup } from './setup.mjs'
import { duration, runNode } from './tool.mjs'

/** @type {[name: string, script: string, args: string[]][]} */
const CHECKS = [
  ['types src-renderer', TOOLS.vueTsc, ['-p', 'src-renderer']],
  ['types src-core', TOOLS.tsc, ['-p', 'src-core']],
  ['types src-core tests', TOOLS.tsc, ['-p', 'src-core/tsconfig.test.json']],
  ['types src-main', TOOLS.tsc, ['-p', 'src-main']],
  ['types preload', TOOLS.tsc, ['-p', 'src-main/tsconfig.preload.json']],
  ['types src-cli', TOOLS.tsc, ['-p', 'src-cli']],
  ['types scripts, e2e, bench', TOOLS.tsc, ['-p', 'scripts']],
  ['generated surface', at('scripts/generate-surface.mjs'), ['--check']],
  ['generated examples index', at('scripts/generate-examples.mjs'), ['--check']],
  ['generated lessons index', at('scripts/generate-lessons.mjs'), ['--check']],
  ['lint', TOOLS.eslint, ['--max-warnings', '0', '.']],
]

/**
 * Runs all checks, as many at once as there are cores.
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks() {
  mkdirSync(at('out/types'), { recursive: true })
  const queue = [...CHECKS]
  let failed = 0
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [name, script, args] = next
      const result = await runNode(script, args)
      if (result.status !== 0) failed++
      const mark = result.status === 0 ? 'ok  ' : 'FAIL'
      console.log(`  ${mark} ${name} (${duration(result.ms)})${result.status === 0 ? '' : `\n${result.output}`}`)
    }
  }
  const lanes = Math.max(1, Math.min(4, availableParallelism()))
  await Promise.all(Array.from({ length: lanes }, worker))
  return { passed: CHECKS.length - failed, failed }
}

if (process.argv[1] === import.meta.filename) {
  await ensureSetup()
  if (!existsSync(at('src-core'))) process.exit(1)
  const { failed } = await runChecks()
  process.exit(failed === 0 ? 0 : 1)
}
