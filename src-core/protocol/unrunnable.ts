/** What stands for the run of a program that does not compile. */
import type { CompiledProgram } from '../compiler/contract.ts'
import { parseMachine } from '../machine/config.ts'
import { machineInfo } from '../machine/layout.ts'
import { Judge } from '../ownership/judge.ts'
import type { Report } from '../report/report.ts'
import type { RunRecord } from '../trace/record.ts'
import { TraceStore } from '../trace/store.ts'
import type { FinishedRun } from './core-interface.ts'

/** A run without a step, on the default machine, with the report of the errors. */
export function unrunnable(program: CompiledProgram, report: Report, era: string, compileMs: number): FinishedRun {
  const parsed = parseMachine({})
  if (!parsed.ok) throw new Error('the default machine is invalid')
  const record: RunRecord = {
    era,
    machine: machineInfo(parsed.config),
    chunks: [],
    tasks: [],
    caches: [],
    log: [],
    strings: [],
    outcome: 'compile-error',
    budget: null,
  }
  const { ledger } = new Judge({
    sites: program.sites,
    files: program.files,
    machine: record.machine,
    era,
    tasks: () => [],
    caches: () => [],
    strings: () => [],
  })
  return {
    record,
    store: TraceStore.of([]),
    program,
    ledger,
    findings: [],
    report,
    compileMs,
    runMs: 0,
    judgeMs: 0,
  }
}
