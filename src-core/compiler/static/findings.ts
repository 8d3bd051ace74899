/** Findings of all paths, put together: one for each code and place, definite if any path was sure. */

import type ts from 'typescript'
import type { StaticEdit, StaticFinding, StaticPlace } from './finding.ts'
import type { CheckedFile } from './program.ts'
import type { Raised } from './world.ts'

export class FindingList {
  private readonly found = new Map<string, StaticFinding>()
  private readonly paths: ReadonlyMap<ts.SourceFile, string>

  constructor(files: readonly CheckedFile[]) {
    this.paths = new Map(files.map(({ node, path }) => [node, path]))
  }

  add(raised: readonly Raised[]): void {
    for (const one of raised) {
      const at = this.place(one.node)
      const key = `${one.code} ${at.file}:${at.line}:${at.column}`
      const certainty = one.possible ? 'possible' : 'definite'
      const severity = one.possible || one.warning ? 'warning' : 'error'
      const known = this.found.get(key)
      if (known !== undefined && (known.severity === 'error' || severity === 'warning')) continue
      const story = one.notes.map(({ text, node }) => ({ text, at: this.place(node) }))
      this.found.set(key, { code: one.code, severity, certainty, message: one.message, at, story, fix: this.fix(one) })
    }
  }

  /** In the order of their places. */
  list(): StaticFinding[] {
    return [...this.found.values()].sort(
      (a, b) =>
        a.at.file.localeCompare(b.at.file) ||
        a.at.line - b.at.line ||
        a.at.column - b.at.column ||
        (a.code < b.code ? -1 : 1),
    )
  }

  private place(node: ts.Node): StaticPlace {
    const file = node.getSourceFile()
    const start = file.getLineAndCharacterOfPosition(node.getStart(file))
    const end = file.getLineAndCharacterOfPosition(node.getEnd())
    return {
      file: this.paths.get(file) ?? file.fileName,
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    }
  }

  /** `const x = owner` becomes `using x = owner`. */
  private fix({ using }: Raised): StaticFinding['fix'] {
    const list = using?.parent
    if (list === undefined) return null
    const text = list.getText()
    const keyword = /^(?:const|let)\b/.exec(text)?.[0]
    if (keyword === undefined) return null
    const at = this.place(list)
    const edit: StaticEdit = { at: { ...at, endLine: at.line, endColumn: at.column + keyword.length }, text: 'using' }
    return { title: 'declare the owner with `using`', edits: [edit] }
  }
}
