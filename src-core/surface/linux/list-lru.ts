/**
 * linux/list_lru.h: constants only; its functions are not simulated yet (not-simulated.ts) and say so when they are
 * called.
 */

export function linuxListLru() {
  return {
    values: {
      /** The item was removed from the list. */
      LRU_REMOVED: 0,
      /** The item was removed, and the lock was dropped and taken again. */
      LRU_REMOVED_RETRY: 1,
      /** The item was referenced: give it another pass. */
      LRU_ROTATE: 2,
      /** The item cannot be locked: skip it. */
      LRU_SKIP: 3,
      /** The item is not freeable now; the lock was dropped, start again. */
      LRU_RETRY: 4,
    },
  }
}
