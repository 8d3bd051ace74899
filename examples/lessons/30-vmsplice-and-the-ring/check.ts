import { answer, goal, run } from 'lesson'

answer('refs', run.log[1] ?? '')

const shared = run.errors.find(({ code }) => code === 'gup-ref-outlives-owner')
const maps = run.calls('vm_insert_page').filter(({ failed }) => !failed).length
goal(
  'private',
  'The second program gets a page that nobody else holds',
  shared !== undefined
    ? `Line ${shared.line}: ${shared.message}.`
    : maps === 2 || 'The second program gets nothing: it needs a page too.',
)
const other = run.errors.find((each) => each !== shared)
goal('freed', 'Every page is given back once', other === undefined || `Line ${other.line}: ${other.message}.`)
