/** What a doc comment of the declarations says, without its stars. */

/** Paragraphs of a doc comment, each in one line. */
export function paragraphsOf(comment: string): string[] {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*?\s?/, '').trimEnd())
  return lines
    .join('\n')
    .split(/\n\s*\n/)
    .map((each) => each.replaceAll(/\s*\n\s*/g, ' ').trim())
    .filter((each) => each !== '')
}
