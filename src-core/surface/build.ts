/** Puts the surface of one run together: what compiled code gets as `$S`. */
import { Driven } from '../sched/driven.ts'
import { Op } from '../trace/ops.ts'
import { Ptr } from './handles/pointer.ts'
import { page, folio } from './handles/page.ts'
import { NOT_SIMULATED } from './not-simulated.ts'
import type { RunHost, SurfaceFunction } from './run-host.ts'
import type { Surface } from './surface.ts'
import { dropValue } from './drop.ts'
import { SurfaceModules } from './names.ts'

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
  const modules = new SurfaceModules(s, host)
  s.calls.find = (name) => modules.call(name)
  const names = modules.table
  const refused = (name: string): SurfaceFunction | undefined =>
    !names.steps.has(name) && !names.values.has(name) && NOT_SIMULATED.includes(name) ? refuse(s, name) : undefined
  const methods = pointerMethods(s)
  return {
    step: onDemand((name) => modules.step(name) ?? refused(name), host),
    value: onDemand((name) => {
      if (names.values.has(name)) return modules.value(name)
      const fn = refused(name)
      return fn === undefined ? undefined : host.stepValue(fn)
    }, host),
    methods: onDemand((name) => (Object.hasOwn(methods, name) ? methods[name] : undefined), host),
    drop: (site, dropped) => dropValue(s, site, dropped),
  }
}

/**
 * Names that are made and frozen when a program first asks for one: it uses a dozen of some hundreds, and freezing
 * all of them would take longer than most runs. Nobody can add or change a name.
 */
function onDemand<T>(make: (name: string) => T | undefined, host: RunHost): Readonly<Record<string, T>> {
  const made = new Map<string, T>()
  return new Proxy<Readonly<Record<string, T>>>(Object.freeze(Object.create(null) as Record<string, T>), {
    get(_names, name) {
      if (typeof name !== 'string') return undefined
      const known = made.get(name)
      if (known !== undefined) return known
      const found = make(name)
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
