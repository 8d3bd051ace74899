/**
 * The explorer as its workers run it: a locked-down realm, one session, no host around it. And on several workers, as
 * `pageward explore --jobs` does.
 */
import { readFileSync } from 'node:fs'
import { compile } from '../src-core/compiler/compile.ts'
import type { CompiledProgram } from '../src-core/compiler/contract.ts'
import { Explorer } from '../src-core/explore/explorer.ts'
import { ExplorePool } from '../src-core/explore/explore-pool.ts'
import type { ExploreOptions } from '../src-core/explore/options.ts'
import { lockDown } from '../src-core/runtime/sandbox.ts'
import { SURFACE_INDEX } from '../src-core/surface/generated/index.ts'
import { readProgram } from '../src-cli/program-files.ts'
import { newNodeSandbox } from '../src-node/node-sandbox.ts'
import { spawnExplorer } from '../src-node/spawn-explorer.ts'

const OPTIONS: ExploreOptions = {
  era: 'v6.12',
  machine: {},
  mode: 'exhaustive',
  bound: null,
  maxExecutions: null,
  seed: 1,
  shard: null,
  steps: 20_000,
}

export interface Taken {
  readonly executions: number
  readonly wallMs: number
  /** Processor time of all threads of this process. */
  readonly cpuMs: number
}

/** Compiles a program of the corpus. */
export function programAt(path: string): CompiledProgram {
  const program = compile('x.ts', [{ path: 'x.ts', text: readFileSync(path, 'utf8') }], SURFACE_INDEX)
  if (program.errors.length > 0) throw new Error(program.errors.map(({ message }) => message).join('\n'))
  return program
}

let lockedDown = false

/** Explores a program to its end on this thread. `each` is called after every execution; false stops. */
export function exploreHere(program: CompiledProgram, each: (executions: number) => boolean = () => true): Taken {
  if (!lockedDown) lockDown()
  lockedDown = true
  const { wallMs, cpuMs, value } = timed(() => {
    const explorer = new Explorer(program, OPTIONS, newNodeSandbox())
    let executions = 0
    explorer.advanceWhile(() => each(++executions))
    return explorer.progress.executions
  })
  return { executions: value, wallMs, cpuMs }
}

/** Up to a finding. */
export interface FirstFinding {
  readonly executions: number
  /** Schedules that were run for them: within a bound some show again what others showed. */
  readonly schedules: number
  readonly ms: number
  /** False: every schedule was explored, and none shows it. */
  readonly found: boolean
}

/** Explores a program of files on this thread until some execution shows `code`. Compiling it is not in the time. */
export function firstFinding(path: string, era: string, bound: number | null, code: string): FirstFinding {
  const files = readProgram(path)
  const program = compile(files[0]!.path, files, SURFACE_INDEX)
  if (!lockedDown) lockDown()
  lockedDown = true
  const started = performance.now()
  const explorer = new Explorer(program, { ...OPTIONS, era, bound }, newNodeSandbox())
  let schedules = 0
  explorer.advanceWhile(() => {
    schedules++
    return !explorer.hasFound(code)
  })
  const { executions } = explorer.progress
  return { executions, schedules, ms: performance.now() - started, found: explorer.hasFound(code) }
}

/** Explores a program on `jobs` workers from the built entry at `script`; their start is in the time. */
export async function exploreOn(jobs: number, program: CompiledProgram, script: string): Promise<Taken> {
  const pool = new ExplorePool(() => spawnExplorer(script))
  const cpu = process.cpuUsage()
  const started = performance.now()
  const { executions } = await pool.explore(program, OPTIONS, jobs, () => undefined)
  return { executions, wallMs: performance.now() - started, cpuMs: msOf(process.cpuUsage(cpu)) }
}

function timed<T>(work: () => T): { value: T; wallMs: number; cpuMs: number } {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const value = work()
  return { value, wallMs: performance.now() - started, cpuMs: msOf(process.cpuUsage(cpu)) }
}

function msOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000
}
