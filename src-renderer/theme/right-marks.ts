/** Which mark stands for a right, by its name in `RIGHT_NAMES`: one mark per idea, in every view. */
import type { MarkName } from './states.ts'

/** '' for an owner, whose mark is a solid fill. */
export function markOfRight(kind: string): MarkName | '' {
  // Not any kind with these letters: a mapping has them too.
  if (kind === 'pin') return 'pin'
  if (/dma|sg/.test(kind)) return 'dma'
  if (/rcu|borrow/.test(kind)) return 'rcu'
  if (/tlb/.test(kind)) return 'cached'
  if (/map|pte/.test(kind)) return 'mapping'
  if (/lru/.test(kind)) return 'batch'
  return /reference|pipe/.test(kind) ? 'reference' : ''
}
