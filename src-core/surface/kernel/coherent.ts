/**
 * kernel::dma: coherent memory (KERNEL_FACTS §12.7). `CoherentAllocation` is the API up to v6.18, `Coherent` and
 * `CoherentBox` the one from next on. All of them own their memory; "the device is halted before the drop" is a duty of
 * the driver. Elements are u64 unless a size is given.
 */
import { Gone } from '../../trace/contracts.ts'
import { Op } from '../../trace/ops.ts'
import { Ptr } from '../handles/pointer.ts'
import type { Site } from '../surface.ts'
import { bytesOf, numberOf } from './memory.ts'
import { EINVAL, ENOMEM, type Handle, type Rust, type RustType } from './rust.ts'

interface CoherentState extends Handle {
  readonly dev: object
  readonly pointer: Ptr
  readonly address: bigint
  readonly count: number
  readonly size: number
  /** The device knows the address: it may access the memory at any time. */
  readonly published: boolean
}

const MEMORIES = new WeakMap<Rust, CoherentMemories>()

export function coherentOf(rust: Rust): CoherentMemories {
  let memories = MEMORIES.get(rust)
  if (memories === undefined) MEMORIES.set(rust, (memories = new CoherentMemories(rust)))
  return memories
}

export class CoherentMemories {
  private readonly shared: RustType<CoherentState>
  private readonly exclusive: RustType<CoherentState>

  constructor(private readonly rust: Rust) {
    const steps = {
      field_read: (site: Site, self: CoherentState, index = 0) => this.read(site, self, index),
      field_write: (site: Site, self: CoherentState, index: number, value: number | bigint) =>
        this.write(site, self, index, value),
    }
    const pure = {
      as_ptr: (self: CoherentState) => self.pointer,
      count: (self: CoherentState) => self.count,
      size: (self: CoherentState) => self.count * self.size,
    }
    this.shared = rust.type<CoherentState>('Coherent', {
      steps: {
        ...steps,
        as_slice: (site: Site, self: CoherentState) => this.exclusiveAccess(site, self),
        as_ref: (site: Site, self: CoherentState) => this.exclusiveAccess(site, self),
        as_mut: (site: Site, self: CoherentState) => this.exclusiveAccess(site, self),
      },
      pure: { ...pure, dma_handle: (self) => self.address },
    })
    this.exclusive = rust.type<CoherentState>('CoherentBox', {
      steps: { ...steps, into: (site, self) => this.publish(site, self) },
      pure,
    })
  }

  /** Memory for `count` elements. 0 elements is EINVAL, as in the kernel. */
  alloc(site: Site, dev: object, count: number, flags: number, size: number, name: string, published: boolean): object {
    const { rust } = this
    const n = rust.s.integer(count, 'count', 0, 2 ** 31)
    if (n === 0) rust.fail(EINVAL)
    const handle: bigint[] = []
    const pointer = rust.call('dma_alloc_coherent', site, dev, n * size, handle, flags) as Ptr | null
    if (pointer === null) return rust.fail(ENOMEM)
    return this.own({ dev, pointer, address: handle[0] ?? 0n, count: n, size, published, borrow: null }, name)
  }

  private own(state: CoherentState, name: string): object {
    const { rust } = this
    const value = (state.published ? this.shared : this.exclusive).make(state)
    rust.s.owners.add(value, {
      allocation: Ptr.allocation(state.pointer),
      type: name,
      drop: (site) =>
        rust.call('dma_free_coherent', site, state.dev, state.count * state.size, state.pointer, state.address),
    })
    return value
  }

  private read(site: Site, self: CoherentState, index: number): number | bigint {
    const { rust } = this
    if (!(index >= 0 && index < self.count)) rust.fail(EINVAL)
    const at = self.pointer.add(index * self.size)
    return numberOf(rust.s.access.readBytes(site, at, self.size, Op.read))
  }

  private write(site: Site, self: CoherentState, index: number, value: number | bigint): void {
    const { rust } = this
    if (!(index >= 0 && index < self.count)) rust.fail(EINVAL)
    const data = bytesOf(value, self.size) ?? new Uint8Array(self.size)
    rust.s.access.writeBytes(site, self.pointer.add(index * self.size), data, Op.write)
  }

  /** `as_slice`, `as_ref`, `as_mut`: unsafe, because the device may access the memory meanwhile. */
  private exclusiveAccess(site: Site, self: CoherentState): Ptr {
    this.rust.note(site)
    return self.pointer
  }

  /** `CoherentBox` into `Coherent`: the address is known to the device from now on. */
  private publish(site: Site, self: CoherentState): object {
    const { rust } = this
    rust.consume(site, self.handle, Gone.MOVED)
    rust.note(site)
    return this.own({ ...self, published: true }, 'Coherent')
  }
}
