/**
 * Leaks, judged when a run has completed (SURFACE §9 "Verdicts"): page-allocator memory at its allocation, a reference
 * that was never dropped at the call that took it, everything else as memory-leak (KERNEL_FACTS D04, D28).
 */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Flag, Op, OP_NAMES } from '../../trace/ops.ts'
import { Mark, NO_ORDER } from '../allocation-table.ts'
import { isPageKind, isSlabObject, IS_USER_GET } from '../op-classes.ts'
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
  for (let id = table.nextKept(0); id > 0; id = table.nextKept(id)) {
    if (table.ownerEnd(id) === 0 && isOwned(table.kind(id))) lost.push(id)
  }
  dropsByName(scene, chunks, lost)
  const told = new Map<number, Told>()
  for (const [id, holder] of lostInside(scene, chunks, lost)) {
    const inside = holder === null ? null : holderOf(scene, id, told.get(holder) ?? null)
    const finding = memoryLeak(scene, id, inside?.finding ?? null)
    told.set(id, { finding, site: table.site(id), inside })
  }
  referenceLeaks(scene)
}

/** A leak that was told, and the one that it was told as a consequence of. */
interface Told {
  readonly finding: Finding
  readonly site: number
  readonly inside: Told | null
}

/**
 * The leak that another one inside it follows from. A list whose items point at each other is one mistake, however long
 * it is: what the same call made as what holds it does not go one level deeper.
 */
function holderOf({ ledger }: Scene, id: number, holder: Told | null): Told | null {
  const site = ledger.allocations.site(id)
  for (let at = holder; at !== null; at = at.inside) if (at.site === site) return at.inside
  return holder
}

/**
 * Several counted references have one object, and the last one taken stands for each drop in the trace. Where a drop
 * names a variable, the reference in that variable is the one that was dropped: the other one is lost in its place.
 */
function dropsByName(scene: Scene, chunks: readonly TraceChunk[], lost: number[]): void {
  const { ledger, names } = scene
  const table = ledger.allocations
  const kindOf = (id: number, name: string): string => `${name} ${ownerRow(chunks, table.bornAt(id))?.object ?? 0}`
  /** Owners that were dropped under another name than their own, oldest first, by that name and their object. */
  const dropped = new Map<string, number[]>()
  const isNamed = (id: number): boolean => table.madeBy(id) === Op.owned_new && names.memory(id) !== ''
  if (!lost.some(isNamed)) return
  for (let id = 1; id <= table.lastId; id++) {
    if (table.madeBy(id) !== Op.owned_new || table.freedAt(id) === 0) continue
    const name = names.operand(table.freeSite(id))
    if (name === names.memory(id)) continue
    const known = dropped.get(kindOf(id, name))
    if (known === undefined) dropped.set(kindOf(id, name), [id])
    else known.push(id)
  }
  lost.forEach((id, i) => {
    if (isNamed(id)) lost[i] = dropped.get(kindOf(id, names.memory(id)))?.pop() ?? id
  })
}

/** True for memory that somebody has to free. User memory belongs to its mappings: a reference outlives them. */
function isOwned(kind: number): boolean {
  const { SLAB, FOREIGN, NONE, ANONYMOUS } = AllocationKind
  return kind !== SLAB && kind !== FOREIGN && kind !== NONE && kind !== ANONYMOUS
}

/** Tells of memory that is never freed; `holder` is the leak of the memory that points at it. */
function memoryLeak(scene: Scene, id: number, holder: Finding | null): Finding {
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
  const places = new Map<readonly number[], string>()
  for (let right = 1; right <= rights.last; right++) {
    const kind = rights.kind(right)
    if (!isReference(kind) || rights.to(right) !== 0) continue
    const id = rights.allocation(right)
    const went = isPageKind(table.kind(id)) && (table.mark(id) & Mark.FREED) !== 0
    if (went && !(table.order(id) === NO_ORDER && ledger.occupant(rights.pfn(right)) === id)) continue
    const candidates = ledger.doubts.ofRight(right)
    const key = `reference-leak ${placesOf(scene, right, candidates, places)}`
    if (desk.repeatedAs(key, rights.from(right))) continue
    const taken = names.call(rights.site(right), 0)
    desk.raise({
      code: 'page-leak',
      step: rights.from(right),
      allocation: id,
      candidates: story.candidates(candidates),
      because: desk.blameFor(id),
      key,
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

/** Where the references were taken that may be meant. Rights of one group of candidates have the same array of them. */
function placesOf(
  { ledger: { rights } }: Scene,
  right: number,
  candidates: readonly number[],
  known: Map<readonly number[], string>,
): string {
  if (candidates.length < 2) return `${rights.site(right)}`
  let places = known.get(candidates)
  if (places === undefined) {
    places = `of ${[...new Set(candidates.map((row) => rights.site(row)))].sort((x, y) => x - y).join(' ')}`
    known.set(candidates, places)
  }
  return places
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
  // Its first argument is an address; the pages are in an array.
  if (IS_USER_GET[rights.op(right)] === 1)
    return 'call put_page() on each page that it gave when it is no longer needed'
  return `call put_page(${names.operand(site) || 'page'}) when the reference is no longer needed`
}

/** Name of a call for messages. */
export function callName(op: number): string {
  return OP_NAMES[op] ?? 'call'
}
