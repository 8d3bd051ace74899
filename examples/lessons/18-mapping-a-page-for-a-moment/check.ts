import { answer, goal, run, runs } from 'lesson'

answer('bad-line', run.errors.find(({ code }) => code.startsWith('kmap-'))?.line ?? 'none')

const wrong = runs.flatMap((each) => each.errors)[0]
goal(
  'order',
  'Every mapping is undone, the last one first',
  wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`,
)
goal('copied', 'The page is copied', run.calls('memcpy').length > 0 || 'Keep memcpy(target, source, 64).')
