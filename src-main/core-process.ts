/**
 * The core's utility process and its supervision: a core that exits or stops answering is replaced, with growing pauses
 * when it happens often, and every page is told. A page's port dies with the core; the page then asks for another.
 */
import { MessageChannelMain, utilityProcess, type UtilityProcess, type WebContents } from 'electron'
import type { FromCore, ToCore } from './core-messages.ts'

/** How often the core is asked for a sign of life, ms. */
const PING_MS = 1_000
/** Pings in a row without an answer that mean hung. The longest honest silence is the first load of the compiler. */
const SILENT_PINGS = 10
/** Pause before a restart: doubled at each, from the first to the last, ms. */
const PAUSE_FIRST_MS = 100
const PAUSE_LAST_MS = 5_000
/** A core that lived so long is healthy: the next pause is the first again, ms. */
const HEALTHY_MS = 30_000

export class CoreProcess {
  private child: UtilityProcess | null = null
  private startedAt = 0
  private pause = PAUSE_FIRST_MS
  private unanswered = 0
  private stopped = false
  private readonly heart: NodeJS.Timeout
  /** Pages that asked for a port while no core was up. */
  private readonly waiting = new Set<WebContents>()

  /** Starts a core from `entry` (a built file). `onRestart` is called with the reason after each replacement. */
  constructor(
    private readonly entry: string,
    private readonly onRestart: (reason: string) => void,
  ) {
    this.start()
    this.heart = setInterval(() => this.beat(), PING_MS)
  }

  /** Gives `page` a fresh port to the core, now or as soon as one is up. */
  attach(page: WebContents): void {
    if (page.isDestroyed()) return
    if (this.child === null) {
      this.waiting.add(page)
      return
    }
    const { port1, port2 } = new MessageChannelMain()
    this.child.postMessage({ kind: 'port' } satisfies ToCore, [port2])
    page.postMessage('core:port', null, [port1])
  }

  /** Ends the core for good. */
  stop(): void {
    this.stopped = true
    clearInterval(this.heart)
    this.child?.kill()
  }

  private start(): void {
    const child = utilityProcess.fork(this.entry, [], { serviceName: 'Pageward core', stdio: 'inherit' })
    let reason: string | null = null
    this.child = child
    this.startedAt = performance.now()
    this.unanswered = 0
    child.on('message', (message: FromCore) => {
      if (message.kind === 'pong') this.unanswered = 0
      else reason = message.reason
    })
    child.once('exit', (code) => this.replace(reason ?? `it ended with code ${code}`))
    for (const page of this.waiting) this.attach(page)
    this.waiting.clear()
  }

  /** The core is gone: another one after a pause. */
  private replace(reason: string): void {
    this.child = null
    if (this.stopped) return
    const why = this.unanswered > SILENT_PINGS ? 'it stopped answering' : reason
    if (performance.now() - this.startedAt > HEALTHY_MS) this.pause = PAUSE_FIRST_MS
    setTimeout(() => {
      if (this.stopped) return
      this.start()
      this.onRestart(why)
    }, this.pause)
    this.pause = Math.min(this.pause * 2, PAUSE_LAST_MS)
  }

  private beat(): void {
    if (this.child === null) return
    this.unanswered++
    if (this.unanswered <= SILENT_PINGS) this.child.postMessage({ kind: 'ping' } satisfies ToCore)
    // Not child.kill(): its SIGTERM waits for a process that no longer listens.
    else if (this.child.pid !== undefined) process.kill(this.child.pid, 'SIGKILL')
  }
}
