/**
 * Rules over user mappings that drivers make and end (KERNEL_FACTS D46, D47, D52, D53, D55): what was refused, flags
 * that stop matching the entries, zaps that miss, address spaces that are gone.
 */
import { Field } from '../../trace/fields.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { RuleCode } from '../codes.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { PTE_IS_SPECIAL } from '../op-classes.ts'
import { RightKind } from '../right-table.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import { recycledRule } from './pins.ts'

const SPECIAL_AREAS = 0x400 | 0x1000_0000 // VM_PFNMAP, VM_MIXEDMAP
/** Pages of the largest area that a driver maps at once (binder: 4 MiB). */
const LONGEST_AREA = 1024
const EBUSY = -16
const EINVAL = -22

/** A call of the driver, kept until it is known what it led to. */
interface Call {
  readonly step: number
  readonly site: number
  readonly op: number
}

/** What zaps and lookups left to remember, and the users of each address space. */
class Memory {
  /** Zaps that missed an entry, by the entry's right id. */
  readonly missed = new Map<number, Call>()
  /** Lookups that found no area while entries were in force, by the entry's right id. */
  readonly windows = new Map<number, Call>()
  /** Lookups that found no area where an entry was made that has moved since, by the entry's right id. */
  readonly lost = new Map<number, Call>()
  /** The last lookup in each address space, if it found no area: drivers ask for where theirs began. */
  readonly nowhere = new Map<number, Call & { readonly page: number }>()
  readonly users = new Map<number, number>()
  /** Frames whose entries were cleared by the zap in progress, with the site that asked for it. */
  cleared = new Set<number>()
  clearedAt = 0
}

const memories = new WeakMap<object, Memory>()
function memoryOf(scene: Scene): Memory {
  let known = memories.get(scene.desk)
  if (known === undefined) memories.set(scene.desk, (known = new Memory()))
  return known
}

/** An entry was made, or an insertion was refused. */
export function userMapRule(scene: Scene, row: Row): void {
  if (row.has(Flag.FAILED | Flag.FAULT)) {
    refused(scene, row)
    return
  }
  if (row.op === Op.pte_set && row.b === PTE_IS_SPECIAL) {
    row.deltas(Field.PTE_AREA, (_right, _old, flags) => {
      if ((flags & SPECIAL_AREAS) === 0) {
        badSpecial(scene, row, row.allocation, 'the area is an ordinary one, without VM_PFNMAP and VM_MIXEDMAP')
      }
    })
  }
  if (row.allocation !== 0 && row.op !== Op.copy_pte) recycledRule(scene, row, false)
}

function refused(scene: Scene, row: Row): void {
  const { names, story, desk } = scene
  if (row.has(Flag.NULL) || row.has(Flag.WILD)) return
  const insert = row.op === Op.vm_insert_page || row.op === Op.vm_insert_pages || row.op === Op.vm_map_pages
  const bug = row.has(Flag.FAULT)
  const ignored = insert && (row.a === EINVAL || row.a === EBUSY) && names.site(row.site)?.unused === true
  if (!bug && !ignored) return
  const what = row.allocation === 0 ? names.argument(row.site, 2) || 'the page' : names.described(row.allocation)
  const call = names.call(row.site, row.op)
  desk.raise({
    code: 'insert-page-misuse',
    step: row.step,
    allocation: row.allocation,
    key: `insert ${row.site}`,
    because: desk.blameFor(row.allocation),
    message: bug
      ? `${call} is called for an area that cannot take it: the kernel stops here`
      : row.a === EBUSY
        ? `${call} maps nothing: the address is occupied (-EBUSY), and nobody looks at the result`
        : `${call} refuses ${what} (-EINVAL), and nobody looks at the result`,
    story: [...(row.allocation === 0 ? [] : story.of(row.allocation)), usedLine(scene, row)],
    fix: bug
      ? 'set VM_MIXEDMAP in the mmap hook (vm_flags_set), where mmap_lock is held for writing'
      : 'insert pages of the page allocator with a reference of your own, and check the result',
    kernel: bug ? 'kernel BUG at mm/memory.c' : '',
  })
}

function badSpecial(scene: Scene, row: Row, allocation: number, why: string): void {
  const { names, story, desk } = scene
  desk.raise({
    code: 'bad-pte-special',
    step: row.step,
    allocation,
    key: `bad-special ${row.site}`,
    because: desk.blameFor(allocation),
    message: `${names.call(row.site, row.op)} leaves an entry that does not fit its area or its page: ${why}`,
    story: [...(allocation === 0 ? [] : story.of(allocation)), usedLine(scene, row)],
    fix: 'keep VM_PFNMAP or VM_MIXEDMAP as long as there are special entries, and make them only in such areas',
    kernel: `BUG: Bad page map in process ${story.task(row.task)}`,
  })
}

/** An entry was cleared. */
export function zapRule(scene: Scene, row: Row): void {
  const memory = memoryOf(scene)
  if (memory.clearedAt !== row.site) {
    memory.cleared = new Set()
    memory.clearedAt = row.site
  }
  if (row.subject !== NO_SUBJECT) memory.cleared.add(row.subject)
  row.deltas(Field.MAPCOUNT, (_pfn, _old, next) => {
    if (next > 0x7fff_ffff) {
      badSpecial(scene, row, row.allocation, 'it was never counted as a mapping, and the count goes below zero')
    }
  })
}

/** Calls about areas and address spaces. */
export function areaRule(scene: Scene, row: Row): void {
  switch (row.op) {
    case Op.vm_flags:
      flagsRule(scene, row)
      break
    case Op.vma_lookup:
    case Op.find_vma:
      lookupRule(scene, row)
      break
    case Op.mm_count:
      countRule(scene, row)
      break
    case Op.zap_page_range_single:
    case Op.zap_vma_ptes:
      if (row.allocation !== 0) zapOfAnother(scene, row)
      zapByAddress(scene, row)
      break
    case Op.unmap_mapping_range:
      forgetMisses(scene)
      break
  }
}

function flagsRule(scene: Scene, row: Row): void {
  const { ledger } = scene
  if (row.subject === NO_SUBJECT || (row.a & SPECIAL_AREAS) !== 0) return
  for (const right of ledger.entriesInForce()) {
    const entry = ledger.entries.of(right)
    if (entry === undefined || entry.page < row.subject || entry.page >= row.subject + row.b) continue
    const at = ledger.entryRow(right)
    if (ledger.rights.kind(at) !== RightKind.PTE_SPECIAL) continue
    badSpecial(scene, row, ledger.rights.allocation(at), 'the flags that allowed special entries are gone')
    return
  }
}

function lookupRule(scene: Scene, row: Row): void {
  const { ledger, desk, names } = scene
  const memory = memoryOf(scene)
  if (memory.users.get(row.b) === 0) {
    desk.raise({
      code: 'mm-lifetime',
      step: row.step,
      allocation: 0,
      key: `mm ${row.site}`,
      message:
        `${names.call(row.site, row.op)} looks into an address space that has no users any more: mmgrab() keeps the ` +
        `mm_struct, not what is mapped`,
      story: [usedLine(scene, row)],
      fix: 'call mmget_not_zero() first, and mmput() (or mmput_async()) afterwards',
    })
    return
  }
  if (row.op !== Op.vma_lookup) return
  memory.nowhere.delete(row.b)
  if (row.a !== 0) return
  memory.nowhere.set(row.b, { step: row.step, site: row.site, op: row.op, page: row.subject })
  for (const right of ledger.entriesInForce()) {
    const entry = ledger.entries.of(right)
    if (entry === undefined || entry.space !== row.b) continue
    const found = entry.page === row.subject ? memory.windows : entry.first === row.subject ? memory.lost : null
    found?.set(right, { step: row.step, site: row.site, op: row.op })
  }
}

function countRule(scene: Scene, row: Row): void {
  const { desk, names } = scene
  const memory = memoryOf(scene)
  const before = memory.users.get(row.subject)
  memory.users.set(row.subject, row.a)
  const dropped = row.a < 0 || (before === 0 && row.a > 0)
  if (!row.has(Flag.WARNED) && !dropped) return
  desk.raise({
    code: 'mm-lifetime',
    step: row.step,
    allocation: 0,
    key: `mm ${row.site}`,
    message: row.has(Flag.WARNED)
      ? `${names.call(row.site, row.op)} drops the last user while the task holds mmap_lock, which the teardown takes`
      : `${names.call(row.site, row.op)} counts users of an address space that has none any more`,
    story: [usedLine(scene, row)],
    fix: row.has(Flag.WARNED) ? 'release mmap_lock before mmput()' : 'take a user with mmget_not_zero()',
    kernel: row.has(Flag.WARNED) && scene.machine.debug ? 'WARNING: possible recursive locking detected' : '',
  })
}

/** A zap at an address that the driver remembers, after the entry has moved, or while others map the page too. */
function zapByAddress(scene: Scene, row: Row): void {
  const { ledger } = scene
  const memory = memoryOf(scene)
  const cleared = memory.clearedAt === row.site ? memory.cleared : new Set<number>()
  for (const right of ledger.entriesInForce()) {
    const entry = ledger.entries.of(right)
    if (entry === undefined || memory.missed.has(right)) continue
    // A driver maps no anonymous memory: its address was given to somebody else.
    if (ledger.allocations.kind(ledger.allocationOfEntry(right)) === AllocationKind.ANONYMOUS) continue
    const moved = entry.page !== entry.first && entry.first >= row.subject && entry.first < row.subject + row.a
    if (moved || cleared.has(ledger.rights.pfn(ledger.entryRow(right)))) {
      memory.missed.set(right, { step: row.step, site: row.site, op: row.op })
    }
  }
  memory.clearedAt = 0
}

/** A zap that took memory of the program itself: the driver's area is gone, and another one lies at its address. */
function zapOfAnother(scene: Scene, row: Row): void {
  const { names, story, desk } = scene
  desk.raise({
    code: 'zap-by-address',
    step: row.step,
    allocation: row.allocation,
    key: `zap ${row.site}`,
    message:
      `${names.call(row.site, row.op)} takes anonymous memory from a program: the area that lies at the ` +
      `remembered address is not the driver's`,
    story: [...story.of(row.allocation), usedLine(scene, row)],
    fix: 'check that the area is yours (vm_ops and vm_private_data) after vma_lookup(), or use unmap_mapping_range()',
  })
}

/** unmap_mapping_range() finds what zaps by address missed. */
function forgetMisses(scene: Scene): void {
  const { missed } = memoryOf(scene)
  for (const right of missed.keys()) if (scene.ledger.entryRow(right) === 0) missed.delete(right)
}

/** The code of a free that leaves an entry behind, if a zap or a lookup of the driver explains it; it is told then. */
export function explainEntry(scene: Scene, right: number): { code: RuleCode; step: number; text: string } | null {
  const memory = memoryOf(scene)
  const name = scene.ledger.rights.name(right)
  const miss = memory.missed.get(name)
  if (miss !== undefined) {
    memory.missed.delete(name)
    const call = scene.names.call(miss.site, miss.op)
    return {
      code: 'zap-by-address',
      step: miss.step,
      text: `${call} missed the entry: it lies at another address, or in another process`,
    }
  }
  const nothing = foundNothingBefore(scene, right)
  const lost = memory.lost.get(name) ?? (hasMoved(scene, name) ? nothing : undefined)
  if (lost !== undefined) {
    const call = scene.names.call(lost.site, lost.op)
    return { code: 'zap-by-address', step: lost.step, text: `${call} found no area: mremap() has moved the entry` }
  }
  const window = memory.windows.get(name) ?? nothing
  if (window === undefined) return null
  return {
    code: 'munmap-window',
    step: window.step,
    text: `${scene.names.call(window.site, window.op)} found no area, but munmap() had not cleared the entry yet`,
  }
}

function hasMoved(scene: Scene, name: number): boolean {
  const entry = scene.ledger.entries.of(name)
  return entry !== undefined && entry.page !== entry.first
}

/** The lookup before the free, if it asked for the start of the area that the entry was made in, and found none. */
function foundNothingBefore(scene: Scene, right: number): Call | undefined {
  const entry = scene.ledger.entries.of(scene.ledger.rights.name(right))
  const call = entry === undefined ? undefined : memoryOf(scene).nowhere.get(entry.space)
  if (entry === undefined || call === undefined) return undefined
  return entry.first >= call.page && entry.first < call.page + LONGEST_AREA ? call : undefined
}

/** At the end of a run: zaps that missed an entry which had moved, and that no free has told of. */
export function zapsThatMissed(scene: Scene): void {
  const { ledger, names, story, desk } = scene
  for (const [right, miss] of memoryOf(scene).missed) {
    const entry = ledger.entries.of(right)
    if (entry === undefined || entry.page === entry.first) continue
    const memory = ledger.allocationOfEntry(right)
    desk.raise({
      code: 'zap-by-address',
      step: miss.step,
      allocation: memory,
      key: `zap ${miss.site}`,
      message:
        `${names.call(miss.site, miss.op)} misses the entry of ${names.described(memory)}: mremap() moved it, ` +
        `and the ` +
        `driver still zaps the address it remembers`,
      story: [
        ...(memory === 0 ? [] : story.of(memory)),
        { role: 'used', step: miss.step, text: names.call(miss.site, miss.op) },
      ],
      fix: 'use unmap_mapping_range(), which finds every mapping of the file, or refuse mremap()',
    })
  }
}
