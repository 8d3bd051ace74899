/** Which address space an address lies in, and the frame that it leads to. */
import { firstHighFrame } from '../../../machine/layout.ts'
import type { FoundAddress, SpaceView } from '../../address-view.ts'
import { PageBit } from '../../address-view.ts'
import type { Calls } from '../../messages.ts'
import type { RunView } from '../run-view.ts'
import { spaceHistory } from './space-history.ts'
import { spaceAt } from './space-at.ts'

const NOWHERE: FoundAddress = { space: '', page: 0, pfn: -1, why: 'No address space has this address.' }
/** Pages of vmalloc space that are looked at. */
const VMALLOC_PAGES = 1n << 26n

/**
 * Answers `findAddress`. `space` is looked at first if it is a process or a device: many have the same addresses. Then
 * an address belongs to the linear map, to vmalloc space, or to the first process that has an area or an entry there.
 */
export function findAddress(view: RunView, ask: Calls['findAddress']['ask']): FoundAddress {
  view.cursor.seek(ask.step)
  const text = ask.address.replaceAll(/[\s_]/g, '')
  if (!/^(0x)?[0-9a-f]{1,16}$/i.test(text)) return { ...NOWHERE, why: 'That is no address: write hexadecimal digits.' }
  const address = BigInt(text.startsWith('0x') ? text : `0x${text}`)
  const { info } = view
  const page = Number(address >> BigInt(info.pageShift))
  if (ask.space.includes(':')) {
    const space = spaceAt(view, ask.space)
    const found = space === null ? null : within(space, Number(address >> BigInt(space.pageShift)))
    if (found !== null) return found
  }
  const pfn = page - Number(info.pageOffset >> BigInt(info.pageShift))
  if (pfn >= 0 && pfn < firstHighFrame(info)) return { space: 'linear', page, pfn, why: '' }
  const vpage = page - Number(info.vmallocStart >> BigInt(info.pageShift))
  if (vpage >= 0 && BigInt(vpage) < VMALLOC_PAGES) {
    const space = spaceAt(view, 'vmalloc')!
    const nothing = 'Nothing is mapped there: an access is an oops.'
    return within(space, page) ?? { space: 'vmalloc', page, pfn: -1, why: nothing }
  }
  if (address >= info.pageOffset) return NOWHERE
  for (const mm of spaceHistory(view).processes.keys()) {
    const found = within(spaceAt(view, `mm:${mm}`)!, page)
    if (found !== null) return found
  }
  return NOWHERE
}

/** An address of a space, if an area or an entry has it. */
function within(space: SpaceView, page: number): FoundAddress | null {
  const at = space.page.findIndex((each, i) => each === page && (space.bits[i]! & PageBit.STALE) === 0)
  if (at >= 0) return { space: space.id, page, pfn: space.pfn[at]!, why: '' }
  const area = space.areas.find((each) => page >= each.page && page < each.page + each.pages)
  if (area === undefined) return null
  const why =
    area.kind === 'guard'
      ? 'A guard page: an access is an oops.'
      : area.kind === 'lazy'
        ? 'The area was freed: an access is an oops.'
        : 'No entry: the first access faults.'
  return { space: space.id, page, pfn: -1, why }
}
