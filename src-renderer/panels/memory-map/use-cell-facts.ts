/** Facts of single frames where the map has colours only: asked from the core for the few that are looked at. */
import type { MapCells } from '../../../src-core/protocol/messages.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSessionStore } from '../../stores/session.ts'
import { factsAt, type CellFacts } from './windows.ts'

const MOST = 32

/** `came` is called when facts that were asked for are there. */
export function useCellFacts(came: () => void) {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const known = new Map<string, MapCells | null>()
  let open = 0
  let waiting: (() => void)[] = []

  async function ask(key: string, from: number, to: number): Promise<void> {
    known.set(key, null)
    if (known.size > MOST) known.delete(known.keys().next().value!)
    open += 1
    try {
      const cells = await session.call('map', { run: session.runId, step: cursor.step, from, to, cells: 1 })
      if (known.has(key)) known.set(key, cells)
      came()
    } catch {
      known.delete(key)
    } finally {
      open -= 1
      if (open === 0) {
        const done = waiting
        waiting = []
        for (const each of done) each()
      }
    }
  }

  return {
    /** Facts of the cell of `frames` frames that a frame is in; null until they came. */
    of(pfn: number, frames: number): CellFacts | null {
      if (session.runId === 0) return null
      const from = pfn - (pfn % frames)
      const to = Math.min(from + frames, session.summary?.machine.frames ?? 0)
      const key = `${session.runId}/${cursor.step}/${from}/${to}`
      const cells = known.get(key)
      if (cells === undefined) void ask(key, from, to)
      return cells === undefined || cells === null ? null : factsAt([{ from, to, cells }], pfn)
    },
    get pending(): boolean {
      return open > 0
    },
    settled: (): Promise<void> => (open === 0 ? Promise.resolve() : new Promise((done) => waiting.push(done))),
  }
}
