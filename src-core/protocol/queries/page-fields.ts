/**
 * `struct page` of a frame as the run's era has it: the fields a driver author meets, decoded.
 *
 * Kernel: include/linux/mm_types.h, include/linux/page-flags.h (page types), mm/slab.h (struct slab).
 * Simplified: `lru` and `index` are not kept; a compound order is shown where the head stores it.
 */
import { RefMode } from '../../eras/era.ts'
import { pageFlagNames } from '../../mm/page-flags.ts'
import { FrameKind, FRAME_KIND_NAMES, useKind } from '../../trace/fields.ts'
import type { FieldRow } from '../messages.ts'
import { frameName } from './effects.ts'
import type { RunView } from './run-view.ts'
import { objectsOfFrame, slabAt } from './slab-objects.ts'

/** A field as it is at one step. */
export type Field = Pick<FieldRow, 'name' | 'value' | 'help'>

/** Fields of a frame at the cursor's step. */
export function pageFields(view: RunView, pfn: number): Field[] {
  const { cursor } = view
  const kind = useKind(cursor.use(pfn))
  const mode = view.refMode(kind)
  const order = cursor.order(pfn)
  const head = cursor.head(pfn)
  const rows: Field[] = []
  const add = (name: string, value: string, help: string): void => {
    rows.push({ name, value, help })
  }
  add(
    view.run.record.era === 'next' || view.run.record.era === 'memdesc' ? 'flags.f' : 'flags',
    flagsText(cursor.flags(pfn)),
    'State bits of the page (PG_*).',
  )
  add(
    '_refcount',
    mode === RefMode.NONE ? 'none' : String(cursor.refcount(pfn)),
    refcountHelp(mode, view.run.record.era, kind),
  )
  addType(view, pfn, kind, add)
  if (head !== 0) add('compound_head', `${frameName(head - 1)} | 1`, 'This is a tail: gets and puts act on the head.')
  if (kind === FrameKind.BUDDY && order > 0) {
    add('private', `${hex(BigInt(order - 1))} (order)`, 'Order of the free block that starts here.')
  } else {
    if (order > 1)
      add('_flags_1 order', String(order - 1), 'Order of the compound page, kept in its second struct page.')
    add('private', hex(cursor.private(pfn)), 'For the owner of the page.')
  }
  if (order > 1 && cursor.pincount(pfn) !== 0) {
    add('_pincount', String(cursor.pincount(pfn)), 'Pins taken by pin_user_pages() on this large folio.')
  }
  const mapping = cursor.mapping(pfn)
  if (mapping !== 0n) {
    const anonymous = (mapping & 1n) !== 0n
    add(
      'mapping',
      anonymous ? `${hex(mapping)} (anonymous)` : hex(mapping),
      anonymous
        ? 'Anonymous memory: bit 0 is set (PAGE_MAPPING_ANON), and an anon_vma is named.'
        : 'The address_space that the page belongs to.',
    )
  }
  addSlab(view, pfn, kind, add)
  if (cursor.rights(pfn) !== 0) {
    add(
      'mappings in force',
      String(cursor.rights(pfn)),
      'Page-table entries, kmaps, scatterlists and DMA mappings in force on this frame; no field of struct page.',
    )
  }
  add('zone', zoneName(view, pfn), 'Zone the frame belongs to; the kernel keeps it in the high bits of flags.')
  return rows
}

/** A word as the kernel prints it. */
function hex(word: bigint): string {
  return `0x${word.toString(16)}`
}

type Add = (name: string, value: string, help: string) => void

const PAGE_TYPES: Readonly<Record<number, readonly [number, string]>> = {
  [FrameKind.BUDDY]: [0xf0, 'buddy'],
  [FrameKind.TABLE]: [0xf2, 'table'],
  [FrameKind.SLAB]: [0xf5, 'slab'],
  [FrameKind.LARGE_KMALLOC]: [0xf8, 'large_kmalloc'],
}

/** `page_type` where the page has one, `_mapcount` where it has not: they share storage. */
function addType(view: RunView, pfn: number, kind: FrameKind, add: Add): void {
  const { cursor } = view
  const type = PAGE_TYPES[kind]
  const isFirst = kind === FrameKind.BUDDY ? cursor.order(pfn) > 0 : kind === FrameKind.TABLE || cursor.head(pfn) === 0
  const exists = kind !== FrameKind.LARGE_KMALLOC || view.refMode(kind) !== RefMode.COUNTED
  if (type !== undefined && isFirst && exists) {
    add(
      'page_type',
      `0x${type[0].toString(16)}000000 (${type[1]})`,
      'What the page is used for; shares storage with _mapcount.',
    )
    return
  }
  const count = cursor.mapcount(pfn)
  add(
    '_mapcount',
    String(count - 1),
    count === 0
      ? 'Not mapped to user space (-1).'
      : `Mapped by ${count} page-table ${count === 1 ? 'entry' : 'entries'} (kept as one less).`,
  )
}

function addSlab(view: RunView, pfn: number, kind: FrameKind, add: Add): void {
  if (kind !== FrameKind.SLAB) return
  const slab = slabAt(view, pfn)
  if (slab === null) return
  const { cache, first, frames, objects } = slab
  let used = 0
  for (let i = 0; i < frames; i++) {
    used += objectsOfFrame(view, slab, first + i).filter((object) => object.allocation !== 0).length
  }
  add('slab_cache', cache.name, `Objects of ${cache.objectSize} bytes, ${cache.stride} apart.`)
  add('inuse', `${used} of ${objects}`, 'Objects in use in the whole slab.')
}

function flagsText(flags: number): string {
  const names = pageFlagNames(flags)
  return names.length === 0 ? '0' : `${frameName(flags)} (${names.join('|')})`
}

function refcountHelp(mode: RefMode, era: string, kind: FrameKind): string {
  const word = FRAME_KIND_NAMES[kind]
  if (mode === RefMode.NONE) return `In ${era} ${word} pages have no reference count: get_page() on them is a mistake.`
  if (mode === RefMode.DECLINED)
    return `In ${era} ${word} pages are frozen: get_page() on them warns and takes nothing.`
  return 'References that keep the page; it goes back to the allocator when this reaches 0.'
}

function zoneName(view: RunView, pfn: number): string {
  return view.info.zones.find((zone) => pfn >= zone.start && pfn < zone.end)?.name ?? 'none (reserved)'
}
