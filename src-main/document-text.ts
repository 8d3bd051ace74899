/** Reads a file that a person (or a stranger's link) named: a text of bearable size, or one clear sentence why not. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'

/** Biggest file that is read, bytes. */
export const MOST_BYTES = 5_000_000

export type ReadText = { readonly text: string } | { readonly failed: string }

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read or written',
  EPERM: 'it may not be read or written',
  EROFS: 'its disk is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a link that leads to itself',
}

/** The reason of a file system error in words; never the path. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  return REASONS[code] ?? code
}

/** The text of a regular file; never waits (a FIFO is refused). */
export async function readText(path: string): Promise<ReadText> {
  const failed = (why: string): ReadText => ({ failed: `“${basename(path)}” was not opened: ${why}.` })
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const info = await file.stat()
      if (info.isDirectory()) return failed('it is a folder')
      if (!info.isFile()) return failed('it is no regular file')
      if (info.size > MOST_BYTES) return failed(`it is larger than ${MOST_BYTES / 1_000_000} MB`)
      const text = decode(await file.readFile())
      return text === null ? failed('it is no UTF-8 or UTF-16 text') : { text }
    } finally {
      await file.close()
    }
  } catch (error) {
    return failed(reasonOf(error))
  }
}

/** Text of bytes by their byte order mark, UTF-8 without one; null if they are no text. */
export function decode(bytes: Uint8Array): string | null {
  const [a, b] = bytes
  const label = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8'
  try {
    const text = new TextDecoder(label, { fatal: true }).decode(bytes)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}
