/** Puts the surface of one run together: what compiled code gets as `$S`. */
import { Driven } from '../sched/driven.ts'
import { Op } from '../trace/ops.ts'
import { Ptr } from './handles/pointer.ts'
import { page, folio } from './handles/page.ts'
import { SURFACE } from './modules.ts'
import { NOT_SIMULATED } from './not-simulated.ts'
import type { RunHost, SurfaceFunction } from './run-host.ts'
import type { Surface } from './surface.ts'
import { dropValue } from './drop.ts'
import { Lazy } from './lazy.ts'

/** `$S` of compiled code. */
export interface BuiltSurface {
  /** Steps and suspending steps: the site is the first argument. */
  readonly step: Readonly<Record<string, SurfaceFunction>>
  /** Every name as a value. */
  readonly value: Readonly<Record<string, unknown>>
  /** Steps that are methods of handles: (site, receiver, …). */
  readonly methods: Readonly<Record<string, SurfaceFunction>>
  /** One drop step. */
  readonly drop: (site: number, value: unknown) => unknown
}

/** Methods of `Ptr` that are steps. */
export const POINTER_METHODS = [
  'read_u8',
  'read_u16',
  'read_u32',
  'read_u64',
  'write_u8',
  'write_u16',
  'write_u32',
  'write_u64',
] as const

export function buildSurface(s: Surface, host: RunHost): BuiltSurface {
  s.reclaim.attach(host)
  const step = new Map<string, () => SurfaceFunction>()
  const value = new Map<string, () => unknown>()
  for (const { factory, module, separate } of SURFACE) {
    const made = factory(s, host)
    const keyOf = (name: string): string => (separate === true ? `${module}#${name}` : name)
    for (const [name, fn] of Object.entries(made.steps ?? {})) {
      step.set(keyOf(name), () => fn as SurfaceFunction)
      if (separate !== true) s.calls.set(name, fn as never)
      value.set(keyOf(name), () => host.stepValue(fn as SurfaceFunction))
    }
    for (const [name, fn] of Object.entries(made.suspending ?? {})) {
      step.set(keyOf(name), () => fn as SurfaceFunction)
      if (separate !== true) s.calls.set(name, fn as never)
      value.set(keyOf(name), () => host.suspendingValue(fn as SurfaceFunction))
    }
    for (const [name, fn] of Object.entries(made.pure ?? {})) value.set(keyOf(name), () => fn)
    for (const [name, constant] of Object.entries(made.values ?? {})) {
      value.set(keyOf(name), constant instanceof Lazy ? constant.make : () => constant)
    }
  }
  for (const name of NOT_SIMULATED) {
    if (step.has(name) || value.has(name)) continue
    const refused = refuse(s, name)
    step.set(name, () => refused)
    value.set(name, () => host.stepValue(refused))
  }
  const methods = new Map(Object.entries(pointerMethods(s)).map(([name, fn]) => [name, () => fn]))
  return {
    step: onDemand(step, host),
    value: onDemand(value, host),
    methods: onDemand(methods, host),
    drop: (site, dropped) => dropValue(s, site, dropped),
  }
}

/**
 * Names that are made and frozen when a program first asks for one: it uses a dozen of some hundreds, and freezing
 * all of them would take longer than most runs. Nobody can add or change a name.
 */
function onDemand<T>(makers: ReadonlyMap<string, () => T>, host: RunHost): Readonly<Record<string, T>> {
  const made = new Map<string, T>()
  return new Proxy<Readonly<Record<string, T>>>(Object.freeze(Object.create(null) as Record<string, T>), {
    get(_names, name) {
      if (typeof name !== 'string') return undefined
      const known = made.get(name)
      if (known !== undefined) return known
      const found = makers.get(name)?.()
      if (found === undefined) return undefined
      if ((typeof found === 'object' && found !== null) || typeof found === 'function') host.protect(found)
      made.set(name, found)
      return found
    },
  })
}

/**
 * A listed function that is not simulated: says so by name and ends the task, since going on would show nothing
 * true.
 */
function refuse(s: Surface, name: string): SurfaceFunction {
  return (site) => {
    s.trace.begin(site as number)
    const index = s.log.string(name)
    s.trace.end(Op.not_simulated, 0, 0xffff_ffff, index, 0, 0)
    return s.control.oops()
  }
}

/** `o.read_u8(…)` compiled: the fast way for pointers, an ordinary call for anything else that has such a method. */
function pointerMethods(s: Surface): Record<string, SurfaceFunction> {
  const { access, control } = s
  const methods: Record<string, SurfaceFunction> = {}
  for (const name of POINTER_METHODS) {
    const act = access[name].bind(access) as (site: number, p: Ptr, ...args: unknown[]) => unknown
    methods[name] = (site, receiver, first, second) => {
      if (Ptr.is(receiver) || receiver === null || receiver === undefined) {
        return second === undefined
          ? act(site as number, receiver as Ptr, first ?? 0)
          : act(site as number, receiver as Ptr, first, second)
      }
      if (page.is(receiver) || folio.is(receiver))
        throw new TypeError(`a page has no ${name}(): map it (kmap_local_page) or take page_address()`)
      void control
      const method = (receiver as Record<string, unknown>)[name]
      if (typeof method !== 'function') throw new TypeError(`${name} is not a function of this object`)
      return (method as SurfaceFunction).call(receiver, first, second)
    }
  }
  return methods
}

export { Driven }
