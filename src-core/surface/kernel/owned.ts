/**
 * kernel::types: `Owned`, `ARef` and the traits behind them, as functions of one run (KERNEL_FACTS §12.4). The values
 * are the objects themselves; ownership is kept beside them.
 */
import { callUser, Driven, type Steps } from '../../sched/driven.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { page as CPage } from '../handles/page.ts'
import { Ptr } from '../handles/pointer.ts'
import type { Site } from '../surface.ts'
import { foreignOf } from './foreign.ts'
import { pagesOf } from './page-type.ts'
import type { Rust } from './rust.ts'

const OWNEDS = new WeakMap<Rust, Owneds>()

export function ownedsOf(rust: Rust): Owneds {
  let owneds = OWNEDS.get(rust)
  if (owneds === undefined) OWNEDS.set(rust, (owneds = new Owneds(rust)))
  return owneds
}

export class Owneds {
  constructor(private readonly rust: Rust) {}

  /** `Owned::from_raw`. */
  fromRaw(site: Site, value: object): object {
    const { rust } = this
    if (CPage.is(value)) return pagesOf(rust).fromRaw(site, value)
    if (typeof value !== 'object' || value === null)
      throw new TypeError('Owned.from_raw() takes an object of a class with a static release(self), or a page')
    const { trace, owners } = rust.s
    const known = owners.find(value)
    if (known !== undefined) {
      // Every owner is made by a step that its allocation remembers.
      rust.breach(site, 'Owned::from_raw#exclusive', known.allocation, this.born.get(known.allocation) ?? 0)
    }
    if (typeof rust.classOf(value)['release'] !== 'function' && !owners.holds(value))
      rust.breach(site, 'Ownable::release#frees', 0)
    trace.begin(site)
    const allocation = trace.allocation(AllocationKind.OWNED, 0, 0)
    owners.add(value, { allocation, type: 'Owned' })
    this.made(allocation, value)
    this.born.set(allocation, trace.step)
    return value
  }

  private readonly born = new Map<number, number>()
  /** Numbers of the objects that are owned: several counted references have one object. */
  private readonly numbers = new WeakMap<object, number>()
  private objects = 0

  /** Ends the row that makes an owner: the object, and the first two allocations that its fields name. */
  private made(allocation: number, value: object): void {
    const { s } = this.rust
    const known = this.numbers.get(value)
    const number = known ?? ++this.objects
    if (known === undefined) this.numbers.set(value, number)
    const [a = 0, b = 0] = Object.values(value)
      .map((field: unknown) => this.memoryOf(field))
      .filter((id) => id !== 0)
    s.done(Op.owned_new, allocation, number, a, b, 0)
  }

  private memoryOf(field: unknown): number {
    if (Ptr.is(field)) return Ptr.allocation(field)
    if (CPage.is(field)) return this.rust.occupant(CPage.pfn(field))
    return this.rust.s.owners.find(field)?.allocation ?? 0
  }

  /** `Owned::into_raw`: gives the value up without releasing it. */
  intoRaw(site: Site, value: object): object {
    const { rust } = this
    const pages = pagesOf(rust)
    if (pages.type.state(value) !== undefined) return pages.intoRaw(site, value)
    const ownership = rust.s.owners.find(value)
    rust.checkEnded(site, value)
    if (ownership === undefined) throw new TypeError('Owned.into_raw() takes an owner that was not moved or dropped')
    rust.s.owners.remove(value)
    rust.s.trace.begin(site)
    rust.s.done(Op.into_raw, ownership.allocation, NO_SUBJECT, 0, 0, Flag.LAST)
    return value
  }

  // ---- ARef

  /** A counted reference becomes an owner of the value. */
  private count(value: object): void {
    const { rust } = this
    this.addClone(value)
    const { trace, owners } = rust.s
    const allocation = trace.allocation(AllocationKind.OWNED, 0, 0)
    owners.add(value, { allocation, type: 'ARef', drop: (site) => this.dropReference(site, value, allocation) })
  }

  /** `a.clone()`: unless the type has a method of that name. */
  private addClone(value: object): void {
    if ('clone' in value || !Object.isExtensible(value)) return
    const owneds = this
    const clone = this.rust.host.suspendingValue(function (this: unknown, site) {
      return owneds.reference(site as Site, this as object)
    })
    Object.defineProperty(value, 'clone', { value: clone, enumerable: false, configurable: true })
  }

  private dropReference(site: Site, value: object, allocation: number): Driven {
    const { rust } = this
    rust.s.trace.begin(site)
    rust.s.done(Op.drop, allocation, NO_SUBJECT, 0, 0, Flag.LAST)
    return new Driven(this.callCount(value, 'dec_ref'))
  }

  private *callCount(value: object, name: 'inc_ref' | 'dec_ref'): Steps {
    const fn = this.rust.classOf(value)[name]
    if (typeof fn === 'function') yield* callUser(fn, [value])
    return undefined
  }

  private counted(site: Site, value: object): void {
    const type = this.rust.classOf(value)
    if (typeof type['inc_ref'] === 'function' && typeof type['dec_ref'] === 'function') return
    this.rust.breach(site, 'ARef#owns-increment', 0)
  }

  /** `ARef::from(&T)`, `clone()`: takes an increment. */
  reference(site: Site, value: object): Driven {
    const { rust } = this
    if (typeof value !== 'object' || value === null)
      throw new TypeError('ARef.from() takes an object of a class with static inc_ref(self) and dec_ref(self)')
    rust.checkEnded(site, value)
    this.counted(site, value)
    rust.s.trace.begin(site)
    this.count(value)
    this.made(rust.s.trace.lastAllocation, value)
    const owneds = this
    return new Driven(
      (function* (): Steps {
        yield* owneds.callCount(value, 'inc_ref')
        return value
      })(),
    )
  }

  /** `ARef::from_raw`: takes over an increment that the caller has. */
  adopt(site: Site, value: object): object {
    const { rust } = this
    const spare = this.raw.get(value) ?? 0
    if (spare === 0 && rust.s.owners.find(value)?.type === 'ARef')
      rust.breach(site, 'ARef::from_raw#increment', rust.s.owners.find(value)?.allocation ?? 0)
    if (spare > 0) this.raw.set(value, spare - 1)
    this.counted(site, value)
    rust.s.trace.begin(site)
    this.count(value)
    this.made(rust.s.trace.lastAllocation, value)
    return value
  }

  /** Increments that into_raw() handed out, by object. */
  private readonly raw = new WeakMap<object, number>()

  /** `ARef::into_raw`: the increment belongs to the pointer. */
  referenceIntoRaw(site: Site, value: object): object {
    const { rust } = this
    const ownership = rust.s.owners.find(value)
    rust.checkEnded(site, value)
    if (ownership?.type !== 'ARef') throw new TypeError('ARef.into_raw() takes an ARef')
    rust.s.owners.remove(value)
    this.raw.set(value, (this.raw.get(value) ?? 0) + 1)
    rust.s.trace.begin(site)
    rust.s.done(Op.into_raw, ownership.allocation, NO_SUBJECT, 0, 0, Flag.LAST)
    return value
  }

  // ---- OwnableRefCounted

  /** `OwnableRefCounted::into_shared`: the one owner becomes one counted reference. */
  intoShared(site: Site, value: object): object {
    const { rust } = this
    const ownership = rust.s.owners.find(value)
    rust.checkEnded(site, value)
    if (ownership === undefined) throw new TypeError('into_shared() takes an Owned')
    rust.s.owners.remove(value)
    rust.s.trace.begin(site)
    rust.s.done(Op.into_raw, ownership.allocation, NO_SUBJECT, 0, 0, Flag.LAST)
    rust.s.trace.begin(site)
    this.count(value)
    this.made(rust.s.trace.lastAllocation, value)
    return value
  }

  /** `OwnableRefCounted::try_from_shared`: the owner, if this reference is the only one; null: the ARef stays. */
  tryFromShared(site: Site, value: object): Driven {
    const { rust } = this
    const owneds = this
    rust.checkEnded(site, value)
    rust.note(site)
    return new Driven(
      (function* (): Steps {
        const ask = rust.classOf(value)['is_unique']
        const unique =
          typeof ask === 'function' ? Boolean(yield* callUser(ask, [value])) : rust.s.owners.count(value) === 1
        if (!unique) return null
        const ownership = rust.s.owners.find(value)
        if (ownership !== undefined) {
          rust.s.owners.remove(value)
          yield
          rust.s.trace.begin(site)
          rust.s.done(Op.into_raw, ownership.allocation, NO_SUBJECT, 0, 0, Flag.LAST)
        }
        yield
        return owneds.fromRaw(site, value)
      })(),
    )
  }

  // ---- the objects that snippets have

  owned(): object {
    const { rust } = this
    const { into_foreign, from_foreign, try_from_foreign, borrow, borrow_mut } = foreignOf(rust).statics('Owned')
    return {
      from_raw: rust.fn((site, value: object) => this.fromRaw(site, value)),
      into_raw: rust.fn((site, value: object) => this.intoRaw(site, value)),
      into_shared: rust.fn((site, value: object) => this.intoShared(site, value)),
      try_from_shared: rust.suspendingFn((site, value: object) => this.tryFromShared(site, value)),
      into_foreign,
      from_foreign,
      try_from_foreign,
      borrow,
      borrow_mut,
    }
  }

  aref(): object {
    const { rust } = this
    return {
      from: rust.suspendingFn((site, value: object) => this.reference(site, value)),
      clone: rust.suspendingFn((site, value: object) => this.reference(site, value)),
      from_raw: rust.fn((site, value: object) => this.adopt(site, value)),
      into_raw: rust.fn((site, value: object) => this.referenceIntoRaw(site, value)),
    }
  }

  refCounted(): object {
    const { rust } = this
    return {
      into_shared: rust.fn((site, value: object) => this.intoShared(site, value)),
      try_from_shared: rust.suspendingFn((site, value: object) => this.tryFromShared(site, value)),
    }
  }
}
