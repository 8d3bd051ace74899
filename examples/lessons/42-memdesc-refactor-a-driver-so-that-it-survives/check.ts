import { answer, goal, run, runs } from 'lesson'

const tomorrow = runs.find(({ era }) => era === 'memdesc')
const first = tomorrow?.diagnoses[0]
const op = tomorrow?.steps.find(({ step }) => step === first?.step)?.op ?? ''
answer('bad-line', op === 'get_page' ? 'the get_page()' : op === 'put_page' ? 'the first put_page()' : 'the allocation')

const failing = runs.find((each) => each.errors.length > 0)
const wrong = failing?.errors[0]
goal(
  'both',
  'It is right in both eras',
  wrong === undefined || `In ${failing?.era ?? ''}, line ${wrong.line}: ${wrong.message}.`,
)
const gets = run.calls('folio_get').length + run.calls('get_page').length + run.calls('refcount_inc').length
goal(
  'shared',
  'The worker has a reference of its own',
  gets > 0 || 'Nobody shares the memory: the worker needs its own reference.',
)
const silent = runs.find((each) => !each.log.includes('byte 7'))
goal('prints', 'The worker reads its byte', silent === undefined || `In ${silent.era} the worker does not read 7.`)
