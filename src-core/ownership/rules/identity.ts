/**
 * Rules over page handles that may mean another page by now, and over counts that wrap
 * (KERNEL_FACTS D09, D12, D68). A handle has no provenance: what it meant is known from the lookup that made it.
 */
import { Field } from '../../trace/fields.ts'
import { Family, Flag, NO_SUBJECT, Op, OP_FAMILY, OP_NAMES } from '../../trace/ops.ts'
import { IS_TRY_GET } from '../op-classes.ts'
import { RightKind } from '../right-table.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'

const PG_HEAD = 6
const INT_MAX = 0x7fff_ffff

/** Handles whose lookup was followed by a try_get: true once the page was looked at again. */
const rechecks = new WeakMap<object, Map<number, boolean>>()
function recheckOf(scene: Scene): Map<number, boolean> {
  let known = rechecks.get(scene.desk)
  if (known === undefined) rechecks.set(scene.desk, (known = new Map()))
  return known
}

/** A get that takes the count past INT_MAX. True if it was told. */
export function overflowRule(scene: Scene, row: Row): boolean {
  const { names, story, desk } = scene
  let wraps = false
  row.deltas(Field.REFCOUNT, (_pfn, old, next) => {
    if (old > 0 && old <= INT_MAX && next > INT_MAX) wraps = true
  })
  if (!wraps) return false
  const finding = desk.raise({
    code: 'refcount-overflow',
    step: row.step,
    allocation: row.allocation,
    because: desk.blameFor(row.allocation),
    message:
      `${names.call(row.site, row.op)} takes the reference count of ${names.described(row.allocation)} past INT_MAX: ` +
      `puts will free it while references are left`,
    story: [...story.of(row.allocation), usedLine(scene, row)],
    fix: 'use try_get_page(), which refuses when the count is that high, and bound what a program can take',
  })
  desk.blame(row.allocation, finding)
  return true
}

/** A question about the compound state of a page by a task that gave its reference up before. */
export function headTestRule(scene: Scene, row: Row): void {
  if (row.subject === NO_SUBJECT || row.has(Flag.WILD | Flag.NULL)) return
  if (row.op === Op.page_flag_test && row.a !== PG_HEAD) return
  const { ledger, names, story, desk } = scene
  const id = row.allocation || ledger.lastOccupant(row.subject)
  if (id === 0 || desk.blameFor(id) !== null) return
  const dropped = droppedBy(scene, id, row.task)
  if (dropped === 0) return
  desk.raise({
    code: 'head-test-after-put',
    step: row.step,
    allocation: id,
    message:
      `${names.call(row.site, row.op)} asks what ${names.operandWord(row.site, 'the page')} is after ` +
      `${story.task(row.task)} has dropped its reference: by now it may be free, or part of another block`,
    story: [
      ...story.of(id).filter((line) => line.step !== dropped),
      { role: 'freed' as const, step: dropped, text: names.call(ledger.steps.site(dropped), ledger.steps.op(dropped)) },
      usedLine(scene, row),
    ].sort((x, y) => x.step - y.step),
    fix: 'ask PageHead() or compound_order() first, keep the answer, then drop the reference',
  })
}

/** Step at which a task gave up its last hold on a page; 0 = it still has one, or never had. */
function droppedBy(scene: Scene, id: number, task: number): number {
  const { rights, allocations: table, steps } = scene.ledger
  let dropped = 0
  for (let right = table.rights(id); right !== 0; right = rights.older(right)) {
    if (rights.kind(right) !== RightKind.REFERENCE) continue
    const end = rights.to(right)
    if (end === 0 && rights.task(right) === task) return 0
    if (end !== 0 && steps.task(end) === task) dropped = Math.max(dropped, end)
  }
  const ownerEnd = table.ownerEnd(id)
  if (ownerEnd === 0 && table.task(id) === task) return 0
  const family = OP_FAMILY[steps.op(ownerEnd)]
  if (ownerEnd !== 0 && steps.task(ownerEnd) === task && (family === Family.PUT || family === Family.FREE))
    dropped = Math.max(dropped, ownerEnd)
  return dropped
}

/** A use of a page through a handle that was looked up when the frame held other memory (D68). */
export function staleHandleRule(scene: Scene, row: Row): boolean {
  const { ledger, names, story, desk } = scene
  if (row.subject === NO_SUBJECT || row.has(Flag.NULL | Flag.WILD)) return false
  const lookup = ledger.lookup(row.subject)
  if (lookup === null) return false
  const handle = names.operand(row.site)
  if (handle === '' || names.assigned(ledger.steps.site(lookup.step)) !== handle) return false
  const now = ledger.occupant(row.subject)
  if (now === 0 || now === lookup.occupant || ledger.allocations.bornAt(now) <= lookup.step) return false
  const state = recheckOf(scene)
  if (IS_TRY_GET[row.op] === 1) {
    if (!row.has(Flag.FAILED)) state.set(lookup.step, false)
    return false
  }
  const tried = state.get(lookup.step)
  if (!USES.has(row.op)) {
    if (tried !== undefined) state.set(lookup.step, true)
    return false
  }
  if (tried === true) return false
  const was = lookup.occupant
  desk.raise({
    code: 'stale-lookup-identity',
    certainty: names.sameFunction(ledger.steps.site(lookup.step), row.site) ? 'definite' : 'possible',
    step: row.step,
    allocation: now,
    // What follows through the same handle is the same mistake.
    key: `stale lookup ${ledger.steps.site(lookup.step)} of ${now}`,
    because: desk.blameFor(now),
    message:
      `\`${handle}\` was looked up (${OP_NAMES[ledger.steps.op(lookup.step)] ?? 'pfn_to_page'}) when the frame ` +
      `${was === 0 ? 'was free' : `belonged to ${names.described(was)}`}; now it is ${names.described(now)}, ` +
      `and nobody ` +
      `checked`,
    story: [
      {
        role: 'borrowed' as const,
        step: lookup.step,
        text: names.call(ledger.steps.site(lookup.step), ledger.steps.op(lookup.step)),
      },
      ...(was === 0 ? [] : story.of(was)),
      story.allocated(now),
      usedLine(scene, row),
    ].sort((x, y) => x.step - y.step),
    fix: 'take a reference with get_page_unless_zero() or folio_try_get(), then check that it is still the same page',
  })
  return true
}

/** Calls that act on the page itself; all others only look. */
const USES = new Set<number>([
  Op.get_page,
  Op.folio_get,
  Op.page_ref_inc,
  Op.page_flag_set,
  Op.page_flag_clear,
  Op.set_page_private,
  Op.set_page_mapping,
  Op.kmap_local_page,
  Op.kmap,
  Op.page_address,
  Op.page_to_virt,
  Op.memcpy_to_page,
])
