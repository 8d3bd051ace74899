/**
 * The rule of the access set (DESIGN §1.1): memory that goes back to its allocator while a right is left is a mistake
 * at that moment, even if nobody ever uses the right (`freed-while-reachable`, D21, D34).
 */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Field, MAX_ALLOCATION } from '../../trace/fields.ts'
import { Flag, Op } from '../../trace/ops.ts'
import type { Finding } from '../finding.ts'
import { OWNER } from '../right-matching.ts'
import { hasFrameBase, isSlabObject } from '../op-classes.ts'
import { isBlockRight, isReference, RightKind } from '../right-table.ts'
import type { Row } from '../row.ts'
import { badPage } from '../kernel-lines.ts'
import { pendingLine } from './dma-words.ts'
import type { Scene } from '../scene.ts'
import { explainEntry } from './user-mappings.ts'

/** Findings about memory freed while a kmap was in force, by allocation: whether it was ever unmapped is seen later. */
const mappedFrees = new WeakMap<object, Map<number, Finding>>()
export function freedWhileMapped(scene: Scene): Map<number, Finding> {
  let known = mappedFrees.get(scene.desk)
  if (known === undefined) mappedFrees.set(scene.desk, (known = new Map()))
  return known
}

/** True if the row gives the memory back: its first frame, its object, or its area. */
export function goesBack(row: Row, id: number, base: number): boolean {
  let back = false
  row.deltas(Field.USE, (index, old, next) => {
    if (index === base && (old & MAX_ALLOCATION) === id && (next & MAX_ALLOCATION) !== id) back = true
  })
  return back
}

/** True if the row gives memory back that entries of user page tables hold references of: one put too many (D14). */
export function userMapped(scene: Scene, row: Row, id: number): boolean {
  const { ledger } = scene
  return goesBack(row, id, ledger.allocations.base(id)) && ledger.held(id, (kind) => kind === RightKind.PTE).length > 0
}

/** Reports rights that are left on memory that the row gives back. `dropped` is the right that the row itself ends. */
export function leavesRights(scene: Scene, row: Row, id: number, dropped: number): Finding | null {
  const { ledger, names, desk, story } = scene
  const table = ledger.allocations
  const { rights } = ledger
  const object = isSlabObject(table.kind(id))
  const pageKind = hasFrameBase(table.kind(id)) && table.kind(id) !== AllocationKind.LARGE_KMALLOC
  const wanted = (kind: number): boolean => (isReference(kind) ? pageKind : kind !== RightKind.BELIEF)
  const rows = ledger.held(id, wanted).filter((right) => right !== dropped && !keepsItsPage(scene, row, id, right))
  if (object) {
    const onSlab = ledger.held(table.slab(id), (kind) => !isBlockRight(kind))
    rows.push(...onSlab.filter((right) => ledger.reachesObject(right, id)))
  }
  const first = rows[0]
  if (first === undefined) return null
  const area = rows.find((right) => rights.kind(right) === RightKind.VMAP)
  const vmapped = area !== undefined
  const mapped = rows.find((right) => rights.kind(right) === RightKind.DMA)
  const list = mapped !== undefined && ledger.dma.mapping(rights.name(mapped))?.isList === true
  const special = rows.find((right) => rights.kind(right) === RightKind.PTE_SPECIAL)
  const entry = special ?? rows.find((right) => rights.kind(right) === RightKind.PTE)
  const references = rows.some((right) => isReference(rights.kind(right)))
  const left = rows.map((right) => ledger.right(right)).map(({ kind, on, from }) => ({ kind, on, step: from }))
  const call = names.call(row.site, row.op)
  const explained = entry === undefined || vmapped || mapped !== undefined ? null : explainEntry(scene, entry)
  const finding = desk.raise({
    code: rows.some((right) => rights.kind(right) === RightKind.LRU)
      ? 'lru-state-mismatch'
      : rows.some((right) => rights.kind(right) === RightKind.DEVICE_TLB)
        ? 'pt-missing-tlbi'
        : vmapped
          ? 'vmap-backing-freed'
          : mapped !== undefined
            ? list
              ? 'sg-outlives-pages'
              : 'dma-free-while-mapped'
            : explained !== null
              ? explained.code
              : special !== undefined
                ? 'pfn-pte-without-lifetime'
                : entry !== undefined
                  ? 'free-while-mapped'
                  : 'freed-while-reachable',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    // The memory of one list or of one area, freed page by page, is one mistake.
    ...(area !== undefined
      ? { key: `area ${rights.name(area)}`, byPlace: true }
      : mapped === undefined || !list
        ? {}
        : { key: `mapping ${rights.name(mapped)}`, byPlace: true }),
    message:
      `${call} frees ${names.described(id)} while ${wordOf(scene, mapped ?? entry ?? first, rows.length)} can ` +
      `still reach it`,
    story: [
      ...story.of(id),
      ...(explained === null ? [] : [{ role: 'used' as const, step: explained.step, text: explained.text }]),
      { role: 'freed', step: row.step, text: call },
    ],
    rightsLeft: left,
    pointers: story.pointers(id),
    fix: mapped === undefined ? fixOf(scene, entry ?? first, vmapped, references) : DMA_FIX[list ? 1 : 0],
    kernel: mapped === undefined ? mappedPage(scene, row, entry) : pendingLine(scene, rights.from(mapped)),
  })
  if (!vmapped && !references && mapped === undefined && entry === undefined) freedWhileMapped(scene).set(id, finding)
  desk.blame(id, finding)
  for (const right of rows) if (rights.kind(right) === RightKind.VMAP) desk.blame(rights.name(right), finding)
  return finding
}

/** True for a reference on one page of an exact allocation: it keeps that page, the others go. */
function keepsItsPage({ ledger }: Scene, row: Row, id: number, right: number): boolean {
  if (row.op !== Op.free_pages_exact || !isReference(ledger.rights.kind(right))) return false
  const pfn = ledger.rights.pfn(right)
  let left = false
  row.deltas(Field.USE, (frame, old, next) => {
    if (frame === pfn && (old & MAX_ALLOCATION) === id && (next & MAX_ALLOCATION) !== id) left = true
  })
  return !left
}

/** What the checks at a free say of a page that is mapped still. */
function mappedPage(scene: Scene, row: Row, entry: number | undefined): string {
  const counted = entry !== undefined && scene.ledger.rights.kind(entry) === RightKind.PTE
  return counted && row.has(Flag.WARNED) ? badPage(scene, row, row.subject) : ''
}

const DMA_FIX = [
  'end the DMA mapping first (dma_unmap_single, dma_unmap_page), then free the memory',
  'end the mapping first (dma_unmap_sgtable), then sg_free_table(), then free the pages',
] as const

const RIGHT_WORDS: Readonly<Record<number, string>> = {
  [RightKind.REFERENCE]: 'a page reference',
  [RightKind.PIN]: 'a pin',
  [RightKind.PIPE]: 'a pipe',
  [RightKind.VMAP]: 'a vmap area',
  [RightKind.DMA]: 'a device',
  [RightKind.DEVICE_PTE]: 'a device (through its page table)',
  [RightKind.DEVICE_TLB]: "a device's TLB",
  [RightKind.LRU]: 'an LRU list',
  [RightKind.LRU_BATCH]: 'a per-cpu LRU batch',
  [RightKind.PTE]: 'a user page-table entry',
  [RightKind.PTE_SPECIAL]: 'a user page-table entry',
}

/** Rights whose call gives back what they are used by. */
const IS_NAMED: ReadonlySet<number> = new Set([RightKind.KMAP, RightKind.KMAP_LOCAL, RightKind.VMAP, RightKind.DMA])

function wordOf(scene: Scene, right: number, count: number): string {
  const { rights } = scene.ledger
  const kind = rights.kind(right)
  // Of an entry or a list the call gives back an errno or a truth value: no name of the right.
  const name = IS_NAMED.has(kind) ? scene.names.assigned(rights.site(right)) : ''
  const what = RIGHT_WORDS[kind] ?? 'a kernel mapping'
  const more = count > 1 ? ` and ${count - 1} more right${count > 2 ? 's' : ''}` : ''
  return `${name === '' ? what : `${what} (\`${name}\`)`}${more}`
}

function rights(scene: Scene, right: number): number {
  return scene.ledger.rights.kind(right)
}

function fixOf(scene: Scene, right: number, vmapped: boolean, references: boolean): string {
  if (vmapped) return 'vunmap() first, then free the pages; or hand them over with VM_MAP_PUT_PAGES and call vfree()'
  if (rights(scene, right) === RightKind.PTE_SPECIAL)
    return 'clear the entries first (unmap_mapping_range), or map with vm_insert_page(), whose entries hold references'
  if (rights(scene, right) === RightKind.PTE) return 'drop only references that the driver took: the entry has its own'
  if (rights(scene, right) === RightKind.LRU_BATCH)
    return 'drop only references that the driver took: the LRU batch of the cpu has its own'
  if (rights(scene, right) === RightKind.LRU)
    return 'take the item off its list first (list_lru_del), then free the memory'
  if (rights(scene, right) === RightKind.DEVICE_TLB)
    return 'clear the entry, invalidate the TLB of the device and wait for it, and only then free the page'
  if (rights(scene, right) === RightKind.DEVICE_PTE)
    return 'clear the entry of the page table and invalidate the TLB of the device first, then free the page'
  if (references) return 'drop every reference before the memory is given back'
  const name = scene.names.assigned(scene.ledger.rights.site(right)) || 'address'
  return `end the mapping first (kunmap_local(${name})), then free the memory`
}

/** The right of the row itself, for rows that give up the owner's. */
export function droppedBy(scene: Scene, row: Row, id: number): number {
  const { ledger } = scene
  if (ledger.allocations.ownerEnd(id) === 0) return OWNER
  return row.has(Flag.LAST) ? ledger.matchReference(id, row.task, row.subject) : 0
}

/** Other allocations whose frames a row took away. */
export function strangers(row: Row, id: number): number[] {
  const found = new Set<number>()
  row.deltas(Field.USE, (_pfn, old, next) => {
    const before = old & MAX_ALLOCATION
    if (before !== 0 && before !== id && before !== (next & MAX_ALLOCATION)) found.add(before)
  })
  return [...found]
}
