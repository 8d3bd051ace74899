/** The modules of a program as functions in the sandbox, run in the order in which they import each other. */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Steps } from '../sched/driven.ts'
import type { BuiltSurface } from '../surface/build.ts'
import type { Registers } from './registers.ts'
import type { Sandbox } from './run-sink.ts'

type ModuleFunction = (registers: Registers, surface: BuiltSurface, modules: readonly unknown[]) => unknown

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

  /** The steps of the interleaved form. */
  *loadInterleaved(registers: Registers, surface: BuiltSurface): Steps {
    const done: unknown[] = []
    for (const [index, { interleaved, imports }] of this.program.modules.entries()) {
      const evaluate = (): ModuleFunction => this.sandbox.evaluate(interleaved, `pageward/${index}`) as ModuleFunction
      const body = (this.bodies[index] ??= evaluate())
      const imported = imports.map((index) => done[index])
      done.push(yield* body(registers, surface, imported) as Steps)
    }
    return undefined
  }
}
