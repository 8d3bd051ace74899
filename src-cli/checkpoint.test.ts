/** An exploration that is killed goes on from its last checkpoint, to the result of one that was not. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Exploration } from '../src-core/explore/options.ts'

const ROOT = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'pageward-checkpoint-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Thousands of schedules, in some of which somebody reads too late. */
const PROGRAM = `import { kfree, kmalloc, kthread_run, GFP_KERNEL, READ_ONCE, shared, WRITE_ONCE } from 'linux'
const p = kmalloc(8, GFP_KERNEL)!
const x = shared(0)
kthread_run(() => { WRITE_ONCE(x, 1); kfree(p) }, 'writer')
for (let i = 0; i < 10; i++) kthread_run(() => READ_ONCE(x), 'reader')
kthread_run(() => { if (READ_ONCE(x) === 1) p.read_u8(0) }, 'late')
`

it.each([
  ['x', 'this is no JSON, or was cut off'],
  ['{"schema":"pageward.checkpoint/3","progr', 'this is no JSON, or was cut off'],
  ['{"name":"another program"}', 'this is no checkpoint of explore'],
  ['{"schema":"pageward.checkpoint/4"}', 'it is pageward.checkpoint/4 of another Pageward, this one reads'],
  ['{"schema":"pageward.checkpoint/3","program":"a.ts"}', 'the checkpoint is damaged, without its figures'],
])('is refused in one line if it is %s', { timeout: 240_000 }, (content, said) => {
  const program = join(folder, 'b.ts')
  const checkpoint = join(folder, 'wrong.json')
  writeFileSync(program, PROGRAM)
  writeFileSync(checkpoint, content)
  const words = ['scripts/pageward.mjs', 'explore', program, '--resume', checkpoint]
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' })
  expect(stderr).toContain(said)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(status).toBe(2)
})

it('is the exploration, though it was killed in the middle', { timeout: 240_000 }, async () => {
  const program = join(folder, 'a.ts')
  const checkpoint = join(folder, 'left.json')
  writeFileSync(program, PROGRAM)
  const command = ['scripts/pageward.mjs', 'explore', program, '--format', 'json']
  const child = spawn(process.execPath, [...command, '--checkpoint', checkpoint, '--checkpoint-every', '0.1'], {
    cwd: ROOT,
    stdio: 'ignore',
  })
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_code, signal) => resolve(signal)))
  while (!existsSync(checkpoint)) {
    if (child.exitCode !== null) throw new Error('it ended before it could be killed')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
  const result = (words: readonly string[]): Partial<Exploration> => {
    const { stdout } = spawnSync(process.execPath, [...command, ...words], { cwd: ROOT, encoding: 'utf8' })
    return { ...(JSON.parse(stdout) as Exploration), run_ms: 0 }
  }
  const whole = result([])
  expect(whole).toMatchObject({ complete: true })
  expect(whole.findings?.length).toBeGreaterThan(0)
  expect(result(['--resume', checkpoint])).toEqual(whole)
})
