import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { RecentFiles } from './recent-files.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pageward-recent-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('keeps ten files, the newest first and each once, over a restart', () => {
  const file = join(folder, 'recent.json')
  const recent = new RecentFiles(file)
  let changes = 0
  recent.onChange = () => changes++
  for (let n = 0; n < 12; n++) recent.add(resolve(`/programs/${n}.ts`))
  recent.add(resolve('/programs/5.ts'))
  expect(changes).toBe(13)
  expect(recent.list).toHaveLength(10)
  expect(recent.list.slice(0, 2)).toEqual([resolve('/programs/5.ts'), resolve('/programs/11.ts')])
  expect(new RecentFiles(file).list).toEqual(recent.list)
  recent.clear()
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([])
})

it('takes nothing from its file that is no absolute path of a document', () => {
  const file = join(folder, 'recent.json')
  const good = resolve('/programs/a.pageward')
  writeFileSync(file, JSON.stringify([good, 'b.ts', 7, null, resolve('/etc/passwd'), resolve('/x\0.ts')]))
  expect(new RecentFiles(file).list).toEqual([good])
  for (const text of ['', '{}', '"x"', '[', 'null']) {
    writeFileSync(file, text)
    expect(new RecentFiles(file).list).toEqual([])
  }
})

it('goes on without a file that can be written', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const recent = new RecentFiles(join(folder, 'none', 'recent.json'))
  recent.add(resolve('/a.ts'))
  expect(recent.list).toEqual([resolve('/a.ts')])
  expect(warn).toHaveBeenCalledOnce()
  warn.mockRestore()
})
