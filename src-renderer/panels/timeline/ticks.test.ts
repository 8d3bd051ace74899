import { describe, expect, it } from 'vitest'
import type { TimelineTick } from '../../../src-core/protocol/messages.ts'
import { mergeTicks } from './ticks.ts'

const tick = (step: number, kind: TimelineTick['kind']): TimelineTick => ({ step, kind, count: 1 })

describe('merging ticks', () => {
  it('leaves ticks alone that are far enough apart', () => {
    const merged = mergeTicks([tick(10, 'read'), tick(1, 'allocate')], (step) => step * 10, 5)
    expect(merged.map((each) => each.tick.kind)).toEqual(['allocate', 'read'])
  })

  it('keeps the broken rule when it falls together with reads, and counts all of them', () => {
    const merged = mergeTicks([tick(1, 'read'), tick(2, 'violation'), tick(3, 'read')], (step) => step, 5)
    expect(merged).toEqual([{ x: 2, tick: { step: 2, kind: 'violation', count: 3 } }])
  })

  it('never draws more ticks than there are gaps in the width', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => tick(i, 'read'))
    expect(mergeTicks(many, (step) => step / 10, 4).length).toBeLessThanOrEqual(251)
  })
})
