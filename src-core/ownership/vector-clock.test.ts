import fc from 'fast-check'
import { expect, it } from 'vitest'
import { VectorClock } from './vector-clock.ts'

const CLOCKS = 4
const TASKS = 100

it('knows what a plain table of times would, whatever is shared', () => {
  const clock = fc.nat(CLOCKS - 1)
  const action = fc.oneof(
    fc.record({ kind: fc.constant('join' as const), clock, other: clock }),
    fc.record({ kind: fc.constant('raise' as const), clock, task: fc.nat(TASKS - 1), time: fc.nat(20) }),
  )
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const clocks = Array.from({ length: CLOCKS }, () => new VectorClock())
      const plain = Array.from({ length: CLOCKS }, () => new Array<number>(TASKS).fill(0))
      for (const each of actions) {
        const known = plain[each.clock]!
        if (each.kind === 'raise') {
          clocks[each.clock]!.raise(each.task, each.time)
          known[each.task] = Math.max(known[each.task]!, each.time)
        } else {
          clocks[each.clock]!.join(clocks[each.other])
          plain[each.other]!.forEach((time, task) => (known[task] = Math.max(known[task]!, time)))
        }
      }
      expect(clocks.map((each) => plain[0]!.map((_, task) => each.get(task)))).toEqual(plain)
    }),
    { numRuns: 300 },
  )
})
