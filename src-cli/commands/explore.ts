/** `pageward explore FILE`: runs a program under every schedule, or as many as asked for. */
import type { CompiledProgram, SourceFile } from '../../src-core/compiler/contract.ts'
import { invisibleSharing } from '../../src-core/compiler/invisible-sharing.ts'
import { ExplorePool } from '../../src-core/explore/explore-pool.ts'
import { explorationOf } from '../../src-core/explore/exploration.ts'
import type { Checkpoint } from '../../src-core/explore/checkpoint.ts'
import type { Progress } from '../../src-core/explore/explorer.ts'
import type { Exploration, ExploreOptions } from '../../src-core/explore/options.ts'
import { explorationText } from '../../src-core/report/exploration-text.ts'
import { jsonText } from '../../src-core/report/json.ts'
import { spawnExplorer } from '../../src-node/spawn-explorer.ts'
import { renameSync, writeFileSync } from 'node:fs'
import { newSupervisor } from '../core.ts'
import { Exit, UsageError } from '../exit.ts'
import { onlyFormats, type Options } from '../options.ts'
import { errorLine, isTerminal, print, stderrIsTerminal } from '../output.ts'
import { readProgram, readText } from '../program-files.ts'
import { mergeFiles } from './explore-merge.ts'

/** Steps of one execution, unless told otherwise. */
const STEPS = 20_000

export async function explore(options: Options): Promise<Exit> {
  onlyFormats('explore', options, ['text', 'json'])
  const { merge } = options.explore
  const exploration = merge === null ? await exploreFile(options) : mergeFiles(merge)
  if (exploration === null) return Exit.USAGE
  print(options.format === 'json' ? jsonText(exploration) : explorationText(exploration, { colour: isTerminal() }))
  if ((exploration.independence?.entangled.length ?? 0) > 0) return Exit.FAILED
  if (exploration.blocked > 0 && exploration.incomplete === undefined) return Exit.FAILED
  // Executions picked by chance never are all: their number is no budget that cut something short.
  const sampled = exploration.mode === 'random' || exploration.mode === 'pct'
  const cut = (exploration.incomplete ?? []).filter(
    (reason) => reason !== 'invisible' && !(sampled && /^(sampled|executions)$/.test(reason)),
  )
  if (cut.length > 0) return Exit.BUDGET
  return exploration.findings.some(({ severity }) => severity === 'error') ? Exit.FOUND : Exit.OK
}

async function exploreFile(options: Options): Promise<Exploration | null> {
  const [path, more] = options.files
  if (path === undefined) throw new UsageError('explore: give the file of a program')
  if (more !== undefined) throw new UsageError('explore takes one program at a time')
  if (options.era === 'all') throw new UsageError('explore: --era takes one era')
  const pool = new ExplorePool(() => spawnExplorer(new URL('../../src-node/explore-worker.ts', import.meta.url)))
  try {
    return await exploreOn(pool, readProgram(path), options)
  } finally {
    pool.close()
  }
}

async function exploreOn(
  pool: ExplorePool,
  files: readonly SourceFile[],
  options: Options,
): Promise<Exploration | null> {
  const { seconds, jobs } = options.explore
  // It starts while the program is compiled.
  pool.warm()
  const entry = files[0]!.path
  const { program, era } = compiled(files, entry, options)
  if (program.errors.length > 0) {
    for (const { file, line, column, message } of program.errors) errorLine(file, line, column, message)
    return null
  }
  const resume = options.explore.resume === null ? null : readCheckpoint(options.explore.resume, entry)
  const asked = resume === null ? askedFor(program, era, options) : { ...resume.options, ...again(options) }
  const stop = (): void => pool.stop('interrupted')
  process.on('SIGINT', stop)
  const timer = seconds === null ? undefined : setTimeout(() => pool.stop('seconds'), seconds * 1000)
  const started = performance.now()
  try {
    const { checkpoint, checkpointEvery } = options.explore
    if (checkpoint !== null) {
      pool.keepEvery = checkpointEvery * 1000
      pool.onKept = (kept) => writeCheckpoint(checkpoint, kept)
    }
    const explored = await pool.explore(program, asked, jobs, progressLine(started), resume)
    if (checkpoint !== null) writeCheckpoint(checkpoint, pool.checkpoint)
    return explorationOf(entry, asked, explored, invisibleSharing(files), performance.now() - started)
  } finally {
    clearTimeout(timer)
    process.off('SIGINT', stop)
    clearProgress()
  }
}

function compiled(files: readonly SourceFile[], entry: string, options: Options) {
  const supervisor = newSupervisor(false)
  try {
    const probe = supervisor.compile(entry, files, options.era ?? '')
    const era = options.era ?? supervisor.defaultEra(probe)
    return { program: supervisor.compile(entry, files, era), era }
  } finally {
    supervisor.close()
  }
}

/** What a resumed exploration is asked anew. */
function again({ explore }: Options): Pick<ExploreOptions, 'maxExecutions'> {
  return { maxExecutions: explore.maxExecutions }
}

const CHECKPOINT = 'pageward.checkpoint/3'

/** A part that a checkpoint lacks; null if it is whole. */
function missingOf(checkpoint: Checkpoint): string | null {
  const lists = ['figures', 'reasons', 'advice', 'seen', 'traces', 'names', 'insides', 'parts'] as const
  const list = lists.find((key) => !Array.isArray(checkpoint[key]))
  if (list !== undefined) return list
  const numbers = (['sum', 'part'] as const).find((key) => typeof checkpoint[key] !== 'number')
  if (numbers !== undefined) return numbers
  if (typeof checkpoint.program !== 'string') return 'program'
  const { options, walk }: { readonly options?: unknown; readonly walk?: unknown } = checkpoint
  if (typeof options !== 'object' || options === null || !('era' in options)) return 'options'
  return typeof walk !== 'object' || walk === null || !('order' in walk) ? 'walk' : null
}

function readCheckpoint(path: string, entry: string): Checkpoint {
  let read: unknown
  try {
    read = JSON.parse(readText(path))
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`--resume ${path}: this is no JSON, or was cut off: explore without --resume`)
  }
  const schema: unknown = typeof read === 'object' && read !== null ? Reflect.get(read, 'schema') : undefined
  if (typeof schema !== 'string' || !schema.startsWith('pageward.checkpoint/'))
    throw new UsageError(`--resume ${path}: this is no checkpoint of explore`)
  if (schema !== CHECKPOINT)
    throw new UsageError(`--resume ${path}: it is ${schema} of another Pageward, this one reads ${CHECKPOINT}`)
  const checkpoint = read as Checkpoint
  const missing = missingOf(checkpoint)
  if (missing !== null)
    throw new UsageError(
      `--resume ${path}: the checkpoint is damaged, without its ${missing}: explore without --resume`,
    )
  if (checkpoint.program !== entry)
    throw new UsageError(`--resume ${path}: the checkpoint is of ${checkpoint.program}, not of ${entry}`)
  return checkpoint
}

/**
 * Writes what is left to do; nothing is left of an exploration that is complete. Whoever is killed while writing leaves
 * the older file whole.
 */
function writeCheckpoint(path: string, checkpoint: Checkpoint | null): void {
  if (checkpoint === null) return
  try {
    writeFileSync(`${path}.new`, JSON.stringify(checkpoint))
    renameSync(`${path}.new`, path)
  } catch (error) {
    throw new UsageError(`--checkpoint ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The options, completed by what the program's `@explore` says. */
function askedFor(program: CompiledProgram, era: string, { explore, machine }: Options): ExploreOptions {
  const own = program.pragmas.explore?.['bound']
  const bound = explore.bound ?? (own !== undefined && /^\d+$/.test(own) ? Number(own) : null)
  const { mode, maxExecutions, seed, shard, checkpoint, jobs } = explore
  if (checkpoint !== null && (jobs > 1 || mode === 'random' || mode === 'pct'))
    throw new UsageError('--checkpoint needs one worker (--jobs 1) and no chance (--mode exhaustive)')
  if (shard !== null && (mode !== 'exhaustive' || bound !== null))
    throw new UsageError('--shard divides exhaustive explorations without a bound')
  if ((mode === 'random' || mode === 'pct') && maxExecutions === null && explore.seconds === null)
    throw new UsageError(`--mode ${mode} has no end: give --max-executions or --seconds`)
  const steps = explore.steps ?? STEPS
  return {
    ...{ era, machine, mode, bound, maxExecutions, seed, shard, steps },
    ...(explore.checkIndependence ? { checkIndependence: true } : {}),
    ...(explore.strict ? { strict: true } : {}),
  }
}

/** Shows progress on a terminal, nothing in a pipe. */
function progressLine(started: number): (progress: Progress) => void {
  if (!stderrIsTerminal()) return () => undefined
  return ({ executions, findings, share }) => {
    const rate = Math.round(executions / ((performance.now() - started) / 1000))
    const left = share === null || share < 0.001 ? '' : ` · about ${aboutOf(executions / share)} in all`
    const found = findings === 0 ? '' : ` · ${findings} ${findings === 1 ? 'finding' : 'findings'}`
    process.stderr.write(`\r\x1b[K${executions} executions · ${rate}/s${left}${found}`)
  }
}

/** Two digits of a number that is a guess. */
function aboutOf(number: number): string {
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(number)) - 1)
  return (Math.round(number / digits) * digits).toLocaleString('en')
}

function clearProgress(): void {
  if (stderrIsTerminal()) process.stderr.write('\r\x1b[K')
}
