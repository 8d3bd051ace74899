import { answer, goal, run } from 'lesson'

answer('tail-count', run.log[0] ?? '')

const gets = run.calls('get_page')
const broken = run.errors.find(({ code }) => code !== 'page-leak')
const lost = run.errors.filter(({ code }) => code === 'page-leak')
goal('no-error', 'No rule is broken', broken === undefined || `Line ${broken.line}: ${broken.message}.`)
goal('all-free', 'All four pages go back', lost.length === 0 || `Not every page went back: ${lost[0]?.message ?? ''}.`)
goal(
  'shared',
  'The third page is shared with get_page()',
  gets.length > 0 || 'Keep get_page(third): the page is to be shared.',
)
