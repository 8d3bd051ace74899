/**
 * Rule over objects of SLAB_TYPESAFE_BY_RCU caches (KERNEL_FACTS D30): inside a read-side section the memory stays an
 * object of its type, but it may be another object by now. The only legal uses after the free are the recheck: trying
 * to take a reference, and then comparing what the reader looked for.
 */
import { Op } from '../../trace/ops.ts'
import type { Row } from '../row.ts'
import { isWrite, usedLine, type Scene } from '../scene.ts'
import { isTypesafe } from './races.ts'

/** How far a reader's recheck of a freed object has come: 1 = it tried for a reference, 2 = it compared. */
const rechecks = new WeakMap<object, Map<string, number>>()
function recheckOf(scene: Scene): Map<string, number> {
  let known = rechecks.get(scene.desk)
  if (known === undefined) rechecks.set(scene.desk, (known = new Map()))
  return known
}

/**
 * An access to a freed object. True if the rule spoke or found it legal. Outside of a section it has something to say
 * only to a reader that took a reference inside one.
 */
export function typesafeRule(scene: Scene, row: Row, id: number): boolean {
  const { ledger, names, story, desk } = scene
  if (!isTypesafe(scene, id)) return false
  const key = `${row.task} ${id}`
  const stage = recheckOf(scene).get(key) ?? 0
  if (stage === 0 && !ledger.contexts.inReadSection(row.task)) return false
  if (row.op === Op.atomic_update || row.op === Op.atomic_read || row.op === Op.atomic_write) {
    recheckOf(scene).set(key, Math.max(stage, 1))
    return true
  }
  if (stage === 1 && !isWrite(row.op)) {
    recheckOf(scene).set(key, 2)
    return true
  }
  const name = names.operandWord(row.site, names.described(id))
  desk.raise({
    code: 'typesafe-rcu-no-recheck',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    message:
      stage === 0
        ? `${name} is ${isWrite(row.op) ? 'written' : 'read'} without a reference: it was freed, and the memory ` +
          `may be ` +
          `another object of its type by now`
        : `${name} goes on being used after the recheck: it is not the object that was looked for`,
    story: [...story.of(id), usedLine(scene, row)],
    fix: 'refcount_inc_not_zero() first, then compare the key; if it differs, drop the reference and look again',
  })
  return true
}
