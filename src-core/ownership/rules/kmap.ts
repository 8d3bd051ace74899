/**
 * Rules over kernel mappings of pages: order, escape, leak, and pages freed while mapped
 * (KERNEL_FACTS D19, D20, D21, D34; SURFACE §9 "Verdicts"). Errors on every machine, printed or not.
 */
import { Flag, Op } from '../../trace/ops.ts'
import type { Finding } from '../finding.ts'
import { warning } from '../kernel-lines.ts'
import { RightKind } from '../right-table.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'

export function unmapRule(scene: Scene, row: Row): void {
  if (row.has(Flag.NULL)) return
  const { ledger, names, desk, story } = scene
  const { rights } = ledger
  const ended = row.a === 0 ? 0 : ledger.rowOf(row.a)
  const expected = row.b === 0 ? 0 : ledger.rowOf(row.b)
  if (ended !== 0 && rights.kind(ended) === RightKind.KMAP_LOCAL && rights.task(ended) !== row.task) {
    desk.raise({
      code: 'kmap-escape',
      step: row.step,
      allocation: rights.allocation(ended),
      message:
        `${names.operandWord(row.site, 'the mapping')} is unmapped by ${story.task(row.task)}, but ` +
        `${story.task(rights.task(ended))} mapped it`,
      story: [...story.of(rights.allocation(ended)), usedLine(scene, row)],
      fix: 'a kmap_local_page() address belongs to the task that made it: pass the page and map it again',
    })
    return
  }
  if (row.op === Op.kunmap) return
  const episode = episodeOf(scene, row.task)
  const about = ended === 0 && expected === 0 ? row.allocation : rights.allocation(ended || expected)
  desk.raise({
    code: 'kmap-out-of-order',
    step: row.step,
    allocation: about,
    key: `kmap-order ${row.task} ${episode}`,
    message: outOfOrder(scene, row, ended, expected),
    story: [
      ...[ended, expected]
        .filter((right) => right !== 0)
        .map((right) => ({
          role: 'mapped' as const,
          step: rights.from(right),
          text: names.call(rights.site(right), Op.kmap_local_page),
        })),
      usedLine(scene, row),
    ],
    fix: 'unmap in the reverse order of mapping: kunmap_local() works like a stack',
    kernel: scene.machine.arch === 'i386-highmem' ? warning(scene, row, 'mm/highmem.c:623 kunmap_local_indexed') : '',
  })
}

function outOfOrder(scene: Scene, row: Row, ended: number, expected: number): string {
  const { rights } = scene.ledger
  const what = scene.names.operandWord(row.site, ended === 0 ? 'an address' : 'a mapping')
  if (expected === 0) return `${what} is unmapped, but this task has no mapping in force`
  const site = rights.site(expected)
  const last = `\`${scene.names.assigned(site) || scene.names.call(site, 0)}\``
  return ended === 0
    ? `${what} is unmapped but is not mapped by this task; ${last} was mapped last`
    : `${what} is unmapped before ${last}, which was mapped after it`
}

/** Step of the oldest mapping that a task still holds: one stack, one mistake. */
function episodeOf(scene: Scene, task: number): number {
  const { rights } = scene.ledger
  let oldest = 0
  for (let row = rights.last; row > 0; row--) {
    if (rights.task(row) !== task || rights.kind(row) !== RightKind.KMAP_LOCAL) continue
    // A stack that was empty in between is another episode.
    if (rights.to(row) !== 0 && oldest !== 0 && rights.to(row) < oldest) break
    oldest = rights.from(row)
  }
  return oldest
}

/** An access through the address of a local mapping that has ended, or that another task made for itself. */
export function kmapEscape(scene: Scene, row: Row, allocation: number): void {
  const { names, desk, story, ledger } = scene
  const { rights } = ledger
  const right = mappingBehind(scene, row, allocation)
  const ended = right === 0 || rights.task(right) === row.task
  const pointer = names.operandWord(row.site, 'the address of a local mapping')
  desk.raise({
    code: 'kmap-escape',
    step: row.step,
    allocation,
    message: ended
      ? `${pointer} is used after kunmap_local() ended the mapping`
      : `${pointer} is used by ${story.task(row.task)}, but ${story.task(rights.task(right))} mapped it for itself`,
    story: [...story.of(allocation), usedLine(scene, row)],
    fix:
      'use a local mapping only between its kmap_local_page() and kunmap_local(), in the same task; hand ' +
      'over the page',
  })
}

/** The mapping that a void address is of: the task's own that ended last, else the newest of another task; 0 = none. */
function mappingBehind(scene: Scene, row: Row, allocation: number): number {
  const { rights, allocations } = scene.ledger
  let other = 0
  for (let right = allocations.rights(allocation), tries = 0; right !== 0 && tries < 64; right = rights.older(right)) {
    tries++
    if (rights.kind(right) !== RightKind.KMAP_LOCAL) continue
    if (rights.task(right) === row.task && rights.to(right) !== 0) return right
    if (other === 0 && rights.task(right) !== row.task) other = right
  }
  return other
}

/** Local mappings that nobody ended by the end of the run. */
export function kmapLeaks(scene: Scene, freedWhileMapped: ReadonlyMap<number, Finding>): void {
  const { ledger, names, desk, story } = scene
  const { rights } = ledger
  for (let right = 1; right <= rights.last; right++) {
    const kind = rights.kind(right)
    if ((kind !== RightKind.KMAP_LOCAL && kind !== RightKind.KMAP) || rights.to(right) !== 0) continue
    const allocation = rights.allocation(right)
    const name = names.assigned(rights.site(right))
    const leak = desk.raise({
      code: 'kmap-leak',
      step: rights.from(right),
      allocation,
      key: `kmap-leak ${rights.site(right)}`,
      message: `${name === '' ? 'a mapping' : `\`${name}\``} of ${names.described(allocation)} is never unmapped`,
      story: story.of(allocation),
      rightsLeft: [{ kind: 'kmap', on: 'bytes', step: rights.from(right) }],
      fix: 'call kunmap_local() on every path, in the reverse order of mapping',
    })
    const freed = freedWhileMapped.get(allocation)
    if (freed !== undefined && freed.rightsLeft.every((left) => left.kind === 'kmap')) desk.replace(freed, leak)
  }
}
