/** Words and signs for the parts of a diagnosis, the same in the editor, in Problems and in hovers. */
import type { Diagnosis, Severity, StoryRole } from '../../src-core/report/report.ts'

export const ROLE_WORD: Readonly<Record<StoryRole, string>> = {
  allocated: 'allocated',
  referenced: 'referenced',
  borrowed: 'borrowed',
  mapped: 'mapped',
  moved: 'moved',
  freed: 'freed',
  invalidated: 'became invalid',
  used: 'used',
}

/** `slab-use-after-free` → `slab use after free`: what stands at the end of the line. */
export function codeInWords(code: string): string {
  return code.replaceAll('-', ' ')
}

/** How grave: a possible error is shown in amber, never in red. */
export function tone(diagnosis: Pick<Diagnosis, 'severity' | 'certainty'>): 'error' | 'warn' | 'note' {
  const { severity, certainty } = diagnosis
  if (severity === 'note') return 'note'
  return severity === 'error' && certainty === 'definite' ? 'error' : 'warn'
}

export function rank(severity: Severity): number {
  return severity === 'error' ? 0 : severity === 'warning' ? 1 : 2
}

/** The last part of a path: what a narrow place shows. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
