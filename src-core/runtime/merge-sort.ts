/**
 * The sort that snippets get, in both forms: a stable merge sort whose comparisons can be preempted. Native sorts may
 * not differ from it in the order of comparisons, as a comparison may call the surface; so they are not used at all.
 */

import { callUser } from '../sched/driven.ts'
import type { Callable, Steps } from '../sched/driven.ts'

type Compared = Generator<readonly [unknown, unknown], unknown[], number>

/** Yields pairs to compare, takes the results, returns the items sorted. */
function* mergeSort(items: readonly unknown[]): Compared {
  if (items.length < 2) return [...items]
  const middle = items.length >> 1
  const left = yield* mergeSort(items.slice(0, middle))
  const right = yield* mergeSort(items.slice(middle))
  const out: unknown[] = []
  let i = 0
  let j = 0
  while (i < left.length && j < right.length) {
    if ((yield [left[i], right[j]] as const) <= 0) out.push(left[i++])
    else out.push(right[j++])
  }
  return [...out, ...left.slice(i), ...right.slice(j)]
}

interface Sorted {
  readonly run: Compared
  readonly finish: (sorted: unknown[]) => unknown
}

/** True if `method` is a native sort that `sortPlainly` and `sortSteps` stand in for. */
export function isNativeSort(target: unknown, method: unknown): boolean {
  if (Array.isArray(target)) return ofArrays.has(method)
  return ArrayBuffer.isView(target) && ofTypedArrays.has(method)
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as { sort: unknown; toSorted: unknown }
const ofArrays = new Set<unknown>([Array.prototype.sort, Array.prototype.toSorted])
const ofTypedArrays = new Set<unknown>([typedArray.sort, typedArray.toSorted])
const inPlaceSorts = new Set<unknown>([Array.prototype.sort, typedArray.sort])

/** Lets a function stand for a native sort. */
export function aliasSort(native: unknown, bounded: unknown): void {
  for (const sorts of [ofArrays, ofTypedArrays, inPlaceSorts]) if (sorts.has(native)) sorts.add(bounded)
}

function begin(target: unknown, method: unknown): Sorted {
  const list = target as unknown[]
  const present: unknown[] = []
  let missing = 0
  for (let i = 0; i < list.length; i++) {
    if (!(i in list)) continue
    if (list[i] === undefined) missing++
    else present.push(list[i])
  }
  const inPlace = inPlaceSorts.has(method)
  const finish = (sorted: unknown[]): unknown => {
    const whole = [...sorted, ...new Array<unknown>(missing).fill(undefined)]
    if (!Array.isArray(target)) {
      const out = inPlace ? (target as Uint8Array) : (target as Uint8Array).slice()
      out.set(whole as number[])
      return out
    }
    if (!inPlace) return [...whole, ...new Array<unknown>(list.length - whole.length).fill(undefined)]
    for (const [index, item] of whole.entries()) list[index] = item
    for (let i = whole.length; i < list.length; i++) delete list[i]
    return list
  }
  return { run: mergeSort(present), finish }
}

/** Sorts with plain calls of the comparison. */
export function sortPlainly(target: unknown, method: unknown, compare: unknown): unknown {
  const { run, finish } = begin(target, method)
  let step = run.next()
  while (!step.done) step = run.next(Number((compare as Callable)(...step.value)))
  return finish(step.value)
}

/** Sorts with preemption inside the comparison. */
export function* sortSteps(target: unknown, method: unknown, compare: unknown): Steps {
  const { run, finish } = begin(target, method)
  let step = run.next()
  while (!step.done) step = run.next(Number(yield* callUser(compare, step.value)))
  return finish(step.value)
}
