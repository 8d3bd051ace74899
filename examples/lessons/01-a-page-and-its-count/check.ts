import { answer, goal, run } from 'lesson'

const page = run.named('page')
const counts = run.log.map((line) => line.replace('count ', ''))
answer('second-count', counts[1] ?? 'nothing')

const gets = run.calls('get_page').length + run.calls('folio_get').length
const leak = run.errors.find(({ code }) => code === 'page-leak')
const left = page?.refcount() ?? 0
goal(
  'no-leak',
  'The page goes back to the allocator',
  page !== null && page.freed !== 0
    ? true
    : leak === undefined
      ? `The count is ${left}, and the program did not come to its end.`
      : `The count is still ${left} at the end: line ${leak.line} took a reference that nobody drops.`,
)
const wrong = run.errors.find(({ code }) => code !== 'page-leak')
goal(
  'clean',
  'The second reference stays, and nothing is dropped twice',
  wrong !== undefined
    ? `Line ${wrong.line}: ${wrong.message}.`
    : gets === 0
      ? 'Keep the second reference: the lesson is about giving both of them back.'
      : true,
)
