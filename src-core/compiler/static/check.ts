/**
 * The static ownership check: finds mistakes in the text of a program, before it runs. It walks the program the way
 * it would run, on values that stand for "this allocation" and "something", along every path that differs from the
 * usual one in up to three decisions (a failure, an unknown condition, a schedule).
 *
 * What it says: `error` is definite on a path that can be taken; `warning` is possible (two conditions that may
 * depend on each other, a value that it does not follow) or has no consequence in this era.
 * What it is not: a proof. Loops with an unknown end are walked at most twice, and paths stop at a budget.
 */

import ts from 'typescript'
import { findEra } from '../../eras/index.ts'
import type { SourceFile, SurfaceIndex } from '../contract.ts'
import { parsePragmas } from '../pragmas.ts'
import { judgeEnd } from './ending.ts'
import { Evaluator } from './evaluator.ts'
import type { StaticFinding } from './finding.ts'
import { judgeShrinkers } from './natives-deferred.ts'
import { endUserAreas } from './natives-user.ts'
import { explorePaths } from './paths.ts'
import type { Trail } from './paths.ts'
import { collectFiles, declareImports } from './program.ts'
import type { CheckedFile } from './program.ts'
import { FindingList } from './findings.ts'
import { PathEnd, TaskEnd, Thrown } from './signals.ts'
import { endTask, gracePeriod, runLater, runInit, runOne } from './tasks.ts'
import { walkUncalled } from './uncalled.ts'
import { Env } from './values.ts'
import { World } from './world.ts'

/** Paths of a program that are walked at most. */
const MOST_PATHS = 160
/** Expressions and statements that are evaluated at most, in all paths together and in one. */
const MOST_STEPS = 25_000
const MOST_STEPS_OF_PATH = 20_000

/** What a check may be told beside the files. */
export interface CheckOptions {
  readonly era: string
  readonly machine?: Readonly<Record<string, string>>
  /** How much more than the editor's few milliseconds it may take: 1 by default. */
  readonly patience?: number
}

/** Parsed files, kept while they do not change. */
const parsed = new Map<string, { text: string; node: ts.SourceFile }>()

function parse({ path, text }: SourceFile): ts.SourceFile {
  const known = parsed.get(path)
  if (known?.text === text) return known.node
  const node = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS)
  parsed.delete(path)
  parsed.set(path, { text, node })
  for (const oldest of parsed.keys()) {
    if (parsed.size <= 64) break
    parsed.delete(oldest)
  }
  return node
}

/** Findings of a program in one era, in the order of their places. Never throws for what is in the files. */
export function checkOwnership(
  entry: string,
  files: readonly SourceFile[],
  surface: SurfaceIndex,
  options: CheckOptions,
): StaticFinding[] {
  const steps = ownershipSteps(entry, files, surface, options)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same in steps of a path each, for who has something else to do between them. */
export function* ownershipSteps(
  entry: string,
  files: readonly SourceFile[],
  surface: SurfaceIndex,
  options: CheckOptions,
): Generator<undefined, StaticFinding[]> {
  const era = findEra(options.era)
  const text = files.find((file) => file.path === entry)?.text
  if (era === undefined || text === undefined) return []
  const checked = collectFiles(entry, files, parse)
  const machine = { ...parsePragmas(entry, text).pragmas.machine, ...options.machine }
  const findings = new FindingList(checked)
  const entered = new Set<ts.Node>()
  const patience = options.patience ?? 1
  const total = { left: MOST_STEPS * patience }
  yield* explorePaths(
    (trail) => {
      const fuel = { left: Math.min(MOST_STEPS_OF_PATH * patience, total.left) }
      const before = fuel.left
      const world = new World(trail, era, machine)
      walkPath(new Evaluator(world, fuel), checked, surface, findings)
      total.left -= before - Math.max(0, fuel.left)
      for (const node of world.entered) entered.add(node)
    },
    (paths) => paths < MOST_PATHS * patience && total.left > 0,
  )
  yield* walkUncalled(checked, surface, entered, findings, (trail: Trail) => new World(trail, era, machine))
  return findings.list()
}

/** Walks the whole program along one path. */
function walkPath(
  evaluator: Evaluator,
  files: readonly CheckedFile[],
  surface: SurfaceIndex,
  findings: FindingList,
): void {
  const { world } = evaluator
  let complete = true
  try {
    const modules = new Map<string, Env>()
    let loaded = true
    for (const file of files) {
      const env = new Env(null)
      modules.set(file.path, env)
      declareImports(file, env, modules, surface, world)
      loaded = asTask(evaluator, () => evaluator.block(file.node.statements, env))
      if (!loaded) break
    }
    if (loaded) asTask(evaluator, () => void (loaded = runInit(evaluator)))
    const end = files.at(-1)!.node
    runLater(evaluator)
    endUserAreas(evaluator, end)
    judgeShrinkers(evaluator, end)
    // rmmod runs when every task has ended: it sees what they did.
    for (const { task } of world.tasks) world.ended.add(task)
    if (loaded) for (const exit of world.exits) runOne(evaluator, exit)
    runLater(evaluator)
    gracePeriod(evaluator)
  } catch (error) {
    // Too deep for this thread's stack: as far as it came.
    if (!(error instanceof PathEnd) && !(error instanceof RangeError)) throw error
    if (error instanceof PathEnd && error.feasible) return
    complete = false
  }
  if (complete && !world.imprecise) judgeEnd(evaluator)
  findings.add(world.raised)
}

/** Runs something as a task; false if it ended early. */
function asTask(evaluator: Evaluator, run: () => void): boolean {
  try {
    run()
    return true
  } catch (error) {
    if (!(error instanceof TaskEnd) && !(error instanceof Thrown)) throw error
    endTask(evaluator, error)
    return false
  }
}
