/** Walks that lead to a piece of memory or a frame, and the walk to an address that a person asks for. */
import { hex } from '../../ownership/addresses.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import type { Calls, PageWalk } from '../messages.ts'
import type { Location } from './locate.ts'
import { areasOf } from './areas.ts'
import { addressSpaces, leavesOf, walkTo, type AddressSpace, type Leaf } from './page-tables.ts'
import type { RunView } from './run-view.ts'
import type { StructFields } from './structs.ts'

/** Walks shown at most. */
const MOST = 16

/** How user page tables and vmalloc space lead to a target at the cursor's step. */
export function walksOf(view: RunView, place: Location): PageWalk[] {
  const out: PageWalk[] = []
  const record = view.store.allocation(place.allocation)
  const isArea = record?.kind === AllocationKind.VMALLOC || record?.kind === AllocationKind.VMAP
  if (record !== null && isArea && place.frames > 0) out.push(vmallocWalk(view, record.base))
  for (const { space, leaf } of leavesTo(view, place)) {
    if (out.length >= MOST) return out
    out.push(walkTo(view, space, leaf.address))
  }
  return out
}

/** The areas whose entries map a target at the cursor's step. */
export function areasTo(view: RunView, place: Location): StructFields[] {
  const leaves = leavesTo(view, place).map(({ leaf }) => leaf)
  return leaves.length === 0 ? [] : areasOf(view, leaves.slice(0, MOST))
}

/** Last-level entries that map a target. */
function leavesTo(view: RunView, place: Location): { readonly space: AddressSpace; readonly leaf: Leaf }[] {
  if (place.pfn < 0) return []
  const record = view.store.allocation(place.allocation)
  const isArea = record?.kind === AllocationKind.VMALLOC || record?.kind === AllocationKind.VMAP
  const out: { space: AddressSpace; leaf: Leaf }[] = []
  const frames = new Set<number>()
  for (let i = 0; i < place.frames; i++) frames.add(isArea ? view.cursor.vmap(record.base + i) - 1 : place.pfn + i)
  for (const space of addressSpaces(view)) {
    for (const leaf of leavesOf(view, space)) if (frames.has(leaf.pfn)) out.push({ space, leaf })
  }
  return out
}

/** A page of vmalloc space: the trace keeps what each page maps, and no tables. */
function vmallocWalk(view: RunView, page: number): PageWalk {
  const pfn = view.cursor.vmap(page) - 1
  return {
    space: 'vmalloc space',
    address: hex(view.info, view.info.vmallocStart + BigInt(page) * BigInt(view.pageSize)),
    levels: [],
    below: [],
    pageShift: view.info.pageShift,
    pfn,
    stops: pfn < 0 ? 'Nothing is mapped there: an access is an oops.' : '',
  }
}

/** Answers `walk`. */
export function walk(view: RunView, ask: Calls['walk']['ask']): Calls['walk']['answer'] {
  view.cursor.seek(ask.step)
  const spaces = addressSpaces(view)
  const ids = spaces.map(({ id }) => id)
  const no = (why: string): Calls['walk']['answer'] => ({ spaces: ids, walk: null, why })
  const text = ask.address.replaceAll(/[\s_]/g, '')
  if (!/^(0x)?[0-9a-f]{1,16}$/i.test(text)) return no('That is no address: write hexadecimal digits.')
  const address = BigInt(text.startsWith('0x') ? text : `0x${text}`)
  const vpage = (address - view.info.vmallocStart) / BigInt(view.pageSize)
  if (address >= view.info.vmallocStart && vpage < 1n << 26n)
    return { spaces: ids, walk: vmallocWalk(view, Number(vpage)), why: '' }
  if (address >= 1n << 47n || address >= view.info.pageOffset)
    return no('No user address: the machine keeps page tables of user space only.')
  const space = spaces.find(({ id }) => ask.space === 0 || id === ask.space)
  if (space === undefined) return no('No address space has a page table at this step.')
  return { spaces: ids, walk: walkTo(view, space, address), why: '' }
}
