/** Where in a program an error was thrown, by the stack that the engine gives it. */
import type { CompiledProgram } from '../compiler/contract.ts'
import { locate } from '../compiler/source-lines.ts'
import type { BudgetEnd } from '../trace/record.ts'

export class ErrorPlaces {
  constructor(private readonly program: CompiledProgram) {}

  /** File and line of the topmost frame in the program; null if it has none. */
  placeOf({ stack = '' }: { readonly stack?: string | undefined }, interleaved: boolean): BudgetEnd['at'] {
    const at = positionInSnippet(stack)
    const module = at === null ? undefined : this.program.modules[at.module]
    if (at === null || module === undefined) return null
    const line = locate(module, interleaved, at.line, at.column)
    return line === null ? null : { file: module.path, line }
  }

  /** The site nearest to where an error was thrown: by its stack if it has one, else `last`, the last site used. */
  siteOf(error: unknown, interleaved: boolean, last: number): number {
    const place = error instanceof Error ? this.placeOf(error, interleaved) : null
    if (place === null) return last
    const { files, sites } = this.program
    const file = files.indexOf(place.file)
    const exact = sites.findIndex((site, id) => id > 0 && site.file === file && site.line === place.line)
    return exact > 0 ? exact : last
  }
}

/** Module, line and column of the topmost frame inside evaluated code: `pageward/M:L:C`. */
function positionInSnippet(stack: string): { module: number; line: number; column: number } | null {
  const found = /pageward\/(\d+):(\d+):(\d+)/.exec(stack)
  return found === null ? null : { module: Number(found[1]), line: Number(found[2]), column: Number(found[3]) }
}

/** The text of whatever was thrown, without running code of the snippet. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`.slice(0, 500)
  if (typeof error === 'string') return error.slice(0, 500)
  return typeof error === 'object' && error !== null ? 'an object was thrown' : String(error)
}
