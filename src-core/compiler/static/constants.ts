/** Values of the constants that ownership depends on. Others are unknown to the check. */

import * as gfp from '../../mm/gfp.ts'
import { DMA_DIRECTIONS } from './natives-dma.ts'
import type { Value } from './values.ts'
import type { World } from './world.ts'

const ERRNO: Readonly<Record<string, number>> = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  E2BIG: 7,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  ENOTTY: 25,
  ENOSPC: 28,
  EPIPE: 32,
  ERANGE: 34,
  EDEADLK: 35,
  ENOSYS: 38,
  EOVERFLOW: 75,
  EOPNOTSUPP: 95,
  ETIMEDOUT: 110,
}

/** Those that are the same on every machine. */
const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...Object.entries(gfp).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  ...Object.entries(ERRNO),
  ...Object.entries(DMA_DIRECTIONS),
  ['PAGE_ALLOC_COSTLY_ORDER', 3],
  ['VM_MAP', 4],
  ['VM_MAP_PUT_PAGES', 0x200],
  ['PAGE_KERNEL', 0],
  ['VM_FAULT_NOPAGE', 0x100],
  ['VM_FAULT_SIGBUS', 2],
  ['VM_FAULT_OOM', 1],
  ['FOLL_WRITE', 1],
  ['FOLL_LONGTERM', 0x100],
  ['VM_READ', 1],
  ['VM_WRITE', 2],
  ['VM_EXEC', 4],
  ['VM_SHARED', 8],
  ['VM_MAYWRITE', 0x20],
  ['VM_PFNMAP', 0x400],
  ['VM_IO', 0x4000],
  ['VM_DONTCOPY', 0x2_0000],
  ['VM_DONTEXPAND', 0x4_0000],
  ['VM_DONTDUMP', 0x400_0000],
  ['VM_MIXEDMAP', 0x1000_0000],
  ['SLAB_TYPESAFE_BY_RCU', 0x8_0000],
  ['IRQ_NONE', 0],
  ['IRQ_HANDLED', 1],
])

/** A constant of the surface on the machine of a path; undefined if it is not known here, or no constant. */
export function constantOf(world: World, name: string): Value {
  if (name === 'PAGE_SIZE') return world.pageSize
  if (name === 'PAGE_SHIFT') return world.pageShift
  return name === 'MAX_PAGE_ORDER' ? world.maxPageOrder : CONSTANTS.get(name)
}
