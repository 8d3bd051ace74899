/**
 * Leaks, judged when a run has completed (SURFACE §9 "Verdicts"): page-allocator memory at its allocation, a reference
 * that was never dropped at the call that took it, everything else as memory-leak (KERNEL_FACTS D04, D28).
 */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Flag, Op, OP_NAMES } from '../../trace/ops.ts'
import { Mark, NO_ORDER } from '../allocation-table.ts'
import { isPageKind, isSlabObject } from '../op-classes.ts'
import { RIGHT_NAMES } from '../access-sets.ts'
import { isReference, RightKind } from '../right-table.ts'
import type { TraceChunk } from '../../trace/chunk.ts'
import type { Finding } from '../finding.ts'
import { pendingLine } from './dma-words.ts'
import { lostInside, ownerRow } from './lost-inside.ts'
import type { Row } from '../row.ts'
import type { Scene } from '../scene.ts'

/** krealloc() calls that failed, by the allocation that stayed where it was. */
const failedReallocs = new WeakMap<
  object,
  Map<number, { readonly step: number; readonly site: number; readonly op: number }>
>()
function failedOf(scene: Scene) {
  let known = failedReallocs.get(scene.desk)
  if (known === undefined) failedReallocs.set(scene.desk, (known = new Map()))
  return known
}

export function noteFailedRealloc(scene: Scene, row: Row): void {
  if (!row.has(Flag.FAILED) || row.b === 0) return
  const stored = scene.names.assigned(row.site)
  const given = scene.names.argument(row.site, 0)
  if (stored !== '' && stored === given) failedOf(scene).set(row.b, { step: row.step, site: row.site, op: row.op })
}

export function leakRule(scene: Scene, chunks: readonly TraceChunk[]): void {
  const table = scene.ledger.allocations
  const lost: number[] = []
  for (let id = 1; id <= table.lastId; id++) {
    if ((table.mark(id) & Mark.FREED) === 0 && table.ownerEnd(id) === 0 && isOwned(table.kind(id))) lost.push(id)
  }
  dropsByName(scene, chunks, lost)
  const told = new Map<number, Finding>()
  for (const [id, holder] of lostInside(scene, chunks, lost)) {
    const finding = memoryLeak(scene, id, holder === null ? null : (told.get(holder) ?? null))
    if (finding !== null) told.set(id, finding)
  }
  referenceLeaks(scene)
}

/**
 * Several counted references have one object, and the last one taken stands for each drop in the trace. Where a drop
 * names a variable, the reference in that variable is the one that was dropped: the other one is lost in its place.
 */
function dropsByName(scene: Scene, chunks: readonly TraceChunk[], lost: number[]): void {
  const { ledger, names } = scene
  const table = ledger.allocations
  const objectOf = (id: number): number => ownerRow(chunks, table.bornAt(id))?.object ?? 0
  const used = new Set<number>()
  lost.forEach((id, i) => {
    if (table.madeBy(id) !== Op.owned_new || names.memory(id) === '') return
    for (let other = table.lastId; other > 0; other--) {
      if (table.madeBy(other) !== Op.owned_new || table.freedAt(other) === 0 || used.has(other)) continue
      const dropped = names.operand(table.freeSite(other))
      if (dropped !== names.memory(id) || names.memory(other) === dropped || objectOf(other) !== objectOf(id)) continue
      used.add(other)
      lost[i] = other
      return
    }
  })
}

/** True for memory that somebody has to free. User memory belongs to its mappings: a reference outlives them. */
function isOwned(kind: number): boolean {
  const { SLAB, FOREIGN, NONE, ANONYMOUS } = AllocationKind
  return kind !== SLAB && kind !== FOREIGN && kind !== NONE && kind !== ANONYMOUS
}

/** Tells of memory that is never freed; `holder` is the leak of the memory that points at it. */
function memoryLeak(scene: Scene, id: number, holder: Finding | null): Finding | null {
  const { ledger, names, story, desk } = scene
  const table = ledger.allocations
  const kind = table.kind(id)
  const because = desk.blameFor(id) ?? holder
  const name = names.memory(id)
  const lost = failedOf(scene).get(id)
  if (lost !== undefined && because === null) {
    return desk.raise({
      code: 'krealloc-lost-original',
      step: lost.step,
      allocation: id,
      message:
        `krealloc() failed and its NULL overwrote ${name === '' ? 'the only pointer' : `\`${name}\``}: ` +
        `the old memory is lost`,
      story: [
        story.allocated(id),
        { role: 'used', step: lost.step, text: `${names.call(lost.site, lost.op)} returned NULL` },
      ],
      fix: 'store the result of krealloc() in another variable first',
      kernel: unreferenced(scene, id),
    })
  }
  const page = isPageKind(kind)
  const code = page ? 'page-leak' : 'memory-leak'
  const bornAt = allocatedAt(scene, id)
  const repeats = desk.repeated(code, id, bornAt, because)
  if (repeats !== null) return repeats
  const site = table.site(id)
  const what = name === '' ? `the ${names.kind(id)} from \`${names.call(site, table.madeBy(id))}\`` : `\`${name}\``
  return desk.raise({
    code,
    step: bornAt,
    allocation: id,
    because,
    message: `${what} is never ${kind === AllocationKind.OWNED ? 'dropped' : 'freed'}: ${lastHolder(scene, id)}`,
    // A counted reference that a drop of another one stands for in the trace was not dropped itself.
    story: kind === AllocationKind.OWNED ? [story.allocated(id)] : story.of(id),
    rightsLeft: [{ kind: 'owner', on: page ? 'page' : 'bytes', step: table.bornAt(id) }],
    pointers: story.pointers(id),
    fix:
      kind === AllocationKind.OWNED || isRustOwner(scene, id)
        ? `declare ${what} with using, or drop() it on every path`
        : `free ${what} on every path (${partner(kind)})`,
    kernel:
      kind === AllocationKind.COHERENT ? pendingLine(scene, table.bornAt(id)) : page ? '' : unreferenced(scene, id),
  })
}

/** Step that allocated memory: of a page that split_page() made one of its own, the allocation of the block. */
function allocatedAt({ ledger }: Scene, id: number): number {
  const table = ledger.allocations
  const born = table.bornAt(id)
  if (table.madeBy(id) !== Op.split_page) return born
  for (let block = id - 1; block > 0; block--) if (ledger.splitAt(block) === born) return table.bornAt(block)
  return born
}

/** True if memory was made by a call of the Rust surface: the call is not the C function that the row names. */
function isRustOwner(scene: Scene, id: number): boolean {
  const table = scene.ledger.allocations
  const callee = scene.names.site(table.site(id))?.callee
  return callee !== undefined && callee !== callName(table.madeBy(id)) && /^[A-Z]\w*\./.test(callText(scene, id))
}

function callText(scene: Scene, id: number): string {
  const table = scene.ledger.allocations
  return scene.names.call(table.site(id), table.madeBy(id))
}

/** Who had it last: the owner that was lost. */
function lastHolder(scene: Scene, id: number): string {
  const { ledger, names, story } = scene
  const task = story.task(ledger.allocations.task(id))
  const pointers = story.pointers(id).length
  const name = names.memory(id)
  const via =
    name === ''
      ? 'its address was never stored'
      : `the last owner was \`${name}\` in ${names.within(ledger.allocations.site(id), task)}`
  return pointers === 0 ? via : `${via}, and ${pointers} more pointer${pointers === 1 ? '' : 's'} could reach it`
}

function partner(kind: number): string {
  if (isPageKind(kind)) return '__free_pages or put_page'
  if (kind === AllocationKind.CACHE_OBJECT) return 'kmem_cache_free'
  if (kind === AllocationKind.VMALLOC) return 'vfree'
  if (kind === AllocationKind.VMAP) return 'vunmap'
  if (kind === AllocationKind.CACHE) return 'kmem_cache_destroy'
  if (kind === AllocationKind.COHERENT) return 'dma_free_coherent'
  return 'kfree'
}

/** What kmemleak prints: it tracks slab objects and vmalloc areas. */
function unreferenced(scene: Scene, id: number): string {
  const kind = scene.ledger.allocations.kind(id)
  const tracked = isSlabObject(kind) || kind === AllocationKind.VMALLOC || kind === AllocationKind.LARGE_KMALLOC
  if (!scene.machine.debug || !tracked) return ''
  const size = scene.ledger.allocations.size(id)
  return `unreferenced object ${scene.story.address(id)} (size ${size}):`
}

function referenceLeaks(scene: Scene): void {
  const { ledger, names, story, desk } = scene
  const { rights, allocations: table } = ledger
  for (let right = 1; right <= rights.last; right++) {
    const kind = rights.kind(right)
    if (!isReference(kind) || rights.to(right) !== 0) continue
    const id = rights.allocation(right)
    const went = isPageKind(table.kind(id)) && (table.mark(id) & Mark.FREED) !== 0
    if (went && !(table.order(id) === NO_ORDER && ledger.occupant(rights.pfn(right)) === id)) continue
    const candidates = ledger.doubts.ofRight(right)
    const taken = names.call(rights.site(right), 0)
    desk.raise({
      code: 'page-leak',
      step: rights.from(right),
      allocation: id,
      candidates: story.candidates(candidates),
      because: desk.blameFor(id),
      key: `reference-leak ${candidates.length > 1 ? `of ${candidates.join(' ')}` : rights.site(right)}`,
      message:
        candidates.length > 1
          ? `one of ${candidates.length} references on ${names.described(id)} is never dropped: which one cannot be ` +
            `known from the puts`
          : `the ${HOLD_NAMES[kind] ?? 'reference'} that ${taken} took on ${names.described(id)} is never dropped`,
      story: [...story.of(id)],
      rightsLeft: [{ kind: RIGHT_NAMES[kind] ?? 'page-reference', on: 'page', step: rights.from(right) }],
      fix: holdFix(scene, right),
    })
  }
}

const HOLD_NAMES: Readonly<Record<number, string>> = { [RightKind.PIN]: 'pin', [RightKind.PIPE]: 'pipe buffer' }

/** The way back of a counted hold. */
function holdFix({ ledger: { rights }, names }: Scene, right: number): string {
  const site = rights.site(right)
  const kind = rights.kind(right)
  if (kind === RightKind.PIN) return 'call unpin_user_page() or unpin_user_pages() when the pin is no longer needed'
  if (kind === RightKind.PIPE) return 'read the pipe empty, or close both of its ends'
  if (names.callee(site) === 'clone')
    return `declare ${names.assigned(site) || 'the clone'} with using, or drop() it on every path`
  return `call put_page(${names.operand(site) || 'page'}) when the reference is no longer needed`
}

/** Name of a call for messages. */
export function callName(op: number): string {
  return OP_NAMES[op] ?? 'call'
}
