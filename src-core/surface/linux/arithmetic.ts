/** linux/align.h, math.h, minmax.h and log2.h: arithmetic that drivers write with the kernel's words. No steps. */
import {
  alignDown,
  alignUp,
  clampTo,
  divideUp,
  isAligned,
  isPowerOfTwo,
  larger,
  log2,
  powerFrom,
  smaller,
  whole,
} from '../../base/kernel-arithmetic.ts'
import type { Surface } from '../surface.ts'

export function linuxArithmetic(_s: Surface) {
  return {
    pure: {
      /** `x` rounded up to a multiple of `a`, a power of two. No step. */
      ALIGN<T extends number | bigint>(x: T, a: number | bigint): T extends bigint ? bigint : number {
        return alignUp(x, a, 'ALIGN')
      },
      /** `x` rounded down to a multiple of `a`, a power of two. No step. */
      ALIGN_DOWN<T extends number | bigint>(x: T, a: number | bigint): T extends bigint ? bigint : number {
        return alignDown(x, a, 'ALIGN_DOWN')
      },
      /** True if `x` is a multiple of `a`, a power of two. No step. */
      IS_ALIGNED(x: number | bigint, a: number | bigint): boolean {
        return isAligned(x, a, 'IS_ALIGNED')
      },
      /** `x` rounded up to a multiple of `a`, a power of two. No step. */
      round_up<T extends number | bigint>(x: T, a: number | bigint): T extends bigint ? bigint : number {
        return alignUp(x, a, 'round_up')
      },
      /** `x` rounded down to a multiple of `a`, a power of two. No step. */
      round_down<T extends number | bigint>(x: T, a: number | bigint): T extends bigint ? bigint : number {
        return alignDown(x, a, 'round_down')
      },
      /** `n / d`, rounded up. No step. */
      DIV_ROUND_UP<T extends number | bigint>(n: T, d: number | bigint): T extends bigint ? bigint : number {
        return divideUp(n, d, 'DIV_ROUND_UP')
      },
      /** The smaller of two values of one type. No step. */
      min<T extends number | bigint>(x: T, y: T extends bigint ? bigint : number): T extends bigint ? bigint : number {
        return smaller(x, y, 'min')
      },
      /** The larger of two values of one type. No step. */
      max<T extends number | bigint>(x: T, y: T extends bigint ? bigint : number): T extends bigint ? bigint : number {
        return larger(x, y, 'max')
      },
      /** `x`, but not below `lo` and not above `hi`. No step. */
      clamp<T extends number | bigint>(
        x: T,
        lo: T extends bigint ? bigint : number,
        hi: T extends bigint ? bigint : number,
      ): T extends bigint ? bigint : number {
        return clampTo(x, lo, hi, 'clamp')
      },
      /** log2 of `n`, rounded down. `n` is 1 or more. No step. */
      ilog2(n: number | bigint): number {
        if (BigInt(whole(n, 'n', 'ilog2')) === 0n) throw new TypeError('ilog2(): 0 has no logarithm')
        return log2(n, 'ilog2')
      },
      /** True if `n` is a power of two; 0 is none. No step. */
      is_power_of_2(n: number | bigint): boolean {
        return isPowerOfTwo(n, 'is_power_of_2')
      },
      /** The smallest power of two that is `n` or more. `n` is 1 or more. No step. */
      roundup_pow_of_two<T extends number | bigint>(n: T): T extends bigint ? bigint : number {
        return powerFrom(n, 'roundup_pow_of_two')
      },
    },
  }
}
