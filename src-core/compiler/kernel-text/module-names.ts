/** `import * as k from 'linux'` has no like in C or Rust: a text in which each name of such a module stands alone. */
import ts from 'typescript'

/**
 * The text with the names of whole modules taken out, `k.kfree(a)` to `kfree(a)`, and their imports written with the
 * names that are used. Lines stay where they are. The file's own modules stay as they are written.
 */
export function withoutModuleNames(path: string, text: string): string {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS)
  const modules = new Map<string, { readonly clause: ts.NamespaceImport; readonly used: Set<string> }>()
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
    const clause = statement.importClause?.namedBindings
    if (clause !== undefined && ts.isNamespaceImport(clause) && !statement.moduleSpecifier.text.startsWith('.'))
      modules.set(clause.name.text, { clause, used: new Set() })
  }
  if (modules.size === 0) return text

  const changes: { readonly from: number; readonly to: number; readonly by: string }[] = []
  const visit = (node: ts.Node): void => {
    const [whole, name] = ts.isPropertyAccessExpression(node)
      ? [node.expression, node.name]
      : ts.isQualifiedName(node)
        ? [node.left, node.right]
        : []
    const module = whole !== undefined && ts.isIdentifier(whole) ? modules.get(whole.text) : undefined
    if (module !== undefined && name !== undefined) {
      module.used.add(name.text)
      changes.push({ from: whole!.getStart(file), to: name.getStart(file), by: '' })
    } else ts.forEachChild(node, visit)
  }
  ts.forEachChild(file, visit)
  for (const { clause, used } of modules.values())
    changes.push({ from: clause.getStart(file), to: clause.end, by: `{ ${[...used].join(', ')} }` })
  let out = text
  for (const { from, to, by } of changes.sort((x, y) => y.from - x.from)) out = out.slice(0, from) + by + out.slice(to)
  return out
}
