/**
 * Rules over page references: gets that protect nothing, puts of what nobody gave away
 * (KERNEL_FACTS D02, D06, D07, D08, D10, D11, D15; SURFACE §9 "Verdicts": a reference belongs to the program).
 */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Field, FrameKind } from '../../trace/fields.ts'
import { Family, Flag, NO_SUBJECT, OP_FAMILY, OP_NAMES } from '../../trace/ops.ts'
import { Mark } from '../allocation-table.ts'
import type { Finding } from '../finding.ts'
import { GET_OF_ZERO, REF_IS_ZERO, vmBug, warning } from '../kernel-lines.ts'
import { NOBODY, OWNER } from '../ledger.ts'
import { IS_PAGE_FREE, IS_TRY_GET, isPageKind } from '../op-classes.ts'
import { RightKind } from '../right-table.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import { goesBack, leavesRights } from './reachable.ts'
import { nullDereference, wildAccess } from './null-and-wild.ts'

/** The release that gave memory back, looked at again when later events show that it was wrong. */
interface Suspect {
  readonly step: number
  readonly site: number
  readonly op: number
  readonly task: number
  /** Task that took the reference it dropped; EARLIER if its handle seems to have meant an earlier owner of the frame. */
  readonly holder: number
}

export function getRule(scene: Scene, row: Row): void {
  if (row.has(Flag.NULL)) {
    if (row.has(Flag.FAULT)) nullDereference(scene, row)
    return
  }
  if (row.has(Flag.WILD)) {
    wildAccess(scene, row)
    return
  }
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

/** True if the count was `value` before the row; a DEBUG_VM stop counts as 0. */
function countWas(row: Row, value: number): boolean {
  let was = row.has(Flag.FAULT) ? 0 : -1
  row.deltas(Field.REFCOUNT, (_index, old) => {
    was = old
  })
  return was === value
}

/** The slab object a page handle came from: what virt_to_page() was given, else the only object of the page, else the slab. */
function objectBehind(scene: Scene, row: Row): number {
  const { ledger, names } = scene
  const table = ledger.allocations
  const handle = names.operand(row.site)
  let newest = 0
  let live = 0
  let count = 0
  for (let id = table.lastId; id > 0; id--) {
    if (table.slab(id) !== row.allocation) continue
    for (let at = table.pointers(id); at !== 0; at = ledger.pointers.older(at)) {
      if (handle !== '' && names.assigned(ledger.pointers.site(at)) === handle) return id
      if (newest === 0 || ledger.pointers.step(at) > ledger.pointers.step(table.pointers(newest))) newest = id
    }
    if ((table.mark(id) & Mark.FREED) === 0) {
      live = id
      count++
    }
  }
  return newest !== 0 ? newest : count === 1 ? live : row.allocation
}

function getPageOnSlab(scene: Scene, row: Row): void {
  const { names, story, desk } = scene
  const declined = row.has(Flag.DECLINED)
  const id = objectBehind(scene, row)
  const call = OP_NAMES[row.op] ?? 'get_page'
  desk.raise({
    code: 'get-page-on-slab',
    severity: declined || row.has(Flag.FAULT) ? 'error' : 'warning',
    step: row.step,
    allocation: id,
    message: declined
      ? `${call}() takes nothing: ${names.described(id)} lies on a slab page, and slab pages have no reference count in this era`
      : `${call}() keeps the slab page, not ${names.described(id)}: slab decides when the object dies`,
    story: [story.allocated(id), { role: 'referenced', step: row.step, text: names.call(row.site, row.op) }],
    fix: `keep ${names.described(id)} itself alive (its own reference count, RCU), or copy it; a page reference is no help`,
    kernel: declined ? warning(scene, row, 'include/linux/mm.h:… get_page') : '',
  })
}

function getPageOnLargeKmalloc(scene: Scene, row: Row): void {
  const { names, story, desk } = scene
  desk.raise({
    code: 'get-page-on-large-kmalloc',
    step: row.step,
    allocation: row.allocation,
    message:
      `${OP_NAMES[row.op] ?? 'get_page'}() takes nothing: ${names.described(row.allocation)} is kmalloc memory, whose pages ` +
      'have no reference count in this era',
    story: [
      story.allocated(row.allocation),
      { role: 'referenced', step: row.step, text: names.call(row.site, row.op) },
    ],
    fix: 'keep the allocation itself alive until its last use, or allocate pages (alloc_pages) and count those',
    kernel: warning(scene, row, 'include/linux/mm.h:… get_page'),
  })
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
    message: `${call}() on ${names.described(id)} does nothing: ${names.kind(id)} memory has no reference count in this era`,
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
    message: `${OP_NAMES[row.op] ?? 'get_page'}() takes a reference on ${names.operandWord(row.site, 'a page')}, which is free`,
    story: [...story.of(id), usedLine(scene, row)],
    fix: 'take the reference while the page is still held, or use get_page_unless_zero() and check that it is still the same page',
    kernel: vmBug(scene, GET_OF_ZERO),
  })
}

export function putRule(scene: Scene, row: Row): void {
  if (row.has(Flag.NULL)) {
    if (row.has(Flag.FAULT)) nullDereference(scene, row)
    return
  }
  if (row.has(Flag.WILD)) {
    wildAccess(scene, row)
    return
  }
  const { ledger, desk, names, story } = scene
  const table = ledger.allocations
  const id = row.allocation
  const kind = table.kind(id)
  const match = id === 0 ? NOBODY : ledger.matchPut(id, row.task)
  if (id === 0 || (isPageKind(kind) && (table.mark(id) & Mark.FREED) !== 0)) {
    if (match === NOBODY) releaseOfNothing(scene, row, id || ledger.lastOccupant(row.subject))
    return
  }
  if (row.has(Flag.DECLINED)) {
    if (match > 0) return
    if (kind === AllocationKind.SLAB || kind === AllocationKind.LARGE_KMALLOC) putOnKmalloc(scene, row)
    else breaksTomorrow(scene, row)
    return
  }
  if (kind === AllocationKind.SLAB || (kind === AllocationKind.LARGE_KMALLOC && match < 0)) {
    if (match <= 0) putOnKmalloc(scene, row)
    return
  }
  if (match === NOBODY) {
    const finding = desk.raise({
      code: 'unbalanced-put',
      step: row.step,
      allocation: id,
      because: desk.blameFor(id),
      message: `${names.call(row.site, row.op)} drops a reference that somebody else still holds on ${names.described(id)}`,
      story: [...story.of(id), usedLine(scene, row)],
      rightsLeft: story.rightsLeft(id),
      fix: 'put only the references that were taken here, one for each get',
    })
    desk.blame(id, finding)
    return
  }
  if (
    match === OWNER &&
    kind === AllocationKind.PAGES &&
    table.order(id) > 0 &&
    row.has(Flag.LAST) &&
    row.subject === table.base(id)
  ) {
    putHighOrder(scene, row)
    return
  }
  if (goesBack(row, id, table.base(id))) leavesRights(scene, row, id, match)
}

function putOnKmalloc(scene: Scene, row: Row): void {
  const { names, story, desk } = scene
  const id =
    scene.ledger.allocations.kind(row.allocation) === AllocationKind.SLAB ? objectBehind(scene, row) : row.allocation
  const finding = desk.raise({
    code: 'mismatched-free',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    message: `${OP_NAMES[row.op] ?? 'put_page'}() is called on ${names.described(id)}, which came from kmalloc`,
    story: [...story.of(id), usedLine(scene, row)],
    fix: 'free kmalloc memory with kfree(), and nothing else',
    kernel: row.has(Flag.LAST) && scene.machine.debug ? `BUG: Bad page state in process ${story.task(row.task)}` : '',
  })
  desk.blame(id, finding)
}

function putHighOrder(scene: Scene, row: Row): void {
  const { names, story, desk, ledger } = scene
  const id = row.allocation
  const rest = 2 ** ledger.allocations.order(id) - 1
  const finding = desk.raise({
    code: 'put-noncompound-high-order',
    step: row.step,
    allocation: id,
    message: `put_page() frees only the first page of ${names.described(id)}: ${rest} page${rest === 1 ? '' : 's'} can never be freed again`,
    story: [...story.of(id), { role: 'freed', step: row.step, text: names.call(row.site, row.op) }],
    fix: `free the block with __free_pages(page, ${ledger.allocations.order(id)}), or allocate it with __GFP_COMP`,
  })
  desk.blame(id, finding)
}

const EARLIER = -1

/** The release that freed a page allocation; null if it has not gone back. */
function suspectOf(scene: Scene, id: number): Suspect | null {
  const { rights, allocations: table } = scene.ledger
  const step = table.freedAt(id)
  if (step === 0) return null
  let holder = table.task(id)
  for (let right = table.rights(id); right !== 0; right = rights.older(right)) {
    if (rights.to(right) === step) holder = rights.task(right)
  }
  const site = table.freeSite(id)
  if (namesEarlierOwner(scene, site, id)) holder = EARLIER
  return { step, site, op: table.freedBy(id), task: table.freeTask(id), holder }
}

function namesEarlierOwner(scene: Scene, site: number, id: number): boolean {
  const { ledger, names } = scene
  const table = ledger.allocations
  const handle = names.operand(site)
  if (handle === '' || names.memory(id) === '' || names.memory(id) === handle) return false
  for (let earlier = id - 1, tries = 0; earlier > 0 && tries < 64; earlier--, tries++) {
    if (table.base(earlier) === table.base(id) && isPageKind(table.kind(earlier)) && names.memory(earlier) === handle)
      return true
  }
  return false
}

/** At a use after the free: the put that dropped a reference which another task took and still uses; null = the free was legal. */
export function stolenReference(scene: Scene, row: Row, id: number): Finding | null {
  const suspect = suspectOf(scene, id)
  if (suspect === null) return null
  if (suspect.holder === EARLIER) return suspectFinding(scene, id, suspect)
  if (suspect.holder !== row.task || suspect.task === row.task || IS_PAGE_FREE[suspect.op] === 1) return null
  return suspectFinding(scene, id, suspect)
}

/** A put or free of a page that is free already: whose mistake was it? */
export function releaseOfNothing(scene: Scene, row: Row, id: number): void {
  const { ledger, desk } = scene
  const table = ledger.allocations
  const isFree = IS_PAGE_FREE[row.op] === 1
  const cause = desk.blameFor(id)
  if (cause !== null) {
    doubleRelease(scene, row, id, isFree ? 'double-free-page' : 'unbalanced-put', cause)
    return
  }
  const suspect = suspectOf(scene, id)
  const gets = ledger.rightsOf(id).filter((right) => right.kind === 'page-reference').length
  const ownerFreed = OP_FAMILY[table.ownerEndOp(id)] === Family.FREE
  const lastWasPut = OP_FAMILY[table.freedBy(id)] === Family.PUT
  const otherTask = lastWasPut && table.freeTask(id) !== row.task && gets > 0
  const dropped = lastWasPut && !ownerFreed && (isFree || gets > 0)
  if (suspect !== null && (suspect.holder === EARLIER || dropped || otherTask)) {
    const finding = suspectFinding(scene, id, suspect)
    doubleRelease(scene, row, id, isFree ? 'double-free-page' : 'unbalanced-put', finding)
    return
  }
  doubleRelease(scene, row, id, isFree || gets === 0 ? 'double-free-page' : 'unbalanced-put', null)
}

function suspectFinding(scene: Scene, id: number, suspect: Suspect): Finding {
  const { desk, names, story } = scene
  const put = OP_FAMILY[suspect.op] === Family.PUT
  const call = names.call(suspect.site, suspect.op)
  const stale = suspect.holder === EARLIER
  const code = put ? 'unbalanced-put' : 'double-free-page'
  const known = desk.find(code, id)
  if (known !== null) return known
  const finding = desk.raise({
    code,
    step: suspect.step,
    allocation: id,
    message: stale
      ? `${call} goes through a handle of freed memory: it takes away the page of ${names.described(id)}`
      : `${call} drops a reference on ${names.described(id)} that somebody else still holds: the page is freed under them`,
    story: story.of(id),
    fix: stale
      ? 'set the handle to NULL when its page is freed'
      : 'put only the references that were taken here, one for each get',
  })
  desk.blame(id, finding)
  desk.absorb(finding, (other) => other.allocation === id && other.step > suspect.step)
  return finding
}

function doubleRelease(scene: Scene, row: Row, id: number, code: string, because: Finding | null): void {
  const { desk, names, story } = scene
  const handle = names.operandWord(row.site, 'the page')
  const finding = desk.raise({
    code,
    step: row.step,
    allocation: id,
    because,
    key: id === 0 ? `${code} at ${row.site}` : `${code} ${id}`,
    message:
      code === 'unbalanced-put'
        ? `${names.call(row.site, row.op)} drops a reference that nobody holds: ${handle} is free already`
        : `${handle} is given back to the page allocator a second time`,
    story: [...story.of(id), usedLine(scene, row)],
    fix:
      code === 'unbalanced-put'
        ? 'put only the references that were taken here, one for each get'
        : 'let one owner free the page, and set the pointer to NULL when it is freed',
    kernel: vmBug(scene, REF_IS_ZERO),
  })
  desk.blame(id, finding)
}

/** Kinds of right that keep a page block. */
export function isReference(kind: number): boolean {
  return kind === RightKind.REFERENCE
}
