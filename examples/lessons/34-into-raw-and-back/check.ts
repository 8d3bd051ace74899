import { answer, goal, run, runs } from 'lesson'

answer('code', run.errors[0]?.code ?? 'nothing')

const errors = runs.flatMap((each) => each.errors)
const twice = errors.find(
  ({ code }) => code === 'pt-double-take' || code === 'double-free-page' || code === 'two-owners',
)
const takes = (run.source.match(/= from_phys|drop\(from_phys/g) ?? []).length
goal(
  'once',
  'The leaf comes back exactly once',
  twice === undefined ||
    `Line ${twice.line}: ${twice.message}.${/const first/.test(run.source) ? ` There are ${takes} owners of one page.` : ''}`,
)
const other = errors.find((each) => each !== twice)
goal(
  'freed',
  'It is freed, and not used afterwards',
  other === undefined || twice !== undefined || `Line ${other.line}: ${other.message}.`,
)
