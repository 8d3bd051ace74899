/** Runs a program for tests of the surface: on a machine of its own, outside the sandbox. */
import { compile } from '../../compiler/compile.ts'
import { DEFAULT_BUDGETS } from '../run-options.ts'
import { RestartInterleaved } from '../fatal.ts'
import { Session, type Sandbox } from '../session.ts'
import type { TraceChunk } from '../../trace/chunk.ts'
import { OP_NAMES } from '../../trace/ops.ts'
import type { Outcome, TaskInfo } from '../../trace/record.ts'
import { SURFACE_INDEX } from '../../surface/generated/index.ts'

const sandbox: Sandbox = {
  evaluate: (text) => new Function(`return (${text})`)() as unknown,
  protect: () => undefined,
}

/** One operation of a run. */
export interface RanOperation {
  readonly op: string
  readonly task: string
  readonly allocation: number
  readonly subject: number
  readonly a: number
  readonly b: number
  readonly flags: number
}

/** What a program left behind. */
export interface RanProgram {
  readonly outcome: Outcome
  readonly log: readonly string[]
  readonly tasks: readonly TaskInfo[]
  readonly strings: readonly string[]
  readonly operations: readonly RanOperation[]
  /** Deltas as [field, index, old, new]. */
  readonly deltas: readonly (readonly [number, number, number, number])[]
}

/** Where a program runs. */
export interface RunPlace {
  readonly era?: string
  readonly machine?: Readonly<Record<string, string>>
  readonly interleaved?: boolean
}

/** Runs the text of a program. Throws if it does not compile. */
export function runText(text: string, place: RunPlace = {}): RanProgram {
  const program = compile('x.ts', [{ path: 'x.ts', text }], SURFACE_INDEX)
  if (program.errors.length > 0) throw new Error(program.errors.map((error) => error.message).join('\n'))
  const chunks: TraceChunk[] = []
  const log: string[] = []
  const tasks: TaskInfo[] = []
  const strings: string[] = []
  const options = {
    era: place.era ?? 'v6.12',
    machine: place.machine ?? {},
    budgets: DEFAULT_BUDGETS,
    interleaved: place.interleaved ?? program.interleaved,
  }
  const session = new Session(program, options, sandbox, {
    started: () => undefined,
    opened: (chunk) => {
      if (chunks.at(-1) !== chunk) chunks.push(chunk)
    },
    closed: () => undefined,
    task: (task) => tasks.push(task),
    cache: () => undefined,
    log: (line) => log.push(line.text),
    string: (line) => strings.push(line),
  })
  try {
    const { outcome } = session.run()
    return { outcome, log, tasks, strings, operations: operationsOf(chunks, tasks), deltas: deltasOf(chunks) }
  } catch (error) {
    if (error instanceof RestartInterleaved) return runText(text, { ...place, interleaved: true })
    throw error
  }
}

function operationsOf(chunks: readonly TraceChunk[], tasks: readonly TaskInfo[]): RanOperation[] {
  return chunks.flatMap(({ ops, opCount }) =>
    Array.from({ length: opCount }, (_, i) => ({
      op: OP_NAMES[ops.kind[i] ?? 0] ?? '',
      task: tasks[ops.task[i] ?? 0]?.name ?? '',
      allocation: ops.allocation[i] ?? 0,
      subject: ops.subject[i] ?? 0,
      a: ops.a[i] ?? 0,
      b: ops.b[i] ?? 0,
      flags: ops.flags[i] ?? 0,
    })),
  )
}

function deltasOf(chunks: readonly TraceChunk[]): (readonly [number, number, number, number])[] {
  return chunks.flatMap(({ deltas, deltaCount }) =>
    Array.from(
      { length: deltaCount },
      (_, i) => [deltas.field[i] ?? 0, deltas.index[i] ?? 0, deltas.old[i] ?? 0, deltas.new[i] ?? 0] as const,
    ),
  )
}
