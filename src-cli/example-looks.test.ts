/** Where each example says to look (`look` in examples/index.json): that line runs, in the era that is named. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile } from '../src-core/compiler/compile.ts'
import { DEFAULT_BUDGETS } from '../src-core/runtime/run-options.ts'
import { Session } from '../src-core/runtime/session.ts'
import { SURFACE_INDEX } from '../src-core/surface/generated/index.ts'
import type { TraceChunk } from '../src-core/trace/chunk.ts'
import { readProgram } from './program-files.ts'

const ROOT = join(import.meta.dirname, '..')
const PANELS = ['memory-map', 'timeline', 'inspector', 'problems', 'console', 'eras', 'schedules']

interface Row {
  readonly id: string
  readonly title: string
  readonly line: string
  readonly file: string
  readonly level: string
  readonly systems: readonly string[]
  readonly look: {
    readonly file: string
    readonly line: number
    readonly panels: readonly string[]
    readonly text: string
    readonly era?: string
    readonly explore?: { readonly bound: number; readonly era: string }
  }
}

const rows = JSON.parse(readFileSync(join(ROOT, 'examples/index.json'), 'utf8')) as readonly Row[]

/** Lines that had a step, as `file:line`. */
function linesThatRan(path: string, era: string): Set<string> {
  const files = readProgram(path)
  const compiled = compile(files[0]!.path, files, SURFACE_INDEX)
  expect(compiled.errors).toEqual([])
  const chunks: TraceChunk[] = []
  const { machine } = compiled.pragmas
  const options = { era, machine, budgets: DEFAULT_BUDGETS, interleaved: compiled.interleaved }
  const sandbox = {
    evaluate: (text: string): unknown => new Function(`return (${text})`)() as unknown,
    protect: () => undefined,
  }
  const nothing = (): undefined => undefined
  const listener = { started: nothing, closed: nothing, task: nothing, cache: nothing, log: nothing, string: nothing }
  new Session(compiled, options, sandbox, { ...listener, opened: (chunk) => (chunks[chunk.index] = chunk) }).run()
  const lines = new Set<string>()
  for (const { ops } of chunks) {
    for (let i = 0; i < ops.kind.length && ops.kind[i] !== 0; i++) {
      const site = compiled.sites[ops.site[i]!]
      if (site !== undefined && ops.site[i] !== 0) lines.add(`${compiled.files[site.file]!}:${site.line}`)
    }
  }
  return lines
}

describe('examples/index.json', () => {
  it.each(rows)('$id says what it is and where to look, and the line runs', ({ id, look, file, ...row }) => {
    for (const text of [row.title, row.line, row.level, ...row.systems]) expect(text).not.toBe('')
    expect(row.systems.length).toBeGreaterThan(0)
    expect(look.text.length).toBeGreaterThan(20)
    expect(look.panels.length).toBeGreaterThan(0)
    for (const panel of look.panels) expect(PANELS).toContain(panel)
    // What the app offers to explore has a bound that examples.long.ts has seen complete.
    if (look.explore !== undefined) expect(look.explore.bound).toBe(2)
    expect(look.panels.includes('schedules')).toBe(look.explore !== undefined)
    const folder = join(ROOT, 'examples/drivers', id.slice(0, id.indexOf('/')))
    const lines = linesThatRan(join(ROOT, 'examples/drivers', file), look.era ?? 'v6.12')
    expect([...lines]).toContain(`${join(folder, look.file)}:${look.line}`)
  })
})
