/** Runs a snippet of a test in the interleaved form, in this thread: what it logged, and the rows of its trace. */
import { compile } from '../../compiler/compile.ts'
import { DEFAULT_BUDGETS } from '../run-options.ts'
import { Session, type Sandbox } from '../session.ts'
import type { TraceChunk } from '../../trace/chunk.ts'
import { OP_NAMES } from '../../trace/ops.ts'
import { SURFACE_INDEX } from '../../surface/generated/index.ts'

export interface SnippetRow {
  readonly name: string
  readonly allocation: number
  readonly subject: number
  readonly a: number
  readonly b: number
  readonly flags: number
}

export interface SnippetRun {
  readonly log: readonly string[]
  readonly ops: readonly SnippetRow[]
  /** What the kernel printed. */
  readonly reports: readonly string[]
  readonly session: Session
}

const sandbox: Sandbox = {
  evaluate: (text) => new Function(`return (${text})`)() as unknown,
  protect: () => undefined,
}

export function runSnippet(
  text: string,
  machine: Readonly<Record<string, string>> = {},
  era = 'v6.12',
): SnippetRun {
  const compiled = compile('x.ts', [{ path: 'x.ts', text }], SURFACE_INDEX)
  if (compiled.errors.length > 0) throw new Error(JSON.stringify(compiled.errors))
  const log: string[] = []
  const chunks: TraceChunk[] = []
  const options = { era, machine: { debug: 'off', ...machine }, budgets: DEFAULT_BUDGETS, interleaved: true }
  const session = new Session(compiled, options, sandbox, {
    started: () => undefined,
    opened: (chunk) => {
      chunks[chunk.index] = chunk
    },
    closed: () => undefined,
    task: () => undefined,
    cache: () => undefined,
    log: (line) => log.push(line.text),
    string: () => undefined,
  })
  session.run()
  const ops: SnippetRow[] = []
  for (const chunk of chunks) {
    const { kind, allocation, subject, a, b, flags } = chunk.ops
    for (let i = 0; i < kind.length && kind[i] !== 0; i++) {
      const name = OP_NAMES[kind[i]] ?? 'unknown'
      ops.push({ name, allocation: allocation[i], subject: subject[i], a: a[i], b: b[i], flags: flags[i] })
    }
  }
  return { log, ops, reports: session.inside.kernel.reports.list.map((report) => report.text), session }
}
