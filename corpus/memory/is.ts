// For the programs beside this one: a value that is not what the kernel gives is told of and warned about.
import { pr_err, WARN_ON } from 'linux'

export function is(what: string, got: unknown, want: unknown) {
  if (got !== want) pr_err(`${what}: ${String(got)}, the kernel gives ${String(want)}`)
  WARN_ON(got !== want)
}
