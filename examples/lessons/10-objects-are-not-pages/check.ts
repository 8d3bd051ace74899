import { answer, goal, run, runs } from 'lesson'

answer('size', run.log[0] ?? '')
answer('same-page', run.log[1] ?? '')

const objects = runs.flatMap((each) => [each.named('a'), each.named('b')])
const left = objects.filter((each) => each === null || each.freed === 0).length
const leak = runs.flatMap((each) => each.errors).find(({ code }) => code === 'memory-leak')
goal(
  'freed',
  'Both objects are freed',
  left === 0 || (leak === undefined ? 'The objects are not freed yet.' : `Line ${leak.line}: ${leak.message}.`),
)
const wrong = runs.flatMap((each) => each.errors).find(({ code }) => code !== 'memory-leak')
goal('clean', 'Nothing else is broken', wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`)
