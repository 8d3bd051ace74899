/** Text that is put together line by line, with comments of the source kept where they stood. */
import ts from 'typescript'

/** Lines of C and Rust, indented. */
export class PrintedText {
  private readonly lines: string[] = []
  private depth = 0

  constructor(private readonly unit: string) {}

  line(text = ''): void {
    this.lines.push(text === '' ? '' : this.unit.repeat(this.depth) + text)
  }

  /** Writes what `inside` writes one step further in. */
  indented(inside: () => void): void {
    this.depth++
    inside()
    this.depth--
  }

  /** An empty line, but never two. */
  gap(): void {
    const last = this.lines.at(-1)
    if (last !== undefined && last !== '' && !last.endsWith('{')) this.lines.push('')
  }

  text(): string {
    return `${this.lines
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim()}\n`
  }
}

/** Comments in front of a node, without their marks: one entry a comment, its lines trimmed. Pragmas are left out. */
export function commentsBefore(file: ts.SourceFile, node: ts.Node): string[][] {
  const ranges = ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? []
  const comments: string[][] = []
  for (const { pos, end, kind } of ranges) {
    const raw = file.text.slice(pos, end)
    const body = kind === ts.SyntaxKind.SingleLineCommentTrivia ? raw.slice(2) : raw.slice(2, -2)
    const lines = body.split('\n').map((line) => line.replace(/^\s*\*+ ?/, '').trim())
    const told = lines.filter((line) => !/^@(era|machine|expect|schedule|explore)\b/.test(line))
    while (told[0] === '') told.shift()
    while (told.at(-1) === '') told.pop()
    if (told.length > 0) comments.push(told)
  }
  return comments
}

/** The comment on the line of a node, behind it; empty if none. */
export function commentBehind(file: ts.SourceFile, node: ts.Node): string {
  const [range] = ts.getTrailingCommentRanges(file.text, node.getEnd()) ?? []
  if (range === undefined) return ''
  const raw = file.text.slice(range.pos, range.end)
  return raw.replace(/^\/\/|^\/\*+|\*\/$/g, '').trim()
}

/** A piece of source on one line, for a comment that says what was left as it is. */
export function asWritten(node: ts.Node, file: ts.SourceFile): string {
  const text = node.getText(file).replaceAll(/\s+/g, ' ').replaceAll('*/', '* /')
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}
