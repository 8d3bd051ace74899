/**
 * Shared cells, atomics and reference counters: values that tasks race on. A value lives in the simulator (a cell of
 * its own) or in simulated memory (a field of a `struct()`), where using it after the free is a mistake like any other.
 */
import { Flag, Op } from '../../trace/ops.ts'
import type { TraceWriter } from '../../trace/writer.ts'
import type { TaskControl } from '../task-control.ts'
import type { Access } from './access.ts'
import { Ptr } from './pointer.ts'
import { viewPointer } from './struct-type.ts'

/** Numbers that fit an operation's detail column. */
function detail(value: unknown): number {
  return typeof value === 'number' ? value | 0 : typeof value === 'bigint' ? Number(BigInt.asIntN(32, value)) : 0
}

/** Records what happens to cells. One for a run. */
export class CellRecorder {
  private last = 0
  /** Called with the id of every cell that is made. */
  made: ((id: number) => void) | null = null
  /** Of the last step: what the value was, and how it was to change; null = whatever it was. */
  before: unknown = undefined
  change: ((old: number) => number | null) | null = null

  constructor(
    private readonly trace: TraceWriter,
    readonly control: TaskControl,
    readonly access: Access,
  ) {}

  /** A new cell's id. */
  id(): number {
    const id = ++this.last
    this.made?.(id)
    return id
  }

  /** As at boot: no cells. */
  reset(): void {
    this.last = 0
  }

  /** Records one operation on a cell: a read, a write, or both at once. */
  step(site: number, kind: number, id: number, value: unknown, marked: boolean, flags = 0): void {
    this.trace.begin(site)
    const pointer = Ptr.is(value) ? value : viewPointer(value)
    this.trace.end(kind, pointer === null ? 0 : Ptr.allocation(pointer), id, detail(value), marked ? 1 : 0, flags)
    this.control.stepped()
  }
}

/** A plain variable that tasks race on, made visible: what `shared(value)` returns. */
export class cell<T> {
  readonly #recorder: CellRecorder
  readonly #id: number
  #value: T

  /** @internal */
  constructor(recorder: CellRecorder, value: T) {
    this.#recorder = recorder
    this.#id = recorder.id()
    this.#value = value
  }
  /** @internal */
  static is(value: unknown): value is cell<unknown> {
    return typeof value === 'object' && value !== null && #recorder in value
  }
  /** Reads it as one step. @internal */
  static read<T>(c: cell<T>, site: number, marked: boolean): T {
    c.#recorder.step(site, Op.cell_read, c.#id, c.#value, marked)
    return c.#value
  }
  /** Writes it as one step. @internal */
  static write<T>(c: cell<T>, site: number, value: T, marked: boolean): void {
    c.#recorder.before = c.#value
    c.#recorder.step(site, Op.cell_write, c.#id, value, marked)
    c.#value = value
  }
  /** The value, read and written plainly: a race on it is a data race. One step each. */
  get value(): T {
    return cell.read(this, this.#recorder.control.site(), false)
  }
  set value(value: T) {
    cell.write(this, this.#recorder.control.site(), value, false)
  }
}

/** An `atomic_t`: 32 bits, changed in one step. */
export class atomic_t {
  readonly #recorder: CellRecorder
  readonly #id: number
  readonly #at: Ptr | null
  #value: number

  /** @internal */
  constructor(recorder: CellRecorder, value: number, at: Ptr | null = null) {
    this.#recorder = recorder
    this.#id = at === null ? recorder.id() : 0
    this.#value = value | 0
    this.#at = at
  }
  /** @internal */
  static is(value: unknown): value is atomic_t {
    return typeof value === 'object' && value !== null && #recorder in value
  }
  /** Reads it as one step. @internal */
  static read(a: atomic_t, site: number): number {
    if (a.#at !== null) return a.#recorder.access.update_u32(site, a.#at, () => null)
    a.#recorder.step(site, Op.cell_read, a.#id, a.#value, true)
    return a.#value
  }
  /** Sets it as one step. @internal */
  static write(a: atomic_t, site: number, value: number): void {
    if (a.#at !== null) return a.#recorder.access.atomic_write_u32(site, a.#at, value)
    a.#recorder.before = a.#value
    a.#recorder.step(site, Op.cell_write, a.#id, value, true)
    a.#value = value | 0
  }
  /** Replaces it as one step; returns the old value. `change` returning null leaves it as it is. @internal */
  static update(a: atomic_t, site: number, change: (old: number) => number | null, warned = false): number {
    a.#recorder.change = change
    if (a.#at !== null) return (a.#recorder.before = a.#recorder.access.update_u32(site, a.#at, change))
    const old = a.#value
    a.#recorder.before = old
    const next = change(old)
    const kind = next === null ? Op.cell_read : Op.cell_update
    a.#recorder.step(site, kind, a.#id, next ?? old, true, warned ? Flag.WARNED : 0)
    if (next !== null) a.#value = next | 0
    return old
  }
}
