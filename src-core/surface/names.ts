/**
 * The names of the surface, and which module has each. The explorer makes the surface anew for each execution: a module
 * is made when a program first asks for one of its names, unless making it does more than that.
 */
import { Lazy } from './lazy.ts'
import { SURFACE, type SurfaceSource } from './modules.ts'
import type { RunHost, SurfaceFunction } from './run-host.ts'
import type { Site, Surface, SurfaceModule } from './surface.ts'

type Kind = 'steps' | 'suspending' | 'pure' | 'values'
/** Later ones win, should a module have a name twice. */
const KINDS: readonly Kind[] = ['steps', 'suspending', 'pure', 'values']

/** Where a name is: number of its module in `SURFACE`, in which of its lists, under which name. */
interface Entry {
  readonly source: number
  readonly kind: Kind
  readonly name: string
}

export interface NameTable {
  /** Steps, suspending or not, by the name that compiled code uses. */
  readonly steps: ReadonlyMap<string, Entry>
  /** Every name as a value. */
  readonly values: ReadonlyMap<string, Entry>
  /** Steps by the name that other modules call them by. */
  readonly calls: ReadonlyMap<string, Entry>
}

/** The names are the same for every run: whoever makes all modules first writes them down. */
let known: NameTable | null = null

/** What the names of modules are. */
export function namesOf(modules: readonly SurfaceModule[], sources: readonly SurfaceSource[] = SURFACE): NameTable {
  const steps = new Map<string, Entry>()
  const values = new Map<string, Entry>()
  const calls = new Map<string, Entry>()
  sources.forEach(({ module, separate }, source) => {
    for (const kind of KINDS) {
      for (const name of Object.keys(modules[source]![kind] ?? {})) {
        const key = separate === true ? `${module}#${name}` : name
        const entry = { source, kind, name }
        values.set(key, entry)
        if (kind !== 'steps' && kind !== 'suspending') continue
        steps.set(key, entry)
        if (separate !== true) calls.set(name, entry)
      }
    }
  })
  return { steps, values, calls }
}

export class SurfaceModules {
  readonly table: NameTable
  private readonly made: (SurfaceModule | undefined)[]

  constructor(
    private readonly s: Surface,
    private readonly host: RunHost,
  ) {
    const isFirst = known === null
    this.made = SURFACE.map(({ factory, registers }) => (isFirst || registers === true ? factory(s, host) : undefined))
    this.table = known ??= namesOf(this.made as readonly SurfaceModule[])
  }

  private at({ source, kind, name }: Entry): unknown {
    const module = (this.made[source] ??= SURFACE[source]!.factory(this.s, this.host))
    return module[kind]![name]
  }

  /** A step as compiled code calls it. */
  step(key: string): SurfaceFunction | undefined {
    const entry = this.table.steps.get(key)
    return entry === undefined ? undefined : (this.at(entry) as SurfaceFunction)
  }

  /** A step as other modules call it. */
  call(name: string): ((site: Site, ...args: unknown[]) => unknown) | undefined {
    const entry = this.table.calls.get(name)
    return entry === undefined ? undefined : (this.at(entry) as (site: Site, ...args: unknown[]) => unknown)
  }

  /** A name as a value. */
  value(key: string): unknown {
    const entry = this.table.values.get(key)
    if (entry === undefined) return undefined
    const found = this.at(entry)
    if (entry.kind === 'steps') return this.host.stepValue(found as SurfaceFunction)
    if (entry.kind === 'suspending') return this.host.suspendingValue(found as SurfaceFunction)
    return found instanceof Lazy ? found.make() : found
  }
}
