/** What is read from and written to the disk: whole or not at all, and never more than a person named. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decode, readText, reasonOf } from './document-text.ts'
import { JournalFile, writeWhole } from './journal-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pageward-files-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a document', () => {
  it('may be UTF-8 with or without a mark, or UTF-16', () => {
    expect(decode(Buffer.from('é'))).toBe('é')
    expect(decode(Buffer.from('\ufeffé'))).toBe('é')
    expect(decode(Buffer.from('\ufeffé', 'utf16le'))).toBe('é')
    expect(decode(Buffer.from('\ufeffé', 'utf16le').swap16())).toBe('é')
    expect(decode(Buffer.from([0xff, 0x00]))).toBeNull()
    expect(decode(Buffer.from('a\0b'))).toBeNull()
  })

  it('is refused in one sentence when it is missing, a folder, a FIFO, a loop or too big', async () => {
    const file = (name: string): string => join(folder, name)
    symlinkSync(file('loop.ts'), file('loop.ts'))
    writeFileSync(file('big.ts'), Buffer.alloc(5_000_001, 97))
    if (process.platform !== 'win32') execFileSync('mkfifo', [file('pipe.ts')])
    const say = async (name: string): Promise<unknown> => Object.values(await readText(file(name)))[0]
    expect(await say('none.ts')).toBe('“none.ts” was not opened: there is no such file.')
    expect(await readText(folder)).toMatchObject({ failed: expect.stringContaining('it is a folder') as string })
    expect(await say('loop.ts')).toBe('“loop.ts” was not opened: it is a link that leads to itself.')
    expect(await say('big.ts')).toBe('“big.ts” was not opened: it is larger than 5 MB.')
    if (process.platform !== 'win32') expect(await say('pipe.ts')).toContain('no regular file')
  })
})

describe('a file that is written whole', () => {
  it('leaves the old content and nothing else when it cannot be written', async () => {
    const path = join(folder, 'a')
    await writeWhole(path, 'old')
    await expect(writeWhole(join(folder, 'a', 'b'), 'new')).rejects.toThrow()
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a'])
  })
})

/** Whether this process can become a user without rights, as a read-only folder says nothing to root. */
const canDrop = process.getuid?.() === 0 && process.seteuid !== undefined

describe('a folder that may not be written', () => {
  it.skipIf(!canDrop)('leaves the old content, and the reason is said in words', async () => {
    const path = join(folder, 'a.ts')
    writeFileSync(path, 'old')
    chmodSync(folder, 0o555)
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    process.seteuid?.(65_534)
    try {
      const error: unknown = await writeWhole(path, 'new').catch((reason: unknown) => reason)
      expect(reasonOf(error)).toBe('it may not be read or written')
      expect(await new JournalFile(join(folder, 'journal.json')).keep('x')).toBe(false)
    } finally {
      process.seteuid?.(0)
      warn.mockRestore()
    }
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a.ts'])
    chmodSync(folder, 0o755)
  })

  it.skipIf(!canDrop)('and a file that may not be read is refused in one sentence', async () => {
    const path = join(folder, 'mine.ts')
    writeFileSync(path, 'x')
    chmodSync(path, 0o600)
    chmodSync(folder, 0o755)
    process.seteuid?.(65_534)
    try {
      expect(await readText(path)).toEqual({ failed: '“mine.ts” was not opened: it may not be read or written.' })
    } finally {
      process.seteuid?.(0)
    }
  })
})

describe('the journal file', () => {
  it('ends with the newest text however many come at once', async () => {
    const journal = new JournalFile(join(folder, 'journal.json'))
    const kept = await Promise.all(Array.from({ length: 100 }, (_, n) => journal.keep(String(n))))
    expect(kept.every((each) => each)).toBe(true)
    expect(await journal.read()).toBe('99')
    expect(readdirSync(folder)).toEqual(['journal.json'])
  })

  it('says when it was not kept, and goes on afterwards', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect(await new JournalFile(join(folder, 'none', 'journal.json')).keep('x')).toBe(false)
    expect(warn).toHaveBeenCalledOnce()
    warn.mockRestore()
  })
})
