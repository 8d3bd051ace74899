/**
 * Releases of pages that were wrong: a second free, a put of what nobody holds, a put that took the page from under
 * another holder (KERNEL_FACTS D01, D02). A page handle has no provenance, so a release can only be judged by what
 * comes
 * after it: a later put, free or use of memory that is gone shows that an earlier release was one too many.
 */
import { Family, Flag, OP_FAMILY } from '../../trace/ops.ts'
import type { RuleCode } from '../codes.ts'
import type { Finding, FindingCandidate } from '../finding.ts'
import { REF_IS_ZERO, vmBug } from '../kernel-lines.ts'
import { IS_PAGE_FREE, isPageKind } from '../op-classes.ts'
import { RightKind } from '../right-table.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import { beliefs } from './beliefs.ts'
import { strangers } from './reachable.ts'

/** The release that gave memory back, looked at again when later events show that it was wrong. */
interface Suspect {
  readonly step: number
  readonly site: number
  readonly op: number
  readonly task: number
  /**
   * Task that took the reference it dropped; EARLIER if its handle seems to have meant an earlier owner of the
   * frame.
   */
  readonly holder: number
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

/**
 * At a use after the free: the put that dropped a reference which another task took and still uses; null = the free
 * was legal.
 */
export function stolenReference(scene: Scene, row: Row, id: number): Finding | null {
  // Only pages are shared by counting; the free of an object by another task is that object's end.
  const suspect = isPageKind(scene.ledger.allocations.kind(id)) ? suspectOf(scene, id) : null
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
  const cause = desk.blameFor(id) ?? (isPageKind(table.kind(id)) ? null : (beliefs(scene).get(id) ?? null))
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

/** Puts of one page by tasks that took no reference of it, and the last put: any may be the one too many. */
function putCandidates(scene: Scene, id: number, suspect: Suspect): FindingCandidate[] {
  const { ledger, names, story } = scene
  const { rights, steps } = ledger
  const handed = new Map<number, number>()
  for (let right = ledger.allocations.rights(id); right !== 0; right = rights.older(right)) {
    const step = rights.to(right)
    if (step === 0 || step >= suspect.step || rights.kind(right) !== RightKind.REFERENCE) continue
    if (OP_FAMILY[steps.op(step)] !== Family.PUT || steps.task(step) === rights.task(right)) continue
    if (steps.site(step) !== suspect.site) handed.set(steps.site(step), step)
  }
  if (handed.size === 0) return []
  return [...handed.values(), suspect.step]
    .sort((x, y) => x - y)
    .map((step) => ({
      step,
      text: `${names.call(steps.site(step), steps.op(step))} by ${story.task(steps.task(step))}`,
    }))
}

function suspectFinding(scene: Scene, id: number, suspect: Suspect): Finding {
  const { desk, names, story } = scene
  const put = OP_FAMILY[suspect.op] === Family.PUT
  const call = names.call(suspect.site, suspect.op)
  const stale = suspect.holder === EARLIER
  const code = put ? 'unbalanced-put' : 'double-free-page'
  const known = desk.find(code, id)
  if (known !== null) return known
  const candidates = put && !stale ? putCandidates(scene, id, suspect) : []
  const finding = desk.raise({
    code,
    step: suspect.step,
    allocation: id,
    candidates,
    message: stale
      ? `${call} goes through a handle of freed memory: it takes away the page of ${names.described(id)}`
      : candidates.length > 1
        ? `one of ${candidates.length} puts of ${names.described(id)} is one too many: the page is freed under ` +
          `somebody who still holds it`
        : `${call} drops a reference on ${names.described(id)} that somebody else still holds: the page is freed ` +
          `under them`,
    story: story.of(id),
    fix: stale
      ? 'set the handle to NULL when its page is freed'
      : 'put only the references that were taken here, one for each get',
  })
  desk.blame(id, finding)
  desk.absorb(finding, (other) => other.allocation === id && other.step > suspect.step)
  return finding
}

function doubleRelease(scene: Scene, row: Row, id: number, code: RuleCode, because: Finding | null): void {
  const { desk, names, story } = scene
  const handle = names.operandWord(row.site, 'the page')
  const finding = desk.raise({
    code,
    step: row.step,
    allocation: id,
    because,
    message:
      code === 'unbalanced-put'
        ? `${names.call(row.site, row.op)} drops a reference that nobody holds: ${handle} is free already`
        : `${handle} is given back to the page allocator a second time`,
    story: [...story.of(id), usedLine(scene, row)],
    fix:
      code === 'unbalanced-put'
        ? 'put only the references that were taken here, one for each get'
        : 'let one owner free the page, and set the pointer to NULL when it is freed',
    kernel: row.has(Flag.FAULT) ? vmBug(scene, REF_IS_ZERO) : '',
  })
  desk.blame(id, finding)
  for (const victim of strangers(row, id)) desk.blame(victim, finding)
}
