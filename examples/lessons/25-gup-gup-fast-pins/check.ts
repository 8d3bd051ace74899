import { answer, goal, run } from 'lesson'

answer('refs', (run.log[0] ?? '').replace('refs ', ''))

const wrong = run.errors[0]
const pinned = run.calls('pin_user_pages_fast').length
goal(
  'paired',
  'What the driver took it gives back the same way',
  wrong === undefined || `Line ${wrong.line}: ${wrong.message}.${pinned === 0 ? ' It was a get, not a pin.' : ''}`,
)
goal('copied', 'The page is taken for the transfer', run.log.length > 0 || 'Keep the call that takes the page.')
