/** Examples as the app runs them after an edit: compiled, run in a warm runner, judged, reported. */
import { readdirSync } from 'node:fs'
import { readProgram } from '../src-cli/program-files.ts'
import { Supervisor } from '../src-core/protocol/supervisor.ts'
import { DEFAULT_BUDGETS } from '../src-core/runtime/run-options.ts'
import { nodePoolHost } from '../src-node/spawn-runner.ts'

export interface ExampleSample {
  /** Milliseconds from the text to the report. */
  readonly wallMs: number
  /** Milliseconds of processor time, of all threads. */
  readonly cpuMs: number
  readonly operations: number
}

/** Programs below `root` that say what they expect, as `folder/file.ts`. */
export function programs(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(`${root}/${name}`).map((file) => `${name}/${file}`))
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /^\/\/ @expect /m.test(readProgram(`${root}/${file}`)[0]!.text))
    .sort()
}

/** Runs examples on the runner entry at `script`; close it at the end. */
export class ExampleRuns {
  private readonly supervisor: Supervisor

  constructor(script: string) {
    this.supervisor = new Supervisor({ ...nodePoolHost(script, true), now: () => performance.now() })
  }

  /** The first era that has all that a program imports. Throws if none does. */
  era(path: string): string {
    const files = readProgram(path)
    const entry = files[0]!.path
    const { supervisor } = this
    const found = supervisor.eras.find(({ id }) => supervisor.compile(entry, files, id).errors.length === 0)
    if (found === undefined) throw new Error(`${path} compiles in no era`)
    return found.id
  }

  async sample(path: string, era: string): Promise<ExampleSample> {
    const { supervisor } = this
    const files = readProgram(path)
    const entry = files[0]!.path
    const cpu = process.cpuUsage()
    const started = performance.now()
    const program = supervisor.compile(entry, files, era)
    const judged = await supervisor.judge(program, era, program.pragmas.machine, DEFAULT_BUDGETS)
    const report = supervisor.report(judged, entry)
    const { user, system } = process.cpuUsage(cpu)
    const wallMs = performance.now() - started
    return { wallMs, cpuMs: (user + system) / 1000, operations: report.stats.operations }
  }

  close(): void {
    this.supervisor.close()
  }
}
