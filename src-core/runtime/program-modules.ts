/** The modules of a program as functions in the sandbox, run in the order in which they import each other. */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Steps } from '../sched/driven.ts'
import type { BuiltSurface } from '../surface/build.ts'
import type { Registers } from './registers.ts'
import type { Sandbox } from './run-sink.ts'

type ModuleFunction = (registers: Registers, surface: BuiltSurface, modules: readonly unknown[]) => unknown

const NONE: readonly unknown[] = []

export class ProgramModules {
  /** Those of the interleaved form, which is run more than once. */
  private readonly bodies: ModuleFunction[] = []

  constructor(
    private readonly program: CompiledProgram,
    private readonly sandbox: Sandbox,
  ) {}

  /** Runs the straight form. */
  load(registers: Registers, surface: BuiltSurface): void {
    const done: unknown[] = []
    for (const [index, { straight, imports }] of this.program.modules.entries()) {
      const body = this.sandbox.evaluate(straight, `pageward/${index}`) as ModuleFunction
      const imported = imports.map((index) => done[index])
      done.push(body(registers, surface, imported))
    }
  }

  // ---- the interleaved form, module by module

  private readonly exported: unknown[] = []
  /** The module that is being loaded; -1 = none yet. */
  private at = -1

  /** As at boot. */
  unload(): void {
    this.at = -1
  }

  /** The steps of the next module, after one that exports `value`; null = that was the last. */
  next(registers: Registers, surface: BuiltSurface, value: unknown): Steps | null {
    if (this.at >= 0) this.exported[this.at] = value
    const at = ++this.at
    const module = this.program.modules[at]
    if (module === undefined) return null
    const { interleaved, imports } = module
    const body = (this.bodies[at] ??= this.sandbox.evaluate(interleaved, `pageward/${at}`) as ModuleFunction)
    const imported = imports.length === 0 ? NONE : imports.map((index) => this.exported[index])
    return body(registers, surface, imported) as Steps
  }

  get isLoaded(): boolean {
    return this.at === this.program.modules.length
  }
}
