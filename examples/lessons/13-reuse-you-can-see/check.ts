import { answer, goal, run, runs } from 'lesson'

answer('level', (run.log.at(-1) ?? '').replace('level ', ''))

const level = (run.log.at(-1) ?? '').replace('level ', '')
answer('victim', level === '1' ? 'nothing' : 'session')
goal('level', 'The session keeps level 1', level === '1' || `The session says level ${level}.`)
const wrong = runs.flatMap((each) => each.errors)[0]
const size = run.named('session')?.bytes ?? 0
goal(
  'clean',
  'No pointer is used after the free',
  wrong === undefined ||
    (wrong.code !== 'slab-use-after-free'
      ? `Line ${wrong.line}: ${wrong.message}.`
      : `Line ${wrong.line}: ${wrong.message}. ${size > 64 ? 'That the next object has another size only hides it.' : 'The next object of this size lies there.'}`),
)
