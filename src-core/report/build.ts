/** Builds the report of a run (SURFACE §7) from its record and findings. */
import { budgetWords } from './budget-words.ts'
import type { CompiledProgram } from '../compiler/contract.ts'
import { findEra } from '../eras/index.ts'
import type { Finding } from '../ownership/finding.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import type { RunRecord } from '../trace/record.ts'
import { memoryName } from './memory-names.ts'
import { Places } from './places.ts'
import type { Diagnosis, Matrix, Place, Report, Reports } from './report.ts'
import { differingEras, memoryKey, type EraVerdicts } from './verdicts.ts'

export interface ReportInput {
  readonly record: RunRecord
  readonly program: CompiledProgram
  /** Path of the program as given. */
  readonly entry: string
  /** Schedule token; empty for the default schedule. */
  readonly schedule: string
  readonly findings: readonly Finding[]
  /** What the other eras said, if they were asked. */
  readonly verdicts?: EraVerdicts
  readonly compileMs: number
  readonly runMs: number
}

export function buildReport(input: ReportInput): Report {
  const { record, program, entry } = input
  const maker = new DiagnosisMaker(record, program, entry, input.verdicts ?? null)
  const { operations, deltas } = totals(record.chunks)
  return {
    schema: 'pageward.report/1',
    program: entry,
    era: record.era,
    basis: findEra(record.era)?.basis ?? 'source',
    schedule: input.schedule,
    outcome: record.outcome,
    ...(record.budget === null ? {} : { budget: budgetWords(record.budget) }),
    ...(record.budget !== null && !record.budget.reproducible ? { reproducible: false } : {}),
    diagnoses: input.findings.map((finding) => maker.make(finding)),
    log: record.log.map((line) => line.text),
    stats: { operations, deltas, compile_ms: tenths(input.compileMs), run_ms: tenths(input.runMs) },
  }
}

/** The report of a program that cannot be compiled. */
export function compileErrorReport(
  program: Pick<CompiledProgram, 'errors' | 'pragmas'>,
  entry: string,
  era: string,
  basis: Report['basis'],
): Report {
  return {
    schema: 'pageward.report/1',
    program: entry,
    era,
    basis,
    schedule: program.pragmas.schedule ?? '',
    outcome: 'compile-error',
    errors: program.errors.map(({ code, message, file, line, column, replacement }) => ({
      code,
      message,
      at: { file, line, column },
      ...(replacement === undefined ? {} : { replacement }),
    })),
    diagnoses: [],
    log: [],
    stats: { operations: 0, deltas: 0, compile_ms: 0, run_ms: 0 },
  }
}

export function matrixOf(reports: readonly Report[]): Matrix {
  return { schema: 'pageward.matrix/1', reports }
}

export function reportsOf(reports: readonly Report[]): Reports {
  return { schema: 'pageward.reports/1', reports }
}

class DiagnosisMaker {
  private readonly places: Places
  private readonly nowhere: Place

  constructor(
    private readonly record: RunRecord,
    program: CompiledProgram,
    entry: string,
    private readonly verdicts: EraVerdicts | null,
  ) {
    this.places = new Places(record, program)
    this.nowhere = { file: entry, line: 1, column: 1 }
  }

  make(finding: Finding): Diagnosis {
    const { places, record } = this
    const eras = this.verdicts === null ? {} : differingEras(this.verdicts, memoryKey(record, places, finding))
    return {
      code: finding.code,
      severity: finding.severity,
      certainty: finding.certainty,
      message: finding.message,
      at: places.at(finding.step) ?? this.nowhere,
      task: places.taskName(finding.step),
      step: finding.step,
      memory: memoryName(record, places, finding.allocation),
      story: [...finding.story, ...finding.again].map(({ role, step, text, site }) => ({
        role,
        at: site === undefined ? places.at(step) : places.atSite(site),
        step,
        task: places.taskName(step),
        text,
      })),
      rights_left: finding.rightsLeft.map(({ kind, on, step }) => ({
        kind,
        on,
        holder: places.taskName(step),
        at: places.at(step),
      })),
      pointers: finding.pointers.map((step) => ({ name: places.site(step)?.assigned ?? '', at: places.at(step) })),
      consequences: finding.consequences.map((consequence) => this.make(consequence)),
      eras,
      fix: finding.fix,
      kernel: finding.kernel,
      ...(finding.candidates.length > 0
        ? { candidates: finding.candidates.map(({ step, text }) => ({ at: places.at(step), step, text })) }
        : {}),
      ...(finding.repeats > 0 ? { repeats: finding.repeats } : {}),
    }
  }
}

function totals(chunks: readonly TraceChunk[]): { operations: number; deltas: number } {
  let operations = 0
  let deltas = 0
  for (const chunk of chunks) {
    operations += chunk.opCount
    deltas += chunk.deltaCount
  }
  return { operations, deltas }
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}
