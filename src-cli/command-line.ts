/**
 * The command line's own process, started by main.ts: finds the command, runs it, leaves with its status. What main.ts
 * has to know of the status goes over the channel, as a process with a thread that does not end can only be killed.
 */
import { version } from '../package.json'
import { giveUp, threadsEnded } from '../src-node/stuck-threads.ts'
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
  if (command === '--version' || command === '-V') {
    process.stdout.write(`pageward ${version}\n`)
    return Exit.OK
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

/** As a shell says it of a command that Ctrl-C ended. */
const INTERRUPTED = 130
/** Time for threads to end before the process is killed with them, ms. */
const LAST_WORDS_MS = 500

let leaving = false

/** Leaves only when everything written has gone out: a pipe takes large reports in pieces. */
function leave(status: Exit): void {
  leaving = true
  process.exitCode = status
  process.stdout.write('', () => process.stderr.write('', () => void end(status)))
}

async function end(status: number): Promise<void> {
  if ((await threadsEnded(LAST_WORDS_MS)) || process.send === undefined) process.exit(status)
  process.send({ status }, giveUp)
}

// Commands that can stop half-way listen themselves; a terminal's Ctrl-C comes twice, from it and from main.ts.
process.on('SIGINT', () => {
  if (process.listenerCount('SIGINT') === 1 && !leaving) void end(INTERRUPTED)
})
// Whoever waits for the status is gone.
process.once('disconnect', () => giveUp())
process.channel?.unref()
process.stdout.on('error', () => void end(Exit.OK))
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
