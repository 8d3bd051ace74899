/**
 * What must not be lost: kill -9 of core and main at random moments while typing and running, a full disk, a second
 * start, documents from outside. PAGEWARD_ROUNDS sets the rounds of the first test (5 by default, 50 in the long run).
 */
import { expect, test } from '@playwright/test'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { journalTexts, killCore, killMain, killPage, releaseDisk, sequence, smallDisk, startOver } from './faults.ts'

const ROUNDS = Number(process.env['PAGEWARD_ROUNDS'] ?? 5)
/** A key that is older than this may not be lost, ms. */
const OLDEST = 1_000

let folder = ''
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pageward-faults-'))
})
test.afterEach(() => rmSync(folder, { recursive: true, force: true }))

test(`no key older than a second is lost in ${ROUNDS} kills`, async () => {
  test.setTimeout(60_000 + ROUNDS * 40_000)
  const chance = sequence(20_261_125)
  let worst = 0
  let running = await startOver(folder)
  await running.page.getByRole('button', { name: 'New snippet' }).click()
  // A program that runs until its budget ends it, about a second later: what is killed is typing and running.
  await running.workbench.replaceText('let n = 0\nfor (;;) n++\n// 0')
  for (let round = 0; round < ROUNDS; round++) {
    await running.workbench.focusEditor()
    await running.page.keyboard.press('ControlOrMeta+End')
    const victim = (['core', 'page', 'main'] as const)[round % 3] ?? 'main'
    // Lone digits: nothing that the editor completes or closes by itself.
    const typed: { text: string; at: number }[] = []
    const length = 10 + Math.floor(chance() * 40)
    let text = (await running.workbench.state()).text
    for (let key = 0; key < length; key++) {
      const digit = String(Math.floor(chance() * 10))
      await running.page.keyboard.type(digit)
      text += digit
      typed.push({ text, at: Date.now() })
    }
    await new Promise((done) => setTimeout(done, Math.floor(chance() * 500)))
    const killed = Date.now()
    if (victim === 'core') await killCore(running)
    else if (victim === 'page') await killPage(running)
    else await killMain(running)
    if (victim !== 'core') {
      if (victim === 'page') await running.app.close().catch(() => {})
      running = await startOver(folder)
    }
    await running.workbench.idle()
    const back = (await running.workbench.state()).text
    expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toContain('journal.json')
    const lost = typed.filter((one) => one.text.length > back.length)
    expect(text.startsWith(back), `the text after killing ${victim} is what was typed, or its beginning`).toBe(true)
    for (const one of lost) worst = Math.max(worst, killed - one.at)
    expect(worst, `age of the oldest lost key after killing ${victim}, ms`).toBeLessThan(OLDEST)
    journalTexts(folder)
  }
  console.log(`faults: ${ROUNDS} kills, oldest lost key ${worst} ms`)
  await running.app.close()
})

test('a full disk loses nothing that was kept, and is said', async () => {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  test.setTimeout(180_000)
  test.skip(!smallDisk(disk, 24), 'not run: no size-limited file system can be mounted here')
  try {
    const running = await startOver(disk)
    await running.workbench.run('//\n// kept')
    await expect.poll(() => journalTexts(disk)).toContain('//\n// kept')
    // A text that has no room.
    await running.workbench.focusEditor()
    await running.page.keyboard.press('ControlOrMeta+A')
    await running.page.keyboard.insertText('// a text that has no room\n'.repeat(1_000))
    await expect(running.page.getByText(/could not be saved/).first()).toBeVisible({ timeout: 15_000 })
    expect(journalTexts(disk)).toContain('//\n// kept')
    await running.page.keyboard.press('ControlOrMeta+A')
    await running.page.keyboard.insertText('// small again')
    await expect.poll(() => journalTexts(disk), { timeout: 15_000 }).toContain('// small again')
    await running.app.close()
  } finally {
    releaseDisk(disk)
  }
})

test('a second start hands its file to the first and ends', async () => {
  const file = join(folder, 'given.ts')
  writeFileSync(file, '// from the second start')
  const running = await startOver(folder)
  const executable = process.env['ELECTRON'] ?? resolve('e2e/standin/run.mjs')
  const second = spawn(executable, [`--user-data-dir=${folder}`, '.', file], { stdio: 'ignore' })
  await new Promise((done) => second.once('exit', done))
  await expect.poll(async () => (await running.workbench.state()).text).toBe('// from the second start')
  await running.app.close()
})

test('documents and links from outside are opened or refused, and saved where they came from', async () => {
  const good = join(folder, 'good.ts')
  const bad = join(folder, 'bad.pageward')
  writeFileSync(good, '// mine')
  writeFileSync(bad, '{"format":"pageward.program/1","files":[{"path":1}]}')
  const running = await startOver(folder, [good])
  await expect.poll(async () => (await running.workbench.state()).text).toBe('// mine')
  await running.workbench.replaceText('// mine,\n// changed')
  await running.app.evaluate(({ Menu, BrowserWindow }) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById('file-save')
    item?.click(undefined, BrowserWindow.getAllWindows()[0], undefined)
  })
  await expect.poll(() => readFileSync(good, 'utf8')).toBe('// mine,\n// changed')
  for (const word of [bad, 'pageward:#p=AAAA']) {
    await running.app.evaluate(({ app }, given) => void app.emit('second-instance', {}, ['', given], '/'), word)
    await expect.poll(async () => (await running.workbench.state()).message).toMatch(/Nothing was changed/)
    expect((await running.workbench.state()).text).toBe('// mine,\n// changed')
  }
  await running.app.close()
})

test('a clock that jumps loses nothing and stops nothing', async () => {
  const running = await startOver(folder)
  const { workbench, page, app } = running
  await workbench.run('//\n// before')
  for (const [round, days] of [400, -800, 0].entries()) {
    const jump = (by: number): void => {
      const real = (Reflect.get(globalThis, 'pagewardNow') as typeof Date.now | undefined) ?? Date.now.bind(Date)
      Reflect.set(globalThis, 'pagewardNow', real)
      Date.now = () => real() + by
    }
    const by = days * 86_400_000
    await page.evaluate(jump, by)
    await app.evaluate((_electron, ms) => {
      const real = (Reflect.get(globalThis, 'pagewardNow') as typeof Date.now | undefined) ?? Date.now.bind(Date)
      Reflect.set(globalThis, 'pagewardNow', real)
      Date.now = () => real() + ms
    }, by)
    await workbench.replaceText(`// round\n// ${round}`)
    await workbench.idle()
    await expect.poll(() => journalTexts(folder)).toContain(`// round\n// ${round}`)
    expect(await workbench.state()).toMatchObject({ failure: null, message: null, stale: false })
  }
  await app.close()
})

test('the files used last are in the menu, and open from there', async () => {
  test.skip(process.platform === 'darwin', 'macOS keeps this list itself')
  const file = join(folder, 'used.ts')
  writeFileSync(file, '// used before')
  const first = await startOver(folder, [file])
  await expect.poll(async () => (await first.workbench.state()).text).toBe('// used before')
  await first.app.close()
  const { app, workbench } = await startOver(folder)
  await workbench.run('//\n// another')
  const label = await app.evaluate(({ Menu, BrowserWindow }) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById('recent-0')
    item?.click(undefined, BrowserWindow.getAllWindows()[0], undefined)
    return item?.label
  })
  expect(label).toBe(file)
  await expect.poll(async () => (await workbench.state()).text).toBe('// used before')
  await app.close()
})
