import { answer, goal, run, runs } from 'lesson'

answer('bad-line', run.errors[0]?.line ?? 0)

const failing = runs.find((each) => !each.clean())
const error = failing?.errors[0]
goal(
  'freed-once',
  'The page is freed exactly once',
  error === undefined ||
    (error.code === 'page-leak'
      ? `Nobody frees the page of line ${error.line}: it is lost.`
      : `Line ${error.line}: ${error.message}.`),
)
const asks = /checksum\(page\)/.test(run.source) && /submit\(page\)/.test(run.source)
goal('calls', 'checksum() and submit() are both called', asks || 'Keep both calls: checksum(page) and submit(page).')
