/** What the command line says about files that are no programs: one clear line each, and it never waits for one. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compile } from '../src-core/compiler/compile.ts'
import { SURFACE_INDEX } from '../src-core/surface/generated/index.ts'
import { UsageError } from './exit.ts'
import { readProgram } from './program-files.ts'
import { typeErrors } from './type-check.ts'

const folder = mkdtempSync(join(tmpdir(), 'pageward-input-'))
const TEXT = "import { pr_info } from 'linux'\npr_info('grüße')\n"

function put(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

/** What is said about a path; fails unless it is one line that begins with the path. */
function refusal(path: string): string {
  try {
    readProgram(path)
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    const { message } = error as Error
    expect(message.startsWith(`${path}: `)).toBe(true)
    const said = message.slice(path.length + 2)
    expect(said).not.toMatch(/\n|\b[A-Z]{5,}:|Error/)
    return said
  }
  throw new Error(`${path} was read`)
}

const utf16 = (text: string, swap: boolean): Uint8Array => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
  return swap ? bytes.swap16() : bytes
}

describe('input files', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each([
    ['UTF-8', TEXT],
    ['UTF-8 with a byte-order mark', `\ufeff${TEXT}`],
    ['UTF-16, little endian', utf16(TEXT, false)],
    ['UTF-16, big endian', utf16(TEXT, true)],
  ])('reads %s', (name, bytes) => {
    expect(readProgram(put(`${name}.ts`, bytes))[0]?.text).toBe(TEXT)
  })

  it('counts lines the same with CRLF', () => {
    const [file] = readProgram(put('crlf.ts', "import { pr_info } from 'linux'\r\n\r\npr_info(\r\n"))
    const { errors } = compile('crlf.ts', [{ path: 'crlf.ts', text: file!.text }], SURFACE_INDEX)
    expect(errors[0]?.line).toBeGreaterThanOrEqual(3)
    expect(errors[0]?.line).toBeLessThanOrEqual(4)
  })

  it('takes an empty file and a line of three megabytes', () => {
    expect(readProgram(put('empty.ts', ''))[0]?.text).toBe('')
    const text = `const x = '${'a'.repeat(3_000_000)}'\n`
    const [file] = readProgram(put('long.ts', text))
    expect(compile('long.ts', [{ path: 'long.ts', text: file!.text }], SURFACE_INDEX).errors).toEqual([])
  })

  it('checks the types of a file of any name, and says so if it has too many lines', async () => {
    const text = "import { pr_info } from 'linux'\npr_info(5)\n"
    for (const path of ['a.ts', 'a.js', '../a.mjs', 'driver'])
      expect(await typeErrors([{ path, text }])).toMatchObject([{ code: 'TS2345', file: path, line: 2, column: 9 }])
    const long = await typeErrors([{ path: 'a.ts', text: '\n'.repeat(20_001) }])
    expect(long.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'too-large types are not checked: more than 20,000 lines; divide the file',
    ])
  })

  it('refuses what is no text', () => {
    expect(refusal(put('nul.ts', 'const a = 1\0'))).toBe('contains NUL bytes; it is no text')
    expect(refusal(put('nul16.ts', utf16('a\0b', false)))).toBe('contains NUL characters; it is no text')
    expect(refusal(put('odd.ts', utf16(TEXT, true).subarray(0, 21)))).toContain('is cut off')
    expect(refusal(put('big.ts', `// ${'a'.repeat(5_000_000)}`))).toBe('is larger than 4 MiB')
  })

  it('refuses what is no file', () => {
    expect(refusal(join(folder, 'missing.ts'))).toBe('no such file')
    mkdirSync(join(folder, 'folder.ts'))
    expect(refusal(join(folder, 'folder.ts'))).toContain('is a directory')
    symlinkSync('loop.ts', join(folder, 'loop.ts'))
    expect(refusal(join(folder, 'loop.ts'))).toBe('too many symbolic links')
    expect(refusal(join(put('file.ts', ''), 'inside.ts'))).toBe('a part of the path is no directory')
    expect(refusal(join(folder, `${'n'.repeat(300)}.ts`))).toBe('the name is too long')
    expect(refusal(join(folder, 'a\0b.ts'))).toBe('is no name of a file')
  })

  it.skipIf(process.platform === 'win32')('does not wait for a pipe or a device, given or imported', () => {
    execFileSync('mkfifo', [join(folder, 'pipe.ts')])
    expect(refusal(join(folder, 'pipe.ts'))).toBe('is no regular file')
    expect(refusal('/dev/zero')).toBe('is no regular file')
    expect(readProgram(put('imports-pipe.ts', "import { x } from './pipe'\nx\n"))).toHaveLength(1)
  })

  it.skipIf(process.seteuid === undefined || process.geteuid?.() !== 0)('says that a file may not be read', () => {
    const path = put('unreadable.ts', TEXT)
    process.seteuid!(65_534)
    try {
      expect(refusal(path)).toBe('permission denied')
    } finally {
      process.seteuid!(0)
    }
  })
})
