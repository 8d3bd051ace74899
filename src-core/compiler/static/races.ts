/**
 * Data races, by locks and lifetimes: two tasks touch the same bytes, one writes, no lock is common to both, and
 * neither had ended (or had not begun) when the other did it. What a task did before it let a lock go is done for
 * whoever takes that lock later: memory that is taken out of reach under a lock is the taker's alone. Always
 * `possible`: other orders are not seen.
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
  /** Touches of the path before this one. */
  readonly stamp: number
  /** Tasks made, and tasks waited for, when it happened. */
  readonly made: number
  readonly ended: ReadonlySet<number>
}

/** What a path has seen of accesses and locks. */
class Seen {
  /** Accesses so far. */
  stamp = 0
  readonly touches = new Map<object, Touch[]>()
  /** When each task let a lock go last. */
  private readonly releases = new Map<Lock, Map<number, number>>()
  /** How far a task knows another one's work, by locks: `task other`. */
  private readonly known = new Map<string, number>()

  release(lock: Lock, task: number): void {
    let by = this.releases.get(lock)
    if (by === undefined) this.releases.set(lock, (by = new Map<number, number>()))
    by.set(task, this.stamp)
  }

  acquire(lock: Lock, task: number): void {
    for (const [other, stamp] of this.releases.get(lock) ?? []) this.known.set(`${task} ${other}`, stamp)
  }

  /** True if an access came before a task took a lock that the other task let go after it. */
  isDone(before: Touch, task: number): boolean {
    return before.stamp <= (this.known.get(`${task} ${before.task}`) ?? 0)
  }
}

const seen = new WeakMap<World, Seen>()

function seenBy(world: World): Seen {
  let known = seen.get(world)
  if (known === undefined) seen.set(world, (known = new Seen()))
  return known
}

/** The running task takes a lock. */
export function noteAcquire({ world }: Core, lock: Lock): void {
  if (world.tasksMade > 0) seenBy(world).acquire(lock, world.task)
}

/** The running task lets a lock go. */
export function noteRelease({ world }: Core, lock: Lock): void {
  seenBy(world).release(lock, world.task)
}

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
  const known = seenBy(world)
  let list = known.touches.get(what)
  if (list === undefined) known.touches.set(what, (list = []))
  const touch: Touch = {
    task: world.interrupted.get(world.task) ?? world.task,
    from: at.from,
    to: at.from + at.size,
    write,
    marked,
    locks: world.locks().map(({ lock }) => lock),
    node,
    stamp: ++known.stamp,
    made: world.tasksMade,
    ended: new Set(world.ended),
  }
  const other = list.find((one) => races(one, touch) && !known.isDone(one, touch.task))
  if (list.length < 64) list.push(touch)
  if (other === undefined) return
  world.raise('data-race', touch.node, 'two tasks touch these bytes with no lock in common, and one writes', {
    possible: true,
    notes: [{ text: 'the other access is here', node: other.node }],
  })
}

/** The object was published: what was written before is seen by whoever finds it. */
export function publishTouches({ world }: Core, what: object): void {
  seen.get(world)?.touches.delete(what)
}

function races(a: Touch, b: Touch): boolean {
  if (a.task === b.task || !(a.write || b.write) || (a.marked && b.marked)) return false
  if (a.from >= b.to || b.from >= a.to) return false
  if (a.locks.some((lock) => b.locks.includes(lock))) return false
  // A task sees all that was done before it was made, and a task that waited for another sees all of that.
  if (b.task > a.made || a.task > b.made) return false
  return !b.ended.has(a.task) && !a.ended.has(b.task)
}
