/** Sentences for what happens around memory: lrus, reclaim, interrupts, work. */
import { NO_SUBJECT, Op, Flag } from '../../trace/ops.ts'
import type { RunView } from './run-view.ts'

const RECLAIMERS = ['sim.reclaim', 'kswapd', 'an allocation that found no memory'] as const
const STATUS = ['LRU_REMOVED', 'LRU_REMOVED_RETRY', 'LRU_ROTATE', 'LRU_SKIP', 'LRU_RETRY', 'LRU_STOP'] as const

/** What a step of these kinds did; null for any other kind. */
export function eventSentence(view: RunView, step: number): string | null {
  const { chunk, row } = view.store.place(step)
  const { ops } = chunk
  const failed = (ops.flags[row] & Flag.FAILED) !== 0
  const subject = ops.subject[row]
  const a = ops.a[row]
  const b = ops.b[row]
  switch (ops.kind[row]) {
    case Op.list_lru_add:
      if (failed) return 'list_lru_add found it on a list already'
      return `list_lru_add put it on lru ${b}: a shrinker can reach it`
    case Op.list_lru_del:
      return failed ? 'list_lru_del found it on no list' : `list_lru_del took it off lru ${b}`
    case Op.list_lru_isolate:
      return failed ? 'list_lru_isolate found it on no list' : `a walk took it off lru ${b}`
    case Op.list_lru_walk:
      return `walks lru ${subject}`
    case Op.list_lru_walked:
      return `the walk removed ${items(a)}`
    case Op.list_lru_status: {
      const lock = b === 1 ? 'with the lock held' : 'without the lock'
      const wrong = (ops.flags[row] & Flag.WARNED) === 0 ? '' : `, which ${view.run.record.era} does not allow`
      return `the callback returned ${STATUS[a] ?? a} ${lock}${wrong}`
    }
    case Op.reclaim_start:
      return `reclaim begins, for ${RECLAIMERS[b] ?? 'somebody'}`
    case Op.reclaim_end:
      return `reclaim ends: ${items(a)} freed`
    case Op.shrink_count:
      return `shrinker ${subject} counts ${a < 0 ? 'nothing to free' : items(a)}`
    case Op.shrink_scan:
      return `shrinker ${subject} is asked for ${items(a)}`
    case Op.shrink_scanned:
      return `shrinker ${subject} ${a < 0 ? 'cannot go on' : `freed ${items(a)}`}`
    case Op.raise_irq:
      if (subject !== NO_SUBJECT) return `interrupt ${a} stops the task: ${view.taskName(subject)} runs`
      return b === 1 ? `interrupt ${a} is pending: interrupts are off` : `interrupt ${a} has no handler`
    case Op.irq_handled:
      return `the handler of interrupt ${subject} returned ${a === 0 ? 'IRQ_NONE' : a === 1 ? 'IRQ_HANDLED' : a}`
    case Op.queue_work:
      return failed ? `work ${subject} is pending already` : `work ${subject} is queued`
    case Op.work_start:
      return `work ${subject} begins`
    case Op.work_end:
      return `work ${subject} has run`
    default:
      return null
  }
}

function items(n: number): string {
  return n === 1 ? '1 object' : `${n} objects`
}
