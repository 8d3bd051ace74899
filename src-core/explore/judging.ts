/** What the rules say of an execution. They see its trace as they see that of any run. */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Finding } from '../ownership/finding.ts'
import { Judge } from '../ownership/judge.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Field } from '../trace/fields.ts'
import { Op, OP_NAMES, type OpName } from '../trace/ops.ts'
import type { Outcome } from '../trace/record.ts'
import type { ExecutionRecord } from './execution-record.ts'

/** Operations that no rule has anything to say about where the task may sleep. */
const PLAIN: readonly OpName[] = [
  'cell_read',
  'cell_write',
  'cell_update',
  'lock',
  'trylock',
  'unlock',
  'wait_for_completion',
  'complete',
  'kthread_run',
  'kthread_stop',
  'printk',
  'cond_resched',
  'schedule',
  'msleep',
  'might_sleep',
]
const IS_PLAIN = new Uint8Array(OP_NAMES.length)
for (const name of PLAIN) IS_PLAIN[Op[name]] = 1

/** True if the rules cannot find anything: only plain operations, none of which failed or was in atomic context. */
function isPlain(chunks: readonly TraceChunk[]): boolean {
  for (const { ops, opCount, deltas, deltaCount } of chunks) {
    const { kind, flags, b } = ops
    for (let i = 0; i < opCount; i++) {
      if (IS_PLAIN[kind[i]!] !== 1 || flags[i] !== 0) return false
      // A plain access of a cell can be a data race.
      if ((kind[i] === Op.cell_read || kind[i] === Op.cell_write) && b[i] === 0) return false
    }
    for (let i = 0; i < deltaCount; i++) if (deltas.field[i] === Field.CONTEXT && deltas.new[i] !== 0) return false
  }
  return true
}

/** Site where a finding is reported; 0 = nowhere. */
export function siteOf(record: ExecutionRecord, step: number): number {
  for (const { firstStep, opCount, ops } of record.chunks) {
    if (step >= firstStep && step < firstStep + opCount) return ops.site[step - firstStep]!
  }
  return 0
}

/** The same finding in two executions has the same key: its code and its place. */
export function findingKey(finding: Finding, record: ExecutionRecord, program: CompiledProgram): string {
  const site = program.sites[siteOf(record, finding.step)]
  return site === undefined ? finding.code : `${finding.code} ${site.file}:${site.line}:${site.column}`
}

/** The findings of the execution that has just ended. */
export function judgeExecution(
  record: ExecutionRecord,
  program: CompiledProgram,
  era: string,
  outcome: Outcome,
): readonly Finding[] {
  if (record.machine === null || (outcome === 'completed' && isPlain(record.chunks))) return []
  const judge = new Judge({
    sites: program.sites,
    files: program.files,
    machine: record.machine,
    era,
    tasks: () => record.tasks,
    caches: () => record.caches,
    strings: () => record.strings,
  })
  for (const chunk of record.chunks) judge.feed(chunk)
  return judge.finish(outcome)
}
