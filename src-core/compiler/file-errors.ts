/** Collects the compile errors of one file with their places. */

import type ts from 'typescript'
import type { CompileError } from './contract.ts'

export class FileErrors {
  readonly list: CompileError[] = []

  constructor(readonly sourceFile: ts.SourceFile) {}

  /** Reports an error at a node. */
  add(code: CompileError['code'], message: string, node: ts.Node): void {
    this.addAt(code, message, node.getStart(this.sourceFile), node.end)
  }

  /** Reports an error at a range of offsets. */
  addAt(code: CompileError['code'], message: string, start: number, end: number): void {
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
    })
  }
}
