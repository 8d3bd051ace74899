import { answer, goal, run, runs } from 'lesson'

const tomorrow = runs.find(({ era }) => era === 'memdesc')
answer('codes', (tomorrow?.diagnoses.length ?? 0) === 0 ? 'none' : 'one or more')

const failing = runs.find((each) => each.errors.length > 0)
const wrong = failing?.errors[0]
goal(
  'both',
  'It is right in both eras',
  wrong === undefined || `In ${failing?.era ?? ''}, line ${wrong.line}: ${wrong.message}.`,
)
const bytes = run.calls('write').length + run.calls('memcpy').length > 0 || /write_raw/.test(run.source)
goal(
  'writes',
  'The bytes are written',
  (bytes && run.log.includes('written')) || 'Write the bytes and print `written`.',
)
