/** `pageward check FILE…`: syntax, imports and types, without running anything. */
import { DEFAULT_ERA } from '../../src-core/eras/index.ts'
import { Compiler } from '../../src-core/compiler/compile.ts'
import { SURFACE_INDEX } from '../../src-core/surface/generated/index.ts'
import { jsonText } from '../../src-core/report/json.ts'
import { Exit, UsageError } from '../exit.ts'
import type { Options } from '../options.ts'
import { errorLine, print } from '../output.ts'
import { readProgram } from '../program-files.ts'
import { typeErrors } from '../type-check.ts'

interface CheckError {
  readonly code: string
  readonly message: string
  readonly at: { readonly file: string; readonly line: number; readonly column: number }
}

export async function check(options: Options): Promise<Exit> {
  if (options.files.length === 0) throw new UsageError('check: give the file of a program')
  const compiler = new Compiler()
  const results: { program: string; errors: CheckError[] }[] = []
  for (const path of options.files) {
    const files = readProgram(path)
    const entry = files[0]!.path
    const { errors } = compiler.compile(entry, files, SURFACE_INDEX)
    const found: CheckError[] = errors.map(({ code, message, file, line, column }) => ({
      code,
      message,
      at: { file, line, column },
    }))
    const taken = new Set(found.map(({ at }) => `${at.file}:${at.line}`))
    for (const { code, message, file, line, column } of await typeErrors(files)) {
      if (!taken.has(`${file}:${line}`)) found.push({ code, message, at: { file, line, column } })
    }
    results.push({ program: entry, errors: found })
  }
  for (const { errors } of results)
    for (const { at, message } of errors) errorLine(at.file, at.line, at.column, message)
  if (options.format === 'json')
    print(jsonText({ schema: 'pageward.check/1', era: options.era ?? DEFAULT_ERA, programs: results }))
  return results.some(({ errors }) => errors.length > 0) ? Exit.USAGE : Exit.OK
}
