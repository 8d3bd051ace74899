/** `pageward explore --merge FILE…`: puts the results of the shards of one exploration together. */
import { mergeFindings } from '../../src-core/explore/merge.ts'
import type { Exploration, Incomplete } from '../../src-core/explore/options.ts'
import { UsageError } from '../exit.ts'
import { readText } from '../program-files.ts'

/** Reads the files and adds them up. Throws UsageError if they do not belong together. */
export function mergeFiles(paths: readonly string[]): Exploration {
  if (paths.length === 0) throw new UsageError('explore --merge: give the files of the shards (--format json)')
  const parts = paths.map((path) => ({ path, part: readExploration(path) }))
  const first = parts[0]!.part
  const count = first.shard?.count ?? 1
  const seen = new Map<number, string>()
  for (const { path, part } of parts) {
    for (const key of ['program', 'era', 'mode', 'bound'] as const) {
      if (part[key] !== first[key])
        throw new UsageError(`${path}: its ${key} is ${String(part[key])}, that of ${paths[0]} ${String(first[key])}`)
    }
    const index = part.shard?.index ?? 1
    if ((part.shard?.count ?? 1) !== count)
      throw new UsageError(`${path}: it is one of ${part.shard?.count ?? 1} shards, not of ${count}`)
    const twice = seen.get(index)
    if (twice !== undefined) throw new UsageError(`${path}: shard ${index} is in ${twice} already`)
    seen.set(index, path)
  }
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !seen.has(index))
  if (missing.length > 0) process.stderr.write(`pageward: shards missing: ${missing.join(', ')} of ${count}\n`)
  const all = parts.map(({ part }) => part)
  const isStrict = all.some(({ strict }) => strict === true)
  const again = isStrict ? parts.filter(({ part }) => part.strict !== true) : []
  if (again.length > 0) {
    const which = again.map(({ part }) => part.shard?.index ?? 1).sort((x, y) => x - y)
    process.stderr.write(
      'pageward: other shards saw a stale pointer used, and divide the schedules by who got which memory; ' +
        `run again with --strict: ${which.join(', ')} of ${count}\n`,
    )
  }
  const sum = (key: 'executions' | 'blocked' | 'probes' | 'redundant'): number =>
    all.reduce((n, part) => n + part[key], 0)
  const incomplete = new Set<Incomplete>(all.flatMap((part) => part.incomplete ?? []))
  if (missing.length > 0) incomplete.add('shards')
  if (again.length > 0) incomplete.add('strict')
  const advice = [...new Set(all.flatMap((part) => part.advice ?? []))]
  const { shard: _shard, strict: _strict, ...kept } = first
  return {
    ...kept,
    executions: sum('executions'),
    blocked: sum('blocked'),
    probes: sum('probes'),
    redundant: sum('redundant'),
    complete: missing.length === 0 && again.length === 0 && all.every((part) => part.complete),
    ...(incomplete.size > 0 ? { incomplete: [...incomplete].sort() } : {}),
    findings: mergeFindings(all.map((part) => part.findings)),
    invisible_sharing: [...new Set(all.flatMap((part) => part.invisible_sharing))].sort(),
    ...(advice.length > 0 ? { advice } : {}),
    ...(isStrict ? { strict: true } : {}),
    run_ms: Math.round(all.reduce((ms, part) => ms + part.run_ms, 0) * 10) / 10,
  }
}

function readExploration(path: string): Exploration {
  let read: unknown
  try {
    read = JSON.parse(readText(path))
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${path}: this is no JSON`)
  }
  if (typeof read !== 'object' || read === null || Reflect.get(read, 'schema') !== 'pageward.exploration/1')
    throw new UsageError(`${path}: this is no result of explore (schema pageward.exploration/1)`)
  return read as Exploration
}
