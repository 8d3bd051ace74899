import { answer, goal, run, runs } from 'lesson'

const errors = runs.flatMap((each) => each.errors)
const outlived = errors.find(({ code }) => code === 'borrow-outlives-owner')
answer('bad-line', run.errors.find(({ code }) => code === 'borrow-outlives-owner')?.line ?? 0)

goal(
  'lifetime',
  'No page is used after its lender is gone',
  outlived === undefined || `Line ${outlived.line}: ${outlived.message}.`,
)
goal('writes', 'The first page is written', /write_raw/.test(run.source) || 'Keep first.write_raw(…).')
const other = errors.find(({ code }) => code !== 'borrow-outlives-owner')
goal('dropped', 'The vector is dropped', other === undefined || `Line ${other.line}: ${other.message}.`)
