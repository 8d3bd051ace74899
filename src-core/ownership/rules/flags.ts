/** Rule over pages freed with owner state still set (KERNEL_FACTS D13, §1.8). */
import { FLAG_ASSERTIONS, Flag, FlagAssertion, Op } from '../../trace/ops.ts'
import { Mark } from '../allocation-table.ts'
import { badPage, vmBug } from '../kernel-lines.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'

/** PAGE_FLAGS_CHECK_AT_FREE: bit numbers of enum pageflags at v6.12 that nobody may leave set, with their names. */
const CHECKED: Readonly<Record<number, string>> = {
  0: 'locked',
  1: 'writeback',
  5: 'lru',
  8: 'active',
  13: 'reserved',
  14: 'private',
  15: 'private_2',
  18: 'unevictable',
  19: 'mlocked',
}

const flagsOf = new WeakMap<object, Map<number, Map<number, number>>>()
function flagTable(scene: Scene): Map<number, Map<number, number>> {
  let known = flagsOf.get(scene.desk)
  if (known === undefined) flagsOf.set(scene.desk, (known = new Map()))
  return known
}

/** SetPage… and ClearPage…: which checked flags are set on a frame, and at which step. */
export function flagRule(scene: Scene, row: Row): void {
  if (row.has(Flag.FAULT)) {
    if (row.b !== FlagAssertion.NONE) refusedFlag(scene, row)
    return
  }
  const table = flagTable(scene)
  if (row.op === Op.page_flag_clear) {
    table.get(row.subject)?.delete(row.a)
    return
  }
  if (CHECKED[row.a] === undefined) return
  const set = table.get(row.subject) ?? new Map<number, number>()
  set.set(row.a, row.step)
  table.set(row.subject, set)
  scene.ledger.allocations.addMark(scene.ledger.occupant(row.subject), Mark.FLAGGED)
}

/** Why DEBUG_VM stopped a change of a flag, and what to do. */
const REFUSED: Readonly<Record<number, readonly [why: string, fix: string]>> = {
  [FlagAssertion.TAIL]: ['a tail of a compound page: the flag is one of its head', 'use the head (compound_head)'],
  [FlagAssertion.FOLIO_TAIL]: [
    'a tail of a compound page: the flag is one of its head',
    'use the head (compound_head)',
  ],
  [FlagAssertion.COMPOUND]: ['part of a compound page, which cannot have this flag', 'set it on single pages only'],
  [FlagAssertion.NOT_LOCKED]: ['not locked', 'unlock a page once, after lock_page() or trylock_page() took it'],
}

function refusedFlag(scene: Scene, row: Row): void {
  const { names, desk, story } = scene
  const [why, fix] = REFUSED[row.b] ?? ['not in the state for it', 'look at the state of the page first']
  desk.raise({
    code: 'bug-on',
    step: row.step,
    allocation: row.allocation,
    because: desk.blameFor(row.allocation),
    key: `flag ${row.site}`,
    message: `${names.call(row.site, row.op)} is given a page that is ${why}`,
    story: [...(row.allocation === 0 ? [] : story.of(row.allocation)), usedLine(scene, row)],
    fix,
    kernel: vmBug(scene, FLAG_ASSERTIONS[row.b] ?? ''),
  })
}

/** Stands for `page->mapping` among the numbers of bits. */
const MAPPING = -1

/**
 * set_page_mapping(): what is not NULL any more. Bits 0 and 1 mark anonymous and movable memory; a free clears them.
 */
export function mappingRule(scene: Scene, row: Row): void {
  const table = flagTable(scene)
  const set = table.get(row.subject) ?? new Map<number, number>()
  if ((row.a | row.b) === 0 || (row.a & 3) !== 0) set.delete(MAPPING)
  else set.set(MAPPING, row.step)
  table.set(row.subject, set)
  if (set.size > 0) scene.ledger.allocations.addMark(scene.ledger.occupant(row.subject), Mark.FLAGGED)
}

/** At a free of page-allocator memory: flags that its owner forgot. */
export function flagsLeft(scene: Scene, row: Row, id: number): void {
  const table = flagTable(scene)
  if (table.size === 0) return
  const first = scene.ledger.allocations.base(id)
  const pages = Math.ceil(scene.ledger.allocations.size(id) / 2 ** scene.machine.pageShift)
  for (let pfn = first; pfn < first + pages; pfn++) {
    const set = table.get(pfn)
    table.delete(pfn)
    const entry = set === undefined ? undefined : [...set][0]
    if (entry === undefined) continue
    const [bit, step] = entry
    const name = bit === MAPPING ? 'page->mapping' : `PG_${CHECKED[bit] ?? 'flag'}`
    const finding = scene.desk.raise({
      code: 'flags-left-at-free',
      step: row.step,
      allocation: id,
      because: scene.desk.blameFor(id),
      message: `${scene.names.described(id)} is freed with ${name} still set`,
      story: [
        ...scene.story.of(id),
        { role: 'used', step, text: `${name} set here` },
        { role: 'freed', step: row.step, text: scene.names.call(row.site, row.op) },
      ],
      fix:
        bit === MAPPING
          ? 'set page->mapping to NULL before the page is freed'
          : `clear ${name} before the page is freed`,
      kernel: badPage(scene, row, pfn),
    })
    scene.desk.blame(id, finding)
    return
  }
}
