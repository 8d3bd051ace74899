/** What is wrong with the eras, the machine and the schedule that a program asks for in its pragmas. */
import type { CompiledProgram, CompileError, SourceFile } from '../compiler/contract.ts'
import { placeOfPragma } from '../compiler/pragmas.ts'
import { findEra, suggestEra } from '../eras/index.ts'
import { parseMachine } from '../machine/config.ts'
import { parseSchedule } from '../runtime/schedule-token.ts'

/** The start of the file: where what was asked for elsewhere is reported. */
const START = { line: 1, column: 1, endLine: 1, endColumn: 2 }

/** The errors of a program's pragmas that are well formed and ask for what there is not, each where it stands. */
export function pragmaErrors(program: CompiledProgram, entry: string, files: readonly SourceFile[]): CompileError[] {
  const text = files.find(({ path }) => path === entry)?.text ?? ''
  const error = (name: string, word: string, message: string): CompileError => ({
    code: 'pragma',
    file: entry,
    ...(placeOfPragma(text, name, word) ?? START),
    message: `@${name}: ${message}`,
  })
  const { eras, machine, schedule } = program.pragmas
  const unknown = (eras ?? []).filter((era) => era !== 'all' && findEra(era) === undefined)
  const parsed = parseMachine({ ...machine })
  const token = schedule === null || schedule === '' ? null : parseSchedule(schedule)
  return [
    ...(typeof token === 'string' ? [error('schedule', '', token)] : []),
    ...unknown.map((era) => {
      const near = suggestEra(era)
      return error('era', era, `there is no era "${era}"${near === undefined ? '' : `; did you mean ${near}?`}`)
    }),
    ...(parsed.ok ? [] : parsed.errors.map(machineError(error))),
  ]
}

/** Says a machine's error at its setting. */
const machineError =
  (error: (name: string, word: string, message: string) => CompileError) =>
  (said: string): CompileError => {
    const message = said.replace(/^machine: /, '')
    const setting = /^(?:unknown setting ')?([\w-]+)/.exec(message)?.[1] ?? ''
    return error('machine', setting, message)
  }
