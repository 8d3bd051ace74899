/**
 * Functions that the program never calls: looked at on their own, with arguments of which only the type is known.
 * What was given may be freed once; what a function makes may leave it.
 */

import ts from 'typescript'
import type { SurfaceIndex } from '../contract.ts'
import { Evaluator } from './evaluator.ts'
import { judgeEnd } from './ending.ts'
import type { FindingList } from './findings.ts'
import type { Trail } from './paths.ts'
import { explorePaths } from './paths.ts'
import { declareImports } from './program.ts'
import type { CheckedFile } from './program.ts'
import { PathEnd, TaskEnd, Thrown } from './signals.ts'
import { runLater } from './tasks.ts'
import { Address, Closure, Env, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'
import type { World } from './world.ts'

const MOST_PATHS = 40
const MOST_STEPS = 8000

/** Functions at the top of the files that no path entered. */
function uncalled(
  files: readonly CheckedFile[],
  entered: ReadonlySet<ts.Node>,
): { file: CheckedFile; fn: ts.FunctionLikeDeclaration }[] {
  return files.flatMap((file) =>
    file.node.statements.flatMap((statement) => {
      const found: ts.FunctionLikeDeclaration[] = []
      if (ts.isFunctionDeclaration(statement) && statement.body !== undefined) found.push(statement)
      if (ts.isVariableStatement(statement)) {
        for (const { initializer } of statement.declarationList.declarations) {
          if (initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)))
            found.push(initializer)
        }
      }
      return found.filter((fn) => !entered.has(fn)).map((fn) => ({ file, fn }))
    }),
  )
}

/** Walks the functions that no path entered, each by itself; yields after each path. */
export function* walkUncalled(
  files: readonly CheckedFile[],
  surface: SurfaceIndex,
  entered: ReadonlySet<ts.Node>,
  findings: FindingList,
  newWorld: (trail: Trail) => World,
): Generator<undefined, void> {
  for (const { file, fn } of uncalled(files, entered)) {
    const fuel = { left: MOST_STEPS }
    yield* explorePaths(
      (trail) => {
        const world = newWorld(trail)
        const evaluator = new Evaluator(world, fuel)
        try {
          const env = moduleEnv(evaluator, file, files, surface)
          const args = fn.parameters.map((parameter) => argument(world, parameter))
          const result = evaluator.call(new Closure(fn, env, undefined, false), new Unknown(), args, fn)
          evaluator.escape(result)
          // Variables of the file outlive the call.
          for (const [, { value }] of env.entries()) evaluator.escape(value)
          runLater(evaluator)
        } catch (error) {
          if (error instanceof PathEnd) return
          if (!(error instanceof TaskEnd) && !(error instanceof Thrown)) throw error
        }
        judgeEnd(evaluator)
        findings.add(
          world.raised.map((raised) => (raised.memory?.kind === 'foreign' ? { ...raised, possible: true } : raised)),
        )
      },
      (paths) => paths < MOST_PATHS && fuel.left > 0,
    )
  }
}

/** True for what has the same value whenever it is evaluated: numbers, texts, and layouts made of them. */
function isConstant(node: ts.Node): boolean {
  if (ts.isCallExpression(node) && node.expression.getText() !== 'struct') return false
  if (ts.isNewExpression(node) || ts.isFunctionLike(node) || ts.isAwaitExpression(node)) return false
  if (ts.isArrayLiteralExpression(node)) return false
  return ts.forEachChild(node, (child) => !isConstant(child)) !== true
}

/** True for the initializer of a constant that `isConstant()`; an object of a literal may have changed since. */
function isPlain(list: ts.VariableDeclarationList, initializer: ts.Expression | undefined): boolean {
  if (initializer === undefined || (list.flags & ts.NodeFlags.Const) === 0) return false
  return !ts.isObjectLiteralExpression(initializer) && isConstant(initializer)
}

/** The file's names: its imports, its functions, classes and constants; its variables are not known. */
function moduleEnv(evaluator: Evaluator, file: CheckedFile, files: readonly CheckedFile[], surface: SurfaceIndex): Env {
  const env = new Env(null)
  declareImports(file, env, new Map(files.map(({ path }) => [path, new Env(null)])), surface, evaluator.world)
  for (const statement of file.node.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name !== undefined && statement.body !== undefined) {
      env.declare(statement.name.text, new Closure(statement, env, undefined, false))
    } else if (ts.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations) {
        const isFunction =
          initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
        if (!ts.isIdentifier(name)) continue
        if (isFunction) env.declare(name.text, new Closure(initializer, env, undefined, false))
        else if (isPlain(statement.declarationList, initializer))
          env.declare(name.text, evaluator.evaluate(initializer!, env))
        else env.declare(name.text, new Unknown())
      }
    } else if (ts.isEnumDeclaration(statement)) evaluator.execute(statement, env)
  }
  return env
}

/** What a caller gives for a parameter, as far as its type says. */
function argument(world: World, { type, name }: ts.ParameterDeclaration): Value {
  const text = type?.getText() ?? ''
  if (/^Ptr\b/.test(text)) return new Address(world.allocate('foreign', name, 'the caller', null), 0)
  if (/^(?:page|folio)\b/.test(text)) return new PageRef(world.allocate('foreign', name, 'the caller', null), 0)
  return new Unknown()
}
