/** `KernelError`: the error of a `Result`, thrown. */

const NAMES: Readonly<Record<number, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  5: 'EIO',
  6: 'ENXIO',
  11: 'EAGAIN',
  12: 'ENOMEM',
  13: 'EACCES',
  14: 'EFAULT',
  16: 'EBUSY',
  17: 'EEXIST',
  19: 'ENODEV',
  22: 'EINVAL',
  28: 'ENOSPC',
  34: 'ERANGE',
  38: 'ENOSYS',
  75: 'EOVERFLOW',
}

/** What a function that returns `Result` throws: an error number of the kernel. */
export class KernelError extends Error {
  override readonly name = 'KernelError'
  /** The error number as C returns it: negative (`-ENOMEM`). */
  readonly errno: number

  constructor(errno: number, detail = '') {
    const name = NAMES[Math.abs(errno)] ?? `error ${Math.abs(errno)}`
    super(detail === '' ? name : `${name} (${detail})`)
    this.errno = -Math.abs(errno)
  }
}
