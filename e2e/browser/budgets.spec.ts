/** The budgets on worker threads of a browser: every program of corpus/sandbox/budgets ends while the app answers. */
import { expect, test } from '@playwright/test'
import { readdirSync, readFileSync } from 'node:fs'
import { CLEAN } from '../shared/programs.ts'
import { Workbench } from '../shared/workbench.ts'

const PROGRAMS = 'corpus/sandbox/budgets'
/** Seconds that the app gives a run (src-core/protocol/supervisor.ts), and what a loaded machine may add. */
const SECONDS = 3
const SLACK = 12
/** Longest time that the page may not answer, ms: on a machine whose processors all have something else to do. */
const GAP = 5_000
/**
 * Where Chromium has no more room for an array, or on the stack of a worker, the program dies of a RangeError before a
 * budget ends it (SURFACE: a stack overflow ends its task like an oops).
 */
const ROOM = /^\/\/ ends: .*(memory|depth)/

/** A text without the spaces with which the editor indents it. */
const squeezed = (text: string): string => text.replace(/\s/g, '')

/** Resident bytes of the processes that this browser started. */
function residentBytes(): number {
  let bytes = 0
  const parents = new Map<number, number>()
  const sizes = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')
      parents.set(Number(name), Number(fields[1]))
      sizes.set(Number(name), Number(fields[21]) * 4096)
    } catch {
      // It ended meanwhile.
    }
  }
  for (const [pid, size] of sizes) {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) {
      if (at !== process.pid) continue
      bytes += size
      break
    }
  }
  return bytes
}

test('every program ends, the page answers all the time, memory returns', async ({ page }) => {
  const names = readdirSync(PROGRAMS)
  test.setTimeout(60_000 + names.length * (SECONDS + SLACK) * 1000)
  let crashed = false
  page.on('crash', () => (crashed = true))
  await page.goto('/')
  const workbench = new Workbench(page)
  await workbench.run(CLEAN)
  await page.evaluate(() => {
    const beat = { worst: 0, last: performance.now() }
    Reflect.set(window, 'pagewardBeat', beat)
    setInterval(() => {
      const now = performance.now()
      beat.worst = Math.max(beat.worst, now - beat.last)
      beat.last = now
    }, 20)
  })
  const before = residentBytes()
  let most = before
  const watch = setInterval(() => (most = Math.max(most, residentBytes())), 250)
  const ended: string[] = []
  for (const name of names) {
    const started = Date.now()
    await workbench.focusEditor()
    await page.keyboard.press('ControlOrMeta+A')
    const text = readFileSync(`${PROGRAMS}/${name}`, 'utf8')
    await page.keyboard.insertText(text)
    await expect.poll(async () => squeezed((await workbench.state()).text)).toBe(squeezed(text))
    await workbench.idle().catch((error: unknown) => {
      throw new Error(`${name}: ${crashed ? 'the page crashed' : String(error)}`)
    })
    const { codes, failure } = await workbench.state()
    expect(failure, name).toBeNull()
    const status = await page.getByRole('contentinfo').innerText()
    const limit = /ended early: (\w+)/.exec(status)?.[1] ?? ''
    if (ROOM.test(text) && limit === '') expect(codes, name).toContain('uncaught-exception')
    else expect(limit, `${name}: ${status}`).not.toBe('')
    const seconds = (Date.now() - started) / 1000
    expect(seconds, name).toBeLessThan(SECONDS + SLACK)
    ended.push(`${name} ${limit === '' ? 'RangeError' : limit} ${seconds.toFixed(1)} s`)
  }
  clearInterval(watch)
  await workbench.replaceText(CLEAN)
  await workbench.idle()
  expect((await workbench.state()).codes).toEqual([])
  const worst = await page.evaluate(() => (Reflect.get(window, 'pagewardBeat') as { worst: number }).worst)
  await expect.poll(() => residentBytes() - before, { timeout: 60_000 }).toBeLessThan(2 ** 30)
  const mib = (bytes: number): number => Math.round(bytes / 2 ** 20)
  console.log(`budgets in a browser:\n  ${ended.join('\n  ')}`)
  console.log(
    `  longest time without an answer ${Math.round(worst)} ms; ` +
      `${mib(before)} MiB before, ${mib(most)} at most, ${mib(residentBytes())} after`,
  )
  expect(worst).toBeLessThan(GAP)
})
