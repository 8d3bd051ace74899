/**
 * kernel::alloc::kvec: `KVec`, `VVec`, `KVVec` (KERNEL_FACTS §12.5). Elements are bytes unless said otherwise; objects
 * of the program are kept beside the memory, eight bytes each. A vector that has to grow may move: what was borrowed
 * from it is dead then (growing borrows the vector exclusively), and if it moved pointers into it are stale.
 */
import { Driven, type Steps } from '../../sched/driven.ts'
import { BorrowKind } from '../../trace/contracts.ts'
import { Op } from '../../trace/ops.ts'
import { dropValue } from '../drop.ts'
import { Ptr } from '../handles/pointer.ts'
import type { Site } from '../surface.ts'
import { foreignOf } from './foreign.ts'
import { bytesOf, numberOf, pageOfArea, reallocate, release, allocate, type Backend } from './memory.ts'
import { pageIterator } from './page-iter.ts'
import { EINVAL, type Handle, type Rust, type RustType } from './rust.ts'

export interface VecState extends Handle {
  readonly backend: Backend
  pointer: Ptr | null
  /** Bytes of an element. */
  size: number
  capacity: number
  items: unknown[]
  /** Changes when the buffer grows: it may have moved. */
  generation: number
}

interface SliceState extends Handle {
  readonly of: VecState
  readonly length: number
}

const NAMES: Readonly<Record<Backend, string>> = { K: 'KVec', V: 'VVec', KV: 'KVVec' }
const U64 = 8
const VECTORS = new WeakMap<Rust, Vectors>()

export function vectorsOf(rust: Rust): Vectors {
  let vectors = VECTORS.get(rust)
  if (vectors === undefined) VECTORS.set(rust, (vectors = new Vectors(rust)))
  return vectors
}

export class Vectors {
  readonly types: Readonly<Record<Backend, RustType<VecState>>>
  private readonly slices: RustType<SliceState>

  constructor(private readonly rust: Rust) {
    this.types = { K: this.make('K'), V: this.make('V'), KV: this.make('KV') }
    this.slices = rust.type<SliceState>('slice', {
      steps: { get: (site, self, index: number) => this.read(site, self.of, index) },
      iterate: (self, site) => this.elements(site, self.of),
      pure: { len: (self) => self.length, as_ptr: (self) => self.of.pointer },
    })
  }

  private make(backend: Backend): RustType<VecState> {
    const iterate = { page_iter: (site: Site, self: VecState) => this.pages(site, self) }
    return this.rust.type<VecState>(NAMES[backend], {
      steps: {
        push: (site, self, value: unknown, flags: number) => this.push(site, self, value, flags),
        get: (site, self, index: number) => this.read(site, self, index),
        pop: (site, self) => {
          const last = self.items.length === 0 ? null : this.read(site, self, self.items.length - 1)
          if (self.items.length === 0) this.rust.note(site)
          self.items.pop()
          return last
        },
        reserve: (site, self, additional: number, flags: number) => {
          const wanted = self.items.length + additional
          if (wanted <= self.capacity) this.rust.note(site)
          else this.grow(site, self, Math.max(self.capacity * 2, wanted), flags)
        },
        extend_with: (site, self, n: number, value: number, flags: number) =>
          this.extend(site, self, new Array<number>(n).fill(value), flags),
        extend_from_slice: (site, self, list: ArrayLike<number>, flags: number) =>
          this.extend(site, self, Array.from(list), flags),
        set_len: (site, self, length: number) => {
          const allocation = self.pointer === null ? 0 : Ptr.allocation(self.pointer)
          if (length > self.capacity) this.rust.breach(site, 'Vec::set_len#capacity', allocation)
          this.rust.note(site)
          while (self.items.length < length) self.items.push(0)
          self.items.length = length
        },
        as_slice: (site, self) => this.slice(site, self),
        ...(backend === 'V' ? iterate : {}),
      },
      suspending: {
        set: (site, self, index: number, value: unknown) => this.replace(site, self, index, value),
        truncate: (site, self, length: number) => this.truncate(site, self, length),
        clear: (site, self) => this.truncate(site, self, 0),
      },
      iterate: (self, site) => this.elements(site, self),
      pure: {
        len: (self) => self.items.length,
        is_empty: (self) => self.items.length === 0,
        capacity: (self) => self.capacity,
        as_ptr: (self) => self.pointer,
        as_mut_ptr: (self) => self.pointer,
      },
    })
  }

  state(value: unknown): VecState | undefined {
    return this.types.K.state(value) ?? this.types.V.state(value) ?? this.types.KV.state(value)
  }

  /** `Vec::with_capacity(n, flags)`; `size` = bytes of an element. */
  create(site: Site, backend: Backend, n: number, flags: number, size: number): object {
    const { rust } = this
    const capacity = rust.s.integer(n, 'capacity', 0, 2 ** 32)
    const pointer = allocate(rust, site, backend, capacity * size, flags)
    return this.own({ backend, pointer, size, capacity, items: [], generation: 0, borrow: null })
  }

  private own(state: VecState): object {
    const handle = this.types[state.backend].make(state)
    const { pointer } = state
    this.rust.s.owners.add(handle, {
      allocation: pointer === null ? 0 : Ptr.allocation(pointer),
      type: NAMES[state.backend],
      drop: (site) => this.drop(site, state),
    })
    return handle
  }

  private drop(site: Site, state: VecState): unknown {
    const { rust } = this
    const free = (): void => {
      if (state.pointer === null) rust.note(site)
      else release(rust, site, state.backend, state.pointer)
    }
    const owners = state.items.filter((item) => rust.s.owners.holds(item))
    if (owners.length === 0) return free()
    return new Driven(
      (function* (): Steps {
        for (const item of owners) {
          const rest = dropValue(rust.s, site, item)
          if (rest instanceof Driven) yield* rest.generator
          yield
        }
        free()
        return undefined
      })(),
    )
  }

  private grow(site: Site, self: VecState, capacity: number, flags: number): void {
    const { pointer } = self
    const next = reallocate(
      this.rust,
      site,
      self.backend,
      pointer,
      self.capacity * self.size,
      self.items.length * self.size,
      capacity * self.size,
      flags,
    )
    if (pointer !== null) self.generation++
    self.pointer = next
    self.capacity = capacity
  }

  private push(site: Site, self: VecState, value: unknown, flags: number): void {
    const { word } = this.rust.s.access
    const least = typeof value === 'number' ? 1 : typeof value === 'bigint' ? U64 : word
    const size = Math.max(self.size, least)
    if (size !== self.size && self.items.length === 0) {
      self.size = size
      if (self.capacity > 0) this.grow(site, { ...self }, self.capacity, flags)
      self.capacity = 0
    }
    if (self.items.length === self.capacity)
      this.grow(site, self, Math.max(self.capacity * 2, self.items.length + 1), flags)
    self.items.push(value)
    this.write(site, self, self.items.length - 1, value)
  }

  private extend(site: Site, self: VecState, list: readonly number[], flags: number): void {
    const wanted = self.items.length + list.length
    if (wanted > self.capacity) this.grow(site, self, Math.max(self.capacity * 2, wanted), flags)
    const at = self.items.length * self.size
    self.items.push(...list)
    if (self.pointer === null || list.length === 0) return this.rust.note(site)
    const bytes = new Uint8Array(list.length * self.size)
    list.forEach((value, i) => bytes.set(bytesOf(value, self.size) ?? [], i * self.size))
    this.rust.s.access.writeBytes(site, self.pointer.add(at), bytes, Op.write)
  }

  private read(site: Site, self: VecState, index: number): unknown {
    const { rust } = this
    if (!(index >= 0 && index < self.items.length) || self.pointer === null) {
      rust.note(site)
      return null
    }
    const data = rust.s.access.readBytes(site, self.pointer.add(index * self.size), self.size, Op.read)
    const item = self.items[index]
    return typeof item === 'number' || typeof item === 'bigint' ? numberOf(data) : item
  }

  /** The elements, each read where the loop comes to it. */
  private *elements(site: Site, self: VecState): Generator<unknown> {
    for (let i = 0; i < self.items.length; i++) yield this.read(site, self, i)
  }

  private write(site: Site, self: VecState, index: number, value: unknown): void {
    const { rust } = this
    if (!(index >= 0 && index < self.items.length) || self.pointer === null)
      return rust.fail(EINVAL, 'index out of bounds')
    self.items[index] = value
    const bits = typeof value === 'object' && value !== null ? rust.s.owners.find(value)?.bits : undefined
    const bytes = bytesOf(bits ?? value, self.size) ?? new Uint8Array(self.size)
    rust.s.access.writeBytes(site, self.pointer.add(index * self.size), bytes.subarray(0, self.size), Op.write)
  }

  /** `v[index] = value`: the element that was there is dropped. */
  private replace(site: Site, self: VecState, index: number, value: unknown): unknown {
    const old = self.items[index]
    this.write(site, self, index, value)
    return old === value || !this.rust.s.owners.holds(old) ? undefined : dropValue(this.rust.s, site, old)
  }

  private truncate(site: Site, self: VecState, length: number): unknown {
    const { rust } = this
    rust.note(site)
    const gone = self.items.splice(Math.min(length, self.items.length)).filter((item) => rust.s.owners.holds(item))
    return new Driven(
      (function* (): Steps {
        for (const item of gone) {
          yield
          const rest = dropValue(rust.s, site, item)
          if (rest instanceof Driven) yield* rest.generator
        }
        return undefined
      })(),
    )
  }

  /** Says whether a borrow of the buffer is dead: dropped, or grown. */
  private dead(self: VecState): () => number {
    const { generation } = self
    const gone = this.rust.ownerGone(self.handle ?? self)
    return () => (gone() !== 0 ? BorrowKind.OWNER : self.generation !== generation ? BorrowKind.GROWN : 0)
  }

  private slice(site: Site, self: VecState): object {
    const allocation = self.pointer === null ? 0 : Ptr.allocation(self.pointer)
    const borrow = this.rust.borrowed(site, allocation, -1, this.dead(self))
    return this.slices.make({ of: self, length: self.items.length, borrow })
  }

  private pages(site: Site, self: VecState): object {
    const { pointer } = self
    return pageIterator(this.rust, site, {
      size: self.capacity * self.size,
      pfn: (i) => (pointer === null ? -1 : pageOfArea(this.rust, pointer, i)),
      allocation: pointer === null ? 0 : Ptr.allocation(pointer),
      dead: this.dead(self),
    })
  }

  statics(backend: Backend): object {
    const { rust } = this
    return {
      new: rust.fn((site) => this.create(site, backend, 0, 0, 1)),
      with_capacity: rust.fn((site, n: number, flags: number, size = 1) => this.create(site, backend, n, flags, size)),
      ...foreignOf(rust).statics(NAMES[backend]),
    }
  }
}
