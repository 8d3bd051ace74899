/**
 * kernel::alloc::kbox: `KBox`, `VBox`, `KVBox` (KERNEL_FACTS §12.5). The box owns its memory; its address never
 * changes. A value of the program is kept beside the memory; numbers and byte arrays are really in it.
 */
import { Driven, type Steps } from '../../sched/driven.ts'
import { Gone } from '../../trace/contracts.ts'
import { Op } from '../../trace/ops.ts'
import { dropValue } from '../drop.ts'
import { Ptr } from '../handles/pointer.ts'
import type { Site } from '../surface.ts'
import { foreignOf } from './foreign.ts'
import { allocate, bytesOf, numberOf, pageOfArea, release, sizeOf, type Backend } from './memory.ts'
import { pageIterator } from './page-iter.ts'
import type { Handle, Rust, RustType } from './rust.ts'

export interface BoxState extends Handle {
  readonly backend: Backend
  readonly pointer: Ptr | null
  readonly bytes: number
  value: unknown
}

const NAMES: Readonly<Record<Backend, string>> = { K: 'KBox', V: 'VBox', KV: 'KVBox' }
const BOXES = new WeakMap<Rust, Boxes>()

export function boxesOf(rust: Rust): Boxes {
  let boxes = BOXES.get(rust)
  if (boxes === undefined) BOXES.set(rust, (boxes = new Boxes(rust)))
  return boxes
}

export class Boxes {
  readonly types: Readonly<Record<Backend, RustType<BoxState>>>
  /** Memory whose box was given up with into_raw(), by address. */
  private readonly raw = new Map<bigint, BoxState>()
  /** Step of the last from_raw() of an address. */
  private readonly taken = new Map<bigint, { readonly step: number; readonly state: BoxState }>()

  constructor(private readonly rust: Rust) {
    this.types = { K: this.make('K'), V: this.make('V'), KV: this.make('KV') }
  }

  private make(backend: Backend): RustType<BoxState> {
    return this.rust.type<BoxState>(NAMES[backend], {
      steps: {
        ...(backend === 'V' ? { page_iter: (site: Site, self: BoxState) => this.iterate(site, self) } : {}),
      },
      pure: {
        as_ptr: (self) => self.pointer,
        as_mut_ptr: (self) => self.pointer,
        len: (self) => self.bytes,
      },
      properties: {
        value: {
          get: (site, self) => this.read(site, self),
          set: (site, self, value: unknown) => this.write(site, self, value),
        },
      },
    })
  }

  /** The box that a value is; undefined if it is none. */
  state(value: unknown): BoxState | undefined {
    return this.types.K.state(value) ?? this.types.V.state(value) ?? this.types.KV.state(value)
  }

  private iterate(site: Site, self: BoxState): object {
    const { pointer } = self
    const { rust } = this
    const size = pointer === null ? 0 : self.bytes
    return pageIterator(rust, site, {
      size,
      pfn: (i) => (pointer === null ? -1 : pageOfArea(rust, pointer, i)),
      allocation: pointer === null ? 0 : Ptr.allocation(pointer),
      dead: rust.ownerGone(self.handle ?? self),
    })
  }

  private read(site: Site, self: BoxState): unknown {
    const { access } = this.rust.s
    const { value, pointer } = self
    if (pointer === null) return value
    const data = access.readBytes(site, pointer, self.bytes, Op.read)
    if (typeof value === 'number') return Number(numberOf(data))
    if (typeof value === 'bigint') return numberOf(data)
    if (typeof value === 'boolean') return data[0] !== 0
    return value instanceof Uint8Array ? data : value
  }

  private write(site: Site, self: BoxState, value: unknown): void {
    const { access } = this.rust.s
    const bytes = bytesOf(value, self.bytes) ?? new Uint8Array(self.bytes)
    if (self.pointer !== null) access.writeBytes(site, self.pointer, bytes.subarray(0, self.bytes), Op.write)
    const old = self.value
    self.value = value
    if (old === value || !this.rust.s.owners.holds(old)) return
    // What was there is dropped. An assignment is no place to be preempted.
    const rest = dropValue(this.rust.s, site, old)
    if (rest instanceof Driven) while (rest.generator.next().done !== true);
  }

  /** A new box around memory that exists. */
  own(backend: Backend, pointer: Ptr | null, bytes: number, value: unknown): object {
    const { rust } = this
    const state: BoxState = { backend, pointer, bytes, value, borrow: null }
    const handle = this.types[backend].make(state)
    rust.s.owners.add(handle, {
      allocation: pointer === null ? 0 : Ptr.allocation(pointer),
      type: NAMES[backend],
      ...(pointer === null ? {} : { bits: pointer.addr }),
      drop: (site) => this.drop(site, state),
    })
    return handle
  }

  private drop(site: Site, state: BoxState): unknown {
    const { rust } = this
    const free = (): void => {
      if (state.pointer === null) rust.note(site)
      else release(rust, site, state.backend, state.pointer)
    }
    if (!rust.s.owners.holds(state.value)) return free()
    const inner = dropValue(rust.s, site, state.value)
    return new Driven(
      (function* (): Steps {
        if (inner instanceof Driven) yield* inner.generator
        yield
        free()
        return undefined
      })(),
    )
  }

  /** `KBox::new(value, flags)`. */
  create(site: Site, backend: Backend, value: unknown, flags: number): object {
    const bytes = sizeOf(value, this.rust.s.access.word)
    const pointer = allocate(this.rust, site, backend, bytes, flags)
    const content = bytesOf(value, bytes)
    if (pointer === null) this.rust.note(site)
    else this.rust.s.access.writeBytes(site, pointer, content ?? new Uint8Array(bytes), Op.write)
    return this.own(backend, pointer, bytes, value)
  }

  /** `KBox::new_uninit`: `bytes` bytes that hold whatever was there. */
  uninit(site: Site, backend: Backend, bytes: number, flags: number): object {
    const size = this.rust.s.integer(bytes, 'bytes', 0, 2 ** 40)
    return this.own(backend, allocate(this.rust, site, backend, size, flags), size, undefined)
  }

  /** `KBox::into_raw`. */
  intoRaw(site: Site, backend: Backend, value: object): Ptr | null {
    const state = this.types[backend].alive(site, value)
    this.rust.consume(site, value, Gone.RAW)
    const { pointer } = state
    this.rust.note(site, Op.into_raw, pointer === null ? 0 : Ptr.allocation(pointer))
    if (pointer !== null) this.raw.set(pointer.addr, state)
    return pointer
  }

  /** `KBox::from_raw`: the caller says that the pointer came from `into_raw` and was not taken back. */
  fromRaw(site: Site, backend: Backend, pointer: Ptr): object {
    const { rust } = this
    if (!Ptr.is(pointer)) throw new TypeError(`${NAMES[backend]}.from_raw() takes a pointer`)
    const known = this.raw.get(pointer.addr)
    const before = this.taken.get(pointer.addr)
    const allocation = Ptr.allocation(pointer)
    if (known === undefined || known.backend !== backend) {
      // Memory of the C allocator of the same kind may be handed over too: kmalloc() and KBox are one.
      const again =
        before !== undefined &&
        (before.state.pointer === null ? 0 : Ptr.allocation(before.state.pointer)) === allocation
      if (again || known !== undefined) rust.breach(site, 'KBox::from_raw#into_raw', allocation, before?.step ?? 0)
    }
    this.raw.delete(pointer.addr)
    rust.note(site, Op.from_raw, allocation)
    const bytes = known?.bytes ?? before?.state.bytes ?? 0
    const made = this.own(backend, pointer, bytes, known?.value ?? before?.state.value)
    const state = this.types[backend].state(made)
    if (state !== undefined) this.taken.set(pointer.addr, { step: rust.s.trace.step, state })
    return made
  }

  /** The functions of a box type. */
  statics(backend: Backend): object {
    const { rust } = this
    const foreign = foreignOf(rust)
    return {
      new: rust.fn((site, value: unknown, flags: number) => this.create(site, backend, value, flags)),
      new_uninit: rust.fn((site, bytes: number, flags: number) => this.uninit(site, backend, bytes, flags)),
      into_raw: rust.fn((site, value: object) => this.intoRaw(site, backend, value)),
      from_raw: rust.fn((site, pointer: Ptr) => this.fromRaw(site, backend, pointer)),
      leak: rust.fn((site, value: object) => this.intoRaw(site, backend, value)),
      ...foreign.statics(NAMES[backend]),
    }
  }

  /** What a box looks like to whoever borrows it from the foreign side. */
  borrowed(state: BoxState, dead: () => number, allocation: number, step: number): object {
    const copy: BoxState = { ...state, borrow: { allocation, step, dead } }
    return this.types[state.backend].make(copy)
  }
}
