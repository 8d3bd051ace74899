/**
 * Rules over reads and writes: use after free of every kind of memory, bounds, NULL and wild addresses
 * (KERNEL_FACTS D03, D18, D22, D29, D31; SURFACE §8). A use whose cause was reported before is its consequence.
 */
import { hasKasan } from '../../trace/abi.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { MachineInfo } from '../../trace/record.ts'
import { kernelAddress } from '../addresses.ts'
import { Mark, NO_ORDER } from '../allocation-table.ts'
import type { RuleCode } from '../codes.ts'
import type { Finding } from '../finding.ts'
import { kasan, pageFault } from '../kernel-lines.ts'
import { isPageKind, isSlabObject, IS_VFREE } from '../op-classes.ts'
import type { Row } from '../row.ts'
import { isWrite, usedLine, type Scene } from '../scene.ts'
import { cpuTouch } from './dma-touch.ts'
import { kmapEscape } from './kmap.ts'
import { recycledRule } from './pins.ts'
import { isTypesafe } from './races.ts'
import { typesafeRule } from './typesafe.ts'
import { stolenReference } from './releases.ts'
import { nullDereference, wildAccess } from './null-and-wild.ts'

export function accessRule(scene: Scene, row: Row): void {
  if (row.has(Flag.NULL)) {
    nullDereference(scene, row)
    return
  }
  const target = memoryOf(scene, row)
  if (target === 0) {
    if (row.has(Flag.WILD | Flag.FAULT)) wildAccess(scene, row)
    return
  }
  const { ledger, desk } = scene
  const table = ledger.allocations
  if (isGone(scene, row, target)) {
    if (typesafeRule(scene, row, target)) return
    useAfterFree(scene, row, target)
    return
  }
  if (isWrite(row.op) && (table.mark(target) & Mark.USERS) !== 0) recycledRule(scene, row, true)
  const cause = desk.blameFor(target)
  if (cause !== null && table.kind(target) === AllocationKind.VMAP) {
    desk.raise(usedAfterFree(scene, row, target, 'page-use-after-free', cause))
    return
  }
  if (outOfBounds(scene, row, target)) return
  if (row.has(Flag.DECLINED)) kmapEscape(scene, row, target)
  if ((table.mark(target) & Mark.DMA) !== 0) cpuTouch(scene, row, target)
}

/**
 * The allocation an access reaches: its provenance; for a pointer into a slab page the object there; for a free
 * frame the last one.
 */
function memoryOf(scene: Scene, row: Row): number {
  const { ledger, machine, names } = scene
  const table = ledger.allocations
  let id = row.allocation
  if (id !== 0 && table.kind(id) === AllocationKind.SLAB) {
    const object = row.subject === NO_SUBJECT ? 0 : ledger.objectAt(row.subject)
    if (object === 0) return id
    const made = derivedAt(scene, id, names.operand(row.site))
    return made !== 0 && made < table.bornAt(object) ? objectThen(scene, row.subject, made) || object : object
  }
  const split = id === 0 ? 0 : ledger.splitAt(id)
  if (split !== 0 && row.subject !== NO_SUBJECT) {
    const child = ledger.lastOccupant(row.subject >>> machine.pageShift)
    if (child !== 0 && child !== id && table.bornAt(child) === split) id = child
  }
  if (id === 0 && row.subject !== NO_SUBJECT && !row.has(Flag.WILD)) {
    const pfn = row.subject >>> machine.pageShift
    if (ledger.occupant(pfn) === 0) id = ledger.lastOccupant(pfn)
    if (id !== 0 && table.kind(id) === AllocationKind.SLAB) id = ledger.objectAt(row.subject) || id
  }
  return id
}

/** Step at which a variable got its pointer into a slab page; 0 = unknown. */
function derivedAt(scene: Scene, slab: number, name: string): number {
  if (name === '') return 0
  const rows = scene.ledger.pointerRows(slab)
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i] ?? 0
    if (scene.names.assigned(scene.ledger.pointers.site(row)) === name) return scene.ledger.pointers.step(row)
  }
  return 0
}

/** The object that covered a physical address at a step; 0 = none. */
function objectThen(scene: Scene, phys: number, step: number): number {
  const table = scene.ledger.allocations
  for (let id = table.lastId; id > 0; id--) {
    if (!isSlabObject(table.kind(id)) || table.bornAt(id) > step) continue
    if (phys >= table.base(id) && phys < table.base(id) + table.size(id)) return id
  }
  return 0
}

function isGone(scene: Scene, row: Row, id: number): boolean {
  const { ledger, machine } = scene
  const table = ledger.allocations
  const linear = !row.has(Flag.VMALLOC) && row.subject !== NO_SUBJECT
  const pfn = linear ? row.subject >>> machine.pageShift : NO_SUBJECT
  if ((table.mark(id) & Mark.FREED) === 0) {
    // vfree() put off to a worker: the area is the worker's.
    if (!linear && table.kind(id) === AllocationKind.VMALLOC && IS_VFREE[table.ownerEndOp(id)] === 1) return true
    // A non-compound block whose other pages went back while a reference kept the first (KERNEL_FACTS §1.5).
    return linear && table.kind(id) === AllocationKind.PAGES && table.ownerEnd(id) !== 0 && ledger.occupant(pfn) !== id
  }
  // A page of a freed vmalloc area or of an exact allocation that a reference keeps (KERNEL_FACTS §1.4, §4.4).
  const single = table.kind(id) === AllocationKind.VMALLOC || table.order(id) === NO_ORDER
  return !(linear && single && ledger.occupant(pfn) === id)
}

/** krealloc() and ksize() of memory that was given back, which they are not made for. True if it was. */
export function resizeRule(scene: Scene, row: Row, id: number): boolean {
  if (id === 0 || !isGone(scene, row, id)) return false
  const finding = useAfterFree(scene, row, id)
  if (scene.desk.blameFor(id) === null) scene.desk.blame(id, finding)
  return true
}

/** Reports the use of memory that was given back; what follows from an earlier mistake is its consequence. */
export function useAfterFree(scene: Scene, row: Row, id: number): Finding {
  const code = codeOf(scene, id)
  const cause = scene.desk.blameFor(id) ?? stolenReference(scene, row, id)
  const earlier = scene.desk.repeated(code, id, row.step, cause)
  if (earlier === null) return scene.desk.raise(usedAfterFree(scene, row, id, code, cause))
  if (!isQueueing(scene, earlier.step) || isQueueing(scene, row.step)) return earlier
  // The worker found the work in freed memory; the program's own use says more.
  const draft = { ...usedAfterFree(scene, row, id, code, cause), key: `used ${id} by its callback` }
  const finding = scene.desk.raise(draft)
  scene.desk.replace(earlier, finding)
  return finding
}

/** True for a step of a call that queues work: what a worker does with the work is told there. */
function isQueueing({ ledger, names }: Scene, step: number): boolean {
  return /^(queue|schedule|mod)_(delayed_)?work/.test(names.callee(ledger.steps.site(step)) ?? '')
}

/** The code of a use after free, by kind of memory. */
export function codeOf(scene: Scene, id: number): RuleCode {
  const table = scene.ledger.allocations
  switch (table.kind(id)) {
    case AllocationKind.KMALLOC:
    case AllocationKind.CACHE_OBJECT:
    case AllocationKind.LARGE_KMALLOC:
      return movedBy(scene, id) === '' ? 'slab-use-after-free' : 'krealloc-stale-alias'
    case AllocationKind.VMALLOC:
      return movedBy(scene, id) === '' ? 'vmalloc-use-after-vfree' : 'krealloc-stale-alias'
    case AllocationKind.VMAP:
      return 'vmalloc-use-after-vfree'
    default:
      return 'page-use-after-free'
  }
}

/** Methods of a vector that make it grow: the old buffer is freed by them. */
const GROWS = /(^|\.)(push|reserve|extend_with|extend_from_slice)$/

/** Who moved memory to another place: krealloc(), a vector that grew. Empty if it was freed. */
function movedBy({ ledger, names }: Scene, id: number): string {
  const { allocations: table } = ledger
  const site = names.site(table.freeSite(id))
  const grows = site?.callee === undefined ? null : GROWS.exec(site.callee)
  if (grows !== null) return `${grows[2] ?? ''}()`
  return table.freedBy(id) === Op.krealloc ? 'krealloc()' : ''
}

const GONE: Readonly<Partial<Record<RuleCode, string>>> = {
  'slab-use-after-free': 'the object',
  'krealloc-stale-alias': 'the object',
  'page-use-after-free': 'the page',
  'vmalloc-use-after-vfree': 'the area',
}

function usedAfterFree(scene: Scene, row: Row, id: number, code: RuleCode, because: Finding | null) {
  const { names, story, ledger } = scene
  const name = names.operand(row.site)
  const own = names.memory(id)
  const verb = isWrite(row.op) ? 'written' : 'read'
  const thing = GONE[code] ?? 'the memory'
  const mover = code === 'krealloc-stale-alias' ? movedBy(scene, id) : ''
  const moved = mover === '' ? `${thing} it points into was freed` : `${mover} moved ${thing}`
  const subject = name === '' ? (own === '' ? 'memory' : `\`${own}\``) : `\`${name}\``
  const what = name === own && code !== 'krealloc-stale-alias' ? 'it was freed' : moved
  const message = `${subject} is ${verb} after ${name === '' ? 'it was freed' : what}`
  return {
    code,
    message,
    step: row.step,
    allocation: id,
    because,
    story: [...story.of(id), usedLine(scene, row)],
    rightsLeft: story.rightsLeft(id),
    pointers: story.pointers(id),
    fix: fixOf(scene, id, code, subject),
    kernel: kernelOf(scene, row, id, code, ledger.occupant(frameOf(scene, row))),
  }
}

function frameOf(scene: Scene, row: Row): number {
  return row.subject === NO_SUBJECT ? NO_SUBJECT : row.subject >>> scene.machine.pageShift
}

function fixOf(scene: Scene, id: number, code: RuleCode, pointer: string): string {
  const memory = scene.names.described(id)
  const kind = scene.ledger.allocations.kind(id)
  const until = memory === pointer ? 'until its last use' : `as long as ${pointer} is used`
  switch (code) {
    case 'slab-use-after-free':
      if (kind !== AllocationKind.KMALLOC) return `keep ${memory} allocated ${until}`
      return `keep ${memory} allocated ${until}, or allocate pages (alloc_page) and count those`
    case 'krealloc-stale-alias':
      return movedBy(scene, id) === 'krealloc()'
        ? `take ${pointer} again from the pointer that krealloc() returned`
        : `take ${pointer} again from the vector when it has grown, or reserve() first`
    case 'vmalloc-use-after-vfree':
      return memory === pointer ? `call vfree() after the last use of ${memory}` : `keep ${memory} ${until}`
    default:
      return `keep ${memory} ${until}: free it later, or hold a reference (get_page) meanwhile`
  }
}

function kernelOf(scene: Scene, row: Row, id: number, code: RuleCode, holder: number): string {
  const { machine, ledger } = scene
  const table = ledger.allocations
  const isArea = table.kind(id) === AllocationKind.VMALLOC || table.kind(id) === AllocationKind.VMAP
  // krealloc() and ksize() look at the memory only where KASAN checks it.
  const isResize = row.op === Op.krealloc || row.op === Op.ksize
  if (isResize && !row.has(Flag.WARNED)) return ''
  // A page of an area, through its address in the linear map.
  if (isArea && !row.has(Flag.VMALLOC)) return holder === 0 ? kasan(scene, row, 'use-after-free') : ''
  // Readers may look at objects of such a cache after their free: KASAN leaves them alone.
  if (isTypesafe(scene, id)) return ''
  switch (isArea ? 'vmalloc-use-after-vfree' : code) {
    case 'vmalloc-use-after-vfree': {
      if (hasKasan(machine)) return kasan(scene, row, 'vmalloc-out-of-bounds')
      const base = kernelAddress(machine, table.kind(id), table.base(id))
      return pageFault(scene, base + BigInt(row.b))
    }
    case 'page-use-after-free':
      return holder === 0 || holder === id ? kasan(scene, row, 'use-after-free') : ''
    default: {
      if (table.kind(id) === AllocationKind.LARGE_KMALLOC)
        return holder === 0 ? kasan(scene, row, 'use-after-free') : ''
      if (holder === 0) return kasan(scene, row, 'use-after-free')
      const now = row.subject === NO_SUBJECT ? id : ledger.objectAt(row.subject)
      return now === 0 || (table.mark(now) & Mark.FREED) !== 0 ? kasan(scene, row, 'slab-use-after-free') : ''
    }
  }
}

function outOfBounds(scene: Scene, row: Row, id: number): boolean {
  const { ledger, names, story, desk, machine } = scene
  const table = ledger.allocations
  const kind = table.kind(id)
  if (kind === AllocationKind.SLAB || kind === AllocationKind.FOREIGN || kind === AllocationKind.NONE) return false
  const area = kind === AllocationKind.VMALLOC || kind === AllocationKind.VMAP
  if (area !== row.has(Flag.VMALLOC) || row.allocation !== id) return false
  const size =
    isPageKind(kind) || kind === AllocationKind.VMAP ? wholePages(table.size(id), machine.pageShift) : table.size(id)
  if (row.b >= 0 && row.b + row.a <= size) return false
  const count = row.b < 0 ? -row.b : row.b + row.a - size
  const beyond = `${count} byte${count === 1 ? '' : 's'} ${row.b < 0 ? 'before' : 'past the end of'}`
  // What a large kmalloc() leaves of its pages is a red zone too; behind them lies whatever lies there.
  const isRest = kind === AllocationKind.LARGE_KMALLOC && row.b >= 0 && Math.max(row.b, size) < block(size, machine)
  const type = area ? 'vmalloc-out-of-bounds' : isSlabObject(kind) || isRest ? 'slab-out-of-bounds' : 'use-after-free'
  desk.raise({
    code: 'out-of-bounds',
    step: row.step,
    allocation: id,
    message:
      `${names.operandWord(row.site, 'memory')} is ${isWrite(row.op) ? 'written' : 'read'} ${beyond} ` +
      `${names.described(id)}` +
      ` (${table.size(id)} bytes)`,
    story: [story.allocated(id), usedLine(scene, row)],
    fix: 'check the offset and length against the size that was allocated',
    kernel: kasan(scene, row, type),
  })
  return true
}

/** Bytes of the block of pages that a large kmalloc() takes. */
function block(bytes: number, { pageShift }: MachineInfo): number {
  return 2 ** Math.max(pageShift, Math.ceil(Math.log2(bytes)))
}

function wholePages(bytes: number, shift: number): number {
  return Math.ceil(bytes / 2 ** shift) * 2 ** shift
}
