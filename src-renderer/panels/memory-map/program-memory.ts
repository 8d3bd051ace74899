/** Where the memory of a run lay, for showing that part of the machine first. */
import type { useSessionStore } from '../../stores/session.ts'
import type { FrameRun } from './draw-map.ts'

/** Memories that are looked up at most, and problems whose memory is looked up first. */
const MEMORIES = 24
const PROBLEMS = 8

/** Frames of the memory that problems are about, then of the rest of the run, each when it lived. */
export async function findProgramMemory(
  session: ReturnType<typeof useSessionStore>,
  run: number,
  steps: number,
): Promise<FrameRun[]> {
  const livedAt = new Map<number, number>()
  for (const { memory, step } of session.report?.diagnoses ?? []) {
    const known = memory !== null && memory.allocation > 0
    if (known && livedAt.size < PROBLEMS) livedAt.set(memory.allocation, Math.max(1, step - 1))
  }
  const { bars } = await session.call('timeline', { run, from: 0, to: steps + 1, width: 200, maxBars: MEMORIES })
  for (const bar of bars.slice(0, MEMORIES)) livedAt.set(bar.allocation, bar.from)
  const places = await Promise.allSettled(
    [...livedAt].map(([allocation, step]) => session.call('locate', { run, step, target: { allocation } })),
  )
  return places.flatMap((each) => (each.status === 'fulfilled' && each.value.pfn >= 0 ? [each.value] : []))
}
