/**
 * The first line that a real kernel prints at a mistake (KERNEL_FACTS §16 "Shows"; wording from ground-truth/reports).
 * Everything but warnings that every kernel prints needs the debug options of `debug=on`; without them: silence.
 */
import type { Row } from './row.ts'
import type { Scene } from './scene.ts'

/** `BUG: KASAN: TYPE in FUNCTION`, if the kernel has KASAN. */
export function kasan(scene: Scene, row: Row, type: string): string {
  if (!scene.machine.debug) return ''
  return `BUG: KASAN: ${type} in ${scene.names.within(row.site, scene.story.task(row.task))}`
}

/** The dump line of a DEBUG_VM assertion, if the kernel has DEBUG_VM. */
export function vmBug(scene: Scene, condition: string): string {
  return scene.machine.debug ? `page dumped because: ${condition}` : ''
}

/** `BUG: Bad page state`, which the checks at free and allocation print under DEBUG_VM. */
export function badPage(scene: Scene, row: Row, pfn: number): string {
  if (!scene.machine.debug) return ''
  return `BUG: Bad page state in process ${scene.story.task(row.task)}  pfn:${pfn.toString(16).padStart(5, '0')}`
}

/** Header of a WARN, which every kernel prints. */
export function warning(scene: Scene, row: Row, place: string): string {
  return `WARNING: CPU: 0 PID: ${scene.story.pid(row.task)} at ${place}`
}

export const REF_IS_ZERO = 'VM_BUG_ON_PAGE(page_ref_count(page) == 0)'
export const GET_OF_ZERO = 'VM_BUG_ON_FOLIO(((unsigned int) folio_ref_count(folio) + 127u <= 127u))'
export const WRONG_COMPOUND_ORDER = 'VM_BUG_ON_PAGE(compound && compound_order(page) != order)'
