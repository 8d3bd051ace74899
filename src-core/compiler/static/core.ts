/**
 * What the parts of the evaluator share: the path's state, and the operations that natives (surface functions, methods
 * of arrays) need of the evaluator.
 */

import type ts from 'typescript'
import { Address, isNull, isThing, NullPointer, Unknown } from './values.ts'
import type { Value } from './values.ts'
import { PathEnd, TaskEnd } from './signals.ts'
import type { World } from './world.ts'

/** Calls inside each other that are followed. */
const DEEPEST_CALL = 48

export abstract class Core {
  protected depth = 0
  /** The node of the surface call being evaluated is under `!`: its failure is asserted away. */
  asserted = false

  constructor(
    readonly world: World,
    /** Counts down; the path ends at zero. */
    protected readonly fuel: { left: number },
  ) {}

  abstract evaluate(node: ts.Expression, env: object): Value
  abstract call(target: Value, self: Value, args: readonly Value[], node: ts.Node): Value
  abstract member(target: Value, name: string, node: ts.Node): Value
  abstract setMember(target: Value, name: string, value: Value, node: ts.Node): void
  abstract construct(target: Value, args: readonly Value[], node: ts.Node): Value
  /** Ends ownership of a value: `drop(x)`, the end of a `using`. */
  abstract drop(value: Value, node: ts.Node): void
  /** Gives memory reachable from a value to code that is not seen. */
  abstract escape(value: Value): void

  /** Whether a value is true; what the text does not tell is decided, once. */
  truth(value: Value): boolean {
    if (!isThing(value)) return Boolean(value)
    if (!(value instanceof Unknown)) return !isNull(value)
    return (value.truth ??= this.world.decide(2, 'data') === 1)
  }

  protected burn(): void {
    if (--this.fuel.left < 0) throw new PathEnd(false)
  }

  protected enter(): void {
    if (++this.depth > DEEPEST_CALL) {
      this.world.imprecise = true
      throw new PathEnd(false)
    }
  }

  /** The value must be there: NULL ends the task, or the path if only an unusual decision made it NULL. */
  present(value: Value, node: ts.Node, named: string | ts.Node): void {
    if (value !== undefined && !isNull(value)) return
    const what = typeof named === 'string' ? named : `\`${this.text(named)}\``
    if (value instanceof NullPointer) {
      if (!value.certain) throw new PathEnd(true)
      this.world.raise(value.code, node, `${what} is NULL: \`${value.by}()\` returned it`, {
        notes: [{ text: 'NULL comes from here', node: value.node }],
      })
    } else if (this.world.trail.unusual > 0) throw new PathEnd(true)
    else if (value === null) this.world.raise('null-dereference', node, `${what} is null here`)
    else this.world.raise('uncaught-exception', node, `${what} is undefined here`)
    throw new TaskEnd()
  }

  /** Text of a node, shortened. */
  text(node: ts.Node): string {
    const text = node.getText().replace(/\s+/g, ' ')
    return text.length > 40 ? `${text.slice(0, 39)}…` : text
  }
}

/** The pointer that a value is, if it is one. */
export function pointerOf(value: Value): Address | null {
  return value instanceof Address ? value : null
}
