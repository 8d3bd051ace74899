/**
 * Rules over puts (KERNEL_FACTS D02, D06, D25; SURFACE §9 "Verdicts": a reference belongs to the program).
 */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Flag, OP_NAMES } from '../../trace/ops.ts'
import { Mark } from '../allocation-table.ts'
import { isPageKind } from '../op-classes.ts'
import { badPage, REF_IS_ZERO, vmBug } from '../kernel-lines.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import { NOBODY, OWNER } from '../right-matching.ts'
import { objectBehind } from './beliefs.ts'
import { breaksTomorrow, countWas, isReserved } from './gets.ts'
import { nullDereference, wildAccess } from './null-and-wild.ts'
import { pinRule } from './pins.ts'
import { goesBack, leavesRights, userMapped } from './reachable.ts'
import { releaseOfNothing } from './releases.ts'

export function putRule(scene: Scene, row: Row): void {
  if (row.has(Flag.NULL)) {
    if (row.has(Flag.FAULT)) nullDereference(scene, row)
    return
  }
  if (row.has(Flag.WILD)) {
    wildAccess(scene, row)
    return
  }
  if (isReserved(scene, row) && !row.has(Flag.FAULT)) return
  const { ledger, desk, names, story } = scene
  const table = ledger.allocations
  const id = row.allocation
  const kind = table.kind(id)
  if (pinRule(scene, row)) return
  const match = id === 0 ? NOBODY : ledger.matchPut(id, row.task, row.op, row.subject, row.site)
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
  if (kind === AllocationKind.PAGES && match <= 0 && row.subject !== table.base(id) && countWas(row, 0)) {
    putTail(scene, row)
    return
  }
  if (match === NOBODY && userMapped(scene, row, id)) {
    leavesRights(scene, row, id, 0)
    return
  }
  if (match === NOBODY) {
    const finding = desk.raise({
      code: 'unbalanced-put',
      step: row.step,
      allocation: id,
      because: desk.blameFor(id),
      message:
        `${names.call(row.site, row.op)} drops a reference that somebody else still holds on ` +
        `${names.described(id)}`,
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
    kernel: row.has(Flag.LAST) ? badPage(scene, row, row.subject) : '',
  })
  desk.blame(id, finding)
}

/** A put of a page inside a block that is not compound: its count is 0, for only the first page has one. */
function putTail(scene: Scene, row: Row): void {
  const { ledger, names, desk, story } = scene
  const id = row.allocation
  const finding = desk.raise({
    code: 'unbalanced-put',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    message:
      `${names.call(row.site, row.op)} drops a reference that nobody holds: page ` +
      `${row.subject - ledger.allocations.base(id)} of ${names.described(id)} has none, the block is not compound`,
    story: [...story.of(id), usedLine(scene, row)],
    fix: 'allocate the block with __GFP_COMP, or split_page() it before its pages are counted one by one',
    kernel: row.has(Flag.FAULT) ? vmBug(scene, REF_IS_ZERO) : '',
  })
  desk.blame(id, finding)
}

function putHighOrder(scene: Scene, row: Row): void {
  const { names, story, desk, ledger } = scene
  const id = row.allocation
  const rest = Math.ceil(ledger.allocations.size(id) / 2 ** scene.machine.pageShift) - 1
  const finding = desk.raise({
    code: 'put-noncompound-high-order',
    step: row.step,
    allocation: id,
    message:
      `put_page() frees only the first page of ${names.described(id)}: ${rest} ` +
      `page${rest === 1 ? '' : 's'} can never be freed again`,
    story: [...story.of(id), { role: 'freed', step: row.step, text: names.call(row.site, row.op) }],
    fix: `free the block with __free_pages(page, ${ledger.allocations.order(id)}), or allocate it with __GFP_COMP`,
  })
  desk.blame(id, finding)
}
