/**
 * Who is told what a step reads and changes beyond what its rows say: the explorer, for the state that is not frames
 * and bytes (areas, page-table entries, TLBs, counts of address spaces and files). Nobody listens in an ordinary run.
 */

/** The kind of state. */
export const Part = {
  /** Everything: a step whose footprint is not known. */
  ANYTHING: 0,
  /** Areas of an address space, by address. */
  AREAS: 1,
  /** Last-level entries of a page table, by address. */
  ENTRIES: 2,
  /** What the TLB of a cpu holds of an address space, by address. The cpu is part of the kind: TLB + cpu. */
  TLB: 64,
  /** Everything in the TLB of a cpu: TLB_ALL + cpu. */
  TLB_ALL: 256,
  /** Users and holders of an address space. */
  COUNTS: 3,
  /** Which areas map files, over all address spaces. */
  FILE_AREAS: 4,
  /** Holders of an open file. */
  FILE: 5,
  /** Pages of shared anonymous memory, by page; holders. */
  SHMEM: 6,
  /** Devices by name. */
  DEVICES: 7,
  /** What pipes hold. */
  PIPE: 8,
  /** DMA mappings of a device, and its bus addresses if they are handed out by an IOMMU. */
  DMA: 9,
  /** List and count of an LRU. */
  LRU: 10,
  /** `struct page` of a frame: the range is the frame. */
  PAGE: 12,
  /** A signal that waits for a program. */
  SIGNAL: 13,
  /** The list of shrinkers. */
  SHRINKERS: 11,
  /** What a shrinker has put off; whether it was freed. */
  SHRINKER: 15,
  /** Bytes of memory: the range counts physical addresses. */
  BYTES: 16,
  /** A device: whether it has a driver. */
  DEVICE: 17,
  /** Handlers of an interrupt line, whether it is masked, pending or handled: the range counts lines. */
  IRQ: 18,
  /** A piece of work: whether it is pending, and in which queue. */
  WORK: 19,
  /** A workqueue: what waits in it, whether it was destroyed. */
  QUEUE: 20,
  /** The running task has begun to wait. Nobody else can tell. */
  WAIT: 21,
  /** Failures that are planned (sim.fail_next). */
  FAILURES: 22,
  /** Descriptors of a user program, by number. */
  DESCRIPTORS: 14,
} as const

/** How state is touched. */
export const Touch = {
  READ: 0,
  CHANGE: 1,
  /** A change that commutes with others like it, and with no read: an increment, an entry of a set. */
  ADD: 2,
} as const
export type Touch = (typeof Touch)[keyof typeof Touch]

/** The end of ranges without one. */
export const END = Number.MAX_SAFE_INTEGER

export type LockTouch = 'taken' | 'released' | 'asked' | 'read' | 'reset' | 'entered' | 'left' | 'awaited'

export interface StateWatch {
  /** An object that names state was made by the running task. */
  made(object: object): void
  /** State [low, high) of a part of an object was touched; null = there is one such part. */
  touched(part: number, object: object | null, low: number, high: number, how: Touch): void
  /** The step stops a task, or lets it go on, or would have if that were possible. */
  stopped(task: number, how: 'stopped' | 'resumed' | 'spared'): void
  /**
   * A lock was taken (or not), or released, by a step that has no row for it; its state was read without taking it; or
   * it is free, and a completion unsignalled, from now on. Of a gate (sched/gate.ts): its count was raised or lowered,
   * or the step went on because it is zero.
   */
  locked(lock: object, shared: boolean, what: LockTouch): void
}

let watch: StateWatch | null = null

/** From now on this one is told; null = nobody. */
export function watchState(next: StateWatch | null): void {
  watch = next
}

/** Says that the running step reads state. */
export function reads(part: number, object: object | null, low = 0, high = END): void {
  if (watch !== null) watch.touched(part, object, low, high, Touch.READ)
}

/** Says that the running step changes state. */
export function changes(part: number, object: object | null, low = 0, high = END): void {
  if (watch !== null) watch.touched(part, object, low, high, Touch.CHANGE)
}

/** Says that the running step adds to state, in a way that commutes with other additions. */
export function addsTo(part: number, object: object | null, low = 0, high = END): void {
  if (watch !== null) watch.touched(part, object, low, high, Touch.ADD)
}

/** Names an object by who made it. */
export function isMade<T extends object>(object: T): T {
  if (watch !== null) watch.made(object)
  return object
}

/** Says that the running step stops a task, or lets it go on: no step of that task can be exchanged with it. */
export function stops(task: number, how: 'stopped' | 'resumed' | 'spared'): void {
  if (watch !== null) watch.stopped(task, how)
}

/** Says what the running step does to a lock without a row of its own. */
export function locks(lock: object, shared: boolean, what: LockTouch): void {
  if (watch !== null) watch.locked(lock, shared, what)
}
