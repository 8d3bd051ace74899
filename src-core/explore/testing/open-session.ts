/** A session for tests of the explorer: compiles a text and keeps what the executions leave behind. */
import { compile } from '../../compiler/compile.ts'
import type { CompiledProgram } from '../../compiler/contract.ts'
import { DEFAULT_BUDGETS } from '../../runtime/run-options.ts'
import { Session, type Sandbox } from '../../runtime/session.ts'
import { ExecutionRecord } from '../execution-record.ts'
import type { ExploreOptions } from '../options.ts'
import { SURFACE_INDEX } from '../../surface/generated/index.ts'

/** Evaluates without isolation: the texts are those of the tests. */
export const plainSandbox: Sandbox = {
  evaluate: (text) => new Function(`return (${text})`)() as unknown,
  protect: () => undefined,
}

/** Options that explore every schedule of a small program. */
export const EXHAUSTIVE: ExploreOptions = {
  era: 'v6.12',
  machine: {},
  mode: 'exhaustive',
  bound: null,
  maxExecutions: null,
  seed: 1,
  shard: null,
  steps: 10_000,
}

export interface Opened {
  readonly program: CompiledProgram
  readonly session: Session
  readonly record: ExecutionRecord
}

export function openSession(text: string, era = 'v6.12'): Opened {
  const program = compile('x.ts', [{ path: 'x.ts', text }], SURFACE_INDEX)
  if (program.errors.length > 0) throw new Error(program.errors.map(({ message }) => message).join('\n'))
  const record = new ExecutionRecord()
  const session = new Session(
    program,
    { era, machine: program.pragmas.machine, budgets: { ...DEFAULT_BUDGETS, steps: 10_000 }, interleaved: true },
    plainSandbox,
    record,
  )
  return { program, session, record }
}
