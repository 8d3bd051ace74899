/** Rows of the era matrix from what the core knows. */
import type { EraInfo } from '../../../src-core/protocol/messages.ts'
import type { EraMatrix } from '../../stores/session.ts'

export interface EraVerdict {
  readonly key: string
  readonly code: string
  readonly line: number
  readonly tone: 'error' | 'warn' | ''
}

export interface EraRow extends EraInfo {
  readonly state: 'waiting' | 'not-run' | 'unfinished' | 'judged'
  /** Each code once with its first line, errors first. */
  readonly verdicts: readonly EraVerdict[]
}

/** `stopped`: what is not known yet will not be. */
export function eraRows(eras: readonly EraInfo[], matrix: EraMatrix | null, stopped = false): readonly EraRow[] {
  return eras.map((era) => {
    const found = matrix?.[era.id]
    if (found === undefined) return { ...era, state: matrix === null && !stopped ? 'waiting' : 'not-run', verdicts: [] }
    if (found === null) return { ...era, state: 'unfinished', verdicts: [] }
    const verdicts = found.map(({ code, severity, line, file }) => ({
      key: `${code} ${file}:${line}`,
      code,
      line,
      tone: severity === 'error' ? ('error' as const) : severity === 'warning' ? ('warn' as const) : ('' as const),
    }))
    const distinct = [...new Map(verdicts.map((each) => [each.key, each])).values()]
    const order = ['error', 'warn', '']
    distinct.sort((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone) || a.line - b.line)
    return { ...era, state: 'judged', verdicts: distinct }
  })
}
