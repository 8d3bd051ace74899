/**
 * kernel::types::ForeignOwnable: objects of Rust in the hands of C (KERNEL_FACTS §12.4). `into_foreign()` gives a
 * pointer that C may store; it is taken back once, with the type it was given with, when nothing is borrowed from it.
 */
import { BorrowKind, Gone } from '../../trace/contracts.ts'
import { Op } from '../../trace/ops.ts'
import { Ptr } from '../handles/pointer.ts'
import type { Ownership } from '../owners.ts'
import type { Site } from '../surface.ts'
import { boxesOf, type BoxState } from './boxes.ts'
import type { Borrow, Handle, Rust, RustType } from './rust.ts'

interface ForeignState extends Handle {
  readonly value: object
  readonly type: string
  readonly ownership: Ownership
  /** Step that took it back; 0 = the foreign side has it. */
  taken: number
  readonly borrows: { readonly borrow: Borrow; used: boolean }[]
}

const FOREIGN = new WeakMap<Rust, Foreign>()

export function foreignOf(rust: Rust): Foreign {
  let foreign = FOREIGN.get(rust)
  if (foreign === undefined) FOREIGN.set(rust, (foreign = new Foreign(rust)))
  return foreign
}

export class Foreign {
  private readonly pointers: RustType<ForeignState>

  constructor(private readonly rust: Rust) {
    this.pointers = rust.type<ForeignState>('foreign pointer', {})
  }

  private into(site: Site, value: object): object {
    const { rust } = this
    rust.checkEnded(site, value)
    const ownership = rust.s.owners.find(value)
    if (ownership === undefined) throw new TypeError('into_foreign() takes an owner that was not moved or dropped')
    rust.consume(site, value, Gone.RAW)
    rust.note(site, Op.into_raw, ownership.allocation)
    return this.pointers.make({ value, type: ownership.type ?? 'Owned', ownership, taken: 0, borrows: [] })
  }

  private back(site: Site, type: string | null, pointer: object): object {
    const { rust } = this
    const state = this.pointers.state(pointer)
    if (state === undefined) return this.notForeign(site, type, pointer)
    const { allocation } = state.ownership
    if (type !== null && type !== state.type)
      rust.breach(site, 'ForeignOwnable::from_foreign#into_foreign', allocation, 0)
    if (state.taken !== 0) rust.breach(site, 'ForeignOwnable::from_foreign#once', allocation, state.taken)
    rust.note(site, Op.from_raw, allocation)
    state.taken = rust.s.trace.step
    rust.s.owners.add(state.value, state.ownership)
    return state.value
  }

  /** A pointer that is none of into_foreign(): a box is made of memory all the same, anything else is an oops. */
  private notForeign(site: Site, type: string | null, pointer: unknown): object {
    const { rust } = this
    if (!Ptr.is(pointer)) return rust.fatalBreach(site, 'ForeignOwnable::from_foreign#into_foreign', 0)
    const boxes = boxesOf(rust)
    const backend = type === 'KBox' ? 'K' : type === 'VBox' ? 'V' : type === 'KVBox' ? 'KV' : null
    const allocation = Ptr.allocation(pointer)
    if (backend === null) return rust.fatalBreach(site, 'ForeignOwnable::from_foreign#into_foreign', allocation)
    rust.breach(site, 'ForeignOwnable::from_foreign#into_foreign', allocation)
    return boxes.own(backend, pointer, 0, undefined)
  }

  private borrow(site: Site, pointer: object): object {
    const { rust } = this
    const state = this.pointers.state(pointer)
    if (state === undefined) return rust.fatalBreach(site, 'ForeignOwnable::borrow#into_foreign', 0)
    const { allocation } = state.ownership
    if (state.taken !== 0) rust.breach(site, 'ForeignOwnable::borrow#into_foreign', allocation, state.taken)
    const { taken } = state
    const borrow = rust.borrowed(site, allocation, -1, () => (state.taken === taken ? 0 : BorrowKind.FOREIGN))
    const boxes = boxesOf(rust)
    const box: BoxState | undefined = boxes.state(state.value)
    return box === undefined ? state.value : boxes.borrowed(box, borrow.dead, allocation, borrow.step)
  }

  /** The functions of the trait for a type; null = whatever type it is. */
  statics(type: string | null): Record<string, unknown> {
    const { rust } = this
    return {
      into_foreign: rust.fn((site, value: object) => this.into(site, value)),
      from_foreign: rust.fn((site, pointer: object) => this.back(site, type, pointer)),
      try_from_foreign: rust.fn((site, pointer: object | null) =>
        pointer === null ? (rust.note(site), null) : this.back(site, type, pointer),
      ),
      borrow: rust.fn((site, pointer: object) => this.borrow(site, pointer)),
      borrow_mut: rust.fn((site, pointer: object) => this.borrow(site, pointer)),
    }
  }
}
