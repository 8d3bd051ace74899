/** A finding as it is handed out, with the simplest schedule that shows it. */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Seen } from './collected.ts'
import type { Minimal } from './minimise.ts'
import type { ExploredFinding } from './options.ts'

export function exploredFinding(seen: Seen, program: CompiledProgram, minimal: Minimal): ExploredFinding {
  const { code, severity, certainty, message } = seen.finding
  const place = program.sites[seen.site]
  const file = program.files[place?.file ?? 0] ?? ''
  const at = { file, line: place?.line ?? 1, column: place?.column ?? 1 }
  const { token, steps, preemptions } = minimal
  return { code, severity, certainty, message, at, schedule: token, steps, preemptions, minimal: minimal.minimal }
}
