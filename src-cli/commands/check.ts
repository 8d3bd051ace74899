/** `pageward check FILE…`: syntax, imports, types and ownership as far as the text tells, without running anything. */
import { DEFAULT_ERA, ERA_IDS } from '../../src-core/eras/index.ts'
import { earliestEra, lackedBy } from '../../src-core/eras/rust-api.ts'
import { surfaceIndexOf } from '../../src-core/surface/era-index.ts'
import { Compiler } from '../../src-core/compiler/compile.ts'
import type { CompiledProgram, SourceFile } from '../../src-core/compiler/contract.ts'
import { checkOwnership } from '../../src-core/compiler/static/check.ts'
import type { StaticFinding } from '../../src-core/compiler/static/finding.ts'
import { SURFACE_INDEX } from '../../src-core/surface/generated/index.ts'
import { jsonText } from '../../src-core/report/json.ts'
import { Exit, UsageError, worst } from '../exit.ts'
import { onlyFormats, type Options } from '../options.ts'
import { errorLine, print } from '../output.ts'
import { readProgram } from '../program-files.ts'
import { typeErrors } from '../type-check.ts'

/** How much more than while typing a check in a terminal may take. */
const PATIENCE = 16

interface CheckError {
  readonly code: string
  readonly message: string
  readonly at: { readonly file: string; readonly line: number; readonly column: number }
}

/** A finding with the eras, of those checked, that have it. */
interface CheckFinding extends StaticFinding {
  readonly eras: readonly string[]
}

interface CheckResult {
  readonly program: string
  readonly errors: readonly CheckError[]
  readonly findings: readonly CheckFinding[]
}

export async function check(options: Options): Promise<Exit> {
  onlyFormats('check', options, ['text', 'json'])
  if (options.files.length === 0) throw new UsageError('check: give the file of a program')
  const compiler = new Compiler()
  const results: CheckResult[] = []
  for (const path of options.files) {
    const files = readProgram(path)
    const entry = files[0]!.path
    const program = inEras(compiler, entry, files, options)
    const errors = await textErrors(program, files)
    const findings =
      program.errors.length > 0 ? [] : findingsOf(entry, files, erasOf(options, program), options.machine)
    results.push({ program: entry, errors, findings })
  }
  for (const { errors } of results)
    for (const { at, message } of errors) errorLine(at.file, at.line, at.column, message)
  if (options.format === 'json')
    print(jsonText({ schema: 'pageward.check/1', era: options.era ?? DEFAULT_ERA, programs: results }))
  else for (const { findings } of results) for (const finding of findings) print(shown(finding))
  return worst(results.map(statusOf))
}

function statusOf({ errors, findings }: CheckResult): Exit {
  if (errors.length > 0) return Exit.USAGE
  return findings.some(({ severity }) => severity === 'error') ? Exit.FOUND : Exit.OK
}

/** What the compiler and the types say; one error a line is enough. */
async function textErrors(program: CompiledProgram, files: readonly SourceFile[]): Promise<CheckError[]> {
  const found: CheckError[] = program.errors.map(({ code, message, file, line, column }) => ({
    code,
    message,
    at: { file, line, column },
  }))
  const taken = new Set(found.map(({ at }) => `${at.file}:${at.line}`))
  for (const { code, message, file, line, column } of await typeErrors(files)) {
    if (!taken.has(`${file}:${line}`)) found.push({ code, message, at: { file, line, column } })
  }
  return found
}

/** The program as its eras see it: what each of them lacks is an error; what one of several has is none. */
function inEras(compiler: Compiler, entry: string, files: readonly SourceFile[], options: Options): CompiledProgram {
  const program = compiler.compile(entry, files, SURFACE_INDEX)
  const own = program.pragmas.eras
  const eras = options.era === null && own !== null && !own.includes('all') ? own : erasOf(options, program)
  const lacking = eras.filter((era) => lackedBy(era, program.rustNames ?? []).length > 0)
  const [first] = lacking
  return first === undefined || lacking.length < eras.length
    ? program
    : compiler.compile(entry, files, surfaceIndexOf(first))
}

/** The eras to check in: what was asked for, else the first that the program names. */
function erasOf({ era }: Options, { pragmas, rustNames }: CompiledProgram): readonly string[] {
  if (era === 'all') return ERA_IDS
  const first = pragmas.eras?.[0]
  return [era ?? (first === undefined || first === 'all' ? earliestEra(rustNames ?? []) : first)]
}

function findingsOf(
  entry: string,
  files: readonly SourceFile[],
  eras: readonly string[],
  machine: Readonly<Record<string, string>>,
): CheckFinding[] {
  const found = new Map<string, CheckFinding>()
  for (const era of eras) {
    for (const finding of checkOwnership(entry, files, SURFACE_INDEX, { era, machine, patience: PATIENCE })) {
      const key = `${finding.code} ${finding.severity} ${finding.at.file}:${finding.at.line}:${finding.at.column}`
      found.set(key, { ...finding, eras: [...(found.get(key)?.eras ?? []), era] })
    }
  }
  return [...found.values()]
}

/** `file:line:col: severity code message`. */
function shown({ at, severity, certainty, code, message, eras }: CheckFinding): string {
  const where = eras.length > 1 && eras.length < ERA_IDS.length ? ` (${eras.join(' ')})` : ''
  const maybe = certainty === 'possible' ? 'possible: ' : ''
  return `${at.file}:${at.line}:${at.column}: ${severity} ${code} ${maybe}${message}${where}`
}
