/** Where emitted code comes from: triples of emitted line, emitted column, source line, in emitted order, 1-based. */

import type { CompiledModule } from './contract.ts'

/** The source line of a position in the emitted text of a module; `null` before its first statement. */
export function locate(module: CompiledModule, interleaved: boolean, line: number, column: number): number | null {
  const table = interleaved ? module.interleavedLines : module.straightLines
  let low = 0
  let high = table.length / 3
  while (low < high) {
    const middle = (low + high) >> 1
    const at = table[middle * 3] ?? 0
    const before = at < line || (at === line && (table[middle * 3 + 1] ?? 0) <= column)
    if (before) low = middle + 1
    else high = middle
  }
  return low === 0 ? null : (table[(low - 1) * 3 + 2] ?? null)
}
