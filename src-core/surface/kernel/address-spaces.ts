/**
 * kernel::mm and kernel::mm::virt: what each type proves (KERNEL_FACTS §12.8). `Mm`: mm_count is held. `MmWithUser`:
 * mm_users is. `MmapReadGuard`: the mmap lock is held for reading. `VmaRef`: the area is valid while its guard lives.
 * `VmaMixedMap`: VM_MIXEDMAP is set. `VmaNew`: the area is being made, in the mmap hook.
 *
 * Simplified: a lock of a single area is the mmap lock taken for reading.
 */
import { BorrowKind, Gone } from '../../trace/contracts.ts'
import type { MmStruct } from '../../mm/mm-struct.ts'
import * as Vm from '../../mm/vma.ts'
import { mm_struct, type vm_area_struct } from '../handles/user-memory.ts'
import type { Site } from '../surface.ts'
import { pagesOf } from './page-type.ts'
import { EINVAL, type Borrow, type Handle, type Rust, type RustType } from './rust.ts'

interface MmState extends Handle {
  readonly mm: mm_struct
}
interface VmaState extends Handle {
  readonly vma: vm_area_struct
}

const SPACES = new WeakMap<Rust, AddressSpaces>()

export function spacesOf(rust: Rust): AddressSpaces {
  let spaces = SPACES.get(rust)
  if (spaces === undefined) SPACES.set(rust, (spaces = new AddressSpaces(rust)))
  return spaces
}

export class AddressSpaces {
  private readonly mms: RustType<MmState>
  private readonly users: RustType<MmState>
  private readonly guards: RustType<MmState>
  private readonly areas: RustType<VmaState>
  private readonly mixed: RustType<VmaState>
  private readonly fresh: RustType<VmaState>

  constructor(private readonly rust: Rust) {
    const mmPure = { as_raw: (self: MmState) => self.mm }
    this.mms = rust.type<MmState>('Mm', {
      steps: {
        mmget_not_zero: (site, self) => this.getUsers(site, self.mm),
        clone: (site, self) => this.grab(site, self.mm),
      },
      pure: mmPure,
    })
    this.users = rust.type<MmState>('MmWithUser', {
      steps: {
        mmap_read_trylock: (site, self) =>
          rust.call('mmap_read_trylock', site, self.mm) === 1 ? this.guard(self.mm, false) : null,
        lock_vma_under_rcu: (site, self, addr: bigint | number) => this.lockArea(site, self.mm, addr),
        clone: (site, self) => this.getUsers(site, self.mm),
      },
      suspending: {
        mmap_read_lock: (site, self) => this.lock(site, self.mm, 'mmap_read_lock'),
        mmap_write_lock: (site, self) => this.lock(site, self.mm, 'mmap_write_lock'),
      },
      pure: mmPure,
    })
    this.guards = rust.type<MmState>('MmapReadGuard', {
      steps: { vma_lookup: (site, self, addr: bigint | number) => this.lookup(site, self, addr) },
    })
    const areaPure = {
      start: (self: VmaState) => self.vma.vm_start,
      end: (self: VmaState) => self.vma.vm_end,
      flags: (self: VmaState) => self.vma.vm_flags,
      as_ptr: (self: VmaState) => self.vma,
      mm: (self: VmaState) => this.borrowedMm(self),
    }
    const areaSteps = {
      zap_vma_range: (site: Site, self: VmaState, addr: bigint | number, size: number) =>
        this.zap(site, self, addr, size),
      zap_page_range_single: (site: Site, self: VmaState, addr: bigint | number, size: number) =>
        this.zap(site, self, addr, size),
    }
    const insert = (site: Site, self: VmaState, addr: bigint | number, page: object): void =>
      this.insert(site, self, addr, page)
    this.areas = rust.type<VmaState>('VmaRef', {
      steps: { ...areaSteps, as_mixedmap_vma: (site, self) => this.asMixed(site, self) },
      pure: areaPure,
    })
    this.mixed = rust.type<VmaState>('VmaMixedMap', { steps: { ...areaSteps, vm_insert_page: insert }, pure: areaPure })
    this.fresh = rust.type<VmaState>('VmaNew', {
      steps: {
        ...areaSteps,
        as_mixedmap_vma: (site, self) => this.asMixed(site, self),
        set_mixedmap: (site, self) => {
          this.set(site, self, Vm.VM_MIXEDMAP)
          return this.mixed.make({ vma: self.vma, borrow: self.borrow ?? null })
        },
        set_io: (site, self) => this.set(site, self, Vm.VM_IO),
        set_dontexpand: (site, self) => this.set(site, self, Vm.VM_DONTEXPAND),
        set_dontcopy: (site, self) => this.set(site, self, Vm.VM_DONTCOPY),
        set_dontdump: (site, self) => this.set(site, self, Vm.VM_DONTDUMP),
        try_clear_mayread: (site, self) => this.tryClear(site, self, Vm.VM_READ, Vm.VM_MAYREAD),
        try_clear_maywrite: (site, self) => this.tryClear(site, self, Vm.VM_WRITE, Vm.VM_MAYWRITE),
        try_clear_mayexec: (site, self) => this.tryClear(site, self, Vm.VM_EXEC, Vm.VM_MAYEXEC),
      },
      pure: {
        ...areaPure,
        readable: (self) => (self.vma.vm_flags & Vm.VM_READ) !== 0,
        writable: (self) => (self.vma.vm_flags & Vm.VM_WRITE) !== 0,
      },
    })
  }

  // ---- the struct and its users

  /** An `ARef<Mm>`: holds the struct. */
  grab(site: Site, mm: mm_struct): object {
    const { rust } = this
    rust.call('mmgrab', site, mm)
    const value = this.mms.make({ mm, borrow: null })
    rust.s.owners.add(value, { allocation: 0, type: 'ARef|Mm', drop: (at) => rust.call('mmdrop', at, mm) })
    return value
  }

  /** The address space of the running program; null in a kernel thread. */
  current(site: Site): object | null {
    const { users } = this.rust.s
    const space = users.current?.mm
    if (space === undefined) {
      this.rust.note(site)
      return null
    }
    return this.getUsers(site, users.mm(space))
  }

  private getUsers(site: Site, mm: mm_struct): object | null {
    return this.rust.call('mmget_not_zero', site, mm) === true ? this.withUsers(mm) : null
  }

  private withUsers(mm: mm_struct, put: 'mmput' | 'mmput_async' = 'mmput'): object {
    const { rust } = this
    const value = this.users.make({ mm, borrow: null })
    rust.s.owners.add(value, { allocation: 0, type: 'MmWithUser', drop: (site) => rust.call(put, site, mm) })
    return value
  }

  /** `MmWithUser::into_mmput_async`: the user is given back by a worker. */
  intoAsync(site: Site, value: object): object {
    const { rust } = this
    const { mm } = this.users.alive(site, value)
    if (!rust.consume(site, value, Gone.MOVED)) throw new TypeError('into_mmput_async() takes an MmWithUser that owns')
    rust.note(site)
    return this.withUsers(mm, 'mmput_async')
  }

  /** `MmWithUser::from_raw`: borrows a struct whose users the caller knows of. */
  fromRaw(site: Site, mm: mm_struct): object {
    const { rust } = this
    if (mm.mm_users === 0) rust.breach(site, 'MmWithUser::from_raw#users', 0)
    rust.note(site)
    return this.users.make({ mm, borrow: null })
  }

  private borrowedMm(self: VmaState): object {
    return this.users.make({ mm: self.vma.vm_mm, borrow: self.borrow ?? null })
  }

  // ---- locks

  private lock(site: Site, mm: mm_struct, call: 'mmap_read_lock' | 'mmap_write_lock'): unknown {
    const { rust } = this
    const result = rust.call(call, site, mm)
    return result === rust.host.blocked ? result : this.guard(mm, call === 'mmap_write_lock')
  }

  private guard(mm: mm_struct, write: boolean): object {
    const { rust } = this
    const value = this.guards.make({ mm, borrow: null })
    rust.s.owners.add(value, {
      allocation: 0,
      type: 'MmapReadGuard',
      drop: (site) => rust.call(write ? 'mmap_write_unlock' : 'mmap_read_unlock', site, mm),
    })
    return value
  }

  private lockArea(site: Site, mm: mm_struct, addr: bigint | number): object | null {
    const { rust } = this
    if (rust.call('mmap_read_trylock', site, mm) !== 1) return null
    const guard = this.guard(mm, false)
    const vma = rust.call('vma_lookup', site, mm, addr) as vm_area_struct | null
    if (vma === null) {
      rust.s.owners.remove(guard)
      rust.call('mmap_read_unlock', site, mm)
      return null
    }
    // The guard is the area: dropping it releases the lock.
    const area = this.areas.make({ vma, borrow: null })
    rust.s.owners.remove(guard)
    rust.s.owners.add(area, {
      allocation: 0,
      type: 'VmaReadGuard',
      drop: (at) => rust.call('mmap_read_unlock', at, mm),
    })
    return area
  }

  private lookup(site: Site, self: MmState, addr: bigint | number): object | null {
    const { rust } = this
    const vma = rust.call('vma_lookup', site, self.mm, addr) as vm_area_struct | null
    if (vma === null) return null
    const guard = self.handle ?? self
    return this.areas.make({ vma, borrow: this.guarded(rust.s.trace.step, guard) })
  }

  private guarded(step: number, guard: object): Borrow {
    const gone = this.rust.ownerGone(guard)
    return { allocation: 0, step, dead: () => (gone() === 0 ? 0 : BorrowKind.GUARD) }
  }

  private spaceOf(vma: vm_area_struct): MmStruct {
    return mm_struct.behind(vma.vm_mm)
  }

  // ---- areas

  /** `VmaRef::from_raw`: the caller holds the lock. */
  areaFromRaw(site: Site, vma: vm_area_struct): object {
    const { rust } = this
    const lock = rust.s.users.lock(this.spaceOf(vma))
    if (lock.owner < 0 && lock.readers.length === 0) rust.breach(site, 'VmaRef::from_raw#locked', 0)
    rust.note(site)
    return this.areas.make({ vma, borrow: null })
  }

  /** `VmaNew::from_raw`: in the mmap hook. */
  newArea(site: Site, vma: vm_area_struct): object {
    const { rust } = this
    const lock = rust.s.users.lock(this.spaceOf(vma))
    if (lock.owner < 0) rust.breach(site, 'VmaNew::from_raw#mmap', 0)
    rust.note(site)
    return this.fresh.make({ vma, borrow: null })
  }

  private asMixed(site: Site, self: VmaState): object | null {
    this.rust.note(site)
    const set = (self.vma.vm_flags & Vm.VM_MIXEDMAP) !== 0
    return set ? this.mixed.make({ vma: self.vma, borrow: self.borrow ?? null }) : null
  }

  /** `VmaMixedMap::from_raw`: the caller knows the flag. */
  mixedFromRaw(site: Site, vma: vm_area_struct): object {
    const { rust } = this
    if ((vma.vm_flags & Vm.VM_MIXEDMAP) === 0) rust.breach(site, 'VmaMixedMap#flag', 0)
    rust.note(site)
    return this.mixed.make({ vma, borrow: null })
  }

  private insert(site: Site, self: VmaState, addr: bigint | number, page: object): void {
    const { rust } = this
    const { pfn } = pagesOf(rust).argument(site, page)
    const result = rust.call('vm_insert_page', site, self.vma, addr, rust.s.handles.page(pfn)) as number
    if (result < 0) rust.fail(result)
  }

  private zap(site: Site, self: VmaState, addr: bigint | number, size: number): void {
    this.rust.call('zap_page_range_single', site, self.vma, addr, size)
  }

  private set(site: Site, self: VmaState, flags: number): void {
    this.rust.call('vm_flags_set', site, self.vma, flags)
  }

  private tryClear(site: Site, self: VmaState, active: number, may: number): void {
    if ((self.vma.vm_flags & active) !== 0) this.rust.fail(EINVAL, 'the right is active')
    this.rust.call('vm_flags_clear', site, self.vma, may)
  }
}
