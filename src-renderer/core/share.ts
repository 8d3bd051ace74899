/**
 * A program to give to somebody: as a file (`.pageward`, JSON) or in the fragment of an address (`#p=…`, deflated and
 * base64url), which no server gets to see. What is read is checked; it runs in the sandbox like any other text.
 */
import { parseProgram, type KeptProgram } from './journal.ts'
import { isRecord } from './storage.ts'

export const SHARE_FORMAT = 'pageward.program/1'
/** Longest fragment that is offered as an address: longer ones are cut by mail programs and chats. */
export const LONGEST_LINK = 8_000
/** Most characters that are read of a shared program. */
const MOST_TEXT = 2_000_000

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
  if (text.length > MOST_TEXT) return null
  try {
    const value: unknown = JSON.parse(text)
    if (!isRecord(value) || value['format'] !== SHARE_FORMAT) return null
    const program = parseProgram(value)
    if (program === null) return null
    const { schedule, layout } = value
    return {
      program: { ...program, own: true },
      schedule: typeof schedule === 'string' && schedule !== '' ? schedule : null,
      layout: isRecord(layout) ? layout : null,
    }
  } catch {
    return null
  }
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
