/**
 * Names that do not depend on the schedule: the third task that insmod makes, the second allocation of that task. Ids
 * of the trace count in the order things happen, so they differ between executions that mean the same.
 */
import { put } from '../base/packed.ts'
import type { Lock } from '../sched/locks.ts'
import { birthOf } from '../surface/handles/objects.ts'
import { Ptr } from '../surface/handles/pointer.ts'
import { mm_struct } from '../surface/handles/user-memory.ts'
import { viewPointer } from '../surface/handles/struct-type.ts'

/** Things that one process can make. */
const PER_PROCESS = 2 ** 24
/** Names of memory that no allocation of the run made: counted from here, by frame. */
const RAW = 2 ** 46
/** Names of slabs, by cache. */
const SLABS = 2 ** 45
const PER_CACHE = 2 ** 20
/** Names of the mmap_locks of address spaces. */
const MMAP_LOCKS = 2 ** 44
/** Names of gates (sched/gate.ts). */
const GATES = 2 ** 43
/** Names of locks inside memory. */
const INSIDE = 2 ** 47
/** Parent of processes that nobody of the program made. */
const NOBODY = 0
const SOFTIRQ = 1
/** Workers of kfree_rcu(). */
const KFREE = 65_535
const FIRST_PARENT = 2

export class Names {
  /** Number of a process by (parent, how many it made before). Kept over executions. */
  private readonly processes = new Map<number, number>()
  /** By process: things and processes made in this execution. */
  private things: number[] = []
  private children: number[] = []
  /** Workers of kfree_rcu() made in this execution. */
  private freeing = 0
  /** Executions begun, and by task the one in which it was named. */
  private executions = 0
  private readonly namedIn: number[] = []
  /** By task id of this execution. */
  private readonly byTask: number[] = []
  private readonly byAllocation: number[] = []
  /** Newest allocation named in this execution; those beyond it are of earlier ones. */
  private newest = 0
  private readonly byCell: number[] = []
  /** By cache: slabs made in this execution. */
  private readonly slabs: number[] = []
  private readonly byLock: (number | undefined)[] = []
  private readonly byObject = new WeakMap<object, number>()
  private readonly insides = new Map<string, number>()
  /** Process that runs. */
  running = 0

  /** The numbers given so far, for a checkpoint. */
  save(): { names: [number, number][]; insides: [string, number][] } {
    return { names: [...this.processes], insides: [...this.insides] }
  }
  /** Takes the numbers of `save` over; those given here before are forgotten, unless they are the same. */
  restore(names: readonly (readonly [number, number])[], insides: readonly (readonly [string, number])[]): void {
    if (!isSame(this.processes, names)) {
      this.processes.clear()
      for (const [key, name] of names) this.processes.set(key, name)
    }
    if (!isSame(this.insides, insides)) {
      this.insides.clear()
      for (const [text, name] of insides) this.insides.set(text, name)
    }
  }

  /**
   * Before an execution. Tables by task, cell and lock are written when one is made, so what an earlier execution left
   * in them is never read; cutting them off here would make them grow anew each time.
   */
  reset(): void {
    const { things, children, slabs } = this
    for (let i = 0; i < things.length; i++) things[i] = 0
    for (let i = 0; i < children.length; i++) children[i] = 0
    for (let i = 0; i < slabs.length; i++) slabs[i] = 0
    this.newest = this.running = this.freeing = 0
    this.executions++
  }

  /** Processes seen so far in all executions. */
  get count(): number {
    return this.processes.size
  }

  /** Names a task; `by` is the task that made it, -1 = nobody of the program, -2 = a softirq, -3 = kfree_rcu(). */
  task(id: number, by: number): number {
    const parent = by >= 0 ? this.byTask[by]! + FIRST_PARENT : by === -1 ? NOBODY : by === -2 ? SOFTIRQ : KFREE
    const nth = parent === KFREE ? ++this.freeing : (this.children[parent] ?? 0) + 1
    if (parent !== KFREE) put(this.children, parent, nth, 0)
    const key = parent * 65_536 + nth
    let name = this.processes.get(key)
    if (name === undefined) this.processes.set(key, (name = this.processes.size))
    put(this.byTask, id, name, 0)
    put(this.namedIn, id, this.executions, 0)
    return name
  }

  /** True once a task has its name: a child of fork() gets it when it can run. */
  isNamed(task: number): boolean {
    return this.namedIn[task] === this.executions
  }

  /** Who made a process, and the how manieth it was, up to the first: does not depend on the numbers given so far. */
  path(process: number): string {
    for (const [key, name] of this.processes) {
      if (name !== process) continue
      const parent = Math.floor(key / 65_536)
      const nth = key % 65_536
      if (parent === NOBODY) return `${nth}`
      if (parent === KFREE) return `k${nth}`
      return parent === SOFTIRQ ? `s${nth}` : `${this.path(parent - FIRST_PARENT)}.${nth}`
    }
    return '?'
  }

  /** Process of a task. */
  process(task: number): number {
    return this.byTask[task]!
  }

  /** A name for what the running process makes now. */
  birth(): number {
    const nth = (this.things[this.running] ?? 0) + 1
    while (this.things.length <= this.running) this.things.push(0)
    this.things[this.running] = nth
    return this.running * PER_PROCESS + nth
  }

  cellMade(id: number): void {
    put(this.byCell, id, this.birth(), 0)
  }
  cell(id: number): number {
    return this.byCell[id] ?? 0
  }

  /** Names an allocation that the running process made. */
  allocated(id: number): void {
    this.byAllocation[id] = this.birth()
    this.newest = id
  }
  /** Names the frames of a slab: whose allocation made the cache grow depends on the schedule, so the cache counts. */
  slabMade(id: number, cache: number): void {
    const nth = (this.slabs[cache] ?? 0) + 1
    this.slabs[cache] = nth
    this.byAllocation[id] = SLABS + cache * PER_CACHE + nth
    this.newest = id
  }
  /** Name of an allocation of this run; `frame` names memory that has none. */
  memory(allocation: number, frame: number): number {
    const name = allocation === 0 || allocation > this.newest ? undefined : this.byAllocation[allocation]
    return name ?? RAW + Math.max(frame, 0)
  }

  /** A kernel object was made: an address space, an open file. */
  objectMade(object: object): void {
    this.byObject.set(object, this.birth())
  }
  /** Name of a kernel object; 0 = it was there at boot. */
  object(object: object): number {
    return this.byObject.get(object) ?? 0
  }

  /** A lock was made; one that is not in memory and was not made by `new` is named after who initialised it. */
  lockMade(lock: Lock): void {
    const isPlain = !mm_struct.is(lock.object) && birthOf(lock.object) < 0
    put(this.byLock, lock.id, isPlain ? this.birth() : undefined, undefined)
  }
  lock(lock: Lock): number {
    if (lock.id < 0) return GATES - lock.id
    if (mm_struct.is(lock.object)) return MMAP_LOCKS + this.object(mm_struct.behind(lock.object))
    const known = this.byLock[lock.id]
    const at = viewPointer(lock.object)
    if (at === null) return known ?? birthOf(lock.object)
    const text = `${this.memory(Ptr.allocation(at), 0)}+${Ptr.offset(at) - Ptr.base(at)}`
    let name = this.insides.get(text)
    if (name === undefined) this.insides.set(text, (name = INSIDE + this.insides.size))
    return name
  }
}

function isSame<K>(own: ReadonlyMap<K, number>, others: readonly (readonly [K, number])[]): boolean {
  return own.size === others.length && others.every(([key, name]) => own.get(key) === name)
}
