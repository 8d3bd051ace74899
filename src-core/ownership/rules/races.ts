/**
 * Rules that need the order of the tasks: data races of plain accesses, and objects freed while an RCU reader can still
 * hold them (KERNEL_FACTS D63, KCSAN). They fold the trace beside the ledger and say where the ledger has to stop so
 * that a finding can be told with the state of that moment.
 *
 * Simplified: of earlier accesses the last write and the last read of each task are kept, of each byte.
 */
import { Family, Flag, Op, OP_FAMILY } from '../../trace/ops.ts'
import type { TraceChunk } from '../../trace/chunk.ts'
import type { TaskInfo } from '../../trace/record.ts'
import { HappensBefore, ORDERS } from '../happens-before.ts'
import type { Scene } from '../scene.ts'

/** Something to be told after a step. */
export interface Pending {
  readonly step: number
  tell(scene: Scene): void
}

interface Access {
  readonly task: number
  readonly time: number
  readonly step: number
  /** Bytes of the granule that nothing later took its place of, one bit each. */
  bytes: number
  readonly marked: boolean
}

/** 8 bytes of memory, or a cell. */
interface Place {
  write: Access | null
  /** Earlier writes that the last one left some bytes of; earlier reads of tasks, in the same way. */
  olderWrites: readonly Access[]
  readonly reads: Map<number, Access>
  olderReads: readonly Access[]
  told: boolean
}

const NOTHING: readonly Access[] = []

function newPlace(): Place {
  return { write: null, olderWrites: NOTHING, reads: new Map(), olderReads: NOTHING, told: false }
}

/** What is left of earlier accesses after one by `task` (-1 = of anybody) took its bytes of the newest and the rest. */
function left(
  older: readonly Access[],
  newest: Access | undefined | null,
  bytes: number,
  task: number,
): readonly Access[] {
  if (newest === undefined || newest === null) return older
  if (older.length === 0 && (newest.bytes & ~bytes) === 0) return older
  const kept: Access[] = []
  for (const each of [...older, newest]) {
    if (task < 0 || each.task === task) each.bytes &= ~bytes
    if (each.bytes !== 0) kept.push(each)
  }
  return kept
}

/** A reader that got an object inside a read-side section. */
interface Reader {
  readonly task: number
  readonly step: number
  /** Time at which the section ended; 0 = it goes on. */
  end: number
}

const ALL_BYTES = 0xff
/** Accesses longer than this are looked at by their first and last bytes only. */
const LONGEST = 1 << 16

/** What a row can mean here, by operation kind. */
const NONE = 0
const ACCESS = 1
const END = 2
const ORDER = 3
const CONCERN = Uint8Array.from(OP_FAMILY, (family, op) => {
  if (ORDERS[op] === 1) return ORDER
  if (family === Family.FREE) return END
  return family === Family.READ || family === Family.WRITE ? ACCESS : NONE
})

export class Races {
  private readonly order: HappensBefore
  private readonly memory = new Map<number, Map<number, Place>>()
  private readonly cells = new Map<number, Place>()
  /** Allocations that a cell pointed to, and who read them inside a section. */
  private readonly published = new Map<number, Reader[]>()
  /** By task: depth of read-side sections, and the readers that the running section made. */
  private readonly depth: number[] = []
  private readonly open: Reader[][] = []
  private out: Pending[] = []

  constructor(private readonly tasks: () => readonly TaskInfo[]) {
    this.order = new HappensBefore(tasks)
  }

  /** True if allocations and frees of a task mean nothing here now. Its row is the next to be folded, here or not. */
  isIdle(task: number): boolean {
    if (task !== 0) this.order.meet(task)
    return this.memory.size === 0 && this.published.size === 0 && !this.order.isHandler(task)
  }

  /** Folds rows [from, to) of a chunk; returns what there is to tell, in the order of the run. */
  feed(chunk: TraceChunk, from: number, to: number): readonly Pending[] {
    const { kind, task, allocation, subject, a, b, flags } = chunk.ops
    const { memory, published } = this
    let last = -1
    let isHandler = false
    this.out = []
    for (let i = from; i < to; i++) {
      const by = task[i]
      if (by === last && !isHandler) {
        i = this.firstOfConcern(kind, task, i, to)
        if (i === to) break
        if (task[i] !== by) {
          i--
          continue
        }
      }
      const op = kind[i]
      if (by !== last) {
        last = by
        if (by !== 0) this.order.meet(by)
        isHandler = this.order.isHandler(by)
      }
      if (!isHandler) {
        const concern = CONCERN[op]
        if (concern === NONE || (concern === ACCESS && this.order.count < 2)) continue
        if (concern === END && memory.size === 0 && published.size === 0) continue
      }
      const family = OP_FAMILY[op]
      const id = allocation[i]
      if (this.order.count > 1 || by !== 0 || family === Family.TASK || family === Family.RCU) {
        const step = chunk.firstStep + i
        if (family === Family.READ || family === Family.WRITE) {
          if ((flags[i] & (Flag.FAULT | Flag.NULL)) === 0 && id !== 0 && this.order.count > 1) {
            this.access(step, by, id, b[i], a[i], family === Family.WRITE, isAtomic(op))
          }
          if (isAtomic(op)) this.order.row(op, by, subject[i], b[i], flags[i])
          continue
        }
        if (family === Family.CELL) this.cell(step, by, subject[i], op !== Op.cell_read, b[i] !== 0)
        this.order.row(op, by, subject[i], b[i], flags[i])
        if (family === Family.RCU) this.section(op, by)
      }
      if (id === 0) continue
      if (family === Family.CELL) this.pointer(chunk.firstStep + i, by, id, op)
      else if ((family === Family.FREE || family === Family.PUT) && (flags[i] & Flag.LAST) !== 0) {
        this.freed(chunk.firstStep + i, by, id)
      }
    }
    return this.out
  }

  /** The first row from `from` on that is another task's, or that means something here now. */
  private firstOfConcern(kind: Uint16Array, task: Uint16Array, from: number, to: number): number {
    const nobodyHolds = this.memory.size === 0 && this.published.size === 0
    const alone = this.order.count < 2
    const idle = (1 << NONE) | (nobodyHolds ? 1 << END : 0) | (alone ? 1 << ACCESS : 0)
    const by = task[from]
    let i = from
    while (i < to && task[i] === by && ((idle >>> CONCERN[kind[i]]) & 1) === 1) i++
    return i
  }

  private section(op: number, task: number): void {
    if (op === Op.rcu_read_lock) this.depth[task] = (this.depth[task] ?? 0) + 1
    else if (op === Op.rcu_read_unlock && (this.depth[task] ?? 0) > 0 && --this.depth[task]! === 0) {
      // The section's end is the last time of the task before the release.
      for (const reader of this.open[task] ?? []) reader.end = this.order.time(task) - 1
      this.open[task] = []
    }
  }

  /** A cell was read or written that points into memory. */
  private pointer(step: number, task: number, id: number, op: number): void {
    let readers = this.published.get(id)
    if (op !== Op.cell_read && readers === undefined) this.published.set(id, (readers = []))
    if (op !== Op.cell_read || (this.depth[task] ?? 0) === 0) return
    if (readers === undefined) this.published.set(id, (readers = []))
    const reader: Reader = { task, step, end: 0 }
    readers.push(reader)
    ;(this.open[task] ??= []).push(reader)
  }

  private freed(step: number, task: number, id: number): void {
    this.memory.delete(id)
    const readers = this.published.get(id)
    if (readers === undefined) return
    this.published.delete(id)
    const other = readers.filter((reader) => reader.task !== task)
    const inside = other.find((reader) => reader.end === 0)
    const maybe = other.find((reader) => reader.end !== 0 && !this.order.knows(task, reader.task, reader.end))
    const reader = inside ?? maybe
    if (reader === undefined) return
    this.out.push({ step, tell: (scene) => freedUnderReader(scene, step, id, reader, inside !== undefined) })
  }

  private access(
    step: number,
    task: number,
    id: number,
    at: number,
    size: number,
    write: boolean,
    mark: boolean,
  ): void {
    if (size <= 0 || at < 0) return
    let places = this.memory.get(id)
    if (places === undefined) this.memory.set(id, (places = new Map()))
    const end = at + Math.min(size, LONGEST)
    for (let granule = at >> 3; granule << 3 < end; granule++) {
      const low = Math.max(at - (granule << 3), 0)
      const high = Math.min(end - (granule << 3), 8)
      const bytes = ((1 << high) - 1) & ~((1 << low) - 1)
      let place = places.get(granule)
      if (place === undefined) places.set(granule, (place = newPlace()))
      const other = this.touch(place, step, task, bytes, write, mark)
      if (other !== null) {
        this.out.push({ step, tell: (scene) => raceInMemory(scene, other, step, task, id) })
      }
    }
  }

  private cell(step: number, task: number, id: number, write: boolean, marked: boolean): void {
    if (this.order.count < 2) return
    let place = this.cells.get(id)
    if (place === undefined) this.cells.set(id, (place = newPlace()))
    const other = this.touch(place, step, task, ALL_BYTES, write, marked)
    if (other !== null) this.out.push({ step, tell: (scene) => raceOnCell(scene, other, step, task, id) })
  }

  /** Notes an access; returns an earlier one of another task that nothing orders with it. */
  private touch(
    place: Place,
    step: number,
    task: number,
    bytes: number,
    write: boolean,
    marked: boolean,
  ): Access | null {
    const { order } = this
    let race: Access | null = null
    if (!place.told) {
      if (place.write !== null && this.collides(place.write, task, bytes, marked)) race = place.write
      for (const each of place.olderWrites) if (race === null && this.collides(each, task, bytes, marked)) race = each
      if (write && race === null) {
        for (const each of place.olderReads) if (this.collides(each, task, bytes, marked)) race = each
        for (const read of place.reads.values()) if (this.collides(read, task, bytes, marked)) race = read
      }
      if (race !== null) place.told = true
    }
    const entry: Access = { task, time: order.time(task), step, bytes, marked }
    if (write) {
      place.olderWrites = left(place.olderWrites, place.write, bytes, -1)
      place.write = entry
    } else {
      place.olderReads = left(place.olderReads, place.reads.get(task), bytes, task)
      place.reads.set(task, entry)
    }
    return race
  }

  private collides(other: Access, task: number, bytes: number, marked: boolean): boolean {
    if (other.task === task || (other.marked && marked) || (other.bytes & bytes) === 0) return false
    const context = this.tasks()[task]?.context
    // A handler runs between two steps of the task it interrupts.
    if (context === 'irq' || this.tasks()[other.task]?.context === 'irq') return false
    return !this.order.knows(task, other.task, other.time)
  }
}

function isAtomic(op: number): boolean {
  return op === Op.atomic_read || op === Op.atomic_write || op === Op.atomic_update
}

function raceInMemory(scene: Scene, other: Access, step: number, task: number, id: number): void {
  race(scene, other, step, task, id, scene.names.described(id))
}

function raceOnCell(scene: Scene, other: Access, step: number, task: number, id: number): void {
  const site = scene.ledger.steps.site(step)
  race(scene, other, step, task, 0, scene.names.operandWord(site, `cell ${id}`))
}

function race(scene: Scene, other: Access, step: number, task: number, allocation: number, what: string): void {
  const { ledger, names, story, desk } = scene
  const { steps } = ledger
  const verb = (at: number): string => {
    const op = steps.op(at)
    return op === Op.cell_write || op === Op.cell_update || OP_FAMILY[op] === Family.WRITE ? 'writes' : 'reads'
  }
  const line = (at: number, by: number) => ({
    role: 'used' as const,
    step: at,
    text: `${names.call(steps.site(at), steps.op(at))}, by ${story.task(by)}`,
  })
  const pair = [steps.site(other.step), steps.site(step)].sort((x, y) => x - y).join(' ')
  desk.raise({
    code: 'data-race',
    step,
    allocation,
    key:
      allocation === 0 ? `race ${what} ${pair}` : `race ${steps.site(ledger.allocations.bornAt(allocation))} ${pair}`,
    because: allocation === 0 ? null : desk.blameFor(allocation),
    message:
      `${story.task(task)} ${verb(step)} ${what} while ${story.task(other.task)} ${verb(other.step)} it: ` +
      `nothing orders ` +
      `the two accesses`,
    story: [...(allocation === 0 ? [] : [story.allocated(allocation)]), line(other.step, other.task), line(step, task)],
    fix: 'guard both accesses with one lock, or mark them (READ_ONCE, WRITE_ONCE, atomics) if a race is meant',
    kernel: `BUG: KCSAN: data-race in ${names.within(steps.site(other.step), story.task(other.task))} / ${names.within(
      steps.site(step),
      story.task(task),
    )}`,
  })
}

function freedUnderReader(scene: Scene, step: number, id: number, reader: Reader, isInside: boolean): void {
  const { ledger, names, story, desk } = scene
  const { steps } = ledger
  if (isTypesafe(scene, id)) return
  const call = names.call(steps.site(step), steps.op(step))
  const finding = desk.raise({
    code: 'free-without-grace-period',
    certainty: isInside ? 'definite' : 'possible',
    step,
    allocation: id,
    because: desk.blameFor(id),
    message: isInside
      ? `${call} frees ${names.described(id)} while ${story.task(reader.task)} holds it in an RCU read-side section`
      : `${call} frees ${names.described(id)} without a grace period: under another schedule ` +
        `${story.task(reader.task)} still holds it then`,
    story: [
      ...story.of(id),
      {
        role: 'borrowed',
        step: reader.step,
        text: `${names.call(steps.site(reader.step), steps.op(reader.step))}, by ${story.task(reader.task)}`,
      },
    ],
    fix: 'kfree_rcu() or call_rcu(), or synchronize_rcu() between the unlink and the free',
  })
  if (isInside) desk.blame(id, finding)
}

const SLAB_TYPESAFE_BY_RCU = 1 << 9

/** True for objects of a cache whose memory stays an object of its type for readers (SLAB_TYPESAFE_BY_RCU). */
export function isTypesafe(scene: Scene, id: number): boolean {
  const { ledger } = scene
  const cache = ledger.allocations.cache(id)
  if (cache === 0 || ledger.allocations.slab(id) === 0) return false
  const made = ledger.cacheBirth(cache)
  return made !== 0 && (ledger.steps.b(made) & SLAB_TYPESAFE_BY_RCU) !== 0
}
