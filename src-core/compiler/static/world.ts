/**
 * The state of one path: memory, tasks, locks, what waits for later, and what was found. Nothing of it outlives the
 * path but the findings.
 */

import type ts from 'typescript'
import type { Era, FrameKindName, PageRefMode } from '../../eras/era.ts'
import { pageShift } from '../../machine/layout.ts'
import { maxPageOrder } from '../../trace/boot-state.ts'
import type { MachineInfo } from '../../trace/record.ts'
import type { Ending, Mapping, MemoryKind } from './memory.ts'
import { Memory } from './memory.ts'
import type { DecisionKind, Trail } from './paths.ts'
import type { Closure, KernelObject, Lock, Value } from './values.ts'

/** What a path found, before it is put into words and places. */
export interface Raised {
  readonly code: string
  readonly node: ts.Node
  readonly message: string
  readonly possible: boolean
  readonly warning: boolean
  readonly memory: Memory | null
  readonly notes: readonly { readonly text: string; readonly node: ts.Node }[]
  readonly using: ts.Node | null
}

/** Code that runs later: a thread, a callback of RCU, of a work queue, of module_exit. */
export interface Later {
  readonly run: Value
  readonly args: readonly Value[]
  readonly task: number
  readonly node: ts.Node
  /** It runs where nobody may sleep. */
  readonly softirq?: true
  /** What happens when the task ends. */
  readonly after?: () => void
  done: boolean
}

/** A lock taken while another was held. */
export interface LockOrder {
  readonly held: Lock
  readonly taken: Lock
  readonly node: ts.Node
  readonly task: number
}

export class World {
  readonly memories: Memory[] = []
  /** Caches that were destroyed with nothing left in them, and where. */
  readonly destroyedCaches = new Map<KernelObject, ts.Node>()
  readonly raised: Raised[] = []
  readonly tasks: Later[] = []
  readonly callbacks: Later[] = []
  readonly exits: Later[] = []
  /** What module_init() named. */
  init: { readonly run: Value; readonly node: ts.Node } | null = null
  readonly lockOrders: LockOrder[] = []
  readonly kmaps = new Map<number, Mapping[]>()
  readonly misc: Value[] = []
  readonly shrinkers: Value[] = []
  /** Tasks that run a shrinker's callback. */
  readonly shrinking: number[] = []
  readonly shrinkerLocks = new Map<Lock, ts.Node>()
  /** Locks under which somebody reclaimed. */
  readonly lockedReclaims = new Set<Lock>()
  readonly interrupts: { readonly line: Value; readonly handler: Value; readonly argument: Value }[] = []
  /** Page tables of a device: tables with their level, and pages whose entries were cleared without telling the TLB. */
  readonly gpu = {
    levels: 1,
    tables: new Map<Memory, number>(),
    untold: new Map<Memory, ts.Node>(),
    cached: new Set<Memory>(),
    mapped: new Map<Value, Memory>(),
  }
  /** Which tasks read which cells inside a read section. */
  readonly readers: { readonly task: number; readonly cell: Value }[] = []
  /** Tasks that somebody waited for. */
  readonly ended = new Set<number>()
  /** Areas whose fault handlers are running. */
  readonly faults: object[] = []
  /** Tasks by the handle that stands for them. */
  readonly taskOf = new Map<Value, Later>()
  /** The program makes calls fail itself: no other failures are looked at from then on. */
  injects = false
  /** Armed by sim.fail_next: function → how many calls fail. */
  readonly failures = new Map<string, number>()
  /** Locks held by each task, innermost last. */
  readonly held = new Map<number, { lock: Lock; node: ts.Node; spin: boolean }[]>()
  readonly rcuReaders = new Map<number, ts.Node[]>()
  /** Tasks that run in softirq context: RCU callbacks. */
  readonly softirqs = new Map<number, ts.Node>()
  /** Interrupts, and the task that each of them interrupted: what that one did before is done. */
  readonly interrupted = new Map<number, number>()
  readonly preemptOff = new Map<number, ts.Node[]>()
  /** Uses of freed pages that turn out to be too many puts if another put follows. */
  readonly stalePages: { raise: Raised; memory: Memory; ending: Ending }[] = []
  /** The running task; 0 is the snippet itself. */
  task = 0
  tasksMade = 0
  /** True once something happened that the check cannot follow. */
  imprecise = false
  /** A task stopped in the middle: what it left behind is a consequence. */
  stopped = false
  /** A device did not take a mapping. */
  mapFailed = false
  /** What follows happens only if the program goes on after a failure. */
  doubtful = false
  readonly entered = new Set<ts.Node>()
  readonly arch: MachineInfo['arch']
  /** log2 of PAGE_SIZE. */
  readonly pageShift: number
  readonly pageSize: number
  readonly maxPageOrder: number

  constructor(
    readonly trail: Trail,
    readonly era: Era,
    readonly machine: Readonly<Record<string, string>>,
  ) {
    const asked = machine['arch']
    this.arch = asked === 'i386-highmem' || asked === 'arm64-16k' ? asked : 'x86_64'
    this.pageShift = pageShift(this.arch)
    this.pageSize = 2 ** this.pageShift
    this.maxPageOrder = maxPageOrder(this)
  }

  decide(options: number, kind: DecisionKind): number {
    return this.trail.decide(options, kind)
  }

  allocate(
    kind: MemoryKind,
    node: ts.Node,
    by: string,
    size: number | null,
    order: number | null = 0,
    compound = false,
    highmem = false,
  ): Memory {
    const memory = new Memory(this.memories.length + 1, kind, node, by, size, order, compound, highmem, this.pageSize)
    this.memories.push(memory)
    return memory
  }

  ending(node: ts.Node, by: string): Ending {
    return { node, by, task: this.task }
  }

  raise(
    code: string,
    node: ts.Node,
    message: string,
    more: Partial<Pick<Raised, 'possible' | 'warning' | 'memory' | 'notes' | 'using'>> = {},
  ): void {
    const { memory = null } = more
    if (memory !== null) {
      if (memory.blamed) return
      memory.blamed = true
    }
    this.raised.push(this.finding(code, node, message, more))
  }

  finding(
    code: string,
    node: ts.Node,
    message: string,
    more: Partial<Pick<Raised, 'possible' | 'warning' | 'memory' | 'notes' | 'using'>>,
  ): Raised {
    return {
      code,
      node,
      message,
      possible:
        (more.possible ?? false) || this.imprecise || this.doubtful || this.trail.opaque > 1 || this.trail.unusual > 1,
      warning: more.warning ?? false,
      memory: more.memory ?? null,
      notes: more.notes ?? [],
      using: more.using ?? null,
    }
  }

  /** What the reference count of a page of this kind is in the era. */
  pageRef(kind: FrameKindName): PageRefMode {
    return this.era.pageRef[kind]
  }

  /** True if sim.fail_next armed this function: the call fails for certain. */
  takeFailure(name: string): boolean {
    const left = this.failures.get(name) ?? 0
    if (left === 0) return false
    this.failures.set(name, left - 1)
    return true
  }

  locks(task = this.task): { lock: Lock; node: ts.Node; spin: boolean }[] {
    let held = this.held.get(task)
    if (held === undefined) this.held.set(task, (held = []))
    return held
  }

  /** True if a reader that was made while the memory was published may not have ended yet. */
  mayBeRead(memory: Memory): boolean {
    return this.readers.some(
      ({ task, cell }) => cell === memory.published && task !== this.task && !this.ended.has(task),
    )
  }

  /** What forbids sleeping now; null if nothing does. */
  atomicSince(softirq = true): { why: string; node: ts.Node } | null {
    const spin = this.locks().find((held) => held.spin)
    if (spin !== undefined) return { why: 'a spinlock is held', node: spin.node }
    const reader = this.rcuReaders.get(this.task)?.[0]
    if (reader !== undefined) return { why: 'an RCU read section is open', node: reader }
    const inSoftirq = softirq ? this.softirqs.get(this.task) : undefined
    if (inSoftirq !== undefined) return { why: 'this runs in softirq context', node: inSoftirq }
    const off = this.preemptOff.get(this.task)?.[0]
    return off === undefined ? null : { why: 'the CPU may not be given away here', node: off }
  }
}

/** A function that was never called from the text: it is looked at on its own. */
export interface Uncalled {
  readonly closure: Closure
  readonly name: string
}
