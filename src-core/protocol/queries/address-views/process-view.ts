/**
 * The address space of a process: its areas, the entries of its page tables, and what TLBs remember that the tables no
 * longer say.
 *
 * Kernel: /proc/PID/maps and pagemap (fs/proc/task_mmu.c) list the same; KERNEL_FACTS 7.1 to 7.5.
 * Simplified: nothing is swapped out here, so an entry is present, PROT_NONE or empty.
 */
import { VM_EXEC, VM_MAYSHARE, VM_READ, VM_WRITE } from '../../../mm/vma.ts'
import { decodePte } from '../../../machine/page-table.ts'
import { AreaBacking, AreaState, Field } from '../../../trace/fields.ts'
import { PageBit, type SpaceArea, type SpaceView } from '../../address-view.ts'
import { areasNow, vmFlagNames, type Area } from '../areas.ts'
import { addressSpaces, leavesOf } from '../page-tables.ts'
import type { RunView } from '../run-view.ts'
import { areaOf } from './areas.ts'
import { PageList } from './page-list.ts'
import { spaceHistory } from './space-history.ts'

/** Flags that the four letters say already. */
const IN_LETTERS = new Set(['VM_READ', 'VM_WRITE', 'VM_EXEC', 'VM_SHARED'])

/** `rw-s VM_PFNMAP VM_IO`, letters as /proc/PID/maps has them. */
function detailOf(flags: number): string {
  const letter = (bit: number, set: string, clear = '-'): string => ((flags & bit) !== 0 ? set : clear)
  const letters = letter(VM_READ, 'r') + letter(VM_WRITE, 'w') + letter(VM_EXEC, 'x') + letter(VM_MAYSHARE, 's', 'p')
  const rest = vmFlagNames(flags).filter((name) => !IN_LETTERS.has(name) && !name.startsWith('VM_MAY'))
  return [letters, ...rest].join(' ')
}

function fileName(view: RunView, { id, backing }: Area): string {
  if (backing === AreaBacking.ANONYMOUS) return 'anonymous memory'
  if (backing === AreaBacking.SHARED_ANONYMOUS) return 'shared anonymous memory'
  return view.run.record.strings[view.cursor.value(Field.VMA_FILE, id) - 1] ?? 'a file'
}

/** Areas that are not in the tree: their entries belong to what begins or ends. */
const ASIDE: Readonly<Partial<Record<AreaState, string>>> = {
  [AreaState.NEW]: 'in no tree yet: its mmap hook runs',
  [AreaState.DETACHED]: 'left the tree: its entries are being cleared',
}

/** The areas of an address space at the cursor's step. */
function processAreas(view: RunView, mm: number): SpaceArea[] {
  const shift = BigInt(view.info.pageShift)
  const made = spaceHistory(view).areas
  return areasNow(view)
    .filter(({ space }) => space === mm)
    .map((area) => {
      const aside = ASIDE[area.state]
      const page = Number(area.start >> shift)
      return areaOf(view, aside === undefined ? 'area' : 'left', {
        page,
        pages: Number(area.end >> shift) - page,
        name: fileName(view, area),
        detail: aside ?? detailOf(area.flags),
        step: made[area.id - 1] ?? 0,
      })
    })
}

interface Entry {
  readonly page: number
  readonly pfn: number
  readonly write: boolean
  readonly usable: boolean
  bits: number
}

/** Answers `space` for an address space at the cursor's step. */
export function processView(view: RunView, mm: number): SpaceView {
  const { info } = view
  const areas = processAreas(view, mm)
  const entries = entriesOf(view, mm)
  const pages = new PageList()
  const tree = areas.filter(({ kind }) => kind === 'area')
  const stale = markTlb(view, mm, entries, areas)
  const all = [...entries.values(), ...stale]
  for (const entry of all) if (!covers(tree, entry.page)) entry.bits |= PageBit.LEFT
  const outside = all.filter(({ page }) => !covers(areas, page))
  for (const { page, pfn, bits } of all) pages.add(page, pfn, bits)
  const note = areas.length + all.length === 0 ? 'This process has no areas at this step.' : ''
  return pages.answer(view, {
    id: `mm:${mm}`,
    pageShift: info.pageShift,
    note,
    areas: [...areas, ...leftAreas(view, outside)],
  })
}

function covers(areas: readonly SpaceArea[], at: number): boolean {
  return areas.some(({ page, pages }) => at >= page && at < page + pages)
}

/** Entries outside of every area, as stretches. */
function leftAreas(view: RunView, outside: readonly Entry[]): SpaceArea[] {
  const pages = [...new Set(outside.map(({ page }) => page))].sort((x, y) => x - y)
  const out: SpaceArea[] = []
  for (const page of pages) {
    const last = out.at(-1)
    if (last !== undefined && last.page + last.pages === page) {
      out[out.length - 1] = { ...last, pages: last.pages + 1, bytes: last.bytes + view.pageSize }
    } else out.push(areaOf(view, 'left', { page, pages: 1, name: 'no area', detail: 'what is left of one' }))
  }
  return out
}

/** Last-level entries that are not empty, by page. */
function entriesOf(view: RunView, mm: number): Map<number, Entry> {
  const out = new Map<number, Entry>()
  const space = addressSpaces(view).find(({ id }) => id === mm)
  if (space === undefined) return out
  for (const { address, entry } of leavesOf(view, space)) {
    const pte = decodePte(view.info, entry)
    if (pte === null) continue
    const page = Number(address >> BigInt(view.info.pageShift))
    const none = pte.none === true
    const bits =
      (none ? PageBit.PROT_NONE : PageBit.PRESENT | PageBit.READ) |
      (pte.write ? PageBit.WRITE : 0) |
      (pte.dirty === true ? PageBit.DIRTY : 0) |
      (pte.old === true ? 0 : PageBit.YOUNG) |
      (pte.special ? PageBit.SPECIAL : 0)
    out.set(page, { page, pfn: pte.pfn, write: pte.write, usable: !none, bits })
  }
  return out
}

/** Marks the entries that a TLB remembers; returns what TLBs remember that the tables do not say. */
function markTlb(view: RunView, mm: number, entries: ReadonlyMap<number, Entry>, areas: readonly SpaceArea[]): Entry[] {
  const { cursor } = view
  const { tlb, entryFrame, highs } = spaceHistory(view)
  const stale = new Map<string, Entry>()
  for (const index of tlb) {
    const value = cursor.value(Field.TLB, index)
    const right = Math.floor(index / 4)
    if (value === 0 || cursor.value(Field.PTE_SPACE, right) !== mm) continue
    const pfn = entryFrame.get(right) ?? -1
    if (pfn < 0) continue
    const low = cursor.value(Field.PTE_ADDRESS, right)
    const write = value >>> 16 !== 0
    // The trace keeps the low bits of the page number of an entry.
    const candidates = highs.map((high) => low + high * 2 ** 32)
    const page = candidates.find((at) => entries.get(at)?.pfn === pfn) ?? candidates.find((at) => entries.has(at))
    const entry = page === undefined ? undefined : entries.get(page)
    if (entry !== undefined && entry.usable && entry.pfn === pfn && (entry.write || !write)) {
      entry.bits |= PageBit.CACHED
      continue
    }
    const at = page ?? candidates.find((each) => covers(areas, each)) ?? candidates.at(-1) ?? low
    const bits = PageBit.STALE | PageBit.CACHED | PageBit.READ | (write ? PageBit.WRITE : 0)
    const key = `${at}/${pfn}`
    const known = stale.get(key)
    if (known === undefined) stale.set(key, { page: at, pfn, write, usable: true, bits })
    else known.bits |= bits
  }
  return [...stale.values()]
}
