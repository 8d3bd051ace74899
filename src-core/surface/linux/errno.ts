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
      /** Executable format error. */
      ENOEXEC: 8,
      /** No child processes. */
      ECHILD: 10,
      /** Cross-device link. */
      EXDEV: 18,
      /** Not a directory. */
      ENOTDIR: 20,
      /** Is a directory. */
      EISDIR: 21,
      /** Too many open files in the system. */
      ENFILE: 23,
      /** Too many open files. */
      EMFILE: 24,
      /** Text file busy. */
      ETXTBSY: 26,
      /** File too large. */
      EFBIG: 27,
      /** Illegal seek. */
      ESPIPE: 29,
      /** Read-only file system. */
      EROFS: 30,
      /** Numerical argument out of domain. */
      EDOM: 33,
      /** File name too long. */
      ENAMETOOLONG: 36,
      /** No data available. */
      ENODATA: 61,
      /** Timer expired. */
      ETIME: 62,
      /** Protocol error. */
      EPROTO: 71,
      /** Not a data message. */
      EBADMSG: 74,
      /** Illegal byte sequence. */
      EILSEQ: 84,
      /** Message too long. */
      EMSGSIZE: 90,
      /** Operation already in progress. */
      EALREADY: 114,
      /** Operation now in progress. */
      EINPROGRESS: 115,
      /** Stale file handle. */
      ESTALE: 116,
      /** Remote I/O error: of a DMA mapping, that the devices cannot reach each other. */
      EREMOTEIO: 121,
      /** Operation cancelled. */
      ECANCELED: 125,
      /** Memory page has a hardware error. */
      EHWPOISON: 133,
      /** The call is to be made again when the signal was handled; inside the kernel only. */
      ERESTARTSYS: 512,
      /** The driver asks to be probed later. */
      EPROBE_DEFER: 517,
      /** Operation is not supported; inside the kernel only. */
      ENOTSUPP: 524,
    },
  }
}
