import { answer, goal, run } from 'lesson'

const page = run.named('page')
const counts = run.log.map((line) => line.replace('count ', ''))
answer('second-count', counts[1] ?? 'nothing')

const gets = run.calls('get_page').length
const leak = run.errors.find(({ code }) => code === 'page-leak')
const left = page?.refcount() ?? 0
goal(
  'no-leak',
  'The page goes back to the allocator',
  page !== null && page.freed !== 0
    ? true
    : `The count is still ${left} at the end: line ${leak?.line ?? '?'} took a reference that nobody drops.`,
)
const wrong = run.errors.find(({ code }) => code !== 'page-leak')
goal(
  'clean',
  'get_page() stays, and nothing is dropped twice',
  wrong !== undefined
    ? `Line ${wrong.line}: ${wrong.message}.`
    : gets === 0
      ? 'Keep the call of get_page(): the lesson is about giving both references back.'
      : true,
)
