import { answer, goal, run, runs } from 'lesson'

const errors = runs.flatMap((each) => each.errors)
const moved = errors.find(({ code }) => code === 'use-after-move' || code === 'slab-use-after-free')
const late = moved?.code === 'use-after-move' ? 'use after move' : 'use after free'
answer('code', moved === undefined ? 'nothing' : late)

goal('no-move', 'No dead name is used', moved === undefined || `Line ${moved.line}: ${moved.message}.`)
const released = run.log.filter((line) => line === 'release 4096').length
const leak = errors.find(({ code }) => code === 'memory-leak')
goal(
  'released',
  'The firmware is released once, by its owner',
  leak !== undefined ? `Line ${leak.line}: ${leak.message}.` : released === 1 || `It is released ${released} times.`,
)
goal(
  'prints',
  'The caller still says that it loaded',
  run.log.includes('loaded 4096') || '`loaded 4096` is not printed.',
)
