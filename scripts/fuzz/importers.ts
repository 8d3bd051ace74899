/**
 * Mutated inputs for the readers of our own formats: traces, schedule tokens, lessons, shared programs. A reader
 * returns or refuses in its own words; it never fails otherwise.
 */
import { Random } from '../../src-core/base/random.ts'
import { parseLesson } from '../../src-core/lessons/parse.ts'
import { liveRun } from '../../src-core/protocol/testing/live-run.ts'
import { parseSchedule } from '../../src-core/runtime/schedule-token.ts'
import { decodeTrace, encodeTrace, TraceFormatError } from '../../src-core/trace/format.ts'
import { readShared, shareText } from '../../src-renderer/core/share.ts'

/** A format: inputs to begin with, and its reader, which returns what was wrong with how it answered. */
export interface Importer {
  readonly name: string
  readonly seeds: readonly Uint8Array[]
  /** Throws if the reader failed in a way that is none of its own. */
  read(bytes: Uint8Array): void
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const PROGRAM = "import { alloc_page, __free_page, GFP_KERNEL } from 'linux'\n__free_page(alloc_page(GFP_KERNEL)!)\n"

const SHARED = {
  title: 'shared',
  entry: 'a.ts',
  files: [{ path: 'a.ts', text: PROGRAM }],
  active: 'a.ts',
  era: 'v6.12',
  memory: null,
  own: true,
}

/** All importers. `lesson` is the text of a lesson that is right. */
export function importers(lesson: string): readonly Importer[] {
  const { record, program } = liveRun(PROGRAM)
  return [
    {
      name: 'trace',
      seeds: [encodeTrace(record, program)],
      read(bytes) {
        try {
          decodeTrace(bytes)
        } catch (error) {
          if (!(error instanceof TraceFormatError)) throw error
        }
      },
    },
    {
      name: 'schedule token',
      seeds: ['s1-3.2-1.1~k4x2', 's1', 's1-zzzzzzz.zzzz~zzzzzzzz'].map(bytesOf),
      read: (bytes) => void parseSchedule(textOf(bytes)),
    },
    { name: 'lesson', seeds: [bytesOf(lesson)], read: (bytes) => void parseLesson('fuzzed', textOf(bytes)) },
    {
      name: 'share file',
      seeds: [bytesOf(shareText({ program: SHARED, schedule: 's1-3.2', layout: { a: 1 } }))],
      read: (bytes) => void readShared(textOf(bytes)),
    },
  ]
}

/** Bytes that parsers stumble over. */
const ODD = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x2c, 0x3a, 0x5b, 0x7b, 0x7d, 0x0a, 0x2d, 0x2e, 0x39, 0xc0, 0xed, 0xf4]

/** A number from 0 to below `limit`. */
const below = (random: Random, limit: number): number => random.next() % limit

/** An input changed in one to eight places: bytes, runs taken out, doubled, cut off. */
export function mutate(seed: Uint8Array, random: Random): Uint8Array {
  let bytes = Array.from(seed)
  const changes = 1 + below(random, 8)
  for (let i = 0; i < changes && bytes.length > 0; i++) {
    const at = below(random, bytes.length)
    const length = 1 + below(random, Math.min(64, bytes.length - at))
    switch (below(random, 6)) {
      case 0:
        bytes[at] = below(random, 256)
        break
      case 1:
        bytes[at] = ODD[below(random, ODD.length)]!
        break
      case 2:
        bytes.splice(at, length)
        break
      case 3:
        bytes.splice(at, 0, ...bytes.slice(at, at + length))
        break
      case 4:
        bytes.splice(at, 0, ODD[below(random, ODD.length)]!)
        break
      default:
        if (below(random, 4) === 0) bytes = bytes.slice(0, at)
        else bytes[at] = bytes[at]! ^ (1 << below(random, 8))
    }
  }
  return Uint8Array.from(bytes)
}

/** Reads `count` mutated inputs of a format; returns those that made its reader fail. */
export function fuzz({ seeds, read }: Importer, count: number, seed: number): string[] {
  const random = new Random(seed)
  const failures: string[] = []
  for (let i = 0; i < count && failures.length < 5; i++) {
    const bytes = mutate(seeds[i % seeds.length]!, random)
    try {
      read(bytes)
    } catch (error) {
      failures.push(`case ${i}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
  }
  return failures
}
