/** What goes to stdout and stderr. */

/** Variable of the environment in which main.ts says whether stderr leads to a terminal. */
export const STDERR_VARIABLE = 'PAGEWARD_STDERR'

/** True if stdout is a terminal that wants colour. */
export function isTerminal(): boolean {
  return process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined
}

/** True if stderr is a terminal. Of this process it is a pipe to main.ts, which says where it leads. */
export function stderrIsTerminal(): boolean {
  return process.env[STDERR_VARIABLE] === 'terminal'
}

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** `file:line:col: message` on stderr. */
export function errorLine(file: string, line: number, column: number, message: string): void {
  process.stderr.write(`${file}:${line}:${column}: ${message}\n`)
}
