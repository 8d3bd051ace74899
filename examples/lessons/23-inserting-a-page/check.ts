import { answer, goal, run } from 'lesson'

answer('counts', run.log[0] ?? '')

const wrong = run.errors[0]
goal(
  'balanced',
  'Every reference is dropped by who took it',
  wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`,
)
const mapped = run.log[0] === 'refs 2, maps 1'
goal('mapped', 'The program had the page mapped', mapped || `The program saw "${run.log[0] ?? 'nothing'}".`)
