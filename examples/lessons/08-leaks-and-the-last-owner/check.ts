import { answer, goal, run } from 'lesson'

const rust = run.source.includes("from 'kernel'")
answer('lost-at', run.line_of(rust ? 'catch' : 'events === null') + 1)

const leak = run.errors.find(({ code }) => code === 'page-leak')
const other = run.errors.find(({ code }) => code !== 'page-leak')
goal(
  'no-leak',
  'No page is lost',
  leak !== undefined
    ? `The page of line ${leak.line} is never freed: its last owner was a variable of setup().`
    : other === undefined || `Line ${other.line}: ${other.message}.`,
)
goal(
  'reports',
  'setup() still says -12',
  run.log[0] === 'setup says -12' || `It says "${run.log[0] ?? 'nothing'}": the caller has to learn that it failed.`,
)
goal(
  'both',
  'The second allocation is still made to fail',
  run.source.includes("fail_next('alloc_page')") ||
    'Keep the line with sim.fail_next: it is the test of the error path.',
)
