/** A folder on the disk: read, written back, never outside of it, never over what somebody else wrote. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FolderFiles, isFilePath } from './folder-files.ts'

let folder = ''
const at = (path: string): string => join(folder, path)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pageward-folder-'))
  mkdirSync(at('lib'))
  mkdirSync(at('node_modules'))
  writeFileSync(at('main.ts'), 'main')
  writeFileSync(at('lib/queue.ts'), 'queue')
  writeFileSync(at('node_modules/other.ts'), 'other')
  writeFileSync(at('notes.txt'), 'notes')
})
afterEach(() => rmSync(folder, { recursive: true }))
const opened = async (): Promise<FolderFiles> => {
  const files = new FolderFiles(folder, (path) => rm(path))
  await files.read()
  return files
}

describe('a folder of snippets', () => {
  it('is read with its folders, TypeScript only', async () => {
    const files = await new FolderFiles(folder, () => Promise.resolve()).read()
    expect(files).toEqual([
      { path: 'lib/queue.ts', text: 'queue' },
      { path: 'main.ts', text: 'main' },
    ])
  })

  it('is written back: changed, new and removed files', async () => {
    const files = await opened()
    const saved = await files.save(
      [
        { path: 'main.ts', text: 'changed' },
        { path: 'new/deep.ts', text: 'new' },
      ],
      ['lib/queue.ts'],
    )
    expect(saved).toEqual({ kind: 'saved', written: 2, theirs: [] })
    expect(readFileSync(at('main.ts'), 'utf8')).toBe('changed')
    expect(readFileSync(at('new/deep.ts'), 'utf8')).toBe('new')
    expect(() => readFileSync(at('lib/queue.ts'))).toThrow()
  })

  it('hands back what somebody else wrote, and overwrites it only when asked again', async () => {
    const files = await opened()
    writeFileSync(at('main.ts'), 'theirs')
    const mine = [{ path: 'main.ts', text: 'mine' }]
    expect(await files.save(mine, [])).toMatchObject({ written: 0, theirs: [{ path: 'main.ts', text: 'theirs' }] })
    expect(readFileSync(at('main.ts'), 'utf8')).toBe('theirs')
    expect(await files.save(mine, [])).toMatchObject({ written: 1, theirs: [] })
    expect(readFileSync(at('main.ts'), 'utf8')).toBe('mine')
  })

  it('does not remove a file that somebody else changed', async () => {
    const files = await opened()
    writeFileSync(at('lib/queue.ts'), 'theirs')
    await files.save([], ['lib/queue.ts'])
    expect(readFileSync(at('lib/queue.ts'), 'utf8')).toBe('theirs')
  })

  it('is never left, not even by a link', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'pageward-outside-'))
    symlinkSync(outside, at('out'))
    const files = await opened()
    expect(await files.save([{ path: 'out/x.ts', text: 'x' }], [])).toMatchObject({ kind: 'failed' })
    expect(await files.save([{ path: 'out/new/x.ts', text: 'x' }], [])).toMatchObject({ kind: 'failed' })
    expect(readdirSync(outside)).toEqual([])
    rmSync(outside, { recursive: true })
    expect(['../x.ts', '/x.ts', 'a/../x.ts', 'x.js', '.x.ts', 'a//b.ts'].filter(isFilePath)).toEqual([])
  })
})
