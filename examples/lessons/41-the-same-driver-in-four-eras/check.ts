import { answer, goal, runs } from 'lesson'

answer('first-bad', runs.find((each) => each.errors.length > 0)?.era ?? 'none')

const failing = runs.find((each) => each.errors.length > 0)
const wrong = failing?.errors[0]
goal(
  'all',
  'It is right in all four eras',
  wrong === undefined || `In ${failing?.era ?? ''}, line ${wrong.line}: ${wrong.message}.`,
)
const silent = runs.find((each) => !each.log.some((line) => line.startsWith('byte 7')))
goal('reads', 'The byte is read in each', silent === undefined || `In ${silent.era} the byte is not read.`)
