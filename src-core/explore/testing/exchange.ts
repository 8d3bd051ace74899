/** Exchanges neighbouring steps that are said to be independent, in random executions of a program. */
import { Random } from '../../base/random.ts'
import { HandleCheck } from '../handle-check.ts'
import { IndependenceCheck } from '../independence.ts'
import type { Entangled, Independence } from '../options.ts'
import { SamplingWalk } from '../sampling.ts'
import { openSession } from './open-session.ts'

/** Exchanges pairs in some random executions of a program. */
export function exchanged(text: string, executions: number, pairs: number, strict = false): Independence {
  const { session, program, record } = openSession(text)
  const walk = new SamplingWalk(session, program, record, 'random', 7)
  walk.trail.tracks = true
  walk.trail.strict = strict
  const handles = new HandleCheck(session, program, record, walk.trail)
  const check = new IndependenceCheck(session, program, record, 'v6.12', new Random(5), walk.trail)
  let n = 0
  walk.run({
    executed: (trail) => {
      if (!strict && handles.isStale(trail)) return false
      check.check(trail, pairs)
      return ++n < executions
    },
  })
  const { found } = check
  if (strict || !walk.trail.stale) return found
  // As an exploration does: it begins again with the dependence relation for stale pointers.
  const { pairs: more, entangled } = exchanged(text, executions, pairs, true)
  return { pairs: found.pairs + more, entangled: [...found.entangled, ...entangled] }
}

/** Pairs of steps that are said to be independent, and are not. */
export function entangledOf(text: string, executions: number, pairs: number): readonly Entangled[] {
  return exchanged(text, executions, pairs).entangled
}
