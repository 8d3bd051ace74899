/** Rules over what the kernel itself found some steps after a mistake: the report belongs to the mistake. */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { NO_SUBJECT } from '../../trace/ops.ts'
import type { Finding } from '../finding.ts'
import type { Row } from '../row.ts'
import { isWrite, type Scene } from '../scene.ts'

/**
 * SLUB's debugging printed a report about an object: it belongs to the mistake that damaged the object, which may be
 * some steps back.
 */
export function slubReportRule(scene: Scene, row: Row): void {
  const { allocations } = scene.ledger
  const text = scene.strings()[row.a]
  if (text === undefined) return
  const finding = scene.desk.latest(({ allocation }) => {
    const kind = allocations.kind(allocation)
    const isObject = kind === AllocationKind.CACHE_OBJECT || kind === AllocationKind.KMALLOC
    return isObject && allocations.base(allocation) === row.subject
  })
  addLines(finding, text)
}

/** Page poisoning found other bytes in a page than it left: of the last mistake that wrote to the frame. */
export function poisonReportRule(scene: Scene, row: Row): void {
  const { ledger, machine } = scene
  const text = scene.strings()[row.a]
  if (text === undefined) return
  const finding = scene.desk.latest(({ step }) => {
    const address = ledger.steps.subject(step)
    return isWrite(ledger.steps.op(step)) && address !== NO_SUBJECT && address >>> machine.pageShift === row.subject
  })
  addLines(finding, text)
}

function addLines(finding: Finding | null, text: string): void {
  if (finding !== null) finding.kernel = finding.kernel === '' ? text : `${finding.kernel}\n${text}`
}
