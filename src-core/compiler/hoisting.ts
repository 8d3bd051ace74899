/**
 * Names that clash though they stand in different scopes: a `var` on its way out of a block that declares the same
 * name, and a declaration in a body with the name of a parameter or of what is caught. No engine runs such text.
 */
import ts from 'typescript'
import type { FileErrors } from './file-errors.ts'
import type { Binding, Scope } from './scope.ts'

export class Hoisting {
  /** Each `var` with the scope that it stands in. */
  private readonly hoisted: { readonly name: ts.Identifier; readonly scope: Scope }[] = []

  constructor(private readonly errors: FileErrors) {}

  declared(name: ts.Identifier, scope: Scope): void {
    this.hoisted.push({ name, scope })
  }

  /** The body of a function or of a `catch`, whose head is a scope of its own. */
  body(head: Scope, body: Scope | undefined): void {
    for (const [name, { node, kind }] of body?.names ?? []) {
      const outer = head.names.get(name)
      if (outer === undefined || outer.kind === 'var' || (kind === 'function' && head.kind === 'function')) continue
      this.errors.add('syntax', `"${name}" is declared twice: above the body and in it`, node)
    }
  }

  /** When all names are known: a block may declare below what a `var` in it declares above. */
  finish(): void {
    for (const { name, scope } of this.hoisted) {
      const to = scope.hoistTarget()
      for (let at: Scope | null = scope; at !== null && at !== to; at = at.parent) {
        const own = at.names.get(name.text)
        if (own === undefined || own.kind === 'var' || isVarLike(own, at) || isCaught(own, name)) continue
        this.errors.add('syntax', `"var ${name.text}" leaves a block that declares "${name.text}" itself`, name)
        break
      }
    }
  }
}

/** A function right in the body of another one is a name like a `var`. */
function isVarLike(own: Binding, at: Scope): boolean {
  return own.kind === 'function' && at.parent?.kind === 'function'
}

/** `catch (x) { var x }` is allowed, but not as the name of a `for … of`. */
function isCaught({ node }: Binding, name: ts.Identifier): boolean {
  if (!ts.isVariableDeclaration(node.parent) || !ts.isCatchClause(node.parent.parent)) return false
  const list = ts.findAncestor(name, ts.isVariableDeclarationList)
  return list === undefined || !ts.isForOfStatement(list.parent)
}
