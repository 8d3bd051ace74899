import { answer, goal, run } from 'lesson'

const page = run.named('page')
const rust = run.source.includes("from 'kernel'")
const use = run.at_line(18)[0]
if (rust) answer('count-after-error', run.errors[0]?.code ?? 'nothing')
else answer('count-after-error', use === undefined || page === null ? 'nothing' : page.refcount(use.step))

const gets = run.calls('get_page').length + run.calls('folio_get').length
const wrong = run.errors[0]
goal(
  'pairs',
  'Every put answers a get of the same holder',
  gets === 0 && !rust
    ? 'queue() keeps the page, so it has to take a reference: leave its get_page().'
    : gets === 0 && wrong === undefined
      ? 'queue() keeps the page, so it needs a reference of its own: clone() makes one.'
      : wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`,
)
goal(
  'free',
  'The page is free in the end',
  page !== null && page.freed !== 0 ? true : `The count is ${page?.refcount() ?? '?'} at the end: a reference is left.`,
)
