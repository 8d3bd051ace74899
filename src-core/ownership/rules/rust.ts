/**
 * Rules over the Rust surface: names that are dead, borrows that outlived their owner, clauses of unsafe contracts that
 * were broken (KERNEL_FACTS D59, D61, D66, D67, §12; SURFACE §8). The surface records the moment; here it is said which
 * duty it was, whose, and where it broke.
 */
import { ACCESS_CLAUSES, BorrowKind, contractAt, Gone, type Contract } from '../../trace/contracts.ts'
import { Family, NO_SUBJECT, Op, OP_FAMILY } from '../../trace/ops.ts'
import type { RuleCode } from '../codes.ts'
import type { Finding, FindingLine } from '../finding.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'

/** Judges a row of the Rust surface; false if it is none. */
export function rustRule(scene: Scene, row: Row): boolean {
  if (row.op === Op.use_after_move) useAfterMove(scene, row)
  else if (row.op === Op.borrow_outlived) borrowOutlived(scene, row)
  else if (row.op === Op.contract) contractBroken(scene, row)
  else return false
  return true
}

const HOW: Readonly<Record<number, string>> = {
  [Gone.MOVED]: 'was moved away',
  [Gone.DROPPED]: 'was dropped',
  [Gone.RAW]: 'was given up for a raw pointer',
}

function useAfterMove(scene: Scene, row: Row): void {
  const { names, desk, story } = scene
  const name = names.operandWord(row.site, 'the value')
  const step = row.subject === NO_SUBJECT ? 0 : row.subject
  const moved = row.a === 0 ? undefined : names.site(row.a)
  const line = moved === undefined ? '' : ` on line ${moved.line}`
  const lines: FindingLine[] = row.allocation === 0 ? [] : [story.allocated(row.allocation)]
  if (moved !== undefined)
    lines.push({ role: 'moved', step: 0, text: `\`${moved.text}\` is moved here: the name is dead`, site: row.a })
  if (step !== 0) lines.push({ role: 'moved', step, text: names.call(scene.ledger.steps.site(step), 0) })
  desk.raise({
    code: 'use-after-move',
    step: row.step,
    allocation: row.allocation,
    key: `moved ${row.site}`,
    message: `${name} is used after it ${HOW[row.b] ?? 'was moved away'}${line}: its name is dead`,
    story: [...lines, usedLine(scene, row)],
    fix:
      row.b === Gone.DROPPED
        ? 'drop the value after its last use'
        : `use the new owner, or borrow: declare the parameter as \`Ref<…>\` or as the type that is owned`,
  })
}

const OUTLIVED: Readonly<Record<number, { readonly what: string; readonly fix: string }>> = {
  [BorrowKind.OWNER]: {
    what: 'its owner was dropped or moved away',
    fix: 'drop the owner after the last use of the borrow',
  },
  [BorrowKind.PHYS]: {
    what: 'the page at the physical address was freed',
    fix: 'bound the lifetime: borrow from the table that owns the page, and use the borrow before the table is freed',
  },
  [BorrowKind.GROWN]: {
    what: 'the vector grew: its buffer may have moved',
    fix: 'borrow again after the vector has grown, or reserve first; a box never moves',
  },
  [BorrowKind.GUARD]: {
    what: 'the lock that made it valid was released',
    fix: 'keep the guard alive as long as the area is used',
  },
}

function borrowOutlived(scene: Scene, row: Row): void {
  const { desk, names, story, ledger } = scene
  if (row.b === BorrowKind.FOREIGN) {
    foreignBorrow(scene, row)
    return
  }
  const phys = row.b === BorrowKind.PHYS
  const { what, fix } = OUTLIVED[row.b] ?? { what: 'its owner is gone', fix: 'drop the owner last' }
  const code: RuleCode = phys ? 'pt-borrow-outlives' : 'borrow-outlives-owner'
  const because = desk.blameFor(row.allocation)
  const finding = desk.raise({
    code,
    step: row.step,
    allocation: row.allocation,
    because,
    ...(row.allocation === 0 ? { key: `borrow ${row.a}` } : {}),
    message: `${names.operandWord(row.site, 'the borrow')} is used after ${what}`,
    story: [
      ...(row.allocation === 0 ? [] : story.of(row.allocation)),
      { role: 'borrowed' as const, step: row.a, text: names.call(ledger.steps.site(row.a), 0) },
      usedLine(scene, row),
    ].sort((x, y) => x.step - y.step),
    fix,
  })
  desk.blame(row.allocation, finding)
}

/** A borrow from the foreign side was alive when the object was taken back: reported there. */
function foreignBorrow(scene: Scene, row: Row): void {
  const { desk, names, ledger, story } = scene
  const taken = lastTake(scene, row)
  desk.raise({
    code: 'foreign-ownable-misuse',
    step: taken === 0 ? row.step : taken,
    allocation: row.allocation,
    message: clauseMessage(
      'ForeignOwnable::from_foreign',
      'every value that borrow() returned for this object is gone',
      'the caller',
      `the borrow of step ${row.a} is used on after it`,
    ),
    story: [
      ...(row.allocation === 0 ? [] : [story.allocated(row.allocation)]),
      { role: 'borrowed' as const, step: row.a, text: names.call(ledger.steps.site(row.a), 0) },
      ...(taken === 0 ? [] : [{ role: 'moved' as const, step: taken, text: names.call(ledger.steps.site(taken), 0) }]),
      usedLine(scene, row),
    ],
    fix: 'end the borrows first; synchronise with whoever holds one',
  })
}

/** Step that took an object back from the foreign side, after the borrow and before its use. */
function lastTake(scene: Scene, row: Row): number {
  const { steps } = scene.ledger
  for (let step = row.step - 1; step > row.a; step--) if (steps.op(step) === Op.from_raw) return step
  return 0
}

function contractBroken(scene: Scene, row: Row): void {
  const { desk, names, story, ledger } = scene
  const contract: Contract | undefined = contractAt(row.a)
  if (contract === undefined) return
  const earlier = row.b
  // An owner finds its page gone at its drop: the mistake is where somebody else freed it.
  const table = ledger.allocations
  const stolen = contract.name === 'Page#owner' ? table.freedAt(row.allocation) : 0
  if (stolen !== 0 && OP_FAMILY[table.freedBy(row.allocation)] === Family.PUT) return
  const step = stolen === 0 ? row.step : stolen
  const call = stolen === 0 ? names.call(row.site, row.op) : names.call(ledger.steps.site(stolen), 0)
  const lines: FindingLine[] = row.allocation === 0 ? [] : story.of(row.allocation)
  if (earlier > 0) lines.push({ role: 'moved', step: earlier, text: names.call(ledger.steps.site(earlier), 0) })
  const finding = desk.raise({
    code: contract.code,
    step,
    allocation: row.allocation,
    because: desk.blameFor(row.allocation),
    key: `contract ${contract.name} at ${row.site} on ${row.allocation}`,
    message: clauseMessage(
      contract.item,
      contract.clause,
      dutyOf(contract),
      brokenBy(scene, row, call),
      contract.section,
    ),
    story: [...lines.sort((x, y) => x.step - y.step), usedLine(scene, row)],
    rightsLeft: row.allocation === 0 ? [] : story.rightsLeft(row.allocation),
    fix: contract.fix,
  })
  if (contract.code !== 'unsafe-contract') desk.blame(row.allocation, finding)
  if (contract.code === 'two-owners') wrappedTwice(scene).add(finding)
}

/** Diagnoses at a call of an unsafe function that is judged by its accesses: the clause that they break is named. */
export function nameClauses(scene: Scene, findings: readonly Finding[]): Finding[] {
  const { names, ledger } = scene
  return findings.map((finding) => {
    const callee = names.site(ledger.steps.site(finding.step))?.callee
    const broken = ACCESS_CLAUSES.find((clause) => clause.callee === callee && clause.codes.includes(finding.code))
    if (broken === undefined) return finding
    const clause = `${broken.item}, # Safety: "${broken.clause}" — a duty of the caller`
    return { ...finding, message: `${finding.message}. ${clause}` }
  })
}

/** Findings about values that were given a second owner. */
const doubles = new WeakMap<object, Set<Finding>>()
function wrappedTwice(scene: Scene): Set<Finding> {
  let known = doubles.get(scene.desk)
  if (known === undefined) doubles.set(scene.desk, (known = new Set()))
  return known
}

const TWICE: readonly string[] = ['slab-double-free', 'double-free-page', 'double-vfree', 'unbalanced-put']

/** What release() did twice because a value had two owners follows from that. Once, at the end of the run. */
export function secondReleases(scene: Scene): void {
  const { desk, names, ledger } = scene
  for (const finding of wrappedTwice(scene)) {
    desk.absorb(finding, ({ code, step }) => {
      const within = names.site(ledger.steps.site(step))?.within ?? ''
      return step > finding.step && TWICE.includes(code) && (within === 'release' || within === 'dec_ref')
    })
  }
}

function dutyOf(contract: Contract): string {
  return contract.duty === 'caller' ? 'the caller' : contract.duty === 'implementer' ? 'the type' : 'the type itself'
}

/** Where a clause broke, with the memory that is concerned. */
function brokenBy(scene: Scene, row: Row, call: string): string {
  const { names, ledger } = scene
  if (row.allocation === 0) return call
  const earlier = row.b > 0 ? `, after ${names.call(ledger.steps.site(row.b), 0)}` : ''
  return `${call} on ${names.described(row.allocation)}${earlier}`
}

/** `Page::from_phys, # Safety: … — a duty of the caller, broken by …`. */
function clauseMessage(item: string, clause: string, duty: string, by: string, section = 'Safety'): string {
  return `${item}, # ${section}: "${clause}" — a duty of ${duty}, broken by ${by}`
}
