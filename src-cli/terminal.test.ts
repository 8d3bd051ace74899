/** What the command prints on a terminal and in a pipe. The terminal is one of `script` (util-linux). */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'pageward-terminal-'))
const path = join(folder, 'a.ts')
const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0

const COMMAND = [process.execPath, 'scripts/pageward.mjs', 'run', path]
const start = (command: string, words: readonly string[]) => spawnSync(command, words, { cwd: ROOT, encoding: 'utf8' })
const onTerminal = (redirect = '') =>
  start('script', ['-qec', `${COMMAND.map((word) => `'${word}'`).join(' ')} ${redirect}`, '/dev/null'])

/** How often the error is told. */
const told = (text: string): number => text.split('a.ts:2:').length - 1

describe('an error of the compiler', () => {
  beforeAll(() => {
    writeFileSync(path, "import { pr_info } from 'linux'\nasync function f() { pr_info('x') }\n")
    start(process.execPath, ['scripts/pageward.mjs', 'explain'])
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.runIf(hasTerminal)(
    'is told once on a terminal',
    () => {
      const { stdout, status } = onTerminal()
      expect(status).toBe(2)
      expect(told(stdout)).toBe(1)
      expect(stdout).toContain('does not compile')
    },
    30_000,
  )

  it.runIf(hasTerminal)(
    'goes to stderr and into the report where these lead to different places',
    () => {
      const errors = join(folder, 'errors')
      expect(told(onTerminal(`2> '${errors}'`).stdout)).toBe(1)
      expect(told(start('cat', [errors]).stdout)).toBe(1)
      expect(told(onTerminal(`> '${errors}'`).stdout)).toBe(1)
      expect(told(onTerminal(`--format json`).stdout)).toBe(1)
    },
    30_000,
  )

  it('goes to both in pipes', () => {
    const { stdout, stderr, status } = start(COMMAND[0]!, COMMAND.slice(1))
    expect([status, told(stdout), told(stderr)]).toEqual([2, 1, 1])
  }, 30_000)
})
