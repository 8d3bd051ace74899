/** What the running step touches beyond what its rows say: address spaces, TLBs, files (machine/state-watch.ts). */
import { Part, type LockTouch, type StateWatch, type Touch } from '../machine/state-watch.ts'
import type { Lock } from '../sched/locks.ts'
import { EVERYTHING, keyOf, LockStep, Thing, thingOf, Way, type Event } from './event.ts'
import type { Names } from './names.ts'

/** Parts of one object. */
const PARTS = 512
const WAYS: readonly Way[] = [Way.READ, Way.WRITE, Way.SHARED]

export class StateFootprint implements StateWatch {
  private readonly keys: number[] = []
  private readonly low: number[] = []
  private readonly high: number[] = []
  private readonly ways: Way[] = []
  /** The lock that the step took or released without a row; null = none. */
  private lock: Lock | null = null
  private wanted: LockStep = LockStep.NONE
  private net: LockStep = LockStep.NONE
  /** Tasks that the step stopped or let go on. */
  readonly stoppedTasks: { readonly task: number; readonly how: 'stopped' | 'resumed' | 'spared' }[] = []
  /** It did so to several. */
  private several = false
  /** What it did to counts of gates: key and `LockStep` of each. */
  private gates: number[] = []
  /** The gate that it had to find at zero; 0 = none. */
  private awaited = 0
  /** It did something that is not told. */
  private isGlobal = false
  /** What it touched depends on what came before it. */
  private isUnsure = false

  constructor(
    private readonly names: Names,
    /** Name of the memory that a frame belongs to. */
    private readonly frame: (pfn: number) => number,
    /** Calls `visit` for the memory that lies at physical addresses: its name, and which bytes of it. */
    private readonly places: (
      phys: number,
      end: number,
      visit: (name: number, low: number, high: number) => void,
    ) => void,
  ) {}

  /** Before a step. */
  begin(): void {
    if (this.keys.length > 0) this.keys.length = this.low.length = this.high.length = this.ways.length = 0
    if (this.stoppedTasks.length > 0) this.stoppedTasks.length = 0
    this.lock = null
    this.wanted = this.net = LockStep.NONE
    this.several = this.isUnsure = this.isGlobal = false
    if (this.gates.length > 0) this.gates = []
    this.awaited = 0
  }

  /**
   * True if the step did something of this kind, even if it waits for a lock now: what it changed, and what it found
   * before it came to the lock, is not done again when it goes on.
   */
  get hasBegun(): boolean {
    if (this.stoppedTasks.length > 0 || this.gates.length > 0 || this.net !== LockStep.NONE) return true
    return this.keys.some((key, i) => this.ways[i] !== Way.READ || thingOf(key) !== Thing.LOCK)
  }
  get isEmpty(): boolean {
    return this.keys.length === 0
  }

  // ---- StateWatch

  made(object: object): void {
    this.names.objectMade(object)
  }

  touched(part: number, object: object | null, low: number, high: number, how: Touch): void {
    this.isUnsure = true
    if (part === Part.ANYTHING) this.isGlobal = true
    else if (part === Part.BYTES)
      this.places(low, high, (name, from, to) => this.add(keyOf(Thing.BYTES, name), from, to, WAYS[how]!))
    else if (part === Part.WAIT) this.add(keyOf(Thing.SUBSYSTEM, this.names.running * PARTS + part), 0, 1, Way.WRITE)
    else if (part === Part.PAGE) this.add(keyOf(Thing.FRAME, this.frame(low)), 0, EVERYTHING, WAYS[how]!)
    else this.add(keyOf(Thing.SUBSYSTEM, nameOf(this.names, object) * PARTS + part), low, high, WAYS[how]!)
  }

  stopped(task: number, how: 'stopped' | 'resumed' | 'spared'): void {
    this.stoppedTasks.push({ task, how })
    // Who is stopped by two at once goes on when the one that stopped it has ended.
    this.add(keyOf(Thing.INTERRUPTED, this.names.process(task)), 0, 1, Way.WRITE)
  }

  locked(lock: object, shared: boolean, what: LockTouch): void {
    const one = lock as Lock
    if (what === 'entered' || what === 'left' || what === 'awaited') {
      this.counted(one, what)
      return
    }
    this.isUnsure = true
    const way = what === 'read' ? Way.READ : shared ? Way.SHARED : Way.WRITE
    this.add(keyOf(Thing.LOCK, this.names.lock(one)), 0, 1, way)
    if (what === 'asked' || what === 'read') return
    if (this.lock !== null && this.lock !== one) this.several = true
    this.lock = one
    const take = shared ? LockStep.TAKE_SHARED : LockStep.TAKE
    if (what === 'reset') this.net = LockStep.RESET
    else if (what === 'taken') {
      if (this.wanted === LockStep.NONE && this.net === LockStep.NONE) this.wanted = take
      this.net = take
    } else if (this.net === take) this.net = LockStep.NONE
    else this.net = shared ? LockStep.RELEASE_SHARED : LockStep.RELEASE
  }

  /** The count of a gate: those that are counted hold it shared, who waits wants it for himself for a moment. */
  private counted(gate: Lock, what: 'entered' | 'left' | 'awaited'): void {
    const key = keyOf(Thing.LOCK, this.names.lock(gate))
    this.add(key, 0, 1, what === 'awaited' ? Way.READ : Way.WRITE)
    if (what === 'awaited') {
      if (this.awaited !== 0 && this.awaited !== key) this.several = true
      this.awaited = key
      return
    }
    const step = what === 'entered' ? LockStep.TAKE_SHARED : LockStep.RELEASE_SHARED
    const { gates } = this
    const at = gates.indexOf(key)
    // Up and down in one step: nothing is left of it.
    if (at < 0) gates.push(key, step)
    else if (gates[at + 1] !== step) gates.splice(at, 2)
    else this.several = true
  }

  private add(key: number, low: number, high: number, way: Way): void {
    const { keys } = this
    for (let i = keys.length - 1; i >= 0; i--) {
      if (keys[i] === key && this.ways[i] === way && this.low[i]! <= low && this.high[i]! >= high) return
    }
    keys.push(key)
    this.low.push(low)
    this.high.push(high)
    this.ways.push(way)
  }

  /** Adds all that to an event. */
  addTo(event: Event): void {
    const { keys, low, high, ways, lock, stoppedTasks } = this
    if (stoppedTasks.length > 0) event.stops = stoppedTasks.map(({ task }) => this.names.process(task))
    if (this.isGlobal) event.global = true
    if (keys.length === 0) return
    // What it finds decides what it does.
    if (this.isUnsure) event.unsure = true
    for (let i = 0; i < keys.length; i++) event.touch(keys[i]!, low[i]!, high[i]!, ways[i]!)
    if (lock !== null) {
      const key = keyOf(Thing.LOCK, this.names.lock(lock))
      if (this.several || (event.lock !== 0 && event.lock !== key)) event.global = true
      event.lock = key
      event.step = this.net
      event.wanted = this.wanted
      event.waits = this.wanted !== LockStep.NONE
    }
    if (this.awaited !== 0 || this.gates.length > 0) this.addGates(event)
  }

  private addGates(event: Event): void {
    const { gates, awaited } = this
    // Two things to wait for in one step: what it waits for is not told.
    if (this.several || (awaited !== 0 && event.lock !== 0)) event.global = true
    if (awaited !== 0) {
      event.lock = awaited
      event.wanted = LockStep.TAKE
      event.waits = true
    }
    if (gates.length === 0) return
    if (event.lock !== 0 || gates.length > 2) {
      event.also = gates.slice()
      return
    }
    event.lock = gates[0]!
    event.step = gates[1]! as LockStep
  }
}

function nameOf(names: Names, object: object | null): number {
  return object === null ? 0 : names.object(object)
}
