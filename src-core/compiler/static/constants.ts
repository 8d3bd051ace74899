/** Values of the constants that ownership depends on. Others are unknown to the check. */

import * as gfp from '../../mm/gfp.ts'
import { DMA_DIRECTIONS } from './natives-dma.ts'
import type { Value } from './values.ts'

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
  ENOSPC: 28,
  EPIPE: 32,
  ERANGE: 34,
  EDEADLK: 35,
  ENOSYS: 38,
  EOVERFLOW: 75,
  EOPNOTSUPP: 95,
  ETIMEDOUT: 110,
}

export const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...Object.entries(gfp).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  ...Object.entries(ERRNO),
  ...Object.entries(DMA_DIRECTIONS),
  ['PAGE_SIZE', 4096],
  ['PAGE_SHIFT', 12],
  ['MAX_PAGE_ORDER', 10],
  ['PAGE_ALLOC_COSTLY_ORDER', 3],
  ['VM_MAP', 4],
  ['VM_MAP_PUT_PAGES', 0x200],
  ['PAGE_KERNEL', 0],
  ['VM_FAULT_NOPAGE', 0x100],
  ['VM_FAULT_SIGBUS', 2],
  ['VM_FAULT_OOM', 1],
  ['IRQ_NONE', 0],
  ['IRQ_HANDLED', 1],
])
