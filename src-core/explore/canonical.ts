/**
 * The canonical form of an execution: the same for two executions that differ only in the order of independent events.
 * It lists each process's events with their vector clocks, which are the happens-before relation itself.
 */
import type { Trail } from './trail.ts'

/** The form as text, for tests and for comparing few executions. The same for walks that number processes otherwise. */
export function canonicalText(trail: Trail): string {
  const { names } = trail
  const paths = Array.from({ length: names.count }, (_, process) => names.path(process))
  const lines: string[] = []
  for (let depth = 0; depth < trail.depth; depth++) {
    const clock = paths
      .map((path, process) => ({ path, entry: trail.clock(depth, process) }))
      .filter(({ entry }) => entry !== 0)
      .map(({ path, entry }) => `${path}=${entry}`)
    lines.push(`${paths[trail.events[depth]!.process]!}#${trail.ordinals[depth]!}:${clock.sort().join(',')}`)
  }
  return lines.sort().join(' ')
}

/**
 * The form as a number of 52 bits, to tell many executions apart. It does not depend on the order of events: two equal
 * executions have the same; that two others have the same by chance is less likely than one in 10^6 for 60,000 of them.
 */
export function canonicalKey(trail: Trail): number {
  return (sumOf(trail, 0x811c_9dc5) >>> 6) * 2 ** 26 + (sumOf(trail, 0x9e37_79b9) >>> 6)
}

function sumOf(trail: Trail, seed: number): number {
  const { count } = trail.names
  let sum = 0
  for (let depth = 0; depth < trail.depth; depth++) {
    let hash = mix(mix(seed, trail.events[depth]!.process), trail.ordinals[depth]!)
    for (let process = 0; process < count; process++) {
      const entry = trail.clock(depth, process)
      if (entry !== 0) hash = mix(mix(hash, process), entry)
    }
    sum = (sum + finish(hash)) >>> 0
  }
  return finish(sum)
}

function mix(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x0100_0193)
}

function finish(hash: number): number {
  let x = hash ^ (hash >>> 16)
  x = Math.imul(x, 0x85eb_ca6b)
  x ^= x >>> 13
  x = Math.imul(x, 0xc2b2_ae35)
  return (x ^ (x >>> 16)) >>> 0
}
