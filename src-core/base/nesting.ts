/** Things inside things: which of them nothing else holds. */

/**
 * Things in an order in which each comes after one that holds it, with that one; null = nothing holds it. A ring
 * begins with its first thing.
 * @param holders what holds a thing, for the things that something holds
 */
export function holdersFirst<T>(things: readonly T[], holders: ReadonlyMap<T, Iterable<T>>): Map<T, T | null> {
  const held = new Map<T, T[]>()
  for (const [inner, from] of holders) {
    for (const holder of from) {
      const known = held.get(holder)
      if (known === undefined) held.set(holder, [inner])
      else known.push(inner)
    }
  }
  const out = new Map<T, T | null>()
  const walk = (root: T): void => {
    out.set(root, null)
    const queue = [root]
    // The queue grows while it is gone through.
    for (const at of queue) {
      for (const inner of held.get(at) ?? []) {
        if (out.has(inner)) continue
        out.set(inner, at)
        queue.push(inner)
      }
    }
  }
  for (const thing of things) if (!holders.has(thing)) walk(thing)
  for (const thing of things) if (!out.has(thing)) walk(thing)
  return out
}
