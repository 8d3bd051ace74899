/** What goes to stdout and stderr. */

/** True if stdout is a terminal that wants colour. */
export function isTerminal(): boolean {
  return process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined
}

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** `file:line:col: message` on stderr. */
export function errorLine(file: string, line: number, column: number, message: string): void {
  process.stderr.write(`${file}:${line}:${column}: ${message}\n`)
}
