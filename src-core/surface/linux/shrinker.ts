/**
 * linux/shrinker.h: constants only; its functions are not simulated yet (not-simulated.ts) and say so when they are
 * called.
 */

export function linuxShrinker() {
  return {
    values: {
      /** A shrinker's scan cannot make progress now (~0UL, here as the signed number). */
      SHRINK_STOP: -1,
      /** A shrinker has nothing to free (~0UL - 1). */
      SHRINK_EMPTY: -2,
    },
  }
}
