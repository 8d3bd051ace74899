/**
 * `PG_*` bits of a frame.
 *
 * Kernel: enum pageflags in include/linux/page-flags.h at v6.12.
 */
/** Bit numbers. */
export const PG_locked = 0
export const PG_writeback = 1
export const PG_referenced = 2
export const PG_uptodate = 3
export const PG_dirty = 4
export const PG_lru = 5
export const PG_head = 6
export const PG_waiters = 7
export const PG_active = 8
export const PG_workingset = 9
export const PG_owner_priv_1 = 10
export const PG_owner_2 = 11
export const PG_arch_1 = 12
export const PG_reserved = 13
export const PG_private = 14
export const PG_private_2 = 15
export const PG_reclaim = 16
export const PG_swapbacked = 17
export const PG_unevictable = 18
export const PG_mlocked = 19
export const PG_hwpoison = 20

const NAMES = [
  'locked',
  'writeback',
  'referenced',
  'uptodate',
  'dirty',
  'lru',
  'head',
  'waiters',
  'active',
  'workingset',
  'owner_priv_1',
  'owner_2',
  'arch_1',
  'reserved',
  'private',
  'private_2',
  'reclaim',
  'swapbacked',
  'unevictable',
  'mlocked',
  'hwpoison',
] as const

/** Names of the bits that are set, as a dump prints them. */
export function pageFlagNames(flags: number): string[] {
  return NAMES.filter((_, bit) => (flags & (1 << bit)) !== 0)
}

const bits = (...numbers: readonly number[]): number => numbers.reduce((mask, bit) => mask | (1 << bit), 0)

export const HEAD_BIT = 1 << PG_head

/** PAGE_FLAGS_CHECK_AT_FREE: bits that nobody may leave set on a page he frees. */
export const CHECK_AT_FREE = bits(
  PG_lru,
  PG_locked,
  PG_private,
  PG_private_2,
  PG_writeback,
  PG_reserved,
  PG_active,
  PG_unevictable,
  PG_mlocked,
)

/** PAGE_FLAGS_CHECK_AT_PREP: every flag but hwpoison; a free clears them, an allocation must find none. */
export const CHECK_AT_PREP = ((1 << NAMES.length) - 1) & ~(1 << PG_hwpoison)
