/** `pageward completion bash|zsh|fish`: a script for the shell that completes commands, options, codes and lessons. */
import { ERA_IDS } from '../../src-core/eras/index.ts'
import { CODES } from '../../src-core/report/catalogue.ts'
import { Exit, UsageError } from '../exit.ts'
import { COMMAND_HELP } from '../help.ts'
import { bundledLessons } from '../lesson-folders.ts'
import { FORMATS, OPTION_NAMES, type Options } from '../options.ts'
import { print } from '../output.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

export function completion(options: Options): Exit {
  const [shell] = options.files
  const found = SHELLS.find((one) => one === shell)
  if (found === undefined) throw new UsageError(`completion: say ${SHELLS.join(', ')}`)
  print(found === 'fish' ? fish() : found === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${bash()}` : bash())
  return Exit.OK
}

const commands = Object.keys(COMMAND_HELP).join(' ')
const eras = [...ERA_IDS, 'all'].join(' ')
const flags = OPTION_NAMES.map((name) => `--${name}`).join(' ')
const lessonActions = 'list show check lint'

function bash(): string {
  const lessons = bundledLessons()
    .map(({ id }) => id)
    .join(' ')
  return `_pageward() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  local words=
  case $before in
    --era) words="${eras}" ;;
    --format) words="${FORMATS.join(' ')}" ;;
    --mode) words="exhaustive random pct" ;;
    show) [ "$command" = lesson ] && words="${lessons}" ;;
  esac
  if [ -z "$words" ]; then
    if [ "$COMP_CWORD" = 1 ]; then words="${commands}"
    elif [ "\${word#-}" != "$word" ]; then words="${flags}"
    elif [ "$command" = explain ]; then words="${CODES.join(' ')}"
    elif [ "$command" = lesson ] && [ "$COMP_CWORD" = 2 ]; then words="${lessonActions}"
    elif [ "$command" = lesson ] && [ "$before" = check ]; then words="${lessons}"
    fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [ -z "$words" ] && COMPREPLY=($(compgen -f -- "$word"))
}
complete -o filenames -F _pageward pageward
`
}

function fish(): string {
  const first = Object.entries(COMMAND_HELP).map(
    ([name, { line }]) => `complete -c pageward -n __fish_use_subcommand -a ${name} -d ${quoted(line)}`,
  )
  const rest = [
    `complete -c pageward -l era -xa "${eras}"`,
    `complete -c pageward -l format -xa "${FORMATS.join(' ')}"`,
    ...OPTION_NAMES.filter((name) => name !== 'era' && name !== 'format').map(
      (name) => `complete -c pageward -l ${name}`,
    ),
    `complete -c pageward -n "__fish_seen_subcommand_from explain" -xa "${CODES.join(' ')}"`,
    `complete -c pageward -n "__fish_seen_subcommand_from lesson" -xa "${lessonActions}"`,
  ]
  return `${[...first, ...rest].join('\n')}\n`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`
}
