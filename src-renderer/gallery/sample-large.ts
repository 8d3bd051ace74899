/** A long run made up for the gallery: thousands of short-lived memories on a machine of 4 GiB. */
import type { TimelineBar } from '../../src-core/protocol/messages.ts'
import { summaryOf, type Sample, type SampleMemory, type SampleStep } from './sample-run.ts'

const COUNT = 4000

export function manyAllocations(): Sample {
  const memories: SampleMemory[] = []
  let seed = 12345
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return seed % below
  }
  const steps = COUNT * 250
  for (let i = 0; i < COUNT; i++) {
    const from = 1 + i * 240 + random(60)
    const frames = 1 << random(4)
    const bar: TimelineBar = {
      allocation: i + 1,
      label: `page${i}`,
      kind: 'page-block',
      owner: random(4) === 0 ? 1 : 0,
      from,
      to: from + 100 + random(4000),
      freed: true,
      ticks: [],
      moves: [],
      rights: [],
      address: '0xffff888001a3c000',
      bytes: frames * 4096,
    }
    memories.push({ bar, pfn: 40_000 + ((i * 24) % 900_000), frames, kind: 3 + random(4) })
  }
  return { memories, steps: [] as SampleStep[], summary: summaryOf(steps, COUNT, [], 4096) }
}
