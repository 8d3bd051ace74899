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

/** An access through a variable that holds an ended or foreign kmap_local_page() address. */
export function kmapEscape(scene: Scene, row: Row, allocation: number): void {
  // A call that copies names two addresses: the one that reaches this memory is meant.
  const copies = scene.names.callee(row.site)?.startsWith('mem') === true
  for (const name of copies ? scene.names.plainArguments(row.site) : [scene.names.operand(row.site)])
    if (name !== '' && escapes(scene, row, allocation, name)) return
}

function escapes(scene: Scene, row: Row, allocation: number, name: string): boolean {
  const { ledger, names, desk, story } = scene
  const { rights } = ledger
  const newest = ledger.allocations.rights(allocation)
  if (rights.to(newest) === 0 && rights.task(newest) === row.task && names.assigned(rights.site(newest)) === name)
    return false
  const named = mappingsNamed(scene, allocation, name)
  if (named.some((right) => rights.task(right) === row.task && rights.to(right) === 0)) return false
  const own = named.find((right) => rights.task(right) === row.task)
  const right = own ?? named.find((other) => rights.to(other) === 0)
  if (right === undefined) return false
  if (own !== undefined) {
    if (!names.sameFunction(rights.site(own), row.site) || reassigned(scene, allocation, name, rights.to(own)))
      return false
  }
  desk.raise({
    code: 'kmap-escape',
    step: row.step,
    allocation,
    message:
      own !== undefined
        ? `\`${name}\` is used after kunmap_local() ended the mapping`
        : `\`${name}\` is used by ${story.task(row.task)}, but ${story.task(rights.task(right))} mapped it for itself`,
    story: [...story.of(allocation), usedLine(scene, row)],
    fix:
      'use a local mapping only between its kmap_local_page() and kunmap_local(), in the same task; hand ' +
      'over the page',
  })
  return true
}

/** Local mappings of an allocation that were stored in a variable of this name, newest first. */
function mappingsNamed(scene: Scene, allocation: number, name: string): number[] {
  const { rights, allocations } = scene.ledger
  const out: number[] = []
  for (
    let right = allocations.rights(allocation), tries = 0;
    right !== 0 && tries < 64;
    right = rights.older(right), tries++
  ) {
    if (rights.kind(right) === RightKind.KMAP_LOCAL && scene.names.assigned(rights.site(right)) === name)
      out.push(right)
  }
  return out
}

/** True if the variable got another pointer into the memory after a step. */
function reassigned(scene: Scene, allocation: number, name: string, since: number): boolean {
  const { pointers } = scene.ledger
  return scene.ledger
    .pointerRows(allocation)
    .some((row) => pointers.step(row) > since && scene.names.assigned(pointers.site(row)) === name)
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
