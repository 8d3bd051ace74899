/** Scopes and bindings of one source file, as real scope analysis finds them (bind.ts fills them in). */

import type ts from 'typescript'

/** A function-like node that has a generator twin in the interleaved form. */
export type FunctionValue = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction

export type BindingKind =
  | 'import'
  | 'function'
  | 'own-name'
  | 'const'
  | 'let'
  | 'var'
  | 'using'
  | 'parameter'
  | 'class'
  | 'enum'
  | 'enum-member'
  | 'namespace'

export interface Binding {
  readonly name: string
  readonly kind: BindingKind
  /** The declared name. */
  readonly node: ts.Node
  readonly scope: Scope
  /** The function that the name always stands for, unless `assigned`. */
  readonly fn: FunctionValue | null
  /** True if the value is certainly an ordinary object of the program: an array or object literal, `new Map()`. */
  readonly plain: boolean
  /** True if something assigns to it after its declaration. */
  assigned: boolean
  /** True if something assigns to it that is not the head of the `for` that declares it. */
  changed?: boolean
  /** True if something may move the value away (moves.ts): the name has a flag `$d_NAME`. */
  moved?: boolean
}

export type ScopeKind = 'module' | 'function' | 'block' | 'class' | 'enum' | 'namespace'

/** One lexical scope. `var` goes to the nearest scope that is a function, namespace or module. */
export class Scope {
  readonly names = new Map<string, Binding>()
  /** The variable that holds the `using` scope of the runtime, if there are `using` declarations here. */
  usingName: string | null = null
  /** True for scopes whose statements are not emitted as a block of their own: loop heads, switches, catch clauses. */
  noFlags = false
  /** Private methods of a class scope. */
  readonly privateMethods = new Set<string>()

  constructor(
    readonly parent: Scope | null,
    readonly kind: ScopeKind,
    /** Name of an enum or namespace: its members are reached through it. */
    readonly owner: string | null = null,
  ) {}

  /** The binding that a name refers to here; `null` for a global. */
  resolve(name: string): Binding | null {
    for (let scope: Scope | null = this; scope; scope = scope.parent) {
      const found = scope.names.get(name)
      if (found) return found
    }
    return null
  }

  /** True if `#name` is a private method of the class around. */
  isPrivateMethod(name: string): boolean {
    for (let scope: Scope | null = this; scope; scope = scope.parent) {
      if (scope.kind === 'class' && scope.privateMethods.has(name)) return true
    }
    return false
  }

  /** Where `var` declarations of this scope go. */
  hoistTarget(): Scope {
    let scope: Scope = this
    while (scope.kind === 'block' || scope.kind === 'class' || scope.kind === 'enum') {
      if (!scope.parent) break
      scope = scope.parent
    }
    return scope
  }
}
