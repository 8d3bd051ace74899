/**
 * linux/mm.h, linux/sched/mm.h, linux/mmap_lock.h: address spaces: their areas by address, who holds them, their lock,
 * their counters. Follows mm/mmap.c, kernel/fork.c and include/linux/mm.h at v6.12 (KERNEL_FACTS 7.8).
 */
import { changes, Part, reads } from '../../machine/state-watch.ts'
import { Flag, KindFlag, Op } from '../../trace/ops.ts'
import type { MmStruct } from '../../mm/mm-struct.ts'
import { MmCounter, MM_COUNTERS } from '../../mm/rss-stat.ts'
import { LockMode } from '../../sched/locks.ts'
import { addressOf, mustNotBeNull } from '../arguments.ts'
import type { Ptr } from '../handles/pointer.ts'
import { mm_struct, type vm_area_struct } from '../handles/user-memory.ts'
import { LockSteps } from '../lock-steps.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxAddressSpaces(s: Surface, host: RunHost) {
  const { trace, users } = s
  const steps = new LockSteps(s, host)
  const size = s.pageSize

  function mmOf(handle: mm_struct, kind: number): MmStruct {
    if (mm_struct.is(handle)) return mm_struct.behind(handle)
    if (handle === null || handle === undefined) s.pointer(null, kind)
    throw s.wrongType(kind, 'an mm_struct')
  }

  function lockOf(handle: mm_struct): ReturnType<typeof users.lock> {
    mustNotBeNull(handle, 'an mm_struct')
    if (!mm_struct.is(handle)) throw new TypeError('this call takes an mm_struct')
    return users.lock(mm_struct.behind(handle))
  }

  function counted(site: Site, mm: MmStruct, touch = changes): void {
    touch(Part.COUNTS, mm)
    trace.begin(site)
    s.done(Op.mm_count, 0, mm.id, mm.users, mm.count, 0)
  }

  /** `sleeps`: KindFlag.SLEEPS of mmput(), which may tear the address space down itself. */
  function dropUser(site: Site, mm: MmStruct, sleeps: number): void {
    changes(Part.COUNTS, mm)
    trace.begin(site)
    const lock = users.lock(mm)
    const task = s.control.task
    // exit_mmap() takes mmap_lock: lockdep warns of whoever drops the last user while holding it.
    const locked = mm.users === 1 && (lock.owner === task || lock.readers.includes(task))
    s.done(Op.mm_count, 0, mm.id, mm.users - 1, mm.count, (locked ? Flag.WARNED : 0) | sleeps)
    mm.users--
    if (mm.users === 0) users.tearDown(site, mm)
  }

  function looked(site: Site, kind: number, mm: mm_struct, addr: bigint | number | Ptr): vm_area_struct | null {
    trace.begin(site)
    const space = mmOf(mm, kind)
    const at = addressOf(addr)
    const vma = kind === Op.vma_lookup ? space.lookup(at) : space.findVma(at)
    s.done(kind, 0, Math.floor(at / size) >>> 0, vma === null ? 0 : 1, space.id, 0)
    return vma === null ? null : users.vma(vma)
  }

  /** Adds to a counter of resident pages, or reads it: one step. */
  function counter(site: Site, mm: mm_struct, member: number, value: number | null): number {
    trace.begin(site)
    const space = mmOf(mm, Op.mm_counter)
    s.integer(member, 'member', 0, MM_COUNTERS - 1)
    if (value === null) {
      reads(Part.COUNTS, space)
      reads(Part.ENTRIES, space.table)
    } else {
      changes(Part.COUNTS, space)
      space.rss.add(s.kernel.pages.pcp.cpu, member, s.integer(value, 'value', -(2 ** 31), 2 ** 31 - 1))
    }
    const result = value ?? space.rss.read(member)
    s.done(Op.mm_counter, 0, space.id, member, result, 0)
    return result
  }

  return {
    steps: {
      /** The area that an address lies in; null = none. Needs mmap_lock. */
      vma_lookup(site: Site, mm: mm_struct, addr: bigint | number | Ptr): vm_area_struct | null {
        return looked(site, Op.vma_lookup, mm, addr)
      },
      /** The first area that ends above an address; the address may lie below it. Needs mmap_lock. */
      find_vma(site: Site, mm: mm_struct, addr: bigint | number | Ptr): vm_area_struct | null {
        return looked(site, Op.find_vma, mm, addr)
      },
      /** Becomes a user of an address space that has one already. */
      mmget(site: Site, mm: mm_struct): void {
        const space = mmOf(mm, Op.mm_count)
        space.users++
        counted(site, space)
      },
      /** Becomes a user of an address space unless it has none any more. True if it worked. */
      mmget_not_zero(site: Site, mm: mm_struct): boolean {
        const space = mmOf(mm, Op.mm_count)
        const alive = space.users > 0
        if (alive) space.users++
        counted(site, space, alive ? changes : reads)
        return alive
      },
      /** Stops being a user; the last one unmaps everything. May sleep. */
      mmput(site: Site, mm: mm_struct): void {
        dropUser(site, mmOf(mm, Op.mm_count), KindFlag.SLEEPS)
      },
      /** `mmput` from atomic context: a worker does it. Here it happens at once. */
      mmput_async(site: Site, mm: mm_struct): void {
        dropUser(site, mmOf(mm, Op.mm_count), 0)
      },
      /** Keeps the `mm_struct`, not what is mapped. */
      mmgrab(site: Site, mm: mm_struct): void {
        const space = mmOf(mm, Op.mm_count)
        space.count++
        counted(site, space)
      },
      /** Gives back what `mmgrab` took. */
      mmdrop(site: Site, mm: mm_struct): void {
        const space = mmOf(mm, Op.mm_count)
        users.dropHolder(space)
        counted(site, space)
      },
      /** Takes mmap_lock for reading if nobody writes. Returns 1 or 0. */
      mmap_read_trylock(site: Site, mm: mm_struct): number {
        return steps.tryLock(site, lockOf(mm), LockMode.SHARED) ? 1 : 0
      },
      /** Releases mmap_lock after reading. */
      mmap_read_unlock(site: Site, mm: mm_struct): void {
        steps.unlock(site, lockOf(mm), LockMode.SHARED)
      },
      /** Releases mmap_lock after writing. */
      mmap_write_unlock(site: Site, mm: mm_struct): void {
        steps.unlock(site, lockOf(mm), LockMode.EXCLUSIVE)
      },
      /** Resident pages of a kind, without what the cpus have not added up yet: a multiple of what they keep. */
      get_mm_counter(site: Site, mm: mm_struct, member: number): number {
        return counter(site, mm, member, null)
      },
      /** Adds to a counter of resident pages. What is left when the last holder goes is a "Bad rss-counter state". */
      add_mm_counter(site: Site, mm: mm_struct, member: number, value: number): void {
        counter(site, mm, member, value)
      },
      /** Adds one to a counter of resident pages. */
      inc_mm_counter(site: Site, mm: mm_struct, member: number): void {
        counter(site, mm, member, 1)
      },
      /** Takes one from a counter of resident pages. */
      dec_mm_counter(site: Site, mm: mm_struct, member: number): void {
        counter(site, mm, member, -1)
      },
    },
    suspending: {
      /** Takes mmap_lock for reading, sleeping while somebody writes. */
      mmap_read_lock(site: Site, mm: mm_struct): void {
        return steps.take(site, lockOf(mm), LockMode.SHARED) as void
      },
      /** Takes mmap_lock for writing, sleeping until nobody holds it. */
      mmap_write_lock(site: Site, mm: mm_struct): void {
        return steps.take(site, lockOf(mm), LockMode.EXCLUSIVE) as void
      },
    },
    values: {
      /** Resident pages of files, and of drivers. */
      MM_FILEPAGES: MmCounter.MM_FILEPAGES,
      /** Resident anonymous pages. */
      MM_ANONPAGES: MmCounter.MM_ANONPAGES,
      /** Anonymous entries that are swapped out. */
      MM_SWAPENTS: MmCounter.MM_SWAPENTS,
      /** Resident pages of shared anonymous memory. */
      MM_SHMEMPAGES: MmCounter.MM_SHMEMPAGES,
    },
  }
}
