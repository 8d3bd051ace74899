/** `pageward run FILE…`: compile, run, judge, report. */
import { ERAS } from '../../src-core/eras/index.ts'
import type { CompiledProgram, SourceFile } from '../../src-core/compiler/contract.ts'
import type { JudgedRun, Supervisor } from '../../src-core/protocol/supervisor.ts'
import { jsonText } from '../../src-core/report/json.ts'
import { lkmlText } from '../../src-core/report/lkml.ts'
import { matrixText } from '../../src-core/report/matrix.ts'
import type { Matrix, Report, Reports } from '../../src-core/report/report.ts'
import { sarifText } from '../../src-core/report/sarif.ts'
import { perfettoTrace } from '../../src-core/report/perfetto.ts'
import { textReport } from '../../src-core/report/text.ts'
import { parseSchedule, runSum } from '../../src-core/runtime/schedule-token.ts'
import { memoryCodes } from '../../src-core/report/verdicts.ts'
import { writeFileSync } from 'node:fs'
import { encodeTrace } from '../../src-core/trace/format.ts'
import { newSupervisor } from '../core.ts'
import { Exit, UsageError, worst } from '../exit.ts'
import type { Options } from '../options.ts'
import { errorLine, isTerminal, print, stderrIsTerminal } from '../output.ts'
import { readProgram } from '../program-files.ts'
import { typeErrors } from '../type-check.ts'

export async function run(options: Options): Promise<Exit> {
  if (options.files.length === 0) throw new UsageError('run: give the file of a program')
  if (options.trace !== null && (options.files.length > 1 || options.era === 'all'))
    throw new UsageError('run: --trace writes one run; give one file and one era')
  const supervisor = newSupervisor()
  supervisor.schedule = options.schedule
  const stop = (): void => supervisor.cancel()
  process.on('SIGINT', stop)
  try {
    const statuses: Exit[] = []
    const reports: Report[] = []
    for (const path of options.files) {
      try {
        const files = readProgram(path)
        reports.push(...(await runFile(supervisor, files, options, statuses)))
        await showTypeErrors(files, reports)
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
        process.stderr.write(`pageward: ${error.message}\n`)
        statuses.push(Exit.USAGE)
      }
    }
    if (reports.length > 0) show(reports, options)
    return worst(statuses)
  } finally {
    process.off('SIGINT', stop)
    supervisor.close()
  }
}

/** Type errors go to stderr and change nothing else. Lines that the compiler refused are told once. */
async function showTypeErrors(files: readonly SourceFile[], reports: readonly Report[]): Promise<void> {
  const told = new Set(reports.flatMap(({ errors }) => (errors ?? []).map(({ at }) => `${at.file}:${at.line}`)))
  for (const { message, file, line, column } of await typeErrors(files)) {
    if (!told.has(`${file}:${line}`)) errorLine(file, line, column, message)
  }
}

/** Runs one program in the era or eras asked for. */
async function runFile(
  supervisor: Supervisor,
  files: readonly SourceFile[],
  options: Options,
  statuses: Exit[],
): Promise<Report[]> {
  const entry = files[0]!.path
  const probe = supervisor.compile(entry, files, ERAS[0]!.id)
  const eras = options.era === 'all' ? ERAS.map((era) => era.id) : [options.era ?? supervisor.defaultEra(probe)]
  const reports: Report[] = []
  const own: Exit[] = []
  for (const era of eras) {
    const started = performance.now()
    const program = supervisor.compile(entry, files, era)
    const compileMs = performance.now() - started
    if (program.errors.length > 0) {
      reports.push(refused(supervisor, program, entry, era, eras.length === 1 && !isTextOnScreen(options)))
      own.push(Exit.USAGE)
      continue
    }
    const judged = await supervisor.judge(program, era, options.machine, options.budgets, compileMs)
    const wantsVerdicts = options.verdicts && options.era !== 'all' && judged.record.outcome !== 'budget'
    const report = wantsVerdicts
      ? supervisor.report(judged, entry, {
          era,
          own: memoryCodes(judged.record, program, judged.findings),
          others: (await supervisor.otherEras(entry, files, era, options)).verdicts,
        })
      : supervisor.report(judged, entry)
    warnOfOldSchedule(judged, entry)
    if (options.trace !== null) writeTrace(options.trace, judged, report)
    reports.push(report)
    own.push(statusOf(report))
  }
  // In a matrix "not in this era" is a verdict; only if every era says so is it an error.
  const verdictOnly = own.length > 1 && own.some((status) => status !== Exit.USAGE)
  statuses.push(...own.filter((status) => !(verdictOnly && status === Exit.USAGE)))
  return reports
}

/** Says so if the program no longer does what it did when its schedule token was made. */
function warnOfOldSchedule({ record, program }: JudgedRun, entry: string): void {
  const token = program.pragmas.schedule ?? ''
  const schedule = token === '' ? null : parseSchedule(token)
  if (schedule === null || typeof schedule === 'string' || schedule.sum === null) return
  if (schedule.sum === runSum(record.chunks)) return
  process.stderr.write(
    `pageward: ${entry}: the schedule ${token} was made for another version of this program (or another era): ` +
      'its steps are not the same, and the run may not show what it showed\n',
  )
}

/** True if the text report comes to the terminal that stderr comes to: what it says need not stand there twice. */
function isTextOnScreen({ format }: Options): boolean {
  return format === 'text' && process.stdout.isTTY === true && stderrIsTerminal()
}

function refused(supervisor: Supervisor, program: CompiledProgram, entry: string, era: string, loud: boolean): Report {
  if (loud) for (const { file, line, column, message } of program.errors) errorLine(file, line, column, message)
  return supervisor.compileErrors(program, entry, era)
}

function statusOf(report: Report): Exit {
  if (report.outcome === 'budget') return Exit.BUDGET
  return report.diagnoses.some((diagnosis) => diagnosis.severity === 'error') ? Exit.FOUND : Exit.OK
}

function show(reports: readonly Report[], options: Options): void {
  const matrix: Matrix = { schema: 'pageward.matrix/1', reports }
  if (options.format === 'json') {
    const many: Reports = { schema: 'pageward.reports/1', reports }
    print(jsonText(options.era === 'all' ? matrix : reports.length === 1 ? reports[0] : many))
    return
  }
  if (options.format === 'sarif') {
    print(sarifText(reports))
    return
  }
  if (options.format === 'lkml') {
    print(reports.map(lkmlText).join('\n'))
    return
  }
  const colour = isTerminal()
  for (const report of reports) print(textReport(report, { colour }))
  if (options.era === 'all') print(matrixText(matrix, { colour }))
}

function writeTrace(path: string, judged: JudgedRun, report: Report): void {
  const { record, program, ledger } = judged
  const bytes = path.endsWith('.pftrace')
    ? perfettoTrace({ record, program, ledger, report })
    : encodeTrace(record, program)
  try {
    writeFileSync(path, bytes)
  } catch (error) {
    throw new UsageError(`--trace ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
