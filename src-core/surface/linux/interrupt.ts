/**
 * linux/interrupt.h: constants only; its functions are not simulated yet (not-simulated.ts) and say so when they are
 * called.
 */

export function linuxInterrupt() {
  return {
    values: {
      /** The interrupt was not from this device. */
      IRQ_NONE: 0,
      /** The interrupt was handled. */
      IRQ_HANDLED: 1,
      /** The handler asks to wake its thread. */
      IRQ_WAKE_THREAD: 2,
    },
  }
}
