/**
 * User page tables at the cursor's step, read from the simulated frames that hold them: which address spaces there
 * are, what their last-level entries map, and a walk to one address, level by level.
 *
 * Kernel: mm/memory.c walk_to_pmd() order (pgd, pud, pmd, pte; folded levels are left out), KERNEL_FACTS 7.2, 7.3.
 * The trace does not name the top table of an address space: it is a table that no other table names. Whose it is
 * follows from the order in which tables and the first entries of address spaces were made.
 */
import { decodePte } from '../../machine/page-table.ts'
import { isPresent, levelsOf, namedBits } from '../../machine/page-table-bits.ts'
import { Field, FRAME_KIND_NAMES, FrameKind, useKind } from '../../trace/fields.ts'
import type { PageWalk, WalkLevel } from '../messages.ts'
import { frameName } from './effects.ts'
import type { RunView } from './run-view.ts'

/** Last-level entries read at most of one step. */
const MOST_ENTRIES = 20_000

/** One user address space with a page table. */
export interface AddressSpace {
  /** Number of the `mm_struct`, counted from 1 over the run. */
  readonly id: number
  /** Frame of the top table. */
  readonly root: number
}

/** A last-level entry that is not empty. */
export interface Leaf {
  readonly space: number
  /** User address of the page. */
  readonly address: bigint
  readonly pfn: number
  /** The entry as it lies in the table. */
  readonly entry: bigint
}

/** What one scan of the trace tells about tables: when each frame became one, and each space got its first entry. */
interface TableHistory {
  readonly made: ReadonlyMap<number, readonly number[]>
  readonly firstEntry: ReadonlyMap<number, number>
}
const histories = new WeakMap<RunView, TableHistory>()

function historyOf(view: RunView): TableHistory {
  const known = histories.get(view)
  if (known !== undefined) return known
  const made = new Map<number, number[]>()
  const firstEntry = new Map<number, number>()
  for (const chunk of view.store.chunks) {
    const { field, index, new: value } = chunk.deltas
    let row = 0
    for (let d = 0; d < chunk.deltaCount; d++) {
      const what = field[d]
      const isTable = what === Field.USE && useKind(value[d]) === FrameKind.TABLE
      if (!isTable && what !== Field.PTE_SPACE) continue
      while (chunk.ops.deltaEnd[row] <= d) row++
      const step = chunk.firstStep + row
      if (!isTable) firstEntry.set(value[d], firstEntry.get(value[d]) ?? step)
      else if (made.has(index[d])) made.get(index[d])!.push(step)
      else made.set(index[d], [step])
    }
  }
  const found = { made, firstEntry }
  histories.set(view, found)
  return found
}

function entriesOf(view: RunView, pfn: number): BigUint64Array {
  const { buffer } = view.cursor.bytes(pfn * view.pageSize, view.pageSize)
  return levelsOf(view.info).entryBytes === 8
    ? new BigUint64Array(buffer)
    : BigUint64Array.from(new Uint32Array(buffer), BigInt)
}

/** Frame of the table that an entry names. */
function pfnOf(view: RunView, entry: bigint): number {
  return Number((entry & levelsOf(view.info).physMask) >> BigInt(view.info.pageShift))
}

/** Frame of a last-level entry that is not empty. */
function leafOf(view: RunView, entry: bigint): number {
  return decodePte(view.info, entry)?.pfn ?? -1
}

/** The address spaces that have a page table at the cursor's step, in order of their numbers. */
export function addressSpaces(view: RunView): AddressSpace[] {
  const { made, firstEntry } = historyOf(view)
  const { step } = view.cursor
  const { physMask, table } = levelsOf(view.info)
  const tables = [...made.keys()].filter((pfn) => useKind(view.cursor.use(pfn)) === FrameKind.TABLE)
  const named = new Set<number>()
  for (const pfn of tables) {
    for (const entry of entriesOf(view, pfn)) if ((entry & ~physMask) === table) named.add(pfnOf(view, entry))
  }
  const bornAt = (pfn: number): number => made.get(pfn)!.findLast((at) => at <= step) ?? 0
  const spaces = [...firstEntry].map(([id, first]) => ({ id, first })).sort((x, y) => x.first - y.first || x.id - y.id)
  const out: AddressSpace[] = []
  for (const root of tables.filter((pfn) => !named.has(pfn)).sort((x, y) => bornAt(x) - bornAt(y))) {
    // A root is made for the first entry; only if memory ran out then, the first entry came later.
    const at = spaces.findIndex(({ first }) => first >= bornAt(root))
    if (at >= 0) out.push({ id: spaces.splice(at, 1)[0]!.id, root })
  }
  return out.sort((x, y) => x.id - y.id)
}

/** Every last-level entry of an address space in order of addresses, cut at 20,000. */
export function leavesOf(view: RunView, space: AddressSpace): Leaf[] {
  const { shifts } = levelsOf(view.info)
  const out: Leaf[] = []
  const look = (table: number, level: number, base: bigint): void => {
    if (table >= view.info.frames) return
    for (const [index, entry] of entriesOf(view, table).entries()) {
      if (entry === 0n || out.length >= MOST_ENTRIES) continue
      const address = base + (BigInt(index) << BigInt(shifts[level]!))
      if (level === shifts.length - 1) out.push({ space: space.id, address, pfn: leafOf(view, entry), entry })
      else look(pfnOf(view, entry), level + 1, address)
    }
  }
  look(space.root, 0, 0n)
  return out
}

/** Walks from the top table to an address, and says where and why it stops. */
export function walkTo(view: RunView, space: AddressSpace, address: bigint): PageWalk {
  const { names, shifts, bits, entryBytes } = levelsOf(view.info)
  const levels: WalkLevel[] = []
  let table = space.root
  let stops = ''
  let pfn = -1
  for (let level = 0; level < shifts.length; level++) {
    const isLeaf = level === shifts.length - 1
    const name = names[level]!
    const index = indexAt(view, address, level)
    const entry = entriesOf(view, table)[index] ?? 0n
    const next = entry === 0n ? -1 : isLeaf ? leafOf(view, entry) : pfnOf(view, entry)
    levels.push({
      name,
      index,
      bits: bits[level]!,
      table,
      entry: `0x${entry.toString(16).padStart(2 * entryBytes, '0')}`,
      flags: namedBits(view.info, entry, isLeaf),
      pfn: next,
    })
    if (entry === 0n) {
      stops = `The ${name} entry is empty (${name.toLowerCase()}_none): an access faults.`
      break
    }
    if (isLeaf) {
      pfn = next
      stops = leafStop(view, entry, next)
      break
    }
    if (next >= view.info.frames) {
      stops = `The ${name} entry names no frame of this machine.`
      break
    }
    table = next
  }
  const below = names.slice(levels.length).map((name, i) => {
    const level = levels.length + i
    return { name, index: indexAt(view, address, level), bits: bits[level]! }
  })
  const { pageShift } = view.info
  return { space: `mm ${space.id}`, address: `0x${address.toString(16)}`, levels, below, pageShift, pfn, stops }
}

/** Index that an address has in a table of a level. */
function indexAt(view: RunView, address: bigint, level: number): number {
  const { shifts, bits } = levelsOf(view.info)
  return Number((address >> BigInt(shifts[level]!)) & ((1n << BigInt(bits[level]!)) - 1n))
}

/** What is wrong with a last-level entry; empty if an access goes through. */
function leafStop(view: RunView, entry: bigint, pfn: number): string {
  if (!isPresent(entry)) return 'The entry is not present (PROT_NONE): the page is kept, and every access faults.'
  if (pfn >= view.info.frames) return 'It names no frame of this machine: device memory.'
  const kind = useKind(view.cursor.use(pfn))
  if (kind !== FrameKind.BUDDY && kind !== FrameKind.PCP) return ''
  return `Frame ${frameName(pfn)} is free (${FRAME_KIND_NAMES[kind]}): the entry outlived it.`
}
