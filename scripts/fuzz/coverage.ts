/** Counts what random programs called, and which documented errors they got. */
import { DOCUMENTED } from './documented.ts'

const ERRNO: Readonly<Record<number, string>> = {
  [-1]: '-EPERM',
  [-2]: '-ENOENT',
  [-4]: '-EINTR',
  [-6]: '-ENXIO',
  [-9]: '-EBADF',
  [-10]: '-ECHILD',
  [-11]: '-EAGAIN',
  [-12]: '-ENOMEM',
  [-13]: '-EACCES',
  [-14]: '-EFAULT',
  [-16]: '-EBUSY',
  [-17]: '-EEXIST',
  [-19]: '-ENODEV',
  [-22]: '-EINVAL',
  [-25]: '-ENOTTY',
  [-29]: '-ESPIPE',
  [-32]: '-EPIPE',
}

export class Coverage {
  readonly calls = new Map<string, number>()
  /** By `FUNCTION ERROR`. */
  readonly errors = new Map<string, number>()
  /** Calls of programs that are run again to be shrunk do not count. */
  counting = true

  call(name: string, result: unknown): void {
    if (!this.counting) return
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1)
    if (result === null) this.error(name, 'null')
    else if (result === false) this.error(name, 'false')
    else if (typeof result === 'number' && result <= 0) this.error(name, ERRNO[result] ?? String(result))
    else if (typeof result === 'number' && (result === 1 || result === 2)) this.error(name, String(result))
  }

  error(name: string, error: string): void {
    if (!this.counting) return
    const key = `${name} ${error}`
    this.errors.set(key, (this.errors.get(key) ?? 0) + 1)
  }

  /** Adds what another run counted. */
  add(other: Coverage): void {
    for (const [name, n] of other.calls) this.calls.set(name, (this.calls.get(name) ?? 0) + n)
    for (const [key, n] of other.errors) this.errors.set(key, (this.errors.get(key) ?? 0) + n)
  }

  /** Functions with too few calls, and documented errors that never came. */
  missing(floor: number): string[] {
    return Object.entries(DOCUMENTED).flatMap(([name, errors]) => {
      const calls = this.calls.get(name) ?? 0
      const few = calls < floor ? [`${name}: ${calls} calls`] : []
      const never = errors
        .filter((error) => !this.errors.has(`${name} ${error}`))
        .map((error) => `${name}: no ${error}`)
      return [...few, ...never]
    })
  }
}
