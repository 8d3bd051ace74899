/**
 * Rules over calls that give memory back: twice, with the wrong function, pointer, order or cache
 * (KERNEL_FACTS D01, D05, D23, D24, D25, D26, D27, D32, D35; SURFACE §9 "Verdicts").
 */
import { addressText } from '../../trace/abi.ts'
import { AllocationKind, ALLOCATION_KIND_NAMES } from '../../trace/allocation-kind.ts'
import { Field } from '../../trace/fields.ts'
import { Flag, Op, OP_NAMES } from '../../trace/ops.ts'
import { Mark, NO_ORDER } from '../allocation-table.ts'
import type { Finding } from '../finding.ts'
import {
  badPage,
  kasan,
  nullPointer,
  pageFault,
  REF_IS_ZERO,
  vmBug,
  warning,
  WRONG_COMPOUND_ORDER,
} from '../kernel-lines.ts'
import {
  freeFits,
  IS_ADDRESS_FREE,
  IS_AREA_FREE,
  IS_VFREE,
  IS_OBJECT_FREE,
  IS_PAGE_FREE,
  isPageKind,
  isSlabObject,
} from '../op-classes.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import { kernelAddress } from '../addresses.ts'
import { destroyRule } from './caches.ts'
import { nullDereference } from './null-and-wild.ts'
import { droppedBy, goesBack, leavesRights, strangers, userMapped } from './reachable.ts'
import { releaseOfNothing } from './releases.ts'
import { unmapsMovedPages, vfreeOfVmap } from './vmap.ts'

export function freeRule(scene: Scene, row: Row): void {
  if (row.has(Flag.NULL)) {
    if (row.has(Flag.FAULT)) nullDereference(scene, row)
    return
  }
  if (row.op === Op.kmem_cache_destroy) destroyRule(scene, row)
  else if (IS_PAGE_FREE[row.op] === 1) pageFree(scene, row)
  else if (IS_OBJECT_FREE[row.op] === 1 || IS_AREA_FREE[row.op] === 1) objectFree(scene, row)
}

function pageFree(scene: Scene, row: Row): void {
  const { ledger, desk, names } = scene
  const table = ledger.allocations
  const id = row.allocation
  const kind = table.kind(id)
  if (id === 0) {
    const last = row.has(Flag.WILD) ? 0 : ledger.lastOccupant(row.subject)
    if (last === 0) mismatched(scene, row, 0)
    else releaseOfNothing(scene, row, last)
    return
  }
  const reference = ledger.matchReference(id, row.task, row.subject)
  if ((table.mark(id) & Mark.FREED) !== 0 && (isPageKind(kind) || IS_ADDRESS_FREE[row.op] === 1)) {
    if (!isPageKind(kind)) mismatched(scene, row, id)
    else if (reference === 0) releaseOfNothing(scene, row, id)
    return
  }
  if (!isPageKind(kind)) {
    if (reference === 0) mismatched(scene, row, id)
    return
  }
  if (table.ownerEnd(id) !== 0 && userMapped(scene, row, id)) {
    leavesRights(scene, row, id, 0)
    return
  }
  if (table.ownerEnd(id) !== 0) {
    if (reference !== 0) return
    if (desk.blameFor(id) === null && table.ownerEndOp(id) === Op.vmap) {
      leavesRights(scene, row, id, 0)
      return
    }
    releaseOfNothing(scene, row, id)
    return
  }
  const cause = desk.blameFor(id)
  if (!sameBlock(scene, row, id)) {
    wrongOrder(scene, row, id, cause)
    return
  }
  if (row.has(Flag.FAULT) && cause === null && names.memory(id) === '') return
  if (goesBack(row, id, table.base(id))) leavesRights(scene, row, id, droppedBy(scene, row, id))
}

/** True if the call names the block as it was allocated: its first page and its order or size. */
function sameBlock(scene: Scene, row: Row, id: number): boolean {
  const table = scene.ledger.allocations
  if (row.subject !== table.base(id)) return false
  const pages = (bytes: number): number => Math.ceil(bytes / 2 ** scene.machine.pageShift)
  if (row.op === Op.free_pages_exact) return pages(row.a) === pages(table.size(id))
  return table.order(id) === row.a || (table.order(id) === NO_ORDER && pages(table.size(id)) === 2 ** row.a)
}

function wrongOrder(scene: Scene, row: Row, id: number, because: Finding | null): void {
  const { ledger, names, story, desk, machine } = scene
  const table = ledger.allocations
  const pages = Math.ceil(table.size(id) / 2 ** machine.pageShift)
  const given = row.op === Op.free_pages_exact ? Math.ceil(row.a / 2 ** machine.pageShift) : 2 ** row.a
  const inside = row.subject - table.base(id)
  const victims = strangers(row, id)
  const told =
    inside === 0
      ? `frees ${given} page${given === 1 ? '' : 's'} of ${names.described(id)}, which was allocated as ${pages}`
      : `frees page ${inside} of ${names.described(id)} on its own, but it was allocated as one block of ${pages}`
  const effect =
    inside === 0 && given > pages ? `: ${given - pages} page${given - pages === 1 ? '' : 's'} of others go with it` : ''
  const compound = table.kind(id) === AllocationKind.COMPOUND
  const finding = desk.raise({
    code: 'wrong-order-free',
    step: row.step,
    allocation: id,
    because,
    message: `${names.call(row.site, row.op)} ${told}${effect}`,
    story: [...story.of(id), { role: 'freed', step: row.step, text: names.call(row.site, row.op) }],
    rightsLeft: story.rightsLeft(id),
    fix:
      table.order(id) === NO_ORDER
        ? `free it with free_pages_exact(address, ${table.size(id)})`
        : `free the block with the order it was allocated with: ${table.order(id)}`,
    kernel: !row.has(Flag.FAULT)
      ? victims.length > 0 || (row.flags & Flag.WARNED) !== 0
        ? badPage(scene, row, row.subject + pages)
        : ''
      : vmBug(scene, compound && inside === 0 ? WRONG_COMPOUND_ORDER : REF_IS_ZERO),
  })
  desk.blame(id, finding)
  for (const victim of victims) desk.blame(victim, finding)
}

function objectFree(scene: Scene, row: Row): void {
  const { ledger } = scene
  const table = ledger.allocations
  const id = row.allocation
  if (id === 0) {
    mismatched(scene, row, 0)
    return
  }
  const kind = table.kind(id)
  if (isDeferredFree(scene, row, id)) return
  if (row.op === Op.delayed_vfree_work) {
    if (row.has(Flag.LAST)) leavesRights(scene, row, id, 0)
    return
  }
  const isGivenUp = table.ownerEnd(id) !== 0 && (isSlabObject(kind) || IS_VFREE[table.ownerEndOp(id)] === 1)
  if ((table.mark(id) & Mark.FREED) !== 0 || isGivenUp) {
    doubleFree(scene, row, id)
    return
  }
  if (IS_AREA_FREE[row.op] === 1 && kind === AllocationKind.VMAP && row.op !== Op.vunmap) vfreeOfVmap(scene, row, id)
  else if (row.op === Op.vunmap && kind === AllocationKind.VMAP) unmapsMovedPages(scene, row, id)
  else if (row.op === Op.kmem_cache_free && (kind === AllocationKind.KMALLOC || isOtherCache(scene, row, id)))
    wrongCache(scene, row, id)
  else if (!freeFits(row.op, kind)) mismatched(scene, row, id)
  else if (row.a !== 0) interior(scene, row, id)
  else if (row.has(Flag.LAST)) leavesRights(scene, row, id, 0)
}

/** True if the row is the free that kfree_rcu() put off: the same call, after its grace period. */
function isDeferredFree(scene: Scene, row: Row, id: number): boolean {
  const { allocations: table, steps } = scene.ledger
  return table.freedAt(id) === 0 && table.ownerEndOp(id) === Op.call_rcu && steps.site(table.ownerEnd(id)) === row.site
}

/** A head that waits for its grace period is queued again; kfree_rcu() of an object that was freed before. */
export function deferRule(scene: Scene, row: Row): void {
  const { ledger, names, story, desk } = scene
  const table = ledger.allocations
  const id = row.allocation
  if (row.has(Flag.WARNED)) {
    const head = id === 0 ? names.operandWord(row.site, 'a head') : names.described(id)
    desk.raise({
      code: 'double-call-rcu',
      step: row.step,
      allocation: id,
      ...(id === 0 ? { key: `head queued twice ${row.site}` } : {}),
      message: `${names.call(row.site, row.op)} queues ${head} again before its callback has run`,
      story: [...story.of(id), usedLine(scene, row)],
      fix: 'queue a head once; keep a flag, or unlink it where it is queued',
      kernel: scene.machine.debug ? '__call_rcu_common(): Double-freed CB' : '',
    })
    return
  }
  if (id === 0 || table.ownerEnd(id) === 0) return
  if (table.ownerEndOp(id) !== Op.call_rcu || table.freedAt(id) !== 0) {
    doubleFree(scene, row, id)
    return
  }
  const finding = desk.raise({
    code: 'double-call-rcu',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    message:
      `${names.call(row.site, row.op)} queues ${names.described(id)} a second time before its grace ` +
      `period has ended`,
    story: [...story.of(id), usedLine(scene, row)],
    fix: 'queue an object once; keep a flag, or unlink it where it is queued',
    kernel: scene.machine.debug ? '__call_rcu_common(): Double-freed CB' : '',
  })
  desk.blame(id, finding)
}

function doubleFree(scene: Scene, row: Row, id: number): void {
  const { ledger, names, story, desk, machine } = scene
  const table = ledger.allocations
  const kind = table.kind(id)
  if (isPageKind(kind)) {
    mismatched(scene, row, id)
    return
  }
  const area = kind === AllocationKind.VMALLOC || kind === AllocationKind.VMAP
  const address = kernelAddress(machine, kind, table.base(id))
  const handle = names.operandWord(row.site, names.described(id))
  const finding = desk.raise({
    code: area ? 'double-vfree' : 'slab-double-free',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    message:
      handle === names.described(id)
        ? `${handle} is freed a second time`
        : `${handle} is freed, but it is ${names.described(id)}, which was freed before`,
    story: [...story.of(id), { role: 'freed', step: row.step, text: `${names.call(row.site, row.op)} again` }],
    fix: 'let one owner free it, and set the pointer to NULL when it is freed',
    kernel: area
      ? `Trying to ${row.op === Op.vunmap ? 'vunmap' : 'vfree'}() nonexistent vm area ` +
        `(${addressText(machine, address)})`
      : [
          kind === AllocationKind.LARGE_KMALLOC && row.has(Flag.WARNED) ? warning(scene, row, NOT_LARGE) : '',
          kasan(scene, row, freeReport(scene, row)),
        ]
          .filter((line) => line !== '')
          .join('\n'),
  })
  // The old pointer of a krealloc() is freed instead of the new one: that nobody frees the new one follows from it.
  if (table.freedBy(id) === Op.krealloc) desk.blame(movedTo(scene, id), finding)
  for (const victim of strangers(row, id)) desk.blame(victim, finding)
  row.deltas(Field.OBJECT, (_index, old, next) => {
    if (old !== 0 && old !== id && next === 0) desk.blame(old, finding)
  })
}

/** What KASAN calls the free of an object that was freed: it looks at where the pointer points first. */
function freeReport({ names }: Scene, row: Row): string {
  if (names.callee(row.site) === 'kfree_sensitive' && row.a === 0) return 'slab-use-after-free'
  return row.a === 0 ? 'double-free' : 'invalid-free'
}

/** What krealloc() made of an allocation that it moved; 0 = unknown. */
function movedTo(scene: Scene, id: number): number {
  const table = scene.ledger.allocations
  const step = table.freedAt(id)
  for (let other = table.lastId; other > id; other--) if (table.bornAt(other) === step) return other
  return 0
}

function interior(scene: Scene, row: Row, id: number): void {
  const { ledger, names, story, desk } = scene
  const handle = names.operandWord(row.site, 'the pointer')
  const area = IS_AREA_FREE[row.op] === 1 || ledger.allocations.kind(id) === AllocationKind.VMALLOC
  const finding = desk.raise({
    code: 'slab-invalid-free',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    message:
      `${handle} points ${Math.abs(row.a)} bytes ${row.a < 0 ? 'before' : 'into'} ${names.described(id)}: ` +
      `${OP_NAMES[row.op] ?? 'kfree'}() needs the pointer that the allocator returned`,
    story: [story.allocated(id), usedLine(scene, row)],
    fix: 'keep the original pointer and free that',
    // An address inside an area names it as well as its first one, if it is that of a page.
    kernel: !area ? kasan(scene, row, 'invalid-free') : row.has(Flag.LAST) ? '' : 'Trying to vfree() bad address',
  })
  desk.blame(id, finding)
}

function isOtherCache(scene: Scene, row: Row, id: number): boolean {
  const cache = scene.ledger.allocations.cache(id)
  return cache !== 0 && cache !== row.b + 1
}

function wrongCache(scene: Scene, row: Row, id: number): void {
  const { names, story, desk, ledger } = scene
  const finding = desk.raise({
    code: 'wrong-cache-free',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    message: `${names.call(row.site, row.op)} gives ${names.described(id)} to a cache that it did not come from`,
    story: [story.allocated(id), { role: 'freed', step: row.step, text: names.call(row.site, row.op) }],
    fix: 'free the object to the cache it was allocated from',
    kernel: row.has(Flag.WARNED)
      ? `cache_from_obj: Wrong slab cache. ${story.cache(row.b)} but object is from ` +
        `${story.cache(ledger.allocations.cache(id) - 1)}\n${warning(scene, row, 'mm/slub.c cache_from_obj')}`
      : '',
  })
  desk.blame(id, finding)
}

/** Memory of one allocator given to the free function of another. */
function mismatched(scene: Scene, row: Row, id: number): void {
  const { ledger, names, story, desk } = scene
  const call = OP_NAMES[row.op] ?? 'kfree'
  const origin = id === 0 ? '' : (OP_NAMES[ledger.allocations.madeBy(id)] ?? '')
  const what = id === 0 ? names.operandWord(row.site, 'the pointer') : names.described(id)
  const finding = desk.raise({
    code: 'mismatched-free',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    ...(id === 0 ? { key: `mismatched ${row.site}` } : {}),
    message:
      origin === ''
        ? `${call}() is given ${what}, which is no memory that it can free`
        : `${call}() is given ${what}, which came from ${origin}()`,
    story: [...story.of(id), { role: 'freed', step: row.step, text: names.call(row.site, row.op) }],
    rightsLeft: story.rightsLeft(id),
    fix: `free ${what} with ${pairOf(scene, id)}`,
    kernel: mismatchedLine(scene, row, id),
  })
  desk.blame(id, finding)
  for (const victim of strangers(row, id)) blameSlab(scene, victim, finding)
}

/** The finding explains what happens to a slab page's objects too. */
function blameSlab(scene: Scene, victim: number, finding: Finding): void {
  const table = scene.ledger.allocations
  scene.desk.blame(victim, finding)
  if (table.kind(victim) !== AllocationKind.SLAB) return
  for (let id = 1; id <= table.lastId; id++) if (table.slab(id) === victim) scene.desk.blame(id, finding)
}

function pairOf(scene: Scene, id: number): string {
  const table = scene.ledger.allocations
  switch (table.kind(id)) {
    case AllocationKind.KMALLOC:
    case AllocationKind.LARGE_KMALLOC:
      return 'kfree()'
    case AllocationKind.CACHE_OBJECT:
      return 'kmem_cache_free()'
    case AllocationKind.VMALLOC:
      return 'vfree()'
    case AllocationKind.VMAP:
      return 'vunmap()'
    case AllocationKind.COHERENT:
      return 'dma_free_coherent()'
    case AllocationKind.PAGES:
    case AllocationKind.COMPOUND:
      return table.order(id) === NO_ORDER
        ? 'free_pages_exact()'
        : table.order(id) === 0
          ? '__free_page()'
          : '__free_pages()'
    default:
      return 'the function that pairs with its allocation'
  }
}

/** Where kfree() of a page that no large kmalloc() made warns. */
const NOT_LARGE = 'mm/slub.c:4799 free_large_kmalloc'

function mismatchedLine(scene: Scene, row: Row, id: number): string {
  const { machine, ledger } = scene
  const table = ledger.allocations
  const kind = table.kind(id)
  const address = addressText(machine, kernelAddress(machine, kind, table.base(id)))
  // vunmap() takes any area: it only leaves the pages behind.
  if (row.op === Op.vunmap && kind === AllocationKind.VMALLOC) return ''
  if (IS_AREA_FREE[row.op] === 1) {
    const aligned = isPageKind(kind) || table.base(id) % 2 ** machine.pageShift === 0
    return `Trying to vfree() ${aligned ? 'nonexistent vm area' : 'bad address'} (${address})`
  }
  if (ALLOCATION_KIND_NAMES[kind] === 'vmalloc-area' || kind === AllocationKind.VMAP) {
    return IS_PAGE_FREE[row.op] === 1 && !row.has(Flag.FAULT) ? '' : pageFault(scene, null)
  }
  // virt_to_slab() of a page without slab objects is NULL, which is used; with consistency checks that is told once.
  if (row.op === Op.kmem_cache_free && isPageKind(kind)) {
    if (row.has(Flag.FAULT)) return nullPointer(scene)
    return row.has(Flag.WARNED) ? 'virt_to_cache: Object is not a Slab page!' : ''
  }
  if (isPageKind(kind) || kind === AllocationKind.COHERENT)
    return row.has(Flag.WARNED) ? warning(scene, row, NOT_LARGE) : ''
  // The pages of a large kmalloc() are a compound block like any other.
  if (IS_PAGE_FREE[row.op] === 1 && kind === AllocationKind.LARGE_KMALLOC)
    return row.has(Flag.FAULT) ? vmBug(scene, WRONG_COMPOUND_ORDER) : ''
  if (IS_PAGE_FREE[row.op] === 1) return badPage(scene, row, row.subject)
  return ''
}
