/** Programs that take the command line's process to its limits: it ends all the same, in seconds and with status 3. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'pageward-endless-'))

/** Seconds that a command may take; a child that never ends is killed then, and has no status. */
const BOUND = 40

/** Answers with a length that is small when it is looked at, and large after. */
const liar = (length: string): string => `let n = 0\nconst liar = { get length() { return n++ < 1 ? 1 : ${length} } }\n`
const ENDLESS = `${liar('2 ** 53 - 1')}Array.prototype.indexOf.call(liar, 1)`

function pageward(text: string, command: readonly string[] = ['run', '--seconds', '2'], pragmas = '') {
  const path = join(folder, 'a.ts')
  writeFileSync(path, `${pragmas}import { pr_info } from 'linux'\npr_info('before')\n${text}\n`)
  const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/pageward.mjs', ...command, path], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: BOUND * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 26,
  })
  return { stdout, stderr, status }
}

describe('the command line', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('says where a built-in went through too much, with what was logged before', () => {
    const { stdout, status } = pageward('const a = new Array(2 ** 32 - 1)\na.indexOf(1, 0)')
    expect(status).toBe(3)
    expect(stdout).toContain('before')
    expect(stdout).toContain('one call over millions of elements')
  }, 60_000)

  it('ends with a thread that cannot be ended, once the report is out', () => {
    const { stdout, status } = pageward(ENDLESS)
    expect(status).toBe(3)
    expect(stdout).toContain('before')
    expect(stdout).toContain('time budget')
  }, 60_000)

  it('says in one line that the engine went down', () => {
    const { stdout, stderr, status } = pageward(`${liar('2 ** 32 - 1')}Array.prototype.sort.call(liar)`)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^pageward: the program took more memory than the engine can give.*\n$/)
    expect(status).toBe(3)
  }, 60_000)

  it('prints a log of hundreds of thousands of lines', () => {
    const { stdout, stderr, status } = pageward('for (let i = 0; i < 300_000; i++) pr_info(`line ${i}`)')
    expect(stderr).toBe('')
    expect(stdout.slice(-1000)).toContain('log  line 299999\n')
    expect(status).toBe(0)
  }, 60_000)

  it('goes on with the next run of a test after one that cannot be ended', () => {
    const { stdout, status } = pageward(ENDLESS, ['test', '--seconds', '2'], '// @era v6.12 v6.14\n// @expect none\n')
    expect(stdout).toContain('0 passed, 2 failed')
    expect(status).toBe(1)
  }, 60_000)
})
