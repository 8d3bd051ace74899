import { answer, goal, run, runs } from 'lesson'

answer('code', run.errors[0]?.code ?? 'nothing')

const wrong = runs.flatMap((each) => each.errors)[0]
const emptied = run.log.includes('the list is empty')
goal(
  'balanced',
  'Every reference is dropped, none is used dead',
  wrong === undefined ||
    (emptied
      ? `Throwing the list away drops nothing: ${wrong.message}.`
      : /pop/.test(run.source)
        ? `The list is empty, but: ${wrong.message}.`
        : `Line ${wrong.line}: ${wrong.message}.`),
)
const released = run.log.includes('engine released')
goal(
  'released',
  'The engine is released',
  wrong !== undefined ? true : released || 'dec_ref() of the last reference has to release the engine.',
)
