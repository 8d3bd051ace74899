/**
 * Rules over gets that protect nothing (KERNEL_FACTS D07, D08, D10, D11, D15).
 */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Field, FrameKind } from '../../trace/fields.ts'
import { Flag, NO_SUBJECT, OP_NAMES } from '../../trace/ops.ts'
import { Mark } from '../allocation-table.ts'
import { GET_OF_ZERO, vmBug, warning } from '../kernel-lines.ts'
import { IS_TRY_GET } from '../op-classes.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import { beliefs, objectBehind } from './beliefs.ts'
import { overflowRule, staleHandleRule } from './identity.ts'
import { nullDereference, wildAccess } from './null-and-wild.ts'

export function getRule(scene: Scene, row: Row): void {
  if (row.has(Flag.NULL)) {
    if (row.has(Flag.FAULT)) nullDereference(scene, row)
    return
  }
  if (row.has(Flag.WILD)) {
    wildAccess(scene, row)
    return
  }
  if (isReserved(scene, row) && !countWas(row, 0)) return
  if (overflowRule(scene, row) || staleHandleRule(scene, row)) return
  const table = scene.ledger.allocations
  const id = row.allocation
  const kind = table.kind(id)
  if (kind === AllocationKind.SLAB) getPageOnSlab(scene, row)
  else if (row.has(Flag.DECLINED)) {
    if (kind === AllocationKind.LARGE_KMALLOC) getPageOnLargeKmalloc(scene, row)
    else breaksTomorrow(scene, row)
  } else if (row.has(Flag.FAILED) || IS_TRY_GET[row.op] === 1) return
  else if (kind === AllocationKind.PAGES && row.subject !== table.base(id) && countWas(row, 0))
    tailReference(scene, row)
  else if (id === 0 || (table.mark(id) & Mark.FREED) !== 0) {
    if (kind !== AllocationKind.VMALLOC || countWas(row, 0)) resurrect(scene, row)
  }
}

/** The zero page and its like: never allocated, never free, and counted. */
export function isReserved(scene: Scene, row: Row): boolean {
  return row.subject !== NO_SUBJECT && scene.ledger.frameKind(row.subject) === FrameKind.RESERVED
}

/** True if the count was `value` before the row; a DEBUG_VM stop counts as 0. */
export function countWas(row: Row, value: number): boolean {
  let was = row.has(Flag.FAULT) ? 0 : -1
  row.deltas(Field.REFCOUNT, (_index, old) => {
    was = old
  })
  return was === value
}

function getPageOnSlab(scene: Scene, row: Row): void {
  const { names, story, desk } = scene
  const declined = row.has(Flag.DECLINED)
  const id = objectBehind(scene, row)
  const call = OP_NAMES[row.op] ?? 'get_page'
  const finding = desk.raise({
    code: 'get-page-on-slab',
    severity: declined || row.has(Flag.FAULT) ? 'error' : 'warning',
    step: row.step,
    allocation: id,
    message: declined
      ? `${call}() takes nothing: ${names.described(id)} lies on a slab page, and slab pages have no reference ` +
        `count in this era`
      : `${call}() keeps the slab page, not ${names.described(id)}: slab decides when the object dies`,
    story: [story.allocated(id), { role: 'referenced', step: row.step, text: names.call(row.site, row.op) }],
    fix:
      `keep ${names.described(id)} itself alive (its own reference count, RCU), or copy it; a page ` +
      `reference is no help`,
    kernel: declined ? warning(scene, row, 'include/linux/mm.h:… get_page') : '',
  })
  if (declined) beliefs(scene).set(row.allocation, finding)
}

function getPageOnLargeKmalloc(scene: Scene, row: Row): void {
  const { names, story, desk } = scene
  const finding = desk.raise({
    code: 'get-page-on-large-kmalloc',
    step: row.step,
    allocation: row.allocation,
    message:
      `${OP_NAMES[row.op] ?? 'get_page'}() takes nothing: ${names.described(row.allocation)} is kmalloc ` +
      `memory, whose pages ` +
      'have no reference count in this era',
    story: [
      story.allocated(row.allocation),
      { role: 'referenced', step: row.step, text: names.call(row.site, row.op) },
    ],
    fix: 'keep the allocation itself alive until its last use, or allocate pages (alloc_pages) and count those',
    kernel: warning(scene, row, 'include/linux/mm.h:… get_page'),
  })
  beliefs(scene).set(row.allocation, finding)
}

/** A folio or reference operation on memory that has no reference count (era memdesc). */
export function breaksTomorrow(scene: Scene, row: Row): void {
  const { names, story, desk, ledger } = scene
  const id = row.allocation
  const call = OP_NAMES[row.op] ?? 'get_page'
  const finding = desk.raise({
    code: 'memdesc-breaks-tomorrow',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    message: `${call}() on ${names.described(id)} does nothing: in this era a ${names.kind(id)} has no reference count`,
    story: [...(id === 0 ? [] : [story.allocated(id)]), usedLine(scene, row)],
    fix: 'borrow the page from its owner for a bounded time, or allocate a folio (folio_alloc) if it must be counted',
  })
  if (ledger.allocations.kind(id) !== AllocationKind.SLAB) desk.blame(id, finding)
}

/** page_folio() and the like in an era where only folios are folios. */
export function folioRule(scene: Scene, row: Row): void {
  if (scene.era !== 'memdesc' || row.subject === NO_SUBJECT) return
  const kind = scene.ledger.frameKind(row.subject)
  const counted: readonly number[] = [
    FrameKind.FOLIO,
    FrameKind.RESERVED,
    FrameKind.BUDDY,
    FrameKind.PCP,
    FrameKind.BAD,
  ]
  if (!counted.includes(kind)) breaksTomorrow(scene, row)
}

function tailReference(scene: Scene, row: Row): void {
  const { names, story, desk, ledger } = scene
  const id = row.allocation
  const tail = row.subject - ledger.allocations.base(id)
  const finding = desk.raise({
    code: 'ref-on-noncompound-tail',
    step: row.step,
    allocation: id,
    message: `the reference on page ${tail} of ${names.described(id)} protects nothing: the block is not compound`,
    story: [...story.of(id), { role: 'referenced', step: row.step, text: names.call(row.site, row.op) }],
    fix: 'allocate the block with __GFP_COMP, or split_page() it before its pages are counted one by one',
    kernel: vmBug(scene, GET_OF_ZERO),
  })
  desk.blame(id, finding)
}

function resurrect(scene: Scene, row: Row): void {
  const { names, story, desk, ledger } = scene
  const id = row.allocation || ledger.lastOccupant(row.subject)
  desk.raise({
    code: 'resurrect-zero-ref',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    key: `resurrect ${id} ${row.subject}`,
    message:
      `${OP_NAMES[row.op] ?? 'get_page'}() takes a reference on ` +
      `${names.operandWord(row.site, 'a page')}, which is free`,
    story: [...story.of(id), usedLine(scene, row)],
    fix:
      'take the reference while the page is still held, or use get_page_unless_zero() and check that it is ' +
      'still the same page',
    kernel: vmBug(scene, GET_OF_ZERO),
  })
}
