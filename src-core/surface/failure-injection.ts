/** `sim.fail_next`: the next calls of a function fail, as the kernel's fail_function and failslab do. */
import { changes, Part } from '../machine/state-watch.ts'
import { Op, type OpName } from '../trace/ops.ts'

export class FailureInjection {
  /** True while any failure is planned: the one test on the hot path. */
  armed = false
  private readonly planned = new Map<number, number>()

  /** Plans the next `times` calls of `name` to fail. Returns false for a name that is no function of the surface. */
  plan(name: string, times: number): boolean {
    const kind = (Op as Readonly<Record<string, number>>)[name as OpName]
    if (kind === undefined) return false
    this.planned.set(kind, (this.planned.get(kind) ?? 0) + times)
    this.armed = true
    return true
  }

  /** True if a call of this kind is planned to fail. */
  isArmed(kind: number): boolean {
    return this.planned.has(kind)
  }

  /** True if this call has to fail. Uses up one planned failure. */
  take(kind: number): boolean {
    changes(Part.FAILURES, null, kind, kind + 1)
    const left = this.planned.get(kind) ?? 0
    if (left === 0) return false
    if (left === 1) this.planned.delete(kind)
    else this.planned.set(kind, left - 1)
    this.armed = this.planned.size > 0
    return true
  }
}
