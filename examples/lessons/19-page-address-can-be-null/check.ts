import { answer, goal, run, runs } from 'lesson'

answer('address', run.log[0] ?? '')

const wrong = runs.flatMap((each) => each.errors)[0]
goal('clean', 'Nothing is wrong', wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`)
const written = run.calls('write').some(({ failed }) => !failed)
const machine = run.source.includes('arch=i386-highmem')
goal(
  'written',
  'The byte is written, on the machine with high memory',
  !machine
    ? 'Keep the first line: it has to work on that machine.'
    : (written && run.outcome === 'completed') || 'The byte is not written: the page has no address there.',
)
