/**
 * The end of a run in which nobody can go on: who waits for what, who holds it, and what a kernel says (SURFACE §8;
 * kernel/hung_task.c and kernel/watchdog.c at v6.12).
 */
import type { TraceChunk } from '../../trace/chunk.ts'
import { ContextMask } from '../../trace/fields.ts'
import { Family, Flag, LockClass, Op, OP_FAMILY } from '../../trace/ops.ts'
import type { FindingLine } from '../finding.ts'
import type { Scene } from '../scene.ts'
import { shrinkerDeadlock } from './reclaim.ts'

/** A task that waits for ever. */
interface Blocked {
  readonly task: number
  /** The step that stands for its wait: one of the last of the run. */
  readonly step: number
  /** Lock it waits for; 0 = it waits for something else. */
  readonly lock: number
  /** `LockClass` of the lock; 0 = none. */
  readonly kind: number
}

/** Who holds a lock, and since when. */
interface Holder {
  readonly task: number
  readonly step: number
}

/** Where the tasks wait that never went on: the last steps of a run that ended in a deadlock. */
function blockedTasks(chunks: readonly TraceChunk[]): Blocked[] {
  const out: Blocked[] = []
  for (let c = chunks.length - 1; c >= 0; c--) {
    const { ops, opCount, firstStep } = chunks[c]!
    for (let row = opCount - 1; row >= 0; row--) {
      if (ops.kind[row] !== Op.lock || (ops.flags[row]! & Flag.FAILED) === 0) return out.reverse()
      out.push({ task: ops.task[row]!, step: firstStep + row, lock: ops.a[row]!, kind: ops.b[row]! })
    }
  }
  return out.reverse()
}

/** Who holds a lock at the end of a run, whoever took it last first: whoever took it and did not release it since. */
function holdersOf(lock: number, chunks: readonly TraceChunk[]): Holder[] {
  const out: Holder[] = []
  const released = new Map<number, number>()
  for (let c = chunks.length - 1; c >= 0; c--) {
    const { ops, opCount, firstStep } = chunks[c]!
    for (let row = opCount - 1; row >= 0; row--) {
      const op = ops.kind[row]
      if (op !== Op.lock && op !== Op.trylock && op !== Op.unlock) continue
      if (ops.subject[row] !== lock || (ops.flags[row]! & Flag.FAILED) !== 0) continue
      const task = ops.task[row]!
      const later = released.get(task) ?? 0
      if (op === Op.unlock) released.set(task, later + 1)
      else if (later > 0) released.set(task, later - 1)
      else out.push({ task, step: firstStep + row })
    }
  }
  return out
}

/**
 * The run ended because every task waits. If one of them was killed before, what it would have released or completed
 * explains that: `killed` are the tasks that oopsed.
 */
export function deadlockRule(scene: Scene, chunks: readonly TraceChunk[], killed: readonly number[]): void {
  const { story, desk, ledger } = scene
  const blocked = blockedTasks(chunks)
  if (blocked.filter(({ task, step }) => shrinkerDeadlock(scene, task, step)).length > 0) return
  const starved = blocked.filter(({ step }) => isAllocation(scene, step))
  if (starved.length === blocked.length && starved.length > 0) {
    neverFails(scene, starved)
    return
  }
  const held = new Map<number, Holder[]>()
  for (const { lock } of blocked) if (lock > 0) held.set(lock, holdersOf(lock, chunks))
  const last = blocked.reduce((most, entry) => Math.max(most, entry.step), 0)
  desk.raise({
    code: 'deadlock',
    step: last || ledger.step,
    allocation: 0,
    because: killed.map((task) => desk.lastOf(task)).find((finding) => finding !== null) ?? null,
    message: message(scene, blocked, held),
    story: [
      ...[...held.values()].flat().map(({ task, step }) => ({
        role: 'used' as const,
        step,
        text: `${callAt(scene, step)} — ${story.task(task)} holds it to the end`,
      })),
      ...blocked.map((each) => waitsForEver(scene, each)),
    ],
    fix: fixOf(scene, blocked),
    kernel: kernelOf(scene, blocked),
  })
}

function message(scene: Scene, blocked: readonly Blocked[], held: ReadonlyMap<number, readonly Holder[]>): string {
  const who = blocked.map(({ task }) => scene.story.task(task)).join(', ')
  const handler = spinsInHandler(scene, blocked)
  const [holder] = handler === undefined ? [] : (held.get(handler.lock) ?? [])
  if (handler !== undefined && holder !== undefined) {
    const interrupted = scene.story.task(holder.task)
    return `${scene.story.task(handler.task)} waits for a lock that ${interrupted} held when it was interrupted`
  }
  const only = blocked.length === 1 ? blocked[0] : undefined
  if (only === undefined) return `every task waits for another: ${who === '' ? 'nobody can run' : who}`
  const own = held.get(only.lock)?.some(({ task }) => task === only.task) === true
  return own ? `${who} waits for a lock that it holds itself` : `${who} waits for what nobody is left to do`
}

/** The interrupt handler that spins, if one does: whom it interrupted cannot go on before it. */
function spinsInHandler({ ledger }: Scene, blocked: readonly Blocked[]): Blocked | undefined {
  const { HARDIRQ } = ContextMask
  return blocked.find(({ task, kind }) => kind === LockClass.SPINLOCK && (ledger.contexts.of(task) & HARDIRQ) !== 0)
}

function fixOf(scene: Scene, blocked: readonly Blocked[]): string {
  if (spinsInHandler(scene, blocked) !== undefined)
    return 'spin_lock_irqsave() wherever the lock may be held when the interrupt comes'
  return blocked.length === 1
    ? 'do not take a lock that is held already, and let something complete what is waited for'
    : 'take locks in one order everywhere, and complete what others wait for'
}

function waitsForEver(scene: Scene, { task, step }: Blocked): FindingLine {
  return { role: 'used', step, text: `${callAt(scene, step)} — ${scene.story.task(task)} waits for ever` }
}

function callAt(scene: Scene, step: number): string {
  return scene.names.call(scene.ledger.steps.site(step), 0)
}

/** Who spins keeps its CPU, which the watchdogs see; who sleeps is found by the hung task check. */
function kernelOf(scene: Scene, blocked: readonly Blocked[]): string {
  const { story, ledger } = scene
  const name = ({ task }: Blocked): string => `${story.task(task)}:${story.pid(task)}`
  const spins = blocked.filter(({ kind }) => kind === LockClass.SPINLOCK)
  const off = ContextMask.IRQS_OFF | ContextMask.HARDIRQ
  if (spins.some(({ task }) => (ledger.contexts.of(task) & off) !== 0))
    return 'watchdog: Watchdog detected hard LOCKUP on cpu 0'
  const [spinning] = spins
  if (spinning !== undefined) return `watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [${name(spinning)}]`
  const [first] = blocked
  return `INFO: task ${first === undefined ? '…' : name(first)} blocked for more than 120 seconds.`
}

/** True if a step that a task waits in for ever is a call that allocates: only __GFP_NOFAIL lets that happen. */
function isAllocation(scene: Scene, step: number): boolean {
  const callee = scene.names.callee(scene.ledger.steps.site(step))?.split('.').at(-1) ?? ''
  const op = (Op as Readonly<Record<string, number>>)[callee]
  return op !== undefined && OP_FAMILY[op] === Family.ALLOC
}

/** Tasks that wait for memory, when nobody is left who could give some back. */
function neverFails(scene: Scene, starved: readonly Blocked[]): void {
  const who = starved.map(({ task }) => scene.story.task(task)).join(', ')
  scene.desk.raise({
    code: 'deadlock',
    step: starved.at(-1)?.step ?? scene.ledger.step,
    allocation: 0,
    message: `there is no memory, nobody can give any back, and __GFP_NOFAIL tries for ever: ${who}`,
    story: starved.map((each) => waitsForEver(scene, each)),
    fix: 'leave __GFP_NOFAIL out and handle the failure, or give memory back before',
  })
}
