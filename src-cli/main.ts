/** Entry of the command line: finds the command, runs it, sets the exit status. */
import { Exit, UsageError } from './exit.ts'
import { commandHelp, help } from './help.ts'
import { parseOptions, type Options } from './options.ts'

const COMMANDS: Readonly<Record<string, () => Promise<(options: Options) => Exit | Promise<Exit>>>> = {
  run: async () => (await import('./commands/run.ts')).run,
  check: async () => (await import('./commands/check.ts')).check,
  test: async () => (await import('./commands/test.ts')).test,
  explore: async () => (await import('./commands/explore.ts')).explore,
  explain: async () => (await import('./commands/explain.ts')).explain,
  lesson: async () => (await import('./commands/lesson.ts')).lesson,
  types: async () => (await import('./commands/types.ts')).types,
  completion: async () => (await import('./commands/completion.ts')).completion,
}

async function main(words: readonly string[]): Promise<Exit> {
  const [command, ...rest] = words
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') {
    process.stdout.write(rest[0] === undefined ? help() : commandHelp(rest[0]))
    return command === undefined ? Exit.USAGE : Exit.OK
  }
  const load = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined
  if (load === undefined)
    throw new UsageError(`there is no command "${command}" (commands: ${Object.keys(COMMANDS).join(', ')})`)
  const options = parseOptions(rest)
  if (options.help) {
    process.stdout.write(commandHelp(command))
    return Exit.OK
  }
  return (await load())(options)
}

/** Leaves only when everything written has gone out: a pipe takes large reports in pieces. */
function leave(status: Exit): void {
  process.exitCode = status
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)))
}

process.stdout.on('error', () => process.exit(Exit.OK))
try {
  leave(await main(process.argv.slice(2)))
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`pageward: ${error.message}\n`)
    leave(Exit.USAGE)
  } else {
    process.stderr.write(
      `pageward: the simulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
    leave(Exit.FAILED)
  }
}
