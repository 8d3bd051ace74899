/**
 * The schedules of a program cut into parts by how they begin. From the start every process that can go on is tried,
 * under sleep sets, until there are enough beginnings; each of them is a part. Every Mazurkiewicz trace lies in one
 * part: that of its canonical beginning, which takes at each place the first process (in the order tried) whose next
 * event could as well come first.
 *
 * The cut depends on the program alone, so shards that never talk to each other all make the same one.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Session } from '../runtime/session.ts'
import { dependent, type Event } from './event.ts'
import type { Names } from './names.ts'
import { Trail, type Chooser } from './trail.ts'

/** How the executions of a part begin. */
export interface Beginning {
  /** Processes that make the first events. */
  readonly order: readonly number[]
  /** Events that need not be explored after them: another part has every trace that could begin with one of them. */
  readonly sleep: readonly Event[]
}

/** A place in the cut. */
interface Node extends Beginning {
  /** What comes next, in the order tried; null = a part begins here. */
  children: { readonly process: number; readonly node: Node }[] | null
  /** Number of the part; -1 = inside. */
  part: number
}

/** Executions that making a cut may begin, and how many for each part wanted: beyond that the parts are as they are. */
const MOST_PROBES = 1000
const PROBES_PER_PART = 6
/** Events of the longest beginning. */
const DEEPEST = 400
/** Functions by which one task stops another: what the other does next is then not its own affair. */
const STOPS = /irq|exit|kill|signal/

export class Frontier {
  /** The parts, in the order in which they were found. */
  readonly parts: readonly Beginning[]
  private readonly root: Node = { order: [], sleep: [], children: null, part: -1 }
  private readonly prober: Prober
  private readonly quiet: boolean
  private probes = 0

  /** Cuts into `wanted` parts at least, if the program has so many. `names` is that of the walks in the parts. */
  constructor(session: Session, program: CompiledProgram, names: Names, wanted: number, strict = false) {
    this.prober = new Prober(session, program, names, strict)
    this.quiet = !program.sites.some(({ callee }) => STOPS.test(callee))
    const most = Math.max(MOST_PROBES, wanted * PROBES_PER_PART)
    let open: Node[] = [this.root]
    const ended: Node[] = []
    while (open.length > 0 && open.length + ended.length < wanted && this.probes < most) {
      const next: Node[] = []
      for (const node of open) {
        if (node.order.length >= DEEPEST) ended.push(node)
        else if (this.expand(node)) for (const child of node.children ?? []) next.push(child.node)
        else ended.push(node)
      }
      open = next
    }
    const leaves = leavesOf(this.root)
    leaves.forEach((leaf, i) => (leaf.part = i))
    this.parts = leaves
  }

  /** A stale pointer was used on the way. */
  get isStale(): boolean {
    return this.prober.isStale
  }

  /** Finds what can come next at a place; false if nothing can. */
  private expand(node: Node): boolean {
    const tried = this.prober.next(node.order)
    this.probes += tried.length
    if (tried.length === 0) return false
    // Who touches nothing makes its event in every execution, at no matter which place: nobody else need be tried.
    const alone = this.quiet ? tried.find(touchesNothing) : undefined
    const sleep = node.sleep.slice()
    const children: NonNullable<Node['children']> = []
    for (const event of alone === undefined ? tried : [alone]) {
      const { process } = event
      if (sleep.some((asleep) => asleep.process === process)) continue
      const left = sleep.filter((asleep) => !dependent(asleep, event))
      children.push({ process, node: { order: [...node.order, process], sleep: left, children: null, part: -1 } })
      sleep.push(event)
    }
    node.children = children
    return true
  }

  /** The part that the execution of a trail belongs to. */
  partOf(trail: Trail): number {
    const next = nextEvents(trail)
    const taken = new Map<number, number>()
    let node = this.root
    while (node.children !== null) {
      const child = node.children.find(({ process }) => {
        const nth = taken.get(process) ?? 0
        const depth = next.get(process)?.[nth]
        return depth !== undefined && isFirst(trail, depth, taken)
      })
      if (child === undefined) return -1
      taken.set(child.process, (taken.get(child.process) ?? 0) + 1)
      node = child.node
    }
    return node.part
  }
}

/** By process: the depths of its events. */
function nextEvents(trail: Trail): Map<number, number[]> {
  const depths = new Map<number, number[]>()
  for (let depth = 0; depth < trail.depth; depth++) {
    const process = trail.order[depth]!
    const own = depths.get(process)
    if (own === undefined) depths.set(process, [depth])
    else own.push(depth)
  }
  return depths
}

/** True if everything that happens before an event was taken. */
function isFirst(trail: Trail, depth: number, taken: ReadonlyMap<number, number>): boolean {
  const own = trail.order[depth]!
  for (let process = 0; process < trail.names.count; process++) {
    if (process !== own && trail.clock(depth, process) > (taken.get(process) ?? 0)) return false
  }
  return true
}

function touchesNothing(event: Event): boolean {
  return !event.global && event.count === 0 && event.stops === null
}

function leavesOf(node: Node): Node[] {
  return node.children === null ? [node] : node.children.flatMap((child) => leavesOf(child.node))
}

/** Goes to a place and lets each process that can make its next event there. */
class Prober implements Chooser {
  private readonly trail: Trail
  private order: readonly number[] = []
  private wanted = -1
  private able: number[] = []
  private isAble = true

  constructor(session: Session, program: CompiledProgram, names: Names, strict: boolean) {
    this.trail = new Trail(session, program, this, null, names)
    this.trail.strict = strict
  }

  get isStale(): boolean {
    return this.trail.stale
  }

  /** The events that can come after those of `order`, by process in rising order. */
  next(order: readonly number[]): Event[] {
    const { trail } = this
    this.order = order
    this.wanted = -1
    this.able = []
    trail.kept = 0
    trail.run()
    const events: Event[] = []
    for (const process of this.able.slice().sort((x, y) => x - y)) {
      this.wanted = process
      this.isAble = true
      trail.kept = order.length
      trail.run()
      if (this.isAble) events.push(trail.events[order.length]!)
    }
    return events
  }

  choose(depth: number, able: readonly number[]): number {
    if (depth < this.order.length) return this.order[depth]!
    if (depth > this.order.length) return -1
    if (this.wanted < 0) this.able = [...able]
    const { wanted } = this
    this.wanted = -1
    return wanted
  }

  couldNot(): void {
    this.isAble = false
  }

  made(): void {
    // Read when the execution was given up.
  }
}
