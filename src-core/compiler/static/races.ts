/**
 * Data races, by locks and lifetimes: two tasks touch the same bytes, one writes, no lock is common to both, and
 * neither had ended (or had not begun) when the other did it. Always `possible`: other orders are not seen.
 */

import type ts from 'typescript'
import type { Core } from './core.ts'
import type { Lock } from './values.ts'
import type { World } from './world.ts'

interface Touch {
  readonly task: number
  readonly from: number
  readonly to: number
  readonly write: boolean
  readonly marked: boolean
  readonly locks: readonly Lock[]
  readonly node: ts.Node
  /** Tasks made, and tasks waited for, when it happened. */
  readonly made: number
  readonly ended: ReadonlySet<number>
}

/** What touched each object of a path. */
const touches = new WeakMap<World, Map<object, Touch[]>>()

/** An access of some bytes of an object. */
export function noteTouch(
  { world }: Core,
  what: object,
  at: { readonly from: number; readonly size: number },
  write: boolean,
  node: ts.Node,
  marked = false,
): void {
  if (world.tasksMade === 0) return
  let known = touches.get(world)
  if (known === undefined) touches.set(world, (known = new Map<object, Touch[]>()))
  let list = known.get(what)
  if (list === undefined) known.set(what, (list = []))
  const touch: Touch = {
    task: world.task,
    from: at.from,
    to: at.from + at.size,
    write,
    marked,
    locks: world.locks().map(({ lock }) => lock),
    node,
    made: world.tasksMade,
    ended: new Set(world.ended),
  }
  const other = list.find((one) => races(one, touch))
  if (list.length < 64) list.push(touch)
  if (other === undefined) return
  world.raise('data-race', touch.node, 'two tasks touch these bytes with no lock in common, and one writes', {
    possible: true,
    notes: [{ text: 'the other access is here', node: other.node }],
  })
}

/** The object was published: what was written before is seen by whoever finds it. */
export function publishTouches({ world }: Core, what: object): void {
  touches.get(world)?.delete(what)
}

function races(a: Touch, b: Touch): boolean {
  if (a.task === b.task || !(a.write || b.write) || (a.marked && b.marked)) return false
  if (a.from >= b.to || b.from >= a.to) return false
  if (a.locks.some((lock) => b.locks.includes(lock))) return false
  // A task sees all that was done before it was made, and a task that waited for another sees all of that.
  if (b.task > a.made || a.task > b.made) return false
  return !b.ended.has(a.task) && !a.ended.has(b.task)
}
