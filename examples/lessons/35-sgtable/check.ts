import { answer, goal, run, runs } from 'lesson'

const errors = runs.flatMap((each) => each.errors)
const isMoved = ({ code }: { code: string }): boolean => code === 'use-after-move' || code === 'cpu-touch-device-owned'
const moved = errors.find(isMoved)
answer('code', run.errors[0]?.code ?? 'it is written')

goal(
  'moved',
  'The vector is not touched after it moved in',
  moved === undefined || `Line ${moved.line}: ${moved.message}.`,
)
const other = errors.find((each) => !isMoved(each))
goal(
  'clean',
  'Everything is dropped',
  other === undefined || moved !== undefined || `Line ${other.line}: ${other.message}.`,
)
const mapped = run.log.some((line) => line.endsWith(' bytes'))
goal(
  'mapped',
  'The entries are mapped for the device',
  mapped || moved !== undefined || 'Make the SGTable and print its entries.',
)
