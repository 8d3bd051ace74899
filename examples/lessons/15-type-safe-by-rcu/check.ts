import { answer, goal, run, runs } from 'lesson'

answer('value', (run.log[0] ?? '').replace('value ', ''))

const errors = runs.flatMap((each) => each.errors)
const blind = errors.find(({ code }) => code === 'typesafe-rcu-no-recheck')
goal(
  'recheck',
  'The key is compared again under the reference',
  blind !== undefined
    ? `Line ${blind.line}: ${blind.message}.`
    : run.log[0] === 'gone' || `The reader printed "${run.log[0] ?? 'nothing'}": it wanted key 1, and key 1 is gone.`,
)
const other = errors.find(({ code }) => code !== 'typesafe-rcu-no-recheck')
goal('right', 'References are balanced', other === undefined || `Line ${other.line}: ${other.message}.`)
