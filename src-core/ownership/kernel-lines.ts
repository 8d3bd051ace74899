/**
 * The first line that a real kernel prints at a mistake (KERNEL_FACTS §16 "Shows"; wording from ground-truth/reports).
 * Everything but warnings that every kernel prints needs the debug options of `debug=on`; without them: silence.
 */
import { addressText, hasKasan } from '../trace/abi.ts'
import type { Row } from './row.ts'
import type { Scene } from './scene.ts'

/** `BUG: KASAN: TYPE in FUNCTION`, if the kernel has KASAN. */
export function kasan(scene: Scene, row: Row, type: string): string {
  if (!hasKasan(scene.machine)) return ''
  return `BUG: KASAN: ${type} in ${scene.names.within(row.site, scene.story.task(row.task))}`
}

/** What a kernel says of an access through NULL, or at an offset from it. */
export function nullPointer({ machine }: Scene, offset = 0n): string {
  const address = addressText(machine, offset)
  return machine.arch === 'arm64-16k'
    ? `Unable to handle kernel NULL pointer dereference at virtual address ${address}`
    : `BUG: kernel NULL pointer dereference, address: ${address}`
}

/** What a kernel says of an access to an address that nothing is mapped at; null = the address is not known. */
export function pageFault({ machine }: Scene, address: bigint | null): string {
  const text = address === null ? '…' : addressText(machine, address)
  return machine.arch === 'arm64-16k'
    ? `Unable to handle kernel paging request at virtual address ${text}`
    : `BUG: unable to handle page fault for address: ${text}`
}

/** What a kernel says of an access through a word that is no address: x86-64 names those that are not canonical. */
export function generalProtection(scene: Scene): string {
  return scene.machine.arch === 'x86_64'
    ? 'Oops: general protection fault, probably for non-canonical address …'
    : pageFault(scene, null)
}

/** The dump line of a DEBUG_VM assertion, if the kernel has DEBUG_VM. */
export function vmBug(scene: Scene, condition: string): string {
  return scene.machine.debug ? `page dumped because: ${condition}` : ''
}

/** `BUG: Bad page state`, which the checks at free and allocation print, with DEBUG_VM or page poisoning. */
export function badPage(scene: Scene, row: Row, pfn: number): string {
  if (!scene.machine.debug && scene.machine.pagePoison !== true) return ''
  return `BUG: Bad page state in process ${scene.story.task(row.task)}  pfn:${pfn.toString(16).padStart(5, '0')}`
}

/** Header of a WARN, which every kernel prints. */
export function warning(scene: Scene, row: Row, place: string): string {
  return `WARNING: CPU: 0 PID: ${scene.story.pid(row.task)} at ${place}`
}

export const REF_IS_ZERO = 'VM_BUG_ON_PAGE(page_ref_count(page) == 0)'
export const GET_OF_ZERO = 'VM_BUG_ON_FOLIO(((unsigned int) folio_ref_count(folio) + 127u <= 127u))'
export const WRONG_COMPOUND_ORDER = 'VM_BUG_ON_PAGE(compound && compound_order(page) != order)'
