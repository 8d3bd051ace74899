/**
 * Puts the parts of an exploration together: counts are sums, a finding is kept with the simplest schedule on which it
 * happens, or else could have happened.
 */
import { isSurer } from './certainty.ts'
import type { Explored } from './explorer.ts'
import type { ExploredFinding, Incomplete, Independence } from './options.ts'

export function mergeExplored(parts: readonly Explored[], incomplete: readonly Incomplete[] = []): Explored {
  const reasons = new Set<Incomplete>(incomplete)
  const advice = new Set<string>()
  const sum = { executions: 0, blocked: 0, probes: 0, redundant: 0 }
  for (const part of parts) {
    sum.executions += part.executions
    sum.blocked += part.blocked
    sum.probes += part.probes
    sum.redundant += part.redundant
    for (const reason of part.incomplete) reasons.add(reason)
    for (const text of part.advice) advice.add(text)
  }
  return {
    ...sum,
    complete: reasons.size === 0 && parts.every((part) => part.complete),
    incomplete: [...reasons].sort(),
    findings: mergeFindings(parts.map((part) => part.findings)),
    advice: [...advice],
    ...(parts.some(({ strict }) => strict === true) ? { strict: true } : {}),
    ...mergeIndependence(parts.flatMap(({ independence }) => independence ?? [])),
  }
}

/** The exchanges of all parts, if any made some. */
export function mergeIndependence(all: readonly Independence[]): { readonly independence?: Independence } {
  if (all.length === 0) return {}
  const pairs = all.reduce((sum, one) => sum + one.pairs, 0)
  return { independence: { pairs, entangled: all.flatMap(({ entangled }) => entangled) } }
}

/** One of each finding, in order of place. */
export function mergeFindings(lists: readonly (readonly ExploredFinding[])[]): ExploredFinding[] {
  const best = new Map<string, ExploredFinding>()
  for (const finding of lists.flat()) {
    const { code, at } = finding
    const key = `${code} ${at.file}:${at.line}:${at.column}`
    const known = best.get(key)
    if (known === undefined || simpler(finding, known)) best.set(key, finding)
  }
  return [...best.values()].sort(byPlace)
}

/** Order of findings in a report. */
export function byPlace(x: ExploredFinding, y: ExploredFinding): number {
  if (x.at.file !== y.at.file) return x.at.file < y.at.file ? -1 : 1
  return x.at.line - y.at.line || x.at.column - y.at.column || (x.code < y.code ? -1 : x.code > y.code ? 1 : 0)
}

function simpler(x: ExploredFinding, y: ExploredFinding): boolean {
  if (x.certainty !== y.certainty) return isSurer(x, y)
  if (x.preemptions !== y.preemptions) return x.preemptions < y.preemptions
  if (x.steps !== y.steps) return x.steps < y.steps
  return x.schedule.length !== y.schedule.length ? x.schedule.length < y.schedule.length : x.schedule < y.schedule
}
