/** linux/errno.h and linux/err.h: error numbers and error pointers. */
import { Ptr } from '../handles/pointer.ts'
import type { Surface } from '../surface.ts'

/** Largest error number an error pointer can carry. */
const MAX_ERRNO = 4095n

export function linuxErrno(s: Surface) {
  const bits = 8 * s.access.word
  const firstError = (1n << BigInt(bits)) - MAX_ERRNO
  return {
    pure: {
      /** True if the value is an error pointer made by `ERR_PTR`. No step. */
      IS_ERR(p: unknown): boolean {
        return Ptr.is(p) && p.addr >= firstError
      },
      /** True if the value is null or an error pointer. No step. */
      IS_ERR_OR_NULL(p: unknown): boolean {
        return p === null || p === undefined || (Ptr.is(p) && p.addr >= firstError)
      },
      /** The negative error number of an error pointer. No step. */
      PTR_ERR(p: Ptr): number {
        if (!Ptr.is(p)) throw new TypeError('PTR_ERR() takes a pointer')
        return Number(BigInt.asIntN(bits, p.addr))
      },
      /** An error pointer that carries a negative error number. No step. */
      ERR_PTR(error: number): Ptr {
        return s.access.fromAddress(
          BigInt.asUintN(bits, BigInt(s.integer(error, 'error', -(2 ** 53) + 1, 2 ** 53 - 1, true))),
        )
      },
    },
    values: {
      /** Operation not permitted. */
      EPERM: 1,
      /** No such file or directory. */
      ENOENT: 2,
      /** No such process: its address space is gone. */
      ESRCH: 3,
      /** Interrupted system call. */
      EINTR: 4,
      /** I/O error. */
      EIO: 5,
      /** No such device or address. */
      ENXIO: 6,
      /** Argument list too long. */
      E2BIG: 7,
      /** Bad file number. */
      EBADF: 9,
      /** Try again. */
      EAGAIN: 11,
      /** Out of memory. */
      ENOMEM: 12,
      /** Permission denied. */
      EACCES: 13,
      /** Bad address. */
      EFAULT: 14,
      /** Device or resource busy. */
      EBUSY: 16,
      /** File exists. */
      EEXIST: 17,
      /** No such device. */
      ENODEV: 19,
      /** Invalid argument. */
      EINVAL: 22,
      /** Not a typewriter: no such ioctl. */
      ENOTTY: 25,
      /** No space left on device. */
      ENOSPC: 28,
      /** Broken pipe. */
      EPIPE: 32,
      /** Result too large. */
      ERANGE: 34,
      /** Would deadlock. */
      EDEADLK: 35,
      /** Not implemented. */
      ENOSYS: 38,
      /** Value too large. */
      EOVERFLOW: 75,
      /** Operation not supported. */
      EOPNOTSUPP: 95,
      /** Timed out. */
      ETIMEDOUT: 110,
    },
  }
}
