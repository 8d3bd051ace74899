import { answer, goal, run, runs } from 'lesson'

const errors = runs.flatMap((each) => each.errors)
// In C nothing knows of the borrow: what is seen is the page that is used when it is free.
const isLate = ({ code }: { code: string }): boolean =>
  code === 'borrow-outlives-owner' || /use-after-(v?free)/.test(code)
const outlived = errors.find(isLate)
answer('bad-line', run.errors.find(isLate)?.line ?? 0)

goal(
  'lifetime',
  'No page is used after its lender is gone',
  outlived === undefined || `Line ${outlived.line}: ${outlived.message}.`,
)
goal('writes', 'The first page is written', /write_(raw|u32)/.test(run.source) || 'Keep the write of the four bytes.')
const other = errors.find((each) => !isLate(each))
goal('dropped', 'The vector is dropped', other === undefined || `Line ${other.line}: ${other.message}.`)
