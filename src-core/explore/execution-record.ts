/** What the present execution leaves behind, beside the events: the same tables as any run, used again and again. */
import { RefilledList } from '../base/refilled-list.ts'
import type { RunSink } from '../runtime/session.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import type { CacheInfo, LogLine, MachineInfo, TaskInfo } from '../trace/record.ts'

export class ExecutionRecord implements RunSink {
  machine: MachineInfo | null = null
  private readonly closedChunks = new RefilledList<TraceChunk>()
  private readonly madeTasks = new RefilledList<TaskInfo>()
  readonly caches: CacheInfo[] = []
  readonly lines: LogLine[] = []
  readonly strings: string[] = []

  get chunks(): readonly TraceChunk[] {
    return this.closedChunks.all
  }
  get tasks(): readonly TaskInfo[] {
    return this.madeTasks.all
  }

  /** Before an execution. `caches`: how many there are at boot. */
  reset(caches: number): void {
    this.closedChunks.clear()
    this.madeTasks.clear()
    if (this.lines.length > 0) this.lines.length = 0
    if (this.strings.length > 0) this.strings.length = 0
    if (this.caches.length > caches) this.caches.length = caches
  }

  started(machine: MachineInfo): void {
    this.machine = machine
  }
  opened(): void {
    // The columns are read once the execution has ended.
  }
  closed(chunk: TraceChunk): void {
    this.closedChunks.add(chunk)
  }
  task(task: TaskInfo): void {
    this.madeTasks.add(task)
  }
  cache(cache: CacheInfo): void {
    this.caches.push(cache)
  }
  log(line: LogLine): void {
    this.lines.push(line)
  }
  string(text: string): void {
    this.strings.push(text)
  }
}
