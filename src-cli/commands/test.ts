/** `pageward test DIR…`: runs every snippet that has `@expect` lines, in each of its eras, and compares. */
import { readdirSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Expectation } from '../../src-core/compiler/contract.ts'
import { ERAS } from '../../src-core/eras/index.ts'
import type { Supervisor } from '../../src-core/protocol/supervisor.ts'
import { jsonText } from '../../src-core/report/json.ts'
import type { Diagnosis, Report } from '../../src-core/report/report.ts'
import { newSupervisor } from '../core.ts'
import { Exit, UsageError } from '../exit.ts'
import { onlyFormats, type Options } from '../options.ts'
import { print } from '../output.ts'
import { readProgram, readText } from '../program-files.ts'

interface CaseResult {
  readonly program: string
  readonly era: string
  readonly ok: boolean
  readonly differences: readonly string[]
}

export async function test(options: Options): Promise<Exit> {
  onlyFormats('test', options, ['text', 'json'])
  if (options.files.length === 0) throw new UsageError('test: give a folder with snippets')
  const supervisor = newSupervisor()
  const results: CaseResult[] = []
  try {
    for (const path of options.files.flatMap(snippets)) {
      if (!/^\s*\/\/\s*@expect\b/m.test(readText(path))) continue
      results.push(...(await testFile(supervisor, path, options)))
    }
  } finally {
    supervisor.close()
  }
  const failed = results.filter((result) => !result.ok).length
  if (options.format === 'json') {
    print(jsonText({ schema: 'pageward.test/1', passed: results.length - failed, failed, results }))
  } else {
    for (const { program, era, differences } of results) {
      for (const difference of differences) print(`${program} [${era}]: ${difference}`)
    }
    print(`${results.length - failed} passed, ${failed} failed`)
  }
  return failed > 0 ? Exit.FOUND : Exit.OK
}

/** TypeScript files below a path, in a fixed order. */
function snippets(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`${path}: no such file or folder`)
  if (!stat.isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name).split(sep).join('/')
      if (entry.isDirectory()) return snippets(inner)
      return entry.isFile() && entry.name.endsWith('.ts') ? [inner] : []
    })
}

async function testFile(supervisor: Supervisor, path: string, options: Options): Promise<CaseResult[]> {
  const files = readProgram(path)
  const entry = files[0]!.path
  const probe = supervisor.compile(entry, files, ERAS[0]!.id)
  const eras = options.era === null || options.era === 'all' ? supervisor.ownEras(probe) : [options.era]
  const results: CaseResult[] = []
  for (const era of eras) {
    const program = supervisor.compile(entry, files, era)
    const report =
      program.errors.length > 0
        ? supervisor.compileErrors(program, entry, era)
        : supervisor.report(await supervisor.judge(program, era, options.machine, options.budgets), entry)
    const differences = compare(report, program.pragmas.expect ?? [], entry, era)
    results.push({ program: entry, era, ok: differences.length === 0, differences })
  }
  return results
}

/** What a report has too much or too little. */
export function compare(report: Report, expected: readonly Expectation[], entry: string, era: string): string[] {
  const differences = (report.errors ?? [])
    .filter((error) => !expected.some((e) => e.code === error.code && e.line === error.at.line))
    .map((error) => `${error.at.file}:${error.at.line}: ${error.message}`)
  if (report.outcome === 'budget') differences.push(`the run did not finish (${report.budget?.limit ?? 'budget'})`)
  const wanted = expected.filter((e) => e.eras === null || e.eras.includes(era))
  const left = new Set(wanted)
  // `@expect none` is kept as an empty list.
  const none = expected.length === 0
  for (const diagnosis of report.diagnoses) {
    const match = [...left].find((e) => matches(e, diagnosis, entry))
    if (match !== undefined) left.delete(match)
    else if (diagnosis.severity === 'error' || (none && diagnosis.severity === 'warning'))
      differences.push(`not expected: ${shown(diagnosis)}`)
  }
  for (const e of left) {
    if (report.errors?.some((error) => error.code === e.code && error.at.line === e.line)) continue
    differences.push(`missing: ${e.code} at line ${e.line}${e.possible ? ' (possible)' : ''}`)
  }
  return differences
}

function matches(e: Expectation, diagnosis: Diagnosis, entry: string): boolean {
  if (e.code !== diagnosis.code || e.line !== diagnosis.at.line || e.possible !== (diagnosis.certainty === 'possible'))
    return false
  return e.file === null ? diagnosis.at.file === entry : diagnosis.at.file.endsWith(e.file)
}

function shown({ code, severity, at, message }: Diagnosis): string {
  return `${severity} ${code} at ${at.file}:${at.line}: ${message}`
}
