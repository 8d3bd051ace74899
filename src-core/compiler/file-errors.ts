/** Collects the compile errors of one file with their places. */

import type ts from 'typescript'
import type { CompileError } from './contract.ts'

export class FileErrors {
  readonly list: CompileError[] = []
  /** What was said where: code that is emitted twice is told once. */
  private readonly said = new Set<string>()

  constructor(readonly sourceFile: ts.SourceFile) {}

  /** Reports an error at a node. `replacement`: a name that may stand there instead. */
  add(code: CompileError['code'], message: string, node: ts.Node, replacement: string | null = null): void {
    this.addAt(code, message, node.getStart(this.sourceFile), node.end, replacement)
  }

  /** Reports an error at a range of offsets. */
  addAt(
    code: CompileError['code'],
    message: string,
    start: number,
    end: number,
    replacement: string | null = null,
  ): void {
    const key = `${start} ${message}`
    if (this.said.has(key)) return
    this.said.add(key)
    const from = this.sourceFile.getLineAndCharacterOfPosition(start)
    const to = this.sourceFile.getLineAndCharacterOfPosition(Math.max(start, end))
    this.list.push({
      code,
      message,
      file: this.sourceFile.fileName,
      line: from.line + 1,
      column: from.character + 1,
      endLine: to.line + 1,
      endColumn: to.character + 1,
      ...(replacement === null ? {} : { replacement }),
    })
  }
}
