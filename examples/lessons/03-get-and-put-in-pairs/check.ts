import { answer, goal, run } from 'lesson'

const page = run.named('page')
const use = run.at_line(18)[0]
answer('count-after-error', use === undefined || page === null ? 'nothing' : page.refcount(use.step))

const gets = run.calls('get_page').length
const wrong = run.errors[0]
goal(
  'pairs',
  'Every put answers a get of the same holder',
  gets === 0
    ? 'queue() keeps the page, so it has to take a reference: leave its get_page().'
    : wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`,
)
goal(
  'free',
  'The page is free in the end',
  page !== null && page.freed !== 0 ? true : `The count is ${page?.refcount() ?? '?'} at the end: a reference is left.`,
)
