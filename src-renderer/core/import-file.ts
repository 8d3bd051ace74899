/**
 * Files that a person gives the app. What is wrong with one is told as a sentence: what, where, and what to do. Whoever
 * reads a file changes nothing before all of it was read.
 */
import { isRecord } from './storage.ts'

/** Biggest file that is read, bytes. The desktop's main process has the same limit. */
export const MOST_BYTES = 5_000_000
const KEPT = 'Nothing was changed.'

/** A file that cannot be taken; the message is for the person. */
export class WrongFile extends Error {}

/** What Pageward saves, by the first part of its format, and what is to be done with it. */
const KINDS = {
  'pageward.program': { words: 'a program', todo: 'open it with Share, Open a file' },
  'pageward.layout': { words: 'a layout', todo: 'take it with the command Import a layout from a file' },
  'pageward.progress': { words: 'lesson progress', todo: 'take it with the button above the lessons' },
  'pageward.checkpoint': { words: 'a checkpoint of an exploration', todo: 'give it to pageward explore --resume' },
  'pageward.exploration': { words: 'a part of an exploration', todo: 'give it to pageward explore --merge' },
} as const
export type FileKind = 'pageward.program' | 'pageward.layout' | 'pageward.progress'
/** Versions that are read. */
const VERSION = 1

/** The text of a file: UTF-8, or UTF-16 with its mark. Throws `WrongFile`. */
export async function textOfFile(file: File): Promise<string> {
  if (file.size > MOST_BYTES) {
    const size = (file.size / 1_000_000).toFixed(1)
    throw new WrongFile(`${file.name} has ${size} MB; Pageward reads files of up to 5 MB. ${KEPT}`)
  }
  const bytes = new Uint8Array(await file.arrayBuffer())
  const [a, b] = bytes
  const label = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8'
  let text: string
  try {
    text = new TextDecoder(label, { fatal: true }).decode(bytes)
  } catch {
    throw new WrongFile(`${file.name} is no UTF-8 text. Save it as UTF-8 in your editor and open it again. ${KEPT}`)
  }
  if (text.includes('\0')) throw new WrongFile(`${file.name} is no text file: it holds binary data. ${KEPT}`)
  return text
}

/** The object that a file of ours holds. `name` is for messages. Throws `WrongFile`. */
export function readOurs(text: string, name: string, kind: FileKind): Readonly<Record<string, unknown>> {
  const value = parse(text, name, kind)
  const { words } = KINDS[kind]
  const format = isRecord(value) ? (value['format'] ?? value['schema']) : undefined
  const [sort = '', version = ''] = typeof format === 'string' ? format.split('/') : []
  if (!isRecord(value) || !(sort in KINDS))
    throw new WrongFile(`${name} is no ${bare(words)}: it is JSON of another program, without ${kind}/1. ${KEPT}`)
  if (sort !== kind) {
    const other = KINDS[sort as keyof typeof KINDS]
    throw new WrongFile(`${name} is no ${bare(words)}: it holds ${other.words}; ${other.todo}. ${KEPT}`)
  }
  if (Number(version) !== VERSION) {
    const age = Number(version) > VERSION ? 'a newer Pageward' : 'another Pageward'
    throw new WrongFile(`${name} was saved by ${age} (${format}; this one reads ${kind}/1): open it there. ${KEPT}`)
  }
  return value
}

/** Says that a part of a file is damaged. */
export function damaged(name: string, where: string): WrongFile {
  return new WrongFile(`${name} is damaged: ${where}. Have it saved again. ${KEPT}`)
}

function parse(text: string, name: string, kind: FileKind): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const words = bare(KINDS[kind].words)
    if (!/^\s*[[{]/.test(text)) throw new WrongFile(`${name} is no ${words}: it is not JSON. ${KEPT}`)
    const message = error instanceof Error ? error.message : ''
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length)
    const line = text.slice(0, position).split('\n').length
    if (position >= text.trimEnd().length || /end of|Unterminated/.test(message)) {
      const cut = `it is cut off in line ${line}. It lost its end on the way: get it again`
      throw new WrongFile(`${name} is no whole ${words}: ${cut}. ${KEPT}`)
    }
    throw new WrongFile(`${name} is no ${words}: it is not JSON, line ${line} cannot be read. ${KEPT}`)
  }
}

const bare = (words: string): string => words.replace(/^an? /, '')
