/** `pageward --help`, and the help of each command. */

interface CommandHelp {
  /** How it is called. */
  readonly usage: string
  /** What it does, in a line. */
  readonly line: string
  readonly options: readonly string[]
}

const ERA = '--era ERA|all        v6.12 (measured) v6.14 v6.17 v6.18 next memdesc'
const ONE_ERA = '--era ERA            v6.12 (measured) v6.14 v6.17 v6.18 next memdesc'
const MACHINE =
  '--machine "K=V …"    memory=64M cpus=1 arch=x86_64|arm64-16k|i386-highmem debug=on|off iommu=on|off seed=N' +
  `\n${' '.repeat(23)}page_poison=on|off`
const STEPS = '--steps N            steps before the run ends (5000000)'
const SECONDS = '--seconds S          wall clock before the run ends (10)'
const JSON_FORMAT = '--format text|json'

export const COMMAND_HELP: Readonly<Record<string, CommandHelp>> = {
  run: {
    usage: 'run FILE…',
    line: 'run programs and report what they do wrong',
    options: [
      ERA,
      '--no-eras            do not ask the other eras for their verdict',
      MACHINE,
      STEPS,
      SECONDS,
      '--memory-limit M     memory of the trace (1G)',
      '--format text|json|sarif|lkml',
      '--schedule TOKEN     a schedule that explore found',
      '--trace OUT          write the trace: .pwtrace (docs/trace-format.md), .pftrace for Perfetto',
    ],
  },
  explore: {
    usage: 'explore FILE',
    line: 'run a program under every schedule and report what any of them shows',
    options: [
      ONE_ERA,
      MACHINE,
      '--bound P            at most P preemptions',
      '--max-executions N   stop after N executions',
      '--mode exhaustive|random|pct   --seed N',
      '--jobs N             worker threads (1)',
      '--shard I/N          only part I of N; --merge FILE… puts the results together',
      '--checkpoint FILE    what is left to do, each --checkpoint-every S (10) seconds and when it stops;',
      '                     --resume FILE goes on from there',
      '--strict             take it to matter from the start which allocation gets what memory',
      '--naive              every interleaving, to compare with',
      '--check-independence exchange neighbouring independent steps and compare: a check of the explorer itself',
      '--steps N            steps of one execution (20000)',
      '--seconds S          stop after S seconds (no limit)',
      JSON_FORMAT,
    ],
  },
  check: {
    usage: 'check FILE…',
    line: 'compile, check types and ownership, without running',
    options: [ERA, MACHINE, JSON_FORMAT],
  },
  test: {
    usage: 'test DIR…',
    line: 'run every snippet with @expect lines and compare',
    options: [ERA, MACHINE, STEPS, SECONDS, JSON_FORMAT],
  },
  explain: {
    usage: 'explain [CODE]',
    line: 'what a diagnosis means, the smallest bad program, its fix',
    options: [JSON_FORMAT],
  },
  lesson: {
    usage: 'lesson list | show ID | check ID FILE | lint DIR',
    line: 'lessons in a terminal; check and lint are for courses and authors',
    options: [JSON_FORMAT],
  },
  types: {
    usage: 'types DIR',
    line: 'write the declarations of the surface, for completions in any editor',
    options: [],
  },
  completion: {
    usage: 'completion bash|zsh|fish',
    line: 'print a completion script for a shell',
    options: [],
  },
}

const STATUS =
  'exit status: 0 nothing found, 1 errors found, 2 usage, file or compile error, 3 budget reached, ' +
  '4 the simulator failed'

/** The help of everything. */
export function help(): string {
  const width = Math.max(...Object.values(COMMAND_HELP).map(({ usage }) => usage.length))
  const commands = Object.values(COMMAND_HELP).map(({ usage, line }) => `  ${usage.padEnd(width)}  ${line}`)
  return `pageward: who owns every page of kernel memory, and why a driver that works today breaks tomorrow

usage: pageward COMMAND [options] …

${commands.join('\n')}

pageward COMMAND --help tells the options of a command; pageward --version tells which Pageward this is.
${STATUS}
`
}

/** The help of one command. */
export function commandHelp(command: string): string {
  const found = COMMAND_HELP[command]
  if (found === undefined) return help()
  const { usage, line, options } = found
  const list = options.length === 0 ? '' : `\noptions:\n${options.map((option) => `  ${option}`).join('\n')}\n`
  return `pageward ${usage}\n\n${line}\n${list}\n${STATUS}\n`
}
