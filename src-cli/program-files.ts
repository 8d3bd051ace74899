/**
 * Reads a program and the files it imports. Relative imports stay inside the folder of the program given (symlinks
 * resolved) or of the nearest `pageward.json` above it; what leads out is left for the compiler to refuse.
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, posix, resolve, sep } from 'node:path'
import type { SourceFile } from '../src-core/compiler/contract.ts'
import { relativeImports } from '../src-core/compiler/compile.ts'
import { UsageError } from './exit.ts'

/** Larger files are no snippets. */
const LARGEST_FILE = 4 * 1024 * 1024

/** The program at `path` (as given) with everything it imports; the program is the first file. */
export function readProgram(path: string): readonly SourceFile[] {
  const given = path.split(sep).join('/')
  const text = readText(path)
  const root = rootOf(path)
  const files: SourceFile[] = [{ path: given, text }]
  const seen = new Set([given])
  for (let i = 0; i < files.length; i++) {
    const file = files[i]!
    for (const { specifier } of relativeImports(file.text)) {
      for (const candidate of candidates(file.path, specifier)) {
        if (seen.has(candidate)) break
        const target = resolve(candidate)
        if (!existsSync(target) || !statSync(target).isFile()) continue
        if (!isInside(realpathSync(target), root))
          throw new UsageError(`${file.path}: the import "${specifier}" leads out of the program's folder`)
        seen.add(candidate)
        files.push({ path: candidate, text: readText(candidate) })
        break
      }
    }
  }
  return files
}

/** Paths that a relative specifier may mean. */
function candidates(from: string, specifier: string): string[] {
  const base = posix.join(posix.dirname(from), specifier)
  const path = from.startsWith('./') && !base.startsWith('.') ? `./${base}` : base
  return path.endsWith('.ts') ? [path] : [`${path}.ts`, `${path}/index.ts`, path]
}

function rootOf(path: string): string {
  const folder = realpathSync(dirname(resolve(path)))
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'pageward.json'))) return at
    if (dirname(at) === at) return folder
  }
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** Text of a file: UTF-8 with or without byte-order mark, or UTF-16 with one. Throws UsageError with the reason. */
export function readText(path: string): string {
  const refuse = (reason: string): never => {
    throw new UsageError(`${path}: ${reason}`)
  }
  try {
    const stat = statSync(path)
    if (stat.isDirectory()) refuse('is a directory; give a .ts file')
    if (!stat.isFile()) refuse('is no regular file')
    if (stat.size > LARGEST_FILE) refuse(`is larger than ${LARGEST_FILE / 1024 / 1024} MiB`)
    const bytes = readFileSync(path)
    const littleEndian = bytes[0] === 0xff && bytes[1] === 0xfe
    if (littleEndian || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
      if (bytes.length % 2 !== 0) refuse('is cut off: UTF-16 with an odd number of bytes')
      const units = Buffer.from(bytes.subarray(2))
      const text = (littleEndian ? units : units.swap16()).toString('utf16le')
      if (text.includes('\0')) refuse('contains NUL characters; it is no text')
      return text
    }
    if (bytes.includes(0)) refuse('contains NUL bytes; it is no text')
    const text = bytes.toString('utf8')
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${path}: ${reasonOf(error)}`)
  }
}

function reasonOf(error: unknown): string {
  const code = (error as { code?: string }).code
  if (code === 'ENOENT') return 'no such file'
  if (code === 'EACCES') return 'permission denied'
  if (code === 'ELOOP') return 'too many symbolic links'
  if (code === 'ENOTDIR') return 'a part of the path is no directory'
  if (code === 'ENAMETOOLONG') return 'the name is too long'
  if (code === 'ERR_INVALID_ARG_VALUE') return 'is no name of a file'
  return error instanceof Error ? error.message : String(error)
}
