/**
 * A program to give to somebody: as a file (`.pageward`, JSON) or in the fragment of an address (`#p=…`, deflated and
 * base64url), which no server gets to see. What is read is checked; it runs in the sandbox like any other text.
 */
import { damaged, MOST_BYTES, readOurs } from './import-file.ts'
import { parseProgram, type KeptProgram } from './journal.ts'
import { isRecord } from './storage.ts'

export const SHARE_FORMAT = 'pageward.program/1'
/** Longest fragment that is offered as an address: longer ones are cut by mail programs and chats. */
export const LONGEST_LINK = 8_000

export interface Shared {
  readonly program: KeptProgram
  /** Token of the schedule that the run on screen had; null = the default. */
  readonly schedule: string | null
  /** Arrangement of the panels; null = as the reader has them. */
  readonly layout: Readonly<Record<string, unknown>> | null
}

/** The title of a program as the first part of a file's name. */
export function fileNameOf(title: string): string {
  return title.replace(/\.ts$/, '').replaceAll(/[^\w.-]+/g, '-')
}

export function shareText({ program, schedule, layout }: Shared): string {
  return `${JSON.stringify({ format: SHARE_FORMAT, ...program, own: true, schedule, layout }, null, 2)}\n`
}

/** Reads a shared program; null if it is none. */
export function readShared(text: string): Shared | null {
  try {
    return text.length > MOST_BYTES ? null : sharedOf(text, '')
  } catch {
    return null
  }
}

/** The program that a file holds. Throws `WrongFile`, whose sentence names the file. */
export function sharedOf(text: string, name: string): Shared {
  const value = readOurs(text, name, 'pageward.program')
  const program = parseProgram(value)
  if (program === null) throw damaged(name, whatIsMissing(value))
  const { schedule, layout } = value
  return {
    program: { ...program, own: true },
    schedule: typeof schedule === 'string' && schedule !== '' ? schedule : null,
    layout: isRecord(layout) ? layout : null,
  }
}

function whatIsMissing({ files, entry }: Readonly<Record<string, unknown>>): string {
  if (!Array.isArray(files) || files.length === 0) return 'it holds no files'
  for (const [at, file] of (files as unknown[]).entries()) {
    if (!isRecord(file) || typeof file['path'] !== 'string') return `its file ${at + 1} has no path`
    if (typeof file['text'] !== 'string') return `${file['path']} has no text`
  }
  return typeof entry === 'string' ? `${entry}, which it begins with, is not in it` : 'it does not say where it begins'
}

/** The fragment of an address that carries the program, without its layout. */
export async function shareFragment(shared: Shared): Promise<string> {
  const text = JSON.stringify({ format: SHARE_FORMAT, ...shared.program, own: true, schedule: shared.schedule })
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream('deflate-raw'))
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return `#p=${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

/** Reads the fragment of an address; null if it carries no program. */
export async function readFragment(fragment: string): Promise<Shared | null> {
  const packed = /^#p=([\w-]+)$/.exec(fragment)?.[1]
  if (packed === undefined) return null
  try {
    const binary = atob(packed.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (each) => each.charCodeAt(0))
    return readShared(new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw'))))
  } catch {
    return null
  }
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream) {
  const answer = new Response(new Blob([bytes]).stream().pipeThrough(stream))
  return new Uint8Array(await answer.arrayBuffer())
}
